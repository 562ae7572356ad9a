"""What can be done once a wave's state key is lost: start its box anew, or close with less.

Nobody can read what was in the box, so nothing that is destroyed here could still be of use, but
for one case: if an old copy of the database was put back by mistake, the keys on the host are
those of the right copy. So both ask that the box is lost, and whoever calls them asks first.
"""

import os
from dataclasses import replace

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from survey.box.checkpoint import CHECKPOINTS, read_checkpoint
from survey.box.close import ClosedBox, close_rows, digest_of, require_month
from survey.box.commit import Box, open_state, read_row
from survey.box.errors import NotYetOpen, StateLost, storing
from survey.box.layout import BoxError
from survey.box.model import UNCLOSED, Wave
from survey.box.slots import KEY
from survey.box.state import State, empty_state, encrypt
from survey.box.waves import box_of, elsewhere, require_same_rules
from survey.config import Config
from survey.store import tables
from survey.store.engine import shed_log


@storing()
def restart_box(engine: Engine, config: Config, wave: Wave) -> None:
    """Start the lost box of an open wave anew: empty, every form and code unused, checkpoints gone.

    The page then says to workers that they have to answer again, unless none could have yet. Raises
    BoxError where the wave is closed or its box not lost; FoldUnavailable (nothing happened, or it
    did and says so if asked again).
    """
    require_same_rules(wave)
    box = _box_of_this_host(engine, config, wave)
    with box.slots.lock():
        with engine.begin() as connection:
            slot = _spare_of_lost(connection, box, UNCLOSED)
            for table in (tables.spent, *CHECKPOINTS):
                connection.execute(delete(table).where(table.c.wave_id == wave.id))
            _count_codes(connection, wave)
            answered = (tables.wave.c.id == wave.id) & (tables.wave.c.state == "open")
            connection.execute(update(tables.wave).where(answered).values(restarted=True))
            _put(connection, box, slot, empty_state(wave.layout.size), ())
        _forget(box, 1 - slot)
    shed_log(engine)


@storing()
def close_with_checkpoint(engine: Engine, config: Config, wave: Wave, month: str) -> ClosedBox:
    """Close a wave whose box is lost, with the totals of its last checkpoint; `month` as 2026-11.

    Answers that came later are lost. Raises BoxError where the wave is published, its box not lost
    or there is no checkpoint; FoldUnavailable.
    """
    require_same_rules(wave)
    month = wave.closed or require_month(month)
    box = _box_of_this_host(engine, config, wave)
    with box.slots.lock():
        with engine.begin() as connection:
            slot = _spare_of_lost(connection, box, ("open", "closed"))
            found = read_checkpoint(connection, wave)
            if found is None:
                raise BoxError(f"There is no checkpoint of the wave '{wave.slug}'.")
            state = State(found.responses, 0, frozenset(), found.masked)
            _put(connection, box, slot, state, found.seeds)
            digest = digest_of(connection, replace(wave, closed=month), state)
            closed = ClosedBox(digest, state.responses)
            close_rows(connection, wave, closed, month)
            connection.execute(
                delete(tables.checkpoint).where(tables.checkpoint.c.wave_id == wave.id)
            )
        _forget(box, 1 - slot)
    shed_log(engine)
    return closed


def _box_of_this_host(engine: Engine, config: Config, wave: Wave) -> Box:
    """Raises BoxError where another host may have the keys: nothing is lost, as far as we know."""
    if host := elsewhere(config, wave):
        raise BoxError(
            f"Answers to wave '{wave.slug}' go to {host}, which has its state key: do "
            "this there; or, if that host is gone for good, unset SURVEY_FORWARD_TO first."
        )
    return box_of(engine, config, wave)


def _spare_of_lost(connection: Connection, box: Box, states: tuple[str, ...]) -> int:
    """The slot for a new key. Raises BoxError for another state, or where the box can be opened."""
    row = read_row(connection, box)
    if row.state == "ready" and "ready" not in states:
        raise NotYetOpen(box.binding.slug)
    if row.state not in states:
        raise BoxError(f"The wave '{box.binding.slug}' is {row.state}: its box stays as it is.")
    try:
        open_state(box, row)
    except StateLost:
        return 0 if row.slot is None else 1 - row.slot
    raise BoxError(f"The box of wave '{box.binding.slug}' is not lost: it stays as it is.")


def _put(
    connection: Connection, box: Box, slot: int, state: State, seeds: tuple[bytes, ...]
) -> None:
    """Replace box and seeds; the key is on disk before the row can name it."""
    wave_id = box.binding.wave_id
    for table in (tables.box, tables.seed):
        connection.execute(delete(table).where(table.c.wave_id == wave_id))
    key = os.urandom(KEY)
    box.slots.write(slot, key)
    blob = encrypt(state, box.binding, key)
    connection.execute(insert(tables.box), {"wave_id": wave_id, "slot": slot, "blob": blob})
    rows = [{"wave_id": wave_id, "sealed": sealed} for sealed in seeds]
    if rows:
        connection.execute(insert(tables.seed), rows)


def _count_codes(connection: Connection, wave: Wave) -> None:
    """A backup has no codes: then none is issued any more, and new ones have to be made."""
    batch, code = tables.code_batch, tables.code.c
    of_batch = (code.wave_id == batch.c.wave_id, code.batch == batch.c.batch)
    there = select(func.count()).where(*of_batch).scalar_subquery()
    connection.execute(update(batch).where(batch.c.wave_id == wave.id).values(issued=there))


def _forget(box: Box, slot: int) -> None:
    if box.slots.read(slot) is not None:
        box.slots.zero(slot)
