"""Parts of a file read side by side, each by a forked process but the first, and what they found joined."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from netboard.errors import InputError
from netboard.variants.bgzf import NotBgzfError
from netboard.variants.found import Scanned, Spool
from netboard.variants.sieve import BadLineError, Yield
from netboard.variants.source import Opened

MEND = "Write the file again with the program that made it"

Outcome = tuple[Spool, "tuple[Yield, Any] | BaseException"]


class Task(Protocol):
    """A part of a file to be read."""

    def run(self, spool: Spool) -> tuple[Yield, list[Any] | None]:
        """Return what the part holds and the state of its gatherer, or keep its lines in ``spool``."""
        ...


def _guarded(task: Task, spool: Spool) -> Outcome:
    try:
        return spool, task.run(spool)
    except (InputError, BadLineError, NotBgzfError, OSError, MemoryError) as error:
        return spool, error


def _fork(task: Task, keeps: bool) -> Callable[[], Outcome]:
    """Run ``task`` in a forked process; the function returned waits for it and gives what it found.

    ``keeps`` says that it keeps lines, which both processes must see.
    """
    spool = Spool()
    if keeps:
        import tempfile

        # The child closes nothing of the parent's: the temporary file is shared by both on purpose.
        spool = Spool(tempfile.TemporaryFile())  # noqa: SIM115
    receive, send = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process == 0:
        try:
            os.close(receive)
            _, outcome = _guarded(task, spool)
            spool.flush()
            with os.fdopen(send, "wb") as pipe:
                pickle.dump(outcome, pipe)
            os._exit(0)
        except BaseException:
            os._exit(3)
    os.close(send)

    def wait() -> Outcome:
        with os.fdopen(receive, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(process, 0)
        if status or not data:
            failed = InputError(
                f"a worker process ended early (status {status})",
                remedy="Run again with --threads 1; was memory short?",
            )
            return spool, failed
        outcome: tuple[Yield, Any] | BaseException = pickle.loads(data)
        return spool, outcome

    return wait


def may_fork() -> bool:
    """Whether this process can be forked safely: it has one thread."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return sys.platform != "darwin"


def read_side_by_side(
    opened: Opened, tasks: Sequence[Task], how: str, *, fork: bool, count: bool, gathered: bool
) -> Scanned:
    """Return what the tasks found, joined in their order; ``gathered`` says that they have gatherers.

    Without ``fork`` this process reads them one after the other, to the same end.

    Raises
    ------
    InputError
        The first fault of the file.
    """
    workers = [_fork(task, not gathered) if fork else partial(_guarded, task, Spool()) for task in tasks[1:]]
    results = [_guarded(tasks[0], Spool()), *(worker() for worker in workers)]
    total = 0
    contigs: dict[str, None] = {}
    known = False
    spools: list[Spool] = []
    states: list[Any] = []
    for spool, outcome in results:
        if isinstance(outcome, BadLineError):
            number, fault = outcome.args
            raise bad_line(opened, total + number if count else None, fault)
        if isinstance(outcome, BaseException):
            raise outcome
        found, state = outcome
        spool.shift = opened.header.lines + 1 + total
        total += found.lines
        contigs.update(found.contigs)
        known = known or found.known
        spools.append(spool)
        states.extend(state or ())
    records = total if count else None
    return Scanned(spools, records, tuple(contigs), known, how, gathered=states if gathered else None)


def bad_line(opened: Opened, number: int | None, fault: str) -> InputError:
    """Return the error for the line that is record ``number`` (from 0, None when not counted) of a file."""
    place = "" if number is None else f":{opened.header.lines + 1 + number}"
    return InputError(fault, where=f"{opened.where}{place}", remedy=MEND)
