"""Publishing destroys the box: whatever a crash interrupts, a start finishes."""

import os
from pathlib import Path

import pytest
from boxkit import World, ballot, make_world
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from survey.box import destroy
from survey.box.close import close_box
from survey.box.destroy import publish_and_destroy, resume_destruction
from survey.box.errors import FoldUnavailable
from survey.box.keys import read_key_file
from survey.box.layout import BoxError
from survey.box.slots import Slots
from survey.box.unseal import open_totals
from survey.box.waves import key_file
from survey.store import tables
from survey.store.engine import reading

pytestmark = pytest.mark.usefixtures("each_store")

BODY = b'{"format":"survey-release/1"}'


class Killed(BaseException):
    """As a SIGKILL: nobody may handle it."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path)
    made.fold_all((({"role": "peer"}, ballot(number)) for number in range(30)), at_once=5)
    close_box(made.engine, made.config, made.now(), "2026-11")
    return made


def publish(world: World, body: bytes = BODY) -> None:
    publish_and_destroy(world.engine, world.config, world.now(), body)


def left(world: World) -> list[str]:
    """Whatever is there of box and keys."""
    with reading(world.engine) as connection:
        found = [
            table.name
            for table in (tables.box, tables.seed, tables.code, tables.spent)
            if connection.execute(select(func.count()).select_from(table)).scalar_one()
        ]
    folders = (world.config.state_keys, world.config.private)
    return found + [p.name for folder in folders for p in folder.iterdir()]


def released(world: World) -> bytes | None:
    with reading(world.engine) as connection:
        return connection.execute(select(tables.release.c.body)).scalar_one_or_none()


def test_the_release_is_stored_and_nothing_else_is_left(world: World) -> None:
    publish(world)
    assert released(world) == BODY
    assert world.now().state == "published"
    assert left(world) == []


def test_bytes_of_keys_and_box_are_gone_from_the_files(world: World) -> None:
    with reading(world.engine) as connection:
        blob = connection.execute(select(tables.box.c.blob)).scalar_one()
        seeds = connection.execute(select(tables.seed.c.sealed)).scalars().all()
    assert blob[:64] in world.stored()
    publish(world)
    stored = world.stored()
    assert BODY in stored
    assert blob[:64] not in stored
    assert not any(sealed in stored for sealed in seeds)


def test_the_same_release_again_is_fine_another_is_refused(world: World) -> None:
    publish(world)
    publish(world)
    with pytest.raises(BoxError, match="already published"):
        publish(world, b"{}")
    assert released(world) == BODY


def test_an_open_wave_is_not_published(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    with pytest.raises(BoxError, match="close the wave first"):
        publish(world)
    assert released(world) is None
    assert key_file(world.config, "north").exists()


def test_a_published_wave_does_not_open_again(world: World) -> None:
    key = read_key_file(key_file(world.config, "north"), world.wave)
    publish(world)
    with pytest.raises(BoxError, match="was destroyed when it was published"):
        open_totals(world.engine, world.config, world.now(), key)


@pytest.mark.parametrize(
    ("owner", "step"),
    [
        (destroy, "_destroy"),
        (Slots, "forget"),
        (os, "unlink"),
        (destroy, "destroy_key_file"),
        (destroy, "delete"),
        (destroy, "shed_log"),
    ],
)
def test_a_crash_at_any_step_is_finished_at_the_next_start(
    world: World, monkeypatch: pytest.MonkeyPatch, owner: object, step: str
) -> None:
    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, die)
        with pytest.raises(Killed):
            publish(world)
    assert released(world) == BODY
    resume_destruction(world.engine, world.config)
    assert left(world) == []
    assert released(world) == BODY
    assert resume_destruction(world.engine, world.config) == ()


def test_where_no_row_can_be_deleted_all_keys_are_gone_already(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a full disk or a database that is away leaves behind, nobody can open."""

    def refuse(*_: object) -> None:
        raise OperationalError("DELETE", {}, OSError("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(destroy, "delete", refuse)
        with pytest.raises(FoldUnavailable):
            publish(world)
    assert left(world) == ["box", "seed"]
    assert resume_destruction(world.engine, world.config) == ("north",)
    assert left(world) == []


def test_a_crash_before_the_commit_publishes_and_destroys_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(destroy, "update", die)
        with pytest.raises(Killed):
            publish(world)
    assert resume_destruction(world.engine, world.config) == ()
    assert released(world) is None
    assert (world.opened() == world.counted([{"role": "peer"}] * 30)).all()
    publish(world)
    assert left(world) == []
