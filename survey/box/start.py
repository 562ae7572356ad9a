"""From "not yet open" to open: from then on the wave takes answers. There is no way back."""

from sqlalchemy import Engine, select, update

from survey.box.commit import open_state, read_row
from survey.box.errors import storing
from survey.box.layout import BoxError
from survey.box.model import Wave
from survey.box.waves import box_of, elsewhere, require_same_rules
from survey.config import Config
from survey.store import tables


@storing()
def start_wave(engine: Engine, config: Config, wave: Wave) -> None:
    """Open a wave for answers, for all who come from now on.

    Raises BoxError where it is open already or was closed, StateLost where its box could not be
    opened (nobody's answer shall go into it), FoldUnavailable where nothing could be stored.
    """
    require_same_rules(wave)
    box, this = box_of(engine, config, wave), tables.wave.c.id == wave.id
    here = elsewhere(config, wave) is None
    with box.slots.lock(), engine.begin() as connection:
        state = connection.execute(select(tables.wave.c.state).where(this)).scalar_one()
        if state != "ready":
            was = "already open" if state == "open" else f"{state}: it takes no more answers"
            raise BoxError(f"The wave '{wave.slug}' is {was}.")
        if here:
            open_state(box, read_row(connection, box))
        connection.execute(update(tables.wave).where(this).values(state="open"))
