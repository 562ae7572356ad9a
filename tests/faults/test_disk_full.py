"""A full disk: the worker is told to try again, nothing is lost and nothing counts twice."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from boxkit import World, ballot, make_world
from sqlalchemy import select

from survey.box.close import close_box
from survey.box.destroy import resume_destruction
from survey.box.errors import FoldUnavailable, NotDestroyed
from survey.box.fold import Outcome
from survey.box.keys import read_key_file
from survey.box.slots import Slots
from survey.box.waves import key_file
from survey.release.ceremony import preview, publish
from survey.release.published import published_body
from survey.release.serialize import to_json
from survey.store import tables
from survey.store.engine import reading

PEER = {"role": "peer", "pay": 17.0}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Writes past that fail in the middle, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def log_size(world: World) -> int:
    return Path(f"{world.engine.url.database}-wal").stat().st_size


def fold(world: World, number: int) -> Outcome:
    return world.folder().fold(world.cells(PEER), ballot(number))


def keys(world: World) -> int:
    slots = Slots(world.config.state_keys, "north")
    return sum(slots.read(slot) is not None for slot in (0, 1))


def every_ballot_counts_once(world: World, count: int) -> None:
    close_box(world.engine, world.config, world.now(), "2026-11")
    assert (world.opened() == world.counted([PEER] * count)).all()


def test_the_log_cannot_grow_whatever_write_it_fails_at(world: World) -> None:
    fold(world, 0)
    before = log_size(world)
    fold(world, 1)
    commit = log_size(world) - before
    assert commit > 4096
    folded = 2
    for room in range(0, commit, 773):  # not a divisor: cuts headers, pages and whole frames
        with no_file_larger_than(log_size(world) + room), pytest.raises(FoldUnavailable):
            fold(world, folded)
        assert fold(world, folded) is Outcome.COUNTED
        assert keys(world) == 1
        folded += 1
    every_ballot_counts_once(world, folded)


def test_the_database_is_full(world: World) -> None:
    """The error comes from within the transaction, before anything is committed."""
    with world.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    counted = 0
    with world.engine.connect().execution_options(begin=None) as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(FoldUnavailable, match="try again"):  # noqa: PT012 - how far is unknown
        while counted < 500:
            fold(world, counted)
            counted += 1
    assert keys(world) == 1
    world.engine.dispose()  # the limit was this connection's
    assert fold(world, counted) is Outcome.COUNTED
    every_ballot_counts_once(world, counted + 1)


@pytest.mark.parametrize("call", ["pwrite", "fdatasync"])
def test_the_state_key_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    fold(world, 0)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(FoldUnavailable, match="could not store it"):
            fold(world, 1)
    assert fold(world, 1) is Outcome.COUNTED
    assert keys(world) == 1
    every_ballot_counts_once(world, 2)


def test_closing_on_a_full_disk_leaves_the_wave_open(world: World) -> None:
    fold(world, 0)
    with no_file_larger_than(log_size(world)), pytest.raises(FoldUnavailable):
        close_box(world.engine, world.config, world.now(), "2026-11")
    assert world.now().state == "open"
    assert fold(world, 1) is Outcome.COUNTED
    every_ballot_counts_once(world, 2)


def test_publishing_on_a_full_disk_is_done_whole_or_not_at_all(world: World) -> None:
    """With ever more room: first nothing is stored, then all but the last of the destruction."""
    for number in range(12):
        fold(world, number)
    every_ballot_counts_once(world, 12)
    key = read_key_file(key_file(world.config, "north"), world.wave)
    room, before = 0, log_size(world)
    while world.now().state == "closed":
        with no_file_larger_than(before + room):
            body = to_json(preview(world.engine, world.config, "north", key))
            with pytest.raises(FoldUnavailable) as told:
                publish(world.engine, world.config, "north", key)
        assert isinstance(told.value, NotDestroyed) == (world.now().state == "published")
        if world.now().state == "closed":
            nothing_is_published(world)
            assert (world.opened() == world.counted([PEER] * 12)).all()
        room += 773
    assert room > 4 * 773
    assert published_body(world.engine, "north") == body
    assert not key_file(world.config, "north").exists()
    assert keys(world) == 0
    assert rows(world) > 0
    assert resume_destruction(world.engine, world.config) == ("north",)
    assert rows(world) == 0
    assert published_body(world.engine, "north") == body


def test_what_was_not_published_is_with_room(world: World) -> None:
    fold(world, 0)
    every_ballot_counts_once(world, 1)
    key = read_key_file(key_file(world.config, "north"), world.wave)
    with no_file_larger_than(log_size(world) + 4096), pytest.raises(FoldUnavailable):
        publish(world.engine, world.config, "north", key)
    nothing_is_published(world)
    body = to_json(publish(world.engine, world.config, "north", key))
    assert published_body(world.engine, "north") == body
    assert (rows(world), keys(world)) == (0, 0)


def nothing_is_published(world: World) -> None:
    assert world.now().state == "closed"
    assert published_body(world.engine, "north") is None
    assert resume_destruction(world.engine, world.config) == ()
    assert key_file(world.config, "north").exists()
    assert keys(world) == 1


def rows(world: World) -> int:
    """Those of the box and its seeds."""
    with reading(world.engine) as connection:
        found = (connection.execute(select(table)).all() for table in (tables.box, tables.seed))
        return sum(map(len, found))


def test_the_old_key_cannot_be_zeroed_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is counted and said to be; the key is gone with the next commit."""

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Slots, "zero", fail)
        assert fold(world, 0) is Outcome.COUNTED
    old = Slots(world.config.state_keys, "north").read(0)
    assert keys(world) == 2
    assert fold(world, 1) is Outcome.COUNTED
    assert keys(world) == 1
    assert Slots(world.config.state_keys, "north").read(0) not in (None, old)
    every_ballot_counts_once(world, 2)
