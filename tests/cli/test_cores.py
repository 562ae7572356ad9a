"""Processes that serve pages share the cores, and a new one sits where a dead one did."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Start = Callable[[int], "Seated"]

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system has no such thing"
)

PROGRAM = """
import os, sys
from survey.cli.workers import keep_to_one_core
seats, serving, *cores = map(int, sys.argv[1:])
os.sched_setaffinity(0, cores)
keep_to_one_core(seats, serving)
print(*sorted(os.sched_getaffinity(0)), flush=True)
sys.stdin.read()
"""
CORES = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else []


class Seated:
    """A process that chose its core."""

    def __init__(self, seats: int, serving: int) -> None:
        command = [sys.executable, "-c", PROGRAM, *map(str, (seats, serving, *CORES))]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[seats],
            cwd=Path(__file__).parents[2],
        )
        assert self.process.stdout is not None
        self.cores = [int(core) for core in self.process.stdout.readline().split()]

    def end(self) -> None:
        """It dies at once."""
        self.process.kill()
        self.process.communicate()


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
