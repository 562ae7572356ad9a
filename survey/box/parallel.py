"""Summing masks over all cores: helpers beside this process get chunks of seeds and give sums.

Sums mod 2^32 do not depend on who adds what when, so the outcome is the same to the byte. Helpers
are started as programs and not forked: the server that opens a box has threads.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey.box.layout import BoxError, Totals
from survey.box.mask import CELL
from survey.box.summing import DONE, REFUSED, Summer

CHUNK = 1000
"""Seeds that a helper gets at once: 80 KB, and some 100 ms of work."""
MOST_HELPERS = 8
ALONE = 1.0
"""Seconds of work that are not worth starting helpers for."""

Told = Callable[[int], None]
"""Called with how many more seeds are done."""

_CORES = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else frozenset[int]()
"""Those of this program: a process that serves pages may keep to one of them later on."""
_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from survey.box.summing import serve; serve(int(sys.argv[2]))"
)


def silent(done: int) -> None:
    """Tell nobody."""


def sum_of_masks(
    seeds: Iterable[bytes],
    count: int,
    key: X25519PrivateKey,
    fingerprint: str,
    size: int,
    told: Told = silent,
) -> Totals:
    """The sum (uint32, mod 2^32) of the masks of `count` sealed seeds.

    Raises BoxError for a seed that does not open, or where a helper died.
    """
    helpers = min(cores(), MOST_HELPERS)
    if helpers < 2 or _seconds(count, size) < ALONE:
        summer = Summer(key, fingerprint, size)
        for chunk in _chunks(seeds):
            summer.add(chunk)
            told(len(chunk))
        return summer.total
    with _started(helpers) as pipes:
        try:
            return _shared(pipes, seeds, (key.private_bytes_raw(), fingerprint, size), told)
        except (EOFError, OSError) as error:
            raise BoxError(
                "A helper process ended before its work was done (memory may be short): nothing "
                "was opened; try again."
            ) from error


def cores() -> int:
    """Cores that this program may use."""
    return len(_CORES) or os.cpu_count() or 1


def _shared(
    pipes: list[Connection], seeds: Iterable[bytes], job: tuple[bytes, str, int], told: Told
) -> Totals:
    for pipe in pipes:
        pipe.send(job)
    idle, busy = list(pipes), dict[Connection, int]()
    for chunk in _chunks(seeds):
        if not idle:
            idle = _answered(busy, told)
        pipe = idle.pop()
        pipe.send_bytes(b"".join(chunk))
        busy[pipe] = len(chunk)
    while busy:
        _answered(busy, told)
    total: Totals = np.zeros(job[2], dtype=CELL)
    for pipe in pipes:
        pipe.send_bytes(b"")
        total += np.frombuffer(_received(pipe), dtype=CELL)
    return total


def _answered(busy: dict[Connection, int], told: Told) -> list[Connection]:
    """Wait until a helper is done with its chunk; those that are."""
    ready = [pipe for pipe in wait(list(busy)) if isinstance(pipe, Connection)]
    for pipe in ready:
        if _received(pipe) != DONE:
            raise BoxError("A helper process answered with something else than it was asked.")
        told(busy.pop(pipe))
    return ready


def _received(pipe: Connection) -> bytes:
    answer = pipe.recv_bytes()
    if answer.startswith(REFUSED):
        raise BoxError(answer[len(REFUSED) :].decode())
    return answer


@contextmanager
def _started(helpers: int) -> Iterator[list[Connection]]:
    """Pipes to so many helpers, which end with the block."""
    pipes: list[Connection] = []
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(helpers):
            ours, theirs = Pipe()
            pipes.append(ours)
            with theirs:
                processes.append(_start(theirs.fileno()))
        yield pipes
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.kill()
            process.wait()


def _start(descriptor: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-c", _PROGRAM, str(_ROOT), str(descriptor)]
    # A session of its own: Ctrl+C reaches this process, which then ends its helpers quietly.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        command, pass_fds=[descriptor], stdin=subprocess.DEVNULL, start_new_session=True
    )
    if _CORES:
        with suppress(OSError):  # it may be gone already
            os.sched_setaffinity(process.pid, _CORES)
    return process


def _seconds(count: int, size: int) -> float:
    """About how long one core takes: opening a seed, and 3 GB of keystream a second."""
    return count * (60e-6 + 4 * size / 3e9)


def _chunks(seeds: Iterable[bytes]) -> Iterator[list[bytes]]:
    source = iter(seeds)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
