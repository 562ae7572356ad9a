"""Run as a program: processes fold ballots and are killed with -9, again and again.

    storm.py FOLDER CELLS KILLS SEED PROCESSES

Prints, as JSON, which ballots were acknowledged and what went wrong. Ballot n adds one to cell n.
It is a program of its own since it forks, which wants a process without threads.
"""

import json
import os
import random
import select
import signal
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
from boxkit import ballot, config_in

from survey.box.commit import Box
from survey.box.fold import Folder, FoldUnavailable
from survey.box.group import Entry, entry_of, fold_group
from survey.box.model import Wave
from survey.box.recover import recover
from survey.box.waves import box_of, find_wave
from survey.store.engine import make_engine

THREADS = 2
READY = b"ready\n"
"""A process says so when it begins to fold."""
PATIENCE = 20.0
"""Seconds to wait for that."""


def fold_all(folder: Path, numbers: list[int], pipe: int, starts: bool) -> None:
    """What a server process does: start up, fold, acknowledge after the commit."""
    config = config_in(folder)
    engine = make_engine(config.database_url)
    if starts and (lost := recover(engine, config)):
        os.write(pipe, f"lost {lost}\n".encode())
    wave = find_wave(engine, "north")
    assert wave is not None
    os.write(pipe, READY)
    try:
        if numbers[0] % 2:
            chain(box_of(engine, config, wave), wave, numbers, pipe)
        else:
            share(Folder(engine, config, wave), numbers, pipe)
    except BaseException as error:
        os.write(pipe, f"{type(error).__name__}: {error}\n".encode())


def share(folder: Folder, numbers: list[int], pipe: int) -> None:
    """Threads of a web process, which share commits."""

    def work(mine: Iterable[int]) -> None:
        for number in mine:
            try:
                folder.fold(np.array([number]), ballot(number))
                os.write(pipe, f"{number}\n".encode())
            except FoldUnavailable:
                continue
            except BaseException as error:
                os.write(pipe, f"{type(error).__name__}: {error}\n".encode())
                raise

    threads = [
        threading.Thread(target=work, args=(numbers[i::THREADS],), daemon=True)
        for i in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def chain(box: Box, wave: Wave, left: list[int], pipe: int) -> None:
    """A folding process: some commits one after the other, under one lock."""
    now: list[int] = []
    entries: list[Entry] = []

    def take() -> list[Entry]:
        now[:] = [left.pop()]
        entries[:] = [entry_of(np.array(now), ballot(now[0]), wave.layout.size)]
        return entries

    def told() -> None:
        if entries and entries[0].done:
            os.write(pipe, f"{now[0]}\n".encode())
            entries.clear()

    while left:
        last = len(left) - 1 - left[-1] % 7
        with suppress(FoldUnavailable), box.slots.lock():
            fold_group(box, wave, take, told, lambda last=last: len(left) > max(0, last))


class Storm:
    """The parent: starts processes, kills them, and listens."""

    def __init__(self, folder: Path, cells: int, seed: int, processes: int) -> None:
        self.folder = folder
        self.processes = processes
        self.todo = set(range(cells))
        self.acknowledged: set[int] = set()
        self.wrong: list[str] = []
        self.random = random.Random(seed)
        self.children: dict[int, int] = {}  # pid -> reading end of its pipe

    def start(self) -> None:
        """Fork a process with ballots of its own, some of which others may have as well."""
        numbers = self.random.sample(sorted(self.todo), min(120, len(self.todo)))
        counted = sorted(self.acknowledged)  # sent once more, which commits as well
        numbers += self.random.sample(counted, min(120 - len(numbers) + 12, len(counted)))
        self.random.shuffle(numbers)
        starts = self.random.random() < 0.5
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            with suppress(BaseException):
                fold_all(self.folder, numbers, writing, starts)
            os._exit(0)
        os.close(writing)
        self.children[child] = reading

    def kill(self, child: int) -> None:
        """SIGKILL, then take what it acknowledged."""
        os.kill(child, signal.SIGKILL)

    def collect(self, child: int) -> None:
        """Everything that a dead process had said."""
        os.waitpid(child, 0)
        with os.fdopen(self.children.pop(child), "r") as pipe:
            for line in pipe:
                if line.strip().isdigit():
                    self.acknowledged.add(int(line))
                elif line.encode() != READY:
                    self.wrong.append(line.strip())
        self.todo -= self.acknowledged

    def wait_until_one_folds(self) -> None:
        """Signing in to a database server takes longer than many folds."""
        select.select(list(self.children.values()), [], [], PATIENCE)

    def run(self, kills: int) -> int:
        """Keep the processes running until so many were killed."""
        killed = 0
        while killed < kills:
            while len(self.children) < self.processes:
                self.start()
            if self.random.random() < 0.8:  # else some die while they start
                self.wait_until_one_folds()
            time.sleep(self.random.uniform(0.0, 0.08))
            children = list(self.children)
            self.random.shuffle(children)
            dying = children[: self.random.choice((1, 2))]
            for child in dying:
                self.kill(child)
                time.sleep(self.random.choice((0, 0, 0.0003, 0.001, 0.002)))
            for child in dying:
                self.collect(child)
            killed += len(dying)
        for child in list(self.children):
            self.kill(child)
            self.collect(child)
        return killed


def warm(folder: Path) -> None:
    """Read the wave once, so that every child has its parsed definition from the start."""
    engine = make_engine(config_in(folder).database_url)
    find_wave(engine, "north")
    engine.dispose()  # no connection may cross a fork


def main(folder: str, cells: str, kills: str, seed: str, processes: str) -> None:
    """Print what happened."""
    warm(Path(folder))
    storm = Storm(Path(folder), int(cells), int(seed), int(processes))
    killed = storm.run(int(kills))
    found = {"killed": killed, "acknowledged": sorted(storm.acknowledged), "wrong": storm.wrong}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
