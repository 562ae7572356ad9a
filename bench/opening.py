"""Opening many sealed answers: seconds, memory, and whether both are as they should.

    python -m bench.opening --answers 10000 --answers 100000 --answers 1000000

The worst case: a sealed seed for each answer. The box is built without waiting for commits (rows
in one transaction); then it is closed, and opened by a process of its own, as `open` does.
"""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, insert, update

from bench.single import wide
from survey.box.keys import read_key_file
from survey.box.layout import cells_of
from survey.box.mask import CELL, fresh
from survey.box.model import NewWave, Wave
from survey.box.parallel import cores
from survey.box.slots import KEY, Slots
from survey.box.state import State, encrypt
from survey.box.unseal import count_sealed, open_totals
from survey.box.waves import box_of, create_wave, find_wave, key_file
from survey.cli.base import open_store
from survey.config import Config, load_config
from survey.intake.people import answers_of_person
from survey.release.ceremony import close_wave
from survey.store import tables

SLUG = "bench"
PEOPLE = 1000
"""Made-up people who answer; more answers are theirs again."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Of one opening. `cpu` (seconds) and `memory` (peak, MB) are those of all its processes."""

    answers: int
    cells: int
    seconds: float
    cpu: float
    memory: float


def measure(answers: int) -> Opened:
    """Build a box of that many answers, and open it in a fresh process."""
    with tempfile.TemporaryDirectory(prefix="survey-bench-") as folder:
        build(Path(folder), answers)
        command = [sys.executable, "-m", "bench.opening", "--open", folder]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        return Opened(answers, int(told[0]), *map(float, told[1:]))


def build(folder: Path, answers: int) -> None:
    """A closed wave with a seed for each answer."""
    config = load_config({"SURVEY_DATA": str(folder / "data")})
    engine = open_store(config)
    new = NewWave(SLUG, wide(), "bench", "Bench", access="open", origin="simulated")
    wave = create_wave(engine, config, new)
    parts = seal_all(wave, answers)
    masks = np.sum([mask for mask, _ in parts], axis=0, dtype=np.uint32)
    seeds = sorted(seal for _, seals in parts for seal in seals)
    fill(engine, config, wave, State(answers, 0, frozenset(), totals(wave, answers) + masks), seeds)
    close_wave(engine, config, SLUG)
    engine.dispose()


def seal_all(wave: Wave, answers: int) -> list[tuple[NDArray[np.uint32], list[bytes]]]:
    """Sums of masks and their seals, made on all cores where they are many."""
    workers = cores() if answers > PEOPLE * 10 else 1
    shares = [answers // workers + (n < answers % workers) for n in range(workers)]
    jobs = [(wave.public_key, wave.fingerprint, wave.layout.size, share) for share in shares]
    if workers == 1:
        return [sealed_answers(jobs[0])]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return list(pool.map(sealed_answers, jobs))


def sealed_answers(job: tuple[bytes, str, int, int]) -> tuple[NDArray[np.uint32], list[bytes]]:
    """The sum of so many masks, and their seals."""
    public_key, fingerprint, size, number = job
    total, seals = np.zeros(size, dtype=CELL), []
    for _ in range(number):
        made = fresh(public_key, fingerprint, size)
        total += made.mask
        seals.append(made.seal)
    return total, seals


def totals(wave: Wave, answers: int) -> NDArray[np.uint32]:
    """What the answers add up to."""
    found = np.zeros(wave.layout.size, dtype=CELL)
    for person in range(min(PEOPLE, answers)):
        times = answers // PEOPLE + (person < answers % PEOPLE)
        found[cells_of(wave.layout, answers_of_person(wave.definition, 1, person))] += times
    return found


def fill(engine: Engine, config: Config, wave: Wave, state: State, seeds: list[bytes]) -> None:
    """Put state and seeds into the box as one commit would."""
    key = os.urandom(KEY)
    blob = encrypt(state, box_of(engine, config, wave).binding, key)
    Slots(config.state_keys, wave.slug).write(0, key)
    with engine.begin() as connection:
        for at in range(0, len(seeds), 10_000):
            rows = [{"wave_id": wave.id, "sealed": seed} for seed in seeds[at : at + 10_000]]
            connection.execute(insert(tables.seed), rows)
        connection.execute(
            update(tables.box).where(tables.box.c.wave_id == wave.id).values(slot=0, blob=blob)
        )


def open_in(folder: Path) -> tuple[int, float, float, float]:
    """Open the box in that folder: cells, seconds, seconds of CPU, MB.

    Raises RuntimeError where the totals are wrong.
    """
    config = load_config({"SURVEY_DATA": str(folder / "data")})
    engine = open_store(config)
    wave = find_wave(engine, SLUG)
    if wave is None or wave.responses is None:
        raise RuntimeError("the box was not built")
    key = read_key_file(key_file(config, SLUG), wave)
    with peak_memory() as peak:
        start, before = time.perf_counter(), cpu()
        count = count_sealed(engine, wave)
        opened = open_totals(engine, config, wave, key)
        seconds, used = time.perf_counter() - start, cpu() - before
    if count != wave.responses or not np.array_equal(opened, totals(wave, wave.responses)):
        raise RuntimeError("the totals are wrong")
    return wave.layout.size, seconds, used, max(peak)


def cpu() -> float:
    """Seconds of CPU that this process and its ended children have used."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """MB of this process and its children together, looked at again and again."""
    found, done = [memory()], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            found.append(memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()


def memory() -> float:
    """MB in memory now. (getrusage would count what a process inherits from who started it.)"""
    tasks = Path("/proc/self/task").glob("*/children")
    children = [child for task in tasks for child in task.read_text().split()]
    own = Path("/proc/self/cmdline").read_bytes()
    total = resident("self")
    for process in children:
        with suppress(OSError):  # it ended just now
            # A child that has not started its own program yet has our memory, not its own.
            started = Path(f"/proc/{process}/cmdline").read_bytes() != own
            total += resident(process) if started else 0
    return total / 1e6


def resident(process: str) -> int:
    """Bytes of a process in memory. Raises OSError where it is gone."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def report(answers: tuple[int, ...]) -> None:
    """Print one line per number of answers; time per answer shows whether it is linear."""
    print(f"\nOpening a box with a sealed seed for each answer, {cores()} cores")
    for number in answers:
        found = measure(number)
        print(
            f"  {number:9,} answers, {found.cells:,} cells: {found.seconds:6.2f} s"
            f" ({found.cpu:.2f} s of CPU)   {1e6 * found.seconds / number:5.0f} us each"
            f"   {found.memory:4.0f} MB at most",
            flush=True,
        )


@click.command()
@click.option("--answers", multiple=True, type=int, default=(10_000, 100_000), show_default=True)
@click.option("--open", "folder", type=click.Path(path_type=Path), hidden=True)
def main(answers: tuple[int, ...], folder: Path | None) -> None:
    """Measure openings."""
    if folder:
        print(*open_in(folder))
    else:
        report(answers)


if __name__ == "__main__":
    main()
