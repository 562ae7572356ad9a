"""COMMIT reports an error, and nobody knows whether it came about: the row tells, then the keys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from boxkit import World, ballot, make_world
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from survey.box import commit
from survey.box.close import close_box
from survey.box.errors import FoldUnavailable
from survey.box.fold import Outcome
from survey.box.recover import recover
from survey.box.slots import Slots

pytestmark = pytest.mark.usefixtures("each_store")

PEER = {"role": "peer"}
COMMIT = Connection.commit


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path)
    made.folder().fold(made.cells(PEER), ballot(0))
    return made


def fold(world: World, number: int) -> Outcome:
    return world.folder().fold(world.cells(PEER), ballot(number))


def keys(world: World) -> int:
    slots = Slots(world.config.state_keys, "north")
    return sum(slots.read(slot) is not None for slot in (0, 1))


def error(*_: object) -> None:
    raise OperationalError("COMMIT", {}, Exception("disk I/O error"))


def commits_and_fails(connection: Connection) -> None:
    COMMIT(connection)
    error()


def fails(connection: Connection) -> None:
    error()


@contextmanager
def committing(
    how: Callable[[Connection], None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "commit", how)
        yield


def test_it_came_about(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with committing(commits_and_fails, monkeypatch):
        assert fold(world, 1) is Outcome.COUNTED
    assert keys(world) == 1
    assert fold(world, 1) is Outcome.ALREADY


def test_it_did_not(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        committing(fails, monkeypatch),
        pytest.raises(FoldUnavailable, match="could not store it"),
    ):
        fold(world, 1)
    assert keys(world) == 1
    assert fold(world, 1) is Outcome.COUNTED


@pytest.mark.parametrize(
    ("how", "then"), [(commits_and_fails, Outcome.ALREADY), (fails, Outcome.COUNTED)]
)
@pytest.mark.parametrize("start", [True, False])
def test_nobody_can_tell_at_the_time(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    how: Callable[[Connection], None],
    then: Outcome,
    start: bool,
) -> None:
    """The database is gone for a while: both keys wait until the row can be read."""
    with monkeypatch.context() as patch:
        patch.setattr(commit, "clean", error)
        with committing(how, monkeypatch), pytest.raises(FoldUnavailable):
            fold(world, 1)
    assert keys(world) == 2
    if start:
        assert recover(world.engine, world.config) == ()
        assert keys(world) == 1
    assert fold(world, 1) is then
    assert fold(world, 2) is Outcome.COUNTED
    assert keys(world) == 1
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == 3
    assert (world.opened() == world.counted([PEER] * 3)).all()


def test_closing_came_about(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with committing(commits_and_fails, monkeypatch):
        closed = close_box(world.engine, world.config, world.now(), "2026-11")
    assert world.now().digest == closed.digest
    assert (world.opened() == world.counted([PEER])).all()
