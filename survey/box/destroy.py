"""Publishing, and what it ends with: box, seeds, state keys and key file are destroyed."""

from sqlalchemy import Connection, Engine, delete, exists, insert, select, update

from survey.box.errors import FoldUnavailable, NotDestroyed, NotYetOpen, storing
from survey.box.keys import destroy_key_file
from survey.box.layout import BoxError
from survey.box.model import Wave
from survey.box.slots import Slots
from survey.box.waves import key_file, list_waves
from survey.config import Config
from survey.store import tables
from survey.store.engine import reading, shed_log

_DESTROYED = (
    *(tables.box, tables.seed, tables.code, tables.spent),
    *(tables.checkpoint, tables.next_checkpoint),
)


@storing()
def publish_and_destroy(engine: Engine, config: Config, wave: Wave, body: bytes) -> None:
    """Store the release and mark the wave published in one transaction, then destroy its box.

    The same body again is fine and finishes what was left. Raises BoxError where the wave is open
    or another release was published; FoldUnavailable where nothing happened yet; NotDestroyed where
    the release is stored: the same call, or a start, goes on from there.
    """
    with engine.begin() as connection:
        _publish(connection, wave, body)
    try:
        with storing():
            _destroy(engine, config, wave)
    except FoldUnavailable as error:
        raise NotDestroyed(wave.slug) from error


@storing()
def resume_destruction(engine: Engine, config: Config) -> tuple[str, ...]:
    """Finish what a crash cut short; call it at start-up. Slugs of the waves it had to work on."""
    left = [w for w in list_waves(engine) if w.state == "published" and _left(engine, config, w)]
    for wave in left:
        _destroy(engine, config, wave)
    return tuple(wave.slug for wave in left)


def _publish(connection: Connection, wave: Wave, body: bytes) -> None:
    state = connection.execute(
        select(tables.wave.c.state).where(tables.wave.c.id == wave.id)
    ).scalar_one()
    if state == "ready":
        raise NotYetOpen(wave.slug)
    if state == "open":
        raise BoxError(f"The wave '{wave.slug}' is still open: close the wave first.")
    if state == "published":
        of_wave = tables.release.c.wave_id == wave.id
        if connection.execute(select(tables.release.c.body).where(of_wave)).scalar_one() != body:
            raise BoxError(
                f"Another release of wave '{wave.slug}' is already published: it stays as it is."
            )
        return
    connection.execute(insert(tables.release), {"wave_id": wave.id, "body": body})
    connection.execute(
        update(tables.wave).where(tables.wave.c.id == wave.id).values(state="published")
    )


def _left(engine: Engine, config: Config, wave: Wave) -> bool:
    with reading(engine) as connection:
        found = connection.execute(select(exists().where(tables.box.c.wave_id == wave.id)))
        box = bool(found.scalar_one())
    files = Slots(config.state_keys, wave.slug).exist() or key_file(config, wave.slug).exists()
    return box or files


def _destroy(engine: Engine, config: Config, wave: Wave) -> None:
    """Keys first: from then on no copy of the rows can be opened."""
    slots = Slots(config.state_keys, wave.slug)
    with slots.lock():
        slots.remove()
        destroy_key_file(key_file(config, wave.slug))
        with engine.begin() as connection:
            for table in _DESTROYED:
                connection.execute(delete(table).where(table.c.wave_id == wave.id))
    shed_log(engine)
