"""Waves that were looked up a moment ago: a visit to the survey need not ask the database again.

A wave's questions never change. Its state does, so it is kept for a second only: whoever opens the
page in the second after a wave was closed still sees the form, and is told when it is sent, for the
fold looks at the state itself. While the database is away a wave is believed for longer, so that
what somebody sends can be shown again with nothing lost.
"""

import time
from collections.abc import Callable

from sqlalchemy import Engine

from survey.box.errors import FoldUnavailable, storing
from survey.box.model import Wave
from survey.box.waves import find_wave

FRESH = 1.0
"""Seconds."""


class KnownWaves:
    """The waves of one process, by slug. Unknown slugs are asked for each time, and never kept."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._found: dict[str, tuple[float, Wave]] = {}

    def find(self, engine: Engine, slug: str) -> Wave | None:
        """The wave of that slug as it was at most FRESH seconds ago, or None.

        Raises FoldUnavailable where the database is away and the wave was never seen.
        """
        now = self._clock()
        known = self._found.get(slug)
        if known is not None and now - known[0] < FRESH:
            return known[1]
        try:
            with storing():
                wave = find_wave(engine, slug)
        except FoldUnavailable:
            if known is None:
                raise
            return known[1]
        if wave is None:
            self._found.pop(slug, None)
        else:
            self._found[slug] = (now, wave)
        return wave
