"""Closing a box: no more answers, the ballots forgotten, count and digest fixed for all to see."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine, delete, func, select, update

from survey.box.commit import rewrite
from survey.box.errors import NotYetOpen, storing
from survey.box.layout import BoxError
from survey.box.mask import CELL
from survey.box.model import Wave
from survey.box.state import State
from survey.box.waves import box_of, require_same_rules
from survey.config import Config
from survey.store import tables
from survey.store.engine import shed_log

FORMAT = "survey-box/1"
MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class ClosedBox:
    """What everybody may know of a closed box: SHA-256 (hex) of its export, and its count."""

    digest: str
    responses: int


@storing()
def close_box(engine: Engine, config: Config, wave: Wave, month: str) -> ClosedBox:
    """Close a wave for good; `month` as 2026-11. Deletes every code and every spent hash.

    Raises BoxError where it is closed already, NotYetOpen, FoldUnavailable (nothing happened),
    StateLost.
    """
    require_same_rules(wave)
    require_month(month)
    box = box_of(engine, config, wave)
    closed: list[ClosedBox] = []

    def change(connection: Connection, state: State) -> State:
        digest = digest_of(connection, replace(wave, closed=month), state)
        closed[:] = [ClosedBox(digest, state.responses)]
        close_rows(connection, wave, closed[0], month)
        return State(state.responses, 0, frozenset(), state.masked)

    with box.slots.lock():
        found = rewrite(box, change, lambda: None)
    shed_log(engine)
    if found == "ready":
        raise NotYetOpen(wave.slug)
    if found != "open":
        raise BoxError(f"The wave '{wave.slug}' is already closed: it can only be opened now.")
    return closed[0]


def require_month(month: str) -> str:
    """The month, if it is written as 2026-11. Raises ValueError."""
    if not MONTH.fullmatch(month):
        raise ValueError("a month is written as 2026-11")
    return month


def digest_of(connection: Connection, wave: Wave, state: State) -> str:
    """SHA-256 (hex) over the box's export."""
    digest = hashlib.sha256()
    for part in export_parts(connection, wave, state):
        digest.update(part)
    return digest.hexdigest()


def export_parts(connection: Connection, wave: Wave, state: State) -> Iterator[bytes]:
    """The export of a closed box, byte for byte the same each time.

    One line of JSON: the wave's facts and definition, all that an opening elsewhere needs; the
    masked totals (uint32, little-endian); the sealed seeds (80 bytes each), sorted. Without the
    private key it says of the answers nothing but how many there are.
    """
    counted = {
        "responses": state.responses,
        "cells": len(state.masked),
        "seeds": count_seeds(connection, wave),
    }
    head = _facts(wave) | counted
    yield json.dumps(head, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    yield state.masked.astype(CELL, copy=False).tobytes()
    yield from stream_seeds(connection, wave)


def count_seeds(connection: Connection, wave: Wave) -> int:
    """How many sealed seeds the box has: one per commit."""
    counted = select(func.count()).select_from(tables.seed)
    return int(connection.execute(counted.where(tables.seed.c.wave_id == wave.id)).scalar_one())


def stream_seeds(connection: Connection, wave: Wave) -> Iterator[bytes]:
    """The sealed seeds, sorted; a thousand at a time are in memory."""
    seeds = select(tables.seed.c.sealed).where(tables.seed.c.wave_id == wave.id)
    ordered = seeds.order_by(tables.seed.c.sealed).execution_options(yield_per=1000)
    yield from connection.execute(ordered).scalars()


def _facts(wave: Wave) -> dict[str, object]:
    """Whatever bears on the release beside the answers. None of it changes once a wave is made."""
    quorum = wave.quorum
    return {
        "format": FORMAT,
        "campaign": wave.campaign_name,
        "wave": wave.slug,
        "origin": wave.origin,
        "access": wave.access,
        "closed": wave.closed,
        "definition": wave.definition_text,
        "headcounts": wave.headcounts_text,
        "fingerprint": wave.fingerprint,
        "public_key": wave.public_key.hex(),
        "stewards": [quorum.threshold, quorum.count] if quorum else None,
    }


def close_rows(connection: Connection, wave: Wave, closed: ClosedBox, month: str) -> None:
    """Mark the wave closed, and forget its codes, ballots and the checkpoint that waited."""
    for table in (tables.code, tables.spent, tables.next_checkpoint):
        connection.execute(delete(table).where(table.c.wave_id == wave.id))
    connection.execute(
        update(tables.wave)
        .where(tables.wave.c.id == wave.id)
        .values(state="closed", closed=month, responses=closed.responses, digest=closed.digest)
    )
