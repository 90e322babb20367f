"""``python -m netboard``."""

from netboard.cli import entry

entry()
