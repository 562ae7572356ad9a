"""Waves: found by slug, listed, and created with keys, slots and an empty box."""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import get_args

from sqlalchemy import Connection, Engine, Row, bindparam, insert, select

from survey.box.commit import Box
from survey.box.errors import storing
from survey.box.keys import destroy_key_file, make_key_file
from survey.box.languages import as_read, as_stored, require_translated
from survey.box.layout import BoxError, Layout, build_layout
from survey.box.mask import SEED, seal
from survey.box.model import Access, Custody, NewWave, Origin, Quorum, Wave
from survey.box.slots import KEY, Slots
from survey.box.state import Binding, empty_state, encrypt
from survey.box.stewards import require_quorum
from survey.config import Config
from survey.instrument.load import parse_definition, parse_headcounts
from survey.instrument.model import Definition, Headcounts
from survey.store import tables
from survey.store.engine import reading

__all__ = [
    "NewWave",
    "Wave",
    "box_of",
    "create_wave",
    "elsewhere",
    "find_wave",
    "key_file",
    "list_waves",
    "require_same_definition",
    "require_same_rules",
    "require_slug",
]

_WAVES = select(
    tables.wave,
    tables.campaign.c.slug.label("campaign"),
    tables.campaign.c.name.label("title"),
).join_from(tables.wave, tables.campaign)
# Built once: every visit to the survey asks for its wave.
_BY_SLUG = _WAVES.where(tables.wave.c.slug == bindparam("of_slug"))
_ALL = _WAVES.order_by(tables.wave.c.id)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def find_wave(engine: Engine, slug: str) -> Wave | None:
    """The wave of that slug, or None."""
    if not _SLUG.fullmatch(slug):
        return None  # nor would every database take each text that comes in an address
    with reading(engine) as connection:
        row = connection.execute(_BY_SLUG, {"of_slug": slug}).one_or_none()
    return None if row is None else _wave(row)


def list_waves(engine: Engine) -> tuple[Wave, ...]:
    """All waves, in the order they were made."""
    with reading(engine) as connection:
        rows = connection.execute(_ALL).all()
    return tuple(_wave(row) for row in rows)


@storing()
def create_wave(engine: Engine, config: Config, new: NewWave) -> Wave:
    """Start a wave: its state key, empty box and rows; under custody by key file its key pair.

    Raises BoxError for a bad or taken slug and for a public key that is not this wave's alone,
    DefinitionError for a bad definition or headcounts, FoldUnavailable where nothing could be
    stored.
    """
    _require_sound(new)
    definition, layout, _ = _parsed(new.definition, new.headcounts)
    require_translated(definition, new.confirmed)
    _require_usable_key(new, layout)
    slots = Slots(config.state_keys, new.slug)
    with slots.lock():
        _require_unused(engine, slots, new, definition)
        path = key_file(config, new.slug)
        public_key = new.stewards.public_key if new.stewards else make_key_file(path, new.slug)
        try:
            with engine.begin() as connection:
                _insert(connection, slots, new, layout, public_key)
        except BaseException:
            if find_wave(engine, new.slug) is None:
                if new.stewards is None:
                    destroy_key_file(path)
                slots.forget()
            raise
    found = find_wave(engine, new.slug)
    if found is None:
        raise BoxError(f"The wave '{new.slug}' was removed while it was being made.")
    return found


def require_slug(slug: str) -> None:
    """Raises BoxError unless it can stand in an address."""
    if not _SLUG.fullmatch(slug):
        raise BoxError(
            f"'{slug}' cannot be used in an address: write 1 to 64 small letters, digits and "
            "hyphens, with no hyphen at either end."
        )


def require_same_definition(wave: Wave, definition: Definition) -> None:
    """Raises BoxError unless the wave runs with exactly this definition."""
    if wave.definition != definition:
        same_rules = build_layout(definition).fingerprint == wave.fingerprint
        what = "words" if same_rules else "questions, groups or rules"
        raise BoxError(
            f"There is already a wave '{wave.slug}', and its questionnaire is not this one: its "
            f"{what} differ. Answers given to the one must not count for the other. Take the "
            "questionnaire that the wave was made from, or make a new wave with another name."
        )


def require_same_rules(wave: Wave) -> None:
    """Raises BoxError where this version lays the wave out, or would gate it, in another way."""
    if wave.layout.fingerprint != wave.fingerprint:
        raise BoxError(
            f"The wave '{wave.slug}' was made under other disclosure rules than this version "
            "keeps: finish it with the version that made it."
        )


def box_of(engine: Engine, config: Config, wave: Wave) -> Box:
    """Where the wave's box lies."""
    binding = Binding(wave.id, wave.slug, wave.fingerprint, wave.layout.size)
    return Box(engine, Slots(config.state_keys, wave.slug), binding)


def elsewhere(config: Config, wave: Wave) -> str | None:
    """The host that takes the wave's answers, where it is another: no state key of it is here."""
    return None if Slots(config.state_keys, wave.slug).exist() else config.forward_to


def key_file(config: Config, slug: str) -> Path:
    """Where the private key of a wave lies under custody by key file."""
    return config.private / f"{slug}.key"


@lru_cache(maxsize=64)
def _parsed(text: str, headcounts: str) -> tuple[Definition, Layout, Headcounts]:
    definition = parse_definition(text)
    return definition, build_layout(definition), parse_headcounts(headcounts, definition)


def _wave(row: Row[tuple[object, ...]]) -> Wave:
    definition, layout, headcounts = _parsed(row.definition, row.headcounts)
    return Wave(
        id=row.id,
        campaign=row.campaign,
        campaign_name=row.title,
        slug=row.slug,
        state=row.state,
        definition=definition,
        definition_text=row.definition,
        layout=layout,
        fingerprint=row.fingerprint,
        access=row.access,
        origin=row.origin,
        custody=row.custody,
        public_key=row.public_key,
        quorum=_quorum(row),
        headcounts=headcounts,
        headcounts_text=row.headcounts,
        closed=row.closed,
        responses=row.responses,
        digest=row.digest,
        shared=row.shared,
        confirmed=as_read(row.languages_confirmed),
        checkpoints=row.checkpoints,
        restarted=row.restarted,
    )


def _quorum(row: Row[tuple[object, ...]]) -> Quorum | None:
    if row.custody != "stewards":
        return None
    return Quorum(row.steward_threshold, row.steward_count)


def _require_sound(new: NewWave) -> None:
    for slug in (new.slug, new.campaign):
        require_slug(slug)
    for value, allowed in ((new.access, Access), (new.origin, Origin), (new.custody, Custody)):
        if value not in get_args(allowed):
            raise BoxError(f"'{value}' is not one of {', '.join(get_args(allowed))}.")
    if (new.custody == "stewards") != (new.stewards is not None):
        raise BoxError(
            "A wave whose key stewards hold needs their public key, and no other wave takes one."
        )


def _require_usable_key(new: NewWave, layout: Layout) -> None:
    """Nobody could ever open what is sealed to another wave's key, or to bytes that are no key."""
    if new.stewards is None:
        return
    if new.stewards.slug != new.slug:
        raise BoxError(
            f"This public key was made for the wave '{new.stewards.slug}', not for '{new.slug}': "
            "give the wave that name, or make a key for this one."
        )
    require_quorum(new.stewards.quorum)
    try:
        seal(new.stewards.public_key, layout.fingerprint, bytes(SEED))
    except ValueError as error:
        raise BoxError("This public key is not usable: nothing can be sealed to it.") from error


def _require_unused(engine: Engine, slots: Slots, new: NewWave, definition: Definition) -> None:
    if (standing := find_wave(engine, new.slug)) is not None:
        require_same_definition(standing, definition)
        raise BoxError(f"There is already a wave '{new.slug}'. Choose another name.")
    if any(slots.read(slot) is not None for slot in (0, 1)):
        raise BoxError(
            f"{slots.folder} holds the state key of a wave '{new.slug}' that this database does "
            "not have: choose another slug, or another SURVEY_STATE_KEYS if a second "
            "installation uses that folder."
        )


def _insert(
    connection: Connection, slots: Slots, new: NewWave, layout: Layout, public_key: bytes
) -> None:
    _require_fresh(connection, public_key)
    quorum = new.stewards.quorum if new.stewards else None
    values = {
        "campaign_id": _campaign_id(connection, new),
        "slug": new.slug,
        "state": "open" if new.open else "ready",
        "definition": new.definition,
        "fingerprint": layout.fingerprint,
        "access": new.access,
        "origin": new.origin,
        "custody": new.custody,
        "public_key": public_key,
        "steward_threshold": quorum.threshold if quorum else None,
        "steward_count": quorum.count if quorum else None,
        "headcounts": new.headcounts,
        "shared": False,
        "languages_confirmed": as_stored(layout.definition, set(new.confirmed)),
        "checkpoints": new.checkpoints,
    }
    wave_id = connection.execute(
        insert(tables.wave).returning(tables.wave.c.id), values
    ).scalar_one()
    key = os.urandom(KEY)
    binding = Binding(wave_id, new.slug, layout.fingerprint, layout.size)
    blob = encrypt(empty_state(layout.size), binding, key)
    slots.create(key)
    connection.execute(insert(tables.box), {"wave_id": wave_id, "slot": 0, "blob": blob})


def _require_fresh(connection: Connection, public_key: bytes) -> None:
    same = select(tables.wave.c.slug).where(tables.wave.c.public_key == public_key)
    if (other := connection.execute(same).scalar()) is not None:
        raise BoxError(
            f"This public key already serves the wave '{other}': a key serves one wave only, so "
            "make a new one."
        )


def _campaign_id(connection: Connection, new: NewWave) -> int:
    campaign = tables.campaign
    found = connection.execute(select(campaign.c.id).where(campaign.c.slug == new.campaign))
    if (standing := found.scalar_one_or_none()) is not None:
        return int(standing)
    values = {"slug": new.campaign, "name": new.campaign_name}
    return int(connection.execute(insert(campaign).returning(campaign.c.id), values).scalar_one())
