"""What every test may ask for, and how strict the tests are.

Warnings are errors and an expected failure that passes is a failure (see ``pyproject.toml``), so
neither piles up unread.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from netboard.model.evidence import Knowledge

_ROOT = Path(__file__).resolve().parent.parent

# No deadline: a shared machine's pauses are no fault of the code. Enough examples to find what a
# parser forgets; NETBOARD_HYPOTHESIS=thorough looks longer.
settings.register_profile(
    "default", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
# In CI the same examples are tried each time, so that a failure is the change's; people look elsewhere too.
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True)
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("NETBOARD_HYPOTHESIS", "ci" if os.environ.get("CI") else "default"))


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """Return the root of the checkout."""
    return _ROOT


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Return the directory of real data beside the checkout; the test is skipped where it is absent."""
    found = _ROOT.parent / "shared"
    if not (found / "data" / "vcf").is_dir():
        pytest.skip("real data is not beside this checkout (../shared/data/vcf)")
    return found


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache out of the tests, and the tests out of the user's cache."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def knowledge(_own_cache: None) -> Knowledge:
    """Return the packaged knowledge base, loaded once."""
    from netboard.knowledge.load import load

    return load()


@pytest.fixture(scope="session")
def run_netboard() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs the command line in a process of its own."""

    def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "netboard", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, **options)  # type: ignore[call-overload, no-any-return]

    return run
