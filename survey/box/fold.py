"""The write path: a response is added to the sealed totals, and its ballots are spent.

Threads that come while a commit is on its way share the next one (group commit). Nothing here
logs, and nothing is kept per person: commit.py says how the old state is forgotten.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from survey.box.errors import FoldUnavailable, StateLost
from survey.box.group import Ballots, Entry, Outcome, entry_of, fold_group
from survey.box.model import Wave
from survey.box.slots import PATIENCE
from survey.box.waves import box_of, require_same_rules
from survey.config import Config

__all__ = ["Ballots", "FoldUnavailable", "Folder", "Outcome", "StateLost", "fold_many"]

_BUSY = "Too many answers are arriving at once: please try again in a minute."


class Folder:
    """Folds responses into one wave's box. Make one per process; its threads share it.

    No more wait than there are threads, and none longer than PATIENCE.
    """

    def __init__(self, engine: Engine, config: Config, wave: Wave) -> None:
        """Raises BoxError where the wave was laid out under other rules."""
        require_same_rules(wave)
        self._box = box_of(engine, config, wave)
        self._wave = wave
        self._turn = threading.Condition()
        self._waiting: list[Entry] = []
        self._busy = False

    def fold(self, cells: NDArray[np.intp], ballots: Ballots) -> Outcome:
        """Count a response once, durably, and say what became of it.

        `cells` are distinct indices, as `cells_of` makes them. Raises FoldUnavailable where it was
        not counted, or nobody knows: the same ballots can be sent again. Raises StateLost, and
        ValueError for cells or hashes out of shape.
        """
        entry = entry_of(cells, ballots, self._wave.layout.size)
        deadline = time.monotonic() + PATIENCE
        if self._must_lead(entry, deadline):
            try:
                self._lead(deadline)
            finally:
                self._release(entry)
        if entry.outcome is None:
            raise entry.error or FoldUnavailable(_BUSY)
        return entry.outcome

    def _must_lead(self, entry: Entry, deadline: float) -> bool:
        """Queue up. True where this thread shall do the work; False when done, or too late."""
        with self._turn:
            self._waiting.append(entry)
            while self._busy and not entry.done:
                if not self._turn.wait(deadline - time.monotonic()):
                    self._forget(entry)
                    return False
            if not entry.done:
                self._busy = True
            return not entry.done

    def _lead(self, deadline: float) -> None:
        """Fold everything that waits by the time the next key is on the disk."""
        group: list[Entry] = []

        def take() -> list[Entry]:
            with self._turn:
                group[:], self._waiting = self._waiting, []
            return group

        with self._box.slots.lock(deadline - time.monotonic()):
            try:
                fold_group(self._box, self._wave, take, self._tell)
            except Exception as error:  # every thread of the group must hear of it, whatever it is
                for entry in group or take():
                    entry.error = error

    def _tell(self) -> None:
        with self._turn:
            self._turn.notify_all()

    def _release(self, entry: Entry) -> None:
        with self._turn:
            self._forget(entry)
            self._busy = False
            self._turn.notify_all()

    def _forget(self, entry: Entry) -> None:
        if entry in self._waiting:
            self._waiting.remove(entry)


def fold_many(
    engine: Engine,
    config: Config,
    wave: Wave,
    responses: Iterable[tuple[NDArray[np.intp], Ballots]],
    at_once: int = 100,
) -> Iterator[Outcome]:
    """Fold many responses through the same commits, `at_once` in each; yields each one's outcome.

    It works as it is iterated over; an outcome that was yielded is durable. Raises as `fold`.
    """
    require_same_rules(wave)
    box = box_of(engine, config, wave)
    source = iter(responses)
    while group := [entry_of(*pair, wave.layout.size) for pair in islice(source, at_once)]:
        with box.slots.lock():
            fold_group(box, wave, partial(list, group), lambda: None)
        yield from (entry.outcome for entry in group if entry.outcome is not None)
