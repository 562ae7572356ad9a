"""At start-up: no key of an earlier state may be left from a commit that was cut short."""

from sqlalchemy import Engine

from survey.box.commit import clean
from survey.box.errors import StateLost, storing
from survey.box.waves import box_of, elsewhere, list_waves
from survey.config import Config


@storing()
def recover(engine: Engine, config: Config) -> tuple[str, ...]:
    """Clean the state keys of every wave that has a box, each under its lock.

    Returns the slugs of waves whose answers are lost, to be said to whoever runs the server.
    Raises FoldUnavailable where a wave's lock is not to be had, or a key not to be zeroed.
    """
    lost: list[str] = []
    for wave in list_waves(engine):
        if wave.state == "published" or elsewhere(config, wave):
            continue
        box = box_of(engine, config, wave)
        with box.slots.lock():
            try:
                clean(box)
            except StateLost:
                lost.append(wave.slug)
    return tuple(lost)
