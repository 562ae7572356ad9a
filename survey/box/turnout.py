"""How many have answered: all that anybody learns before a wave is closed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from survey.box.codes import batches
from survey.box.commit import open_state, read_row
from survey.box.errors import storing
from survey.box.model import UNCLOSED, Wave
from survey.box.waves import box_of
from survey.config import Config
from survey.store.engine import reading

STEP = 5
"""Counts are rounded down to a multiple of this, or one more would be one person."""


@dataclass(frozen=True, slots=True)
class Turnout:
    """Responses, rounded down to fives. `unit` is live.

    `batches`: (used, issued) by batch of codes; used lags behind `unit` by up to 25 ballots, as
    hashes leave the box many at a time. (0, 0): its codes were taken back. Empty once the wave is
    closed, as its codes are deleted.
    """

    unit: int
    batches: Mapping[str, tuple[int, int]]


@storing()
def turnout(engine: Engine, config: Config, wave: Wave) -> Turnout:
    """The turnout of a wave. Raises StateLost, FoldUnavailable."""
    box = box_of(engine, config, wave)
    if wave.state not in UNCLOSED:
        return Turnout(_floor(wave.responses or 0), {})
    with box.slots.lock(), reading(engine) as connection:
        row = read_row(connection, box)
        if row.state == "published":
            return Turnout(0, {})
        responses = open_state(box, row).responses
        used = batches(connection, wave) if row.state in UNCLOSED else {}
    return Turnout(_floor(responses), {b: (_floor(n), issued) for b, (n, issued) in used.items()})


def _floor(count: int) -> int:
    return count - count % STEP
