"""Reads what was published: the only door through which reports see a wave."""

from functools import lru_cache
from typing import TypeVar

from sqlalchemy import Engine, Select, select

from survey.box.languages import as_read
from survey.release.model import Release
from survey.release.serialize import from_json
from survey.store import tables
from survey.store.engine import reading

T = TypeVar("T", bound=tuple[object, ...])


def published(engine: Engine, slug: str) -> Release | None:
    """The release of that wave, or None where nothing is published."""
    body = published_body(engine, slug)
    return None if body is None else _read(body)


def published_body(engine: Engine, slug: str) -> bytes | None:
    """The published JSON, byte for byte, or None."""
    wanted = _newest_first(select(tables.release.c.body)).where(tables.wave.c.slug == slug)
    with reading(engine) as connection:
        body: bytes | None = connection.execute(wanted).scalar_one_or_none()
    return body


def list_published(engine: Engine) -> tuple[Release, ...]:
    """All releases, newest wave first."""
    with reading(engine) as connection:
        bodies = connection.execute(_newest_first(select(tables.release.c.body))).scalars().all()
    return tuple(_read(body) for body in bodies)


def is_shared(engine: Engine, slug: str) -> bool:
    """Whether the wave is published and anybody may see its results."""
    wanted = _newest_first(select(tables.wave.c.shared)).where(tables.wave.c.slug == slug)
    with reading(engine) as connection:
        return bool(connection.execute(wanted).scalar_one_or_none())


def offered_languages(engine: Engine, slug: str, release: Release) -> tuple[str, ...]:
    """Languages to show the release in: of a real wave its first, and those that were read."""
    first, *others = release.title
    column = tables.wave.c.languages_confirmed
    with reading(engine) as connection:
        stored = connection.execute(select(column).where(tables.wave.c.slug == slug)).scalar_one()
    read = as_read(stored)
    return (first, *(code for code in others if release.origin != "survey" or code in read))


def _newest_first(columns: Select[T]) -> Select[T]:
    wave = tables.wave
    joined = columns.select_from(tables.release.join(wave, tables.release.c.wave_id == wave.c.id))
    return joined.order_by(wave.c.id.desc())


@lru_cache(maxsize=32)
def _read(body: bytes) -> Release:
    """Releases are frozen, and the same bytes are the same release."""
    return from_json(body)
