"""At start-up: no key of an earlier state may be left from a commit that was cut short."""

from sqlalchemy import Engine

from survey.box.commit import clean, open_state, read_row
from survey.box.errors import StateLost
from survey.box.waves import box_of, list_waves
from survey.config import Config
from survey.store.engine import reading


def recover(engine: Engine, config: Config) -> tuple[str, ...]:
    """Clean the state keys of every wave that has a box, each under its lock.

    Returns the slugs of waves whose answers are lost, to be said to whoever runs the server.
    Raises FoldUnavailable where a wave's lock is not to be had.
    """
    lost: list[str] = []
    for wave in list_waves(engine):
        box = box_of(engine, config, wave)
        if wave.state == "published":
            continue
        with box.slots.lock():
            clean(box)
            try:
                with reading(engine) as connection:
                    row = read_row(connection, box)
                    if row.slot is not None:
                        open_state(box, row)
            except StateLost:
                lost.append(wave.slug)
    return tuple(lost)
