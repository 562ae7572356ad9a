"""Checkpoints: sealed totals that may leave with a backup, if a wave allows it.

Whoever can open the wave and has two of them sees, without the gate, the sum of the answers between
them; so that is never fewer than `least`. The closed box will be had by the same people: a
checkpoint therefore waits until as many answers came after it. Until then it lies in the database
under a key that lies in the box, so that no copy of the database opens it.
"""

import os
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, Row, Table, delete, insert, select

from survey.box.close import stream_seeds
from survey.box.commit import rewrite
from survey.box.errors import storing
from survey.box.layout import Layout, Totals
from survey.box.mask import CELL, SEALED
from survey.box.model import Wave
from survey.box.slots import KEY
from survey.box.state import Binding, State
from survey.box.waves import box_of
from survey.config import Config
from survey.store import tables
from survey.store.engine import reading

LEAST = 100
PER_GROUP = 10
CHECKPOINTS = (tables.checkpoint, tables.next_checkpoint)

_NONCE = bytes(12)  # each key encrypts one checkpoint


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """Totals (uint32, masked) as they were when so many had answered, and the seeds they need."""

    responses: int
    masked: Totals
    seeds: tuple[bytes, ...]
    """Sealed; sorted by their own bytes."""


def least(layout: Layout) -> int:
    """Answers between two checkpoints, before the first, and between the last and the closing."""
    groups = (len(breakdown.groups) for breakdown in layout.definition.breakdowns)
    return max(LEAST, PER_GROUP * max(groups, default=0))


@storing()
def checkpoint(engine: Engine, config: Config, wave: Wave) -> bytes | None:
    """What a backup may hold of a wave that allows checkpoints; None where there is nothing yet.

    Moves on: if enough answers came after the one that waits, it is let out, and the totals of now
    wait in its place. Raises StateLost, FoldUnavailable; then what was let out before still stands.
    """
    box = box_of(engine, config, wave)

    def change(connection: Connection, state: State) -> State | None:
        return _move_on(connection, wave, box.binding, state)

    if wave.checkpoints:
        with box.slots.lock():
            rewrite(box, change, lambda: None)
    with reading(engine) as connection:
        found = _row(connection, tables.checkpoint, wave)
    return None if found is None else found.body


def read_checkpoint(connection: Connection, wave: Wave) -> Checkpoint | None:
    """The checkpoint that was let out last, or None."""
    found = _row(connection, tables.checkpoint, wave)
    if found is None:
        return None
    start = 4 * wave.layout.size
    seeds = range(start, len(found.body), SEALED)
    return Checkpoint(
        found.responses,
        np.frombuffer(found.body, dtype=CELL, count=wave.layout.size),
        tuple(found.body[at : at + SEALED] for at in seeds),
    )


def _move_on(connection: Connection, wave: Wave, binding: Binding, state: State) -> State | None:
    waiting = _row(connection, tables.next_checkpoint, wave)
    before = 0 if waiting is None else waiting.responses
    if state.responses < before + least(wave.layout):
        return None
    bound = binding.associated + b" checkpoint"
    if waiting is not None:
        body = AESGCM(state.checkpoint_key).decrypt(_NONCE, waiting.body, bound)
        _put(connection, tables.checkpoint, wave, waiting.responses, body)
    key = os.urandom(KEY)
    parts = (state.masked.astype(CELL, copy=False).tobytes(), *stream_seeds(connection, wave))
    body = AESGCM(key).encrypt(_NONCE, b"".join(parts), bound)
    _put(connection, tables.next_checkpoint, wave, state.responses, body)
    return replace(state, checkpoint_key=key)


def _row(connection: Connection, table: Table, wave: Wave) -> Row[*tuple[Any, ...]] | None:
    return connection.execute(select(table).where(table.c.wave_id == wave.id)).one_or_none()


def _put(connection: Connection, table: Table, wave: Wave, responses: int, body: bytes) -> None:
    connection.execute(delete(table).where(table.c.wave_id == wave.id))
    values = {"wave_id": wave.id, "responses": responses, "body": body}
    connection.execute(insert(table), values)
