"""Workers who send each ballot again and again until it is counted; ballot n adds one to cell n."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from boxkit import World, ballot

from survey.box.close import close_box
from survey.box.fold import Folder, FoldUnavailable, Outcome

BALLOTS = 150
THREADS = 6


class Workers:
    """They send each ballot until it is acknowledged, and note what they were told."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.refused = 0
        self.acknowledged: list[int] = []

    def send(self, number: int) -> Outcome:
        """Again and again with the same form; not all at once, or they would share one commit."""
        time.sleep(0.02)
        while True:
            try:
                outcome = self._folder.fold(np.array([number]), ballot(number))
            except FoldUnavailable:
                self.refused += 1
                time.sleep(0.02)
            else:
                self.acknowledged.append(number)
                return outcome


def send_all(world: World) -> Workers:
    """Several at a time, until the last is acknowledged."""
    workers = Workers(world.folder())
    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(workers.send, range(BALLOTS))) <= {Outcome.COUNTED, Outcome.ALREADY}
    assert sorted(workers.acknowledged) == list(range(BALLOTS))
    return workers


@contextmanager
def all_the_while(action: Callable[[], None], pause: float) -> Iterator[None]:
    """Do it over and over in another thread, a little later each time: a slow machine ends, too."""
    over = threading.Event()

    def repeat() -> None:
        wait = pause
        while not over.wait(wait):
            action()
            wait *= 1.05

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def every_ballot_counted_once(world: World, ballots: int = BALLOTS) -> None:
    """Close, open, and look at the sums."""
    closed = close_box(world.engine, world.config, world.now(), "2026-11")
    assert closed.responses == ballots
    opened = world.opened()
    assert (opened[:ballots] == 1).all()
    assert (opened[ballots:] == 0).all()
