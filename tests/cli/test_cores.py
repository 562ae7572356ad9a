"""Processes that serve pages share the cores, and a new one sits where a dead one did."""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection

import pytest

from survey.cli.workers import keep_to_one_core

Start = Callable[[int], "Seated"]

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system has no such thing"
)

CORES = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else []


class Seated:
    """A process that chose its core, made as gunicorn makes its workers."""

    def __init__(self, seats: int, serving: int) -> None:
        forking = get_context("fork")
        ours, its = forking.Pipe()
        self.process = forking.Process(target=choose, args=(seats, serving, its), daemon=True)
        self.process.start()
        self.cores: list[int] = ours.recv()

    def end(self) -> None:
        """It dies at once."""
        self.process.kill()
        self.process.join()


def choose(seats: int, serving: int, pipe: Connection) -> None:
    """Be seated, say where, and stay."""
    os.sched_setaffinity(0, CORES)
    keep_to_one_core(seats, serving)
    pipe.send(sorted(os.sched_getaffinity(0)))
    signal.pause()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts one of so many."""
    processes: list[Seated] = []
    with tempfile.TemporaryFile() as seats:

        def one(serving: int) -> Seated:
            processes.append(Seated(seats.fileno(), serving))
            return processes[-1]

        yield one
        for process in processes:
            process.end()


def test_each_core_has_its_process_also_after_one_died(start: Start) -> None:
    serving = 2 * len(CORES)
    processes = [start(serving) for _ in range(serving)]
    assert sorted(p.cores for p in processes) == sorted([[core] for core in CORES] * 2)
    dead = processes[1]
    dead.end()
    assert start(serving).cores == dead.cores


def test_where_there_are_fewer_than_cores_they_may_use_all(start: Start) -> None:
    assert start(len(CORES) - 1).cores == CORES
