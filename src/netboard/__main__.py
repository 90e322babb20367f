"""``python -m netboard``."""

import sys

from netboard.cli import main

sys.exit(main())
