"""A process dies between its last log frame and telling the others; then the others die too.

SQLite writes a commit's last frame and syncs it, and only then changes the shared index that tells
other processes. Killed in between, its commit is not there for them, but is for whoever opens the
database once all are gone. Its key must be there then.
"""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from boxkit import World, ballot, make_world

from survey.box import commit
from survey.box.close import close_box
from survey.box.errors import StateLost
from survey.box.fold import Outcome
from survey.box.recover import recover
from survey.box.slots import Slots
from survey.store.engine import make_engine

ANSWERS = ({"role": "peer", "pay": 17.0}, {"role": "nurse"}, {"role": "peer", "leave": "likely"})


class Killed(BaseException):
    """No handler in the program may see it, as none sees a SIGKILL."""


def commit_unseen_by_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fold the last answer, and die just before the shared index says so."""
    index = Path(f"{world.engine.url.database}-shm")
    before = index.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Slots, "zero", die)
        with pytest.raises(Killed):
            world.folder().fold(world.cells(ANSWERS[2]), ballot(2))
    handle = os.open(index, os.O_WRONLY)
    os.pwrite(handle, before, 0)
    os.close(handle)


def die(*_: object) -> None:
    """In place of any step."""
    raise Killed


def fold_and_die_after_writing_the_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The survivor folds another answer, and dies before it writes a frame of its own."""
    write = Slots.write

    def write_and_die(slots: Slots, slot: int, key: bytes) -> None:
        write(slots, slot, key)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Slots, "write", write_and_die)
        with pytest.raises(Killed):
            world.folder().fold(world.cells(ANSWERS[0]), ballot(7))


def after_all_died(world: World, to: Path) -> World:
    """The installation as it is found once no process is left: the index file is made anew."""
    to.mkdir()
    shutil.copytree(world.config.data, to / "data")
    shutil.copytree(world.config.state_keys, to / "data.keys")
    (to / "data" / "survey.db-shm").unlink()
    config = replace(world.config, data=to / "data", state_keys=to / "data.keys")
    return replace(world, config=config, engine=make_engine(f"sqlite:///{to}/data/survey.db"))


def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = make_world(tmp_path / "a")
    for number in (0, 1):
        world.folder().fold(world.cells(ANSWERS[number]), ballot(number))
    commit_unseen_by_others(world, monkeypatch)
    fold_and_die_after_writing_the_key(world, monkeypatch)
    return after_all_died(world, tmp_path / "b")


def test_the_wave_survives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = scene(tmp_path, monkeypatch)
    assert recover(world.engine, world.config) == ()
    assert world.folder().fold(world.cells(ANSWERS[2]), ballot(2)) is Outcome.COUNTED
    close_box(world.engine, world.config, world.now(), "2026-11")
    assert (world.opened() == world.counted(ANSWERS)).all()


def test_the_commit_is_there_for_whoever_comes_after_the_death_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scene is real: without the survivor's work the unseen commit comes back, whole."""
    world = make_world(tmp_path / "a")
    for number in (0, 1):
        world.folder().fold(world.cells(ANSWERS[number]), ballot(number))
    commit_unseen_by_others(world, monkeypatch)
    world = after_all_died(world, tmp_path / "b")
    assert world.folder().fold(world.cells(ANSWERS[2]), ballot(2)) is Outcome.ALREADY


def test_without_settling_the_wave_would_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(commit, "_settle", lambda *_: None)
        world = scene(tmp_path, monkeypatch)
    with pytest.raises(StateLost):
        world.folder().fold(world.cells(ANSWERS[2]), ballot(2))
