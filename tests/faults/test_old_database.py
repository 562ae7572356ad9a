"""An old copy of the database under newer state keys: refused and said, and nothing made worse."""

import shutil
from pathlib import Path

import pytest
from boxkit import World, ballot, make_world

from survey.box.close import close_box
from survey.box.errors import StateLost
from survey.box.fold import Outcome
from survey.box.recover import recover
from survey.box.slots import Slots
from survey.box.turnout import turnout

PEER = {"role": "peer"}


def fold(world: World, number: int) -> Outcome:
    return world.folder().fold(world.cells(PEER), ballot(number))


def put(world: World, source: Path, target: Path) -> None:
    """Copy a database while nobody has it open."""
    world.engine.dispose()
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


@pytest.mark.parametrize("since", [1, 2])
def test_an_old_database_is_refused_and_the_right_one_can_be_put_back(
    tmp_path: Path, since: int
) -> None:
    world = make_world(tmp_path)
    fold(world, 0)
    put(world, world.config.data, tmp_path / "old")
    for number in range(since):
        fold(world, 1 + number)
    put(world, world.config.data, tmp_path / "right")
    slots = Slots(world.config.state_keys, "north")
    keys = [slots.read(0), slots.read(1)]

    put(world, tmp_path / "old", world.config.data)
    assert recover(world.engine, world.config) == ("north",)
    with pytest.raises(StateLost, match="old copy was restored"):
        fold(world, 9)
    with pytest.raises(StateLost):
        turnout(world.engine, world.config, world.wave)
    with pytest.raises(StateLost):
        close_box(world.engine, world.config, world.wave, "2026-11")
    assert [slots.read(0), slots.read(1)] == keys

    put(world, tmp_path / "right", world.config.data)
    assert recover(world.engine, world.config) == ()
    assert fold(world, 0) is Outcome.ALREADY
    assert fold(world, 9) is Outcome.COUNTED
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == since + 2


def test_an_emptied_key_folder_is_said_at_the_start(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    fold(world, 0)
    shutil.rmtree(world.config.state_keys)
    assert recover(world.engine, world.config) == ("north",)
    with pytest.raises(StateLost, match="SURVEY_STATE_KEYS was emptied"):
        fold(world, 1)
