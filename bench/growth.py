"""Whether a fold costs the same in a box of 1,000 answers and in one of 100,000."""

import time
from collections.abc import Iterator

import numpy as np

from bench.single import Place, place, wide
from survey.box.fold import Ballots, Folder, fold_many

POINTS = (1_000, 10_000, 100_000)
TOGETHER = 50
"""Answers a commit while filling: only the answers that are timed are committed one by one."""
TIMED = 200


def cost_by_size(points: tuple[int, ...] = POINTS) -> Iterator[tuple[int, float]]:
    """At each size of the box: answers in it, and CPU ms of one fold (median of 200)."""
    with place(wide()) as at:
        folder = Folder(at.engine, at.config, at.wave)
        done = 0
        for size in points:
            _fill(at, done, size - TIMED)
            yield size, _timed(at, folder, size - TIMED)
            done = size


def _fill(at: Place, start: int, stop: int) -> None:
    responses = (_response(at, index) for index in range(start, stop))
    for _ in fold_many(at.engine, at.config, at.wave, responses, at_once=TOGETHER):
        pass


def _timed(at: Place, folder: Folder, start: int) -> float:
    times = []
    for index in range(start, start + TIMED):
        response = _response(at, index)
        begin = time.process_time()
        folder.fold(*response)
        times.append(1e3 * (time.process_time() - begin))
    return float(np.median(times))


def _response(at: Place, index: int) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Ballots]:
    cells = np.arange(index % 7, at.wave.layout.size, 300, dtype=np.intp)
    # A keyed hash looks random; so must these, or the tables would grow at one end only.
    ballot = np.random.default_rng(index).bytes(32)
    return cells, Ballots(ballot)
