"""Parts of a file read side by side, each by a forked process but the first, and what they found joined."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from netboard.errors import InputError
from netboard.variants.bgzf import NotBgzfError
from netboard.variants.found import Scanned, Spool
from netboard.variants.sieve import BadLineError, Yield
from netboard.variants.source import Opened

#: Bytes of a task's number; all of them fit into a pipe.
_TURN_BYTES = 2
MEND = "Write the file again with the program that made it"

Outcome = tuple[Yield, Any] | BaseException


class Task(Protocol):
    """A part of a file to be read."""

    def run(self, spool: Spool) -> tuple[Yield, list[Any] | None]:
        """Return what the part holds and the state of its gatherer, or keep its lines in ``spool``."""
        ...


def _guarded(task: Task, spool: Spool) -> Outcome:
    try:
        return task.run(spool)
    except (InputError, BadLineError, NotBgzfError, OSError, MemoryError) as error:
        return error


def _shared_spool() -> Spool:
    import tempfile

    # A child closes nothing of the parent's: the temporary file is shared by both on purpose.
    return Spool(tempfile.TemporaryFile())


def _take_in_turn(tasks: Sequence[Task], spools: Sequence[Spool], turns: int) -> dict[int, Outcome]:
    """Run tasks until none is left; their numbers are read from the descriptor ``turns``."""
    found = {}
    while turn := os.read(turns, _TURN_BYTES):
        number = int.from_bytes(turn, "big")
        found[number] = _guarded(tasks[number], spools[number])
    return found


def _fork(tasks: Sequence[Task], spools: Sequence[Spool], turns: int) -> Callable[[], dict[int, Outcome]]:
    """Let a forked process take tasks in turn; the function returned waits for it and gives what it found."""
    receive, send = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process == 0:
        try:
            os.close(receive)
            found = _take_in_turn(tasks, spools, turns)
            for number in found:
                spools[number].flush()
            with os.fdopen(send, "wb") as pipe:
                pickle.dump(found, pipe)
            os._exit(0)
        except BaseException:
            os._exit(3)
    os.close(send)

    def wait() -> dict[int, Outcome]:
        with os.fdopen(receive, "rb") as pipe:
            data = pipe.read()
        os.waitpid(process, 0)
        try:
            found: dict[int, Outcome] = pickle.loads(data)
        except Exception:
            # It ended early, perhaps in the middle of its answer.
            return {}
        return found

    return wait


def _by_processes(tasks: Sequence[Task], spools: Sequence[Spool], processes: int) -> dict[int, Outcome]:
    turns, write = os.pipe()
    # Who is done takes the next: a process that something else slows down holds nobody up.
    os.write(write, b"".join(number.to_bytes(_TURN_BYTES, "big") for number in range(len(tasks))))
    os.close(write)
    workers = [_fork(tasks, spools, turns) for _ in range(processes - 1)]
    found = _take_in_turn(tasks, spools, turns)
    for worker in workers:
        found.update(worker())
    os.close(turns)
    return found


def may_fork() -> bool:
    """Whether this process can be forked safely: it has one thread."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return sys.platform != "darwin"


def read_side_by_side(
    opened: Opened, tasks: Sequence[Task], how: str, *, processes: int, count: bool, gathered: bool
) -> Scanned:
    """Return what the tasks found, joined in their order; ``gathered``: they have gatherers.

    By one process they are done one after the other, to the same end.

    Raises
    ------
    InputError
        The first fault of the file.
    """
    processes = min(processes, len(tasks))
    # What a forked process keeps must be seen by this one.
    spools = [_shared_spool() if processes > 1 and not gathered else Spool() for _ in tasks]
    if processes > 1:
        outcomes = _by_processes(tasks, spools, processes)
    else:
        outcomes = {number: _guarded(task, spools[number]) for number, task in enumerate(tasks)}
    total = 0
    contigs: dict[str, None] = {}
    known = False
    states: list[Any] = []
    for number, spool in enumerate(spools):
        outcome = outcomes.get(number)
        if outcome is None:
            raise InputError(
                "a worker process ended early",
                where=opened.where,
                remedy="Run again with --threads 1; was memory short?",
            )
        if isinstance(outcome, BadLineError):
            line, fault = outcome.args
            raise bad_line(opened, total + line if count else None, fault)
        if isinstance(outcome, BaseException):
            raise outcome
        found, state = outcome
        spool.shift = opened.header.lines + 1 + total
        total += found.lines
        contigs.update(found.contigs)
        known = known or found.known
        states.extend(state or ())
    records = total if count else None
    return Scanned(spools, records, tuple(contigs), known, how, gathered=states if gathered else None)


def bad_line(opened: Opened, number: int | None, fault: str) -> InputError:
    """Return the error for the line that is record ``number`` (from 0, None when not counted) of a file."""
    place = "" if number is None else f":{opened.header.lines + 1 + number}"
    return InputError(fault, where=f"{opened.where}{place}", remedy=MEND)
