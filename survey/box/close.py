"""Closing a box: no more answers, the ballots forgotten, count and digest fixed for all to see."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, select, update

from survey.box.commit import rewrite
from survey.box.errors import storing
from survey.box.layout import BoxError
from survey.box.mask import CELL
from survey.box.model import Wave
from survey.box.state import State
from survey.box.waves import box_of, require_same_rules
from survey.config import Config
from survey.store import tables
from survey.store.engine import shed_log

FORMAT = "survey-box/1"
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class ClosedBox:
    """What everybody may know of a closed box: SHA-256 (hex) of its export, and its count."""

    digest: str
    responses: int


@storing()
def close_box(engine: Engine, config: Config, wave: Wave, month: str) -> ClosedBox:
    """Close a wave for good; `month` as 2026-11. Deletes every code and every spent hash.

    Raises BoxError where it is closed already, FoldUnavailable (nothing happened), StateLost.
    """
    require_same_rules(wave)
    if not _MONTH.fullmatch(month):
        raise ValueError("a month is written as 2026-11")
    box = box_of(engine, config, wave)
    closed: list[ClosedBox] = []

    def change(connection: Connection, state: State) -> State:
        closed[:] = [ClosedBox(digest_of(connection, wave, state), state.responses)]
        _close(connection, wave, closed[0], month)
        return State(state.responses, 0, frozenset(), state.masked)

    with box.slots.lock():
        found = rewrite(box, change, lambda: None)
    shed_log(engine)
    if found != "open":
        raise BoxError(f"The wave '{wave.slug}' is already closed: it can only be opened now.")
    return closed[0]


def digest_of(connection: Connection, wave: Wave, state: State) -> str:
    """SHA-256 (hex) over the box's export."""
    digest = hashlib.sha256()
    for part in export_parts(connection, wave, state):
        digest.update(part)
    return digest.hexdigest()


def export_parts(connection: Connection, wave: Wave, state: State) -> Iterator[bytes]:
    """The export of a closed box, byte for byte the same each time.

    One line of JSON; the masked totals (uint32, little-endian); the sealed seeds (80 bytes each),
    sorted. Without the private key it says nothing but how many answered.
    """
    of_wave = tables.seed.c.wave_id == wave.id
    counted = connection.execute(select(func.count()).select_from(tables.seed).where(of_wave))
    head = {
        "format": FORMAT,
        "wave": wave.slug,
        "fingerprint": wave.fingerprint,
        "public_key": wave.public_key.hex(),
        "responses": state.responses,
        "cells": len(state.masked),
        "seeds": counted.scalar_one(),
    }
    yield json.dumps(head, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    yield state.masked.astype(CELL, copy=False).tobytes()
    seeds = select(tables.seed.c.sealed).where(of_wave).order_by(tables.seed.c.sealed)
    yield from connection.execute(seeds).yield_per(1000).scalars()


def _close(connection: Connection, wave: Wave, closed: ClosedBox, month: str) -> None:
    for table in (tables.code, tables.spent):
        connection.execute(delete(table).where(table.c.wave_id == wave.id))
    connection.execute(
        update(tables.wave)
        .where(tables.wave.c.id == wave.id)
        .values(state="closed", closed=month, responses=closed.responses, digest=closed.digest)
    )
