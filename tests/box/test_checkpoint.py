"""Checkpoints: what leaves with backups is never about fewer answers than the label says.

What can be had from all of them together is in test_checkpoint_forensics.py.
"""

from pathlib import Path

import numpy as np
import pytest
from boxkit import DEFINITION, World, make_world, wide_definition
from checkpoint_wave import answer, fold, inside, make, move_on, opened, standing, state, waiting
from sqlalchemy import select

from survey.box.checkpoint import LEAST, least
from survey.box.close import close_box
from survey.box.destroy import publish_and_destroy
from survey.box.errors import StateLost
from survey.box.layout import BoxError, build_layout
from survey.box.restart import close_with_checkpoint, restart_box
from survey.instrument.load import parse_definition
from survey.store import tables
from survey.store.engine import reading


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make(tmp_path)


def lose(world: World) -> None:
    """As a tmpfs after a restart of the machine."""
    for slot in (0, 1):
        (world.config.state_keys / f"north.{slot}").unlink()


def leave_one(world: World) -> None:
    """One checkpoint of the first answers left the box, and the next waits."""
    fold(world, range(LEAST))
    move_on(world)
    fold(world, range(LEAST, 2 * LEAST))
    move_on(world)


@pytest.mark.parametrize(("groups", "expected"), [(2, 100), (10, 100), (24, 240)])
def test_how_many_answers_have_to_lie_between(groups: int, expected: int) -> None:
    assert least(build_layout(parse_definition(wide_definition(1, groups)))) == expected


def test_none_where_the_wave_does_not_allow_it(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    fold(world, range(2 * LEAST))
    assert move_on(world) is None
    assert move_on(world) is None
    assert world.now().checkpoints is False


def test_it_leaves_once_as_many_answers_came_after_it_as_before(world: World) -> None:
    fold(world, range(LEAST - 1))
    assert move_on(world) is None  # not even one that waits
    fold(world, range(LEAST - 1, LEAST))
    assert move_on(world) is None
    fold(world, range(LEAST, 2 * LEAST - 1), at_once=1)
    assert move_on(world) is None
    fold(world, range(2 * LEAST - 1, 2 * LEAST))
    assert move_on(world) is not None
    found = standing(world)
    assert found is not None
    assert found.responses == LEAST
    assert (opened(world, found) == world.counted([answer(n) for n in range(LEAST)])).all()


def test_folding_goes_on_with_one_that_waits(world: World) -> None:
    fold(world, range(LEAST))
    move_on(world)
    fold(world, range(LEAST, LEAST + 30), at_once=1)
    closed = close_box(world.engine, world.config, world.now(), "2026-11")
    assert closed.responses == LEAST + 30
    assert (world.opened() == world.counted([answer(n) for n in range(LEAST + 30)])).all()
    assert count(world, "next_checkpoint") == 0
    assert state(world).checkpoint_key == b""  # old copies of the database still have that one


def test_none_outlives_the_publishing(world: World) -> None:
    leave_one(world)
    close_box(world.engine, world.config, world.now(), "2026-11")
    assert count(world, "checkpoint") == 1
    publish_and_destroy(world.engine, world.config, world.now(), b"{}")
    assert count(world, "checkpoint") == 0


def count(world: World, name: str) -> int:
    with reading(world.engine) as connection:
        return len(connection.execute(select(tables.metadata.tables[name])).all())


def test_who_has_the_running_server_and_the_stewards_key_sees_the_one_that_waits(
    world: World,
) -> None:
    """Said openly in the threat model: here the difference is one answer."""
    fold(world, range(LEAST))
    move_on(world)
    fold(world, range(LEAST, LEAST + 1))
    waits = waiting(world)
    assert waits is not None
    body = inside(world, waits, state(world).checkpoint_key)
    assert body is not None
    assert np.frombuffer(body, "<u4", world.wave.layout.size).any()


def test_a_lost_wave_can_be_closed_with_its_checkpoint(world: World) -> None:
    fold(world, range(LEAST))
    move_on(world)
    fold(world, range(LEAST, 2 * LEAST + 7))
    move_on(world)
    with pytest.raises(BoxError, match="not lost"):
        close_with_checkpoint(world.engine, world.config, world.now(), "2026-11")
    lose(world)
    with pytest.raises(StateLost):
        close_box(world.engine, world.config, world.now(), "2026-11")
    with pytest.raises(StateLost):
        move_on(world)
    closed = close_with_checkpoint(world.engine, world.config, world.now(), "2026-11")
    assert closed.responses == LEAST
    assert world.now().digest == closed.digest
    assert (world.opened() == world.counted([answer(n) for n in range(LEAST)])).all()
    assert {count(world, name) for name in ("checkpoint", "next_checkpoint", "spent")} == {0}


def test_a_closed_wave_that_is_lost_as_well(world: World) -> None:
    leave_one(world)
    close_box(world.engine, world.config, world.now(), "2026-10")
    lose(world)
    closed = close_with_checkpoint(world.engine, world.config, world.now(), "2026-11")
    assert (closed.responses, world.now().closed) == (LEAST, "2026-10")
    assert int(world.opened().max()) <= LEAST


def test_without_a_checkpoint_there_is_nothing_to_close_with(world: World) -> None:
    fold(world, range(LEAST))
    lose(world)
    with pytest.raises(BoxError, match="no checkpoint"):
        close_with_checkpoint(world.engine, world.config, world.now(), "2026-11")
    assert world.now().state == "open"


def test_a_box_started_anew_keeps_no_checkpoint_of_the_lost_one(world: World) -> None:
    """Or the same people's answers, given again, could be subtracted from one another."""
    leave_one(world)
    lose(world)
    restart_box(world.engine, world.config, world.now())
    assert (count(world, "checkpoint"), count(world, "next_checkpoint")) == (0, 0)
    fold(world, range(LEAST - 1))
    assert move_on(world) is None


def test_a_wave_is_made_without_them(tmp_path: Path) -> None:
    assert make_world(tmp_path, definition=DEFINITION).wave.checkpoints is False
