"""The one way in which a box changes, step by step, so that no earlier state can ever be opened.

Under the wave's lock:

1. *settle*, if an earlier commit did not get to its last step;
2. read the row; put a new state key into the slot that the row does not name, on disk;
3. one transaction: ballots, seeds, and the blob under the new key with the name of its slot;
4. zero the slot of the old key; or, where somebody waits already, go on at 2 under the same lock,
   which writes the next key over the old one.

Step 1 is there for a SQLite commit whose process died between writing its last frame to the log
and telling the others: they do not see it, but whoever opens the database after *all* have died
does. Were its key gone by then, the wave would be. A commit of our own writes over such frames, and
only then may the spare slot be touched.

On PostgreSQL a COMMIT may still be on its way when its process, or the connection, is long dead.
The write lock answers that: whoever has it knows that no commit of anybody is on its way. Step 1
adds nothing there and does no harm.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from survey.box.errors import StateLost, storing
from survey.box.mask import SEALED
from survey.box.slots import KEY, Slots
from survey.box.state import Binding, State, decrypt, encrypt
from survey.store import tables
from survey.store.engine import reading
from survey.store.prepared import Prepared

RECONNECT = 5.0
"""Seconds for which a lost database is asked again what became of a commit."""
_PAUSE = 0.1

Change = Callable[[Connection, State], State | None]
"""Looks at the state and writes rows of its own; None where there is nothing to commit."""

_READ = Prepared(
    select(tables.wave.c.state, tables.box.c.slot, tables.box.c.blob)
    .select_from(tables.wave.outerjoin(tables.box))
    .where(tables.wave.c.id == bindparam("of_wave"))
)
_WRITE = Prepared(
    update(tables.box)
    .where(tables.box.c.wave_id == bindparam("of_wave"))
    .values(slot=bindparam("new_slot"), blob=bindparam("new_blob"))
)


@dataclass(frozen=True, slots=True)
class Box:
    """Where one wave's box lies: its rows, its state keys, and what its blob is bound to."""

    engine: Engine
    slots: Slots
    binding: Binding


@dataclass(frozen=True, slots=True)
class Row:
    """A wave's state, and its box: slot and blob are None once that is destroyed.

    No backup has it either: an open wave that came out of one has lost its state.
    """

    state: str
    slot: int | None
    blob: bytes | None


def read_row(connection: Connection, box: Box) -> Row:
    """The box's row as this transaction sees it."""
    [found] = _READ.rows(connection, {"of_wave": box.binding.wave_id})
    return Row(*found)


def open_state(box: Box, row: Row) -> State:
    """What is in the box. Raises StateLost where its key is gone or belongs to another state."""
    key = box.slots.read(row.slot) if row.slot is not None else None
    state = decrypt(row.blob, box.binding, key) if key and row.blob is not None else None
    if state is None:
        raise StateLost(box.binding.slug)
    return state


def rewrite(
    box: Box, change: Change, told: Callable[[], None], again: Callable[[], bool] = lambda: False
) -> str:
    """Change an open box; the caller holds its lock. Returns the wave's state as it was found.

    Where that is not "open", or `change` returns None, nothing happened. `told` is called once a
    change is certain and before the old key is gone, so that nobody waits for the latter. Then
    `again` says whether to go on with the next change: its key is written over the old one.
    Raises FoldUnavailable if nothing was changed since `told` was called last, StateLost, and
    whatever `change` raises.
    """
    useless: int | None = None
    """The slot of a key that opens nothing: its commit is over, or was never begun."""
    try:
        with storing(), box.engine.connect() as connection:
            row = _settled_row(connection, box)
            while row.state == "open":
                state = open_state(box, row)
                if row.slot is None:
                    raise StateLost(box.binding.slug)
                useless = spare = 1 - row.slot
                box.slots.write(spare, key := os.urandom(KEY))
                if (new := change(connection, state)) is None:
                    break
                useless = None  # until the commit is certain, both keys may be needed
                _commit(connection, box, spare, encrypt(new, box.binding, key))
                useless = row.slot
                told()
                if not again():
                    break
                row = read_row(connection, box)
            return row.state
    finally:
        if useless is not None:
            # If this fails the key stays until the next commit or start, which zero it.
            with suppress(OSError):
                box.slots.zero(useless)


def clean(box: Box) -> int | None:
    """Zero the key of every state but the current one; the caller holds the lock.

    Returns the slot in use, None where the box was destroyed as it was published. Raises OSError,
    DBAPIError, and StateLost, where it zeroes nothing: if an old copy of the database was put back
    by mistake, the other key is the one that opens the right copy.
    """
    with box.engine.begin() as connection:
        _settle(connection, box)
    with reading(box.engine) as connection:
        row = read_row(connection, box)
    if row.state != "published":
        open_state(box, row)
        if row.slot is not None and box.slots.read(1 - row.slot) is not None:
            box.slots.zero(1 - row.slot)
    return row.slot


def _settled_row(connection: Connection, box: Box) -> Row:
    """The row, in a transaction that stays open."""
    row = read_row(connection, box)
    if row.slot is None or box.slots.read(1 - row.slot) is None:
        return row
    _settle(connection, box)
    connection.commit()
    return read_row(connection, box)


def _settle(connection: Connection, box: Box) -> None:
    """Write a frame that changes nothing: what is committed after it is all that ever will be.

    A process that died may also have made a slot's file, and not yet brought its name to disk.
    """
    box.slots.sync()
    row = {"wave_id": box.binding.wave_id, "sealed": os.urandom(SEALED)}
    connection.execute(insert(tables.seed), row)
    connection.execute(delete(tables.seed).filter_by(**row))


def _commit(connection: Connection, box: Box, spare: int, blob: bytes) -> None:
    """Raises DBAPIError where the change did not come about."""
    try:
        _WRITE.run(
            connection, {"of_wave": box.binding.wave_id, "new_slot": spare, "new_blob": blob}
        )
        connection.commit()
    except DBAPIError as error:
        # Even a failed COMMIT may have come about: only the row tells. If it cannot be had now,
        # both keys stay, and the next commit or start settles it.
        with suppress(DBAPIError):
            connection.rollback()
        connection.invalidate()
        lost = error.connection_invalidated
        if _slot_in_the_end(box, RECONNECT if lost else 0) != spare:
            raise


def _slot_in_the_end(box: Box, patience: float) -> int | None:
    """Clean up, over a new connection, and say which slot the row names; raises as `clean`."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return clean(box)
        except DBAPIError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE)
