"""A lost box started anew: everybody can answer again, with the same forms and the same codes."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from boxkit import World, ballot, coded, hashed, make_world, new_wave
from sqlalchemy import func, select

from survey.box.close import close_box
from survey.box.codes import issue_codes
from survey.box.errors import StateLost
from survey.box.fold import FoldUnavailable, Outcome
from survey.box.layout import BoxError
from survey.box.recover import recover
from survey.box.restart import close_with_checkpoint, restart_box
from survey.box.slots import Slots
from survey.box.state import FLUSH
from survey.box.turnout import Turnout, turnout
from survey.box.waves import create_wave
from survey.store import tables

pytestmark = pytest.mark.usefixtures("each_store")

PEER = {"role": "peer"}
ANSWERED = 2 * FLUSH + 3


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A wave with 60 codes in two batches, of which most were used."""
    made = make_world(tmp_path, access="codes")
    issue_codes(made.engine, made.wave, [hashed(f"code {n}") for n in range(40)], "site=north")
    issue_codes(made.engine, made.wave, [hashed(f"code {n}") for n in range(40, 60)], "site=south")
    made.fold_all(((PEER, coded(n)) for n in range(ANSWERED)), at_once=10)
    return made


def lose(world: World, how: str = "removed") -> None:
    for slot in (0, 1):
        path = world.config.state_keys / f"north.{slot}"
        if how == "removed":
            path.unlink()
        else:
            path.write_bytes(bytes(32) if how == "zeroed" else b"k" * 32)


def restart(world: World) -> None:
    restart_box(world.engine, world.config, world.now())


def fold(world: World, number: int) -> Outcome:
    return world.folder().fold(world.cells(PEER), coded(number))


def rows(world: World, *names: str) -> list[int]:
    with world.engine.connect() as connection:
        counts = (select(func.count()).select_from(tables.metadata.tables[n]) for n in names)
        return [connection.execute(found).scalar_one() for found in counts]


@pytest.mark.parametrize("how", ["removed", "zeroed", "of another state"])
def test_everybody_can_answer_again(world: World, how: str) -> None:
    folder = world.folder()  # of a process that goes on running
    lose(world, how)
    with pytest.raises(StateLost, match="restart-box --wave north"):
        folder.fold(world.cells(PEER), coded(1))
    restart(world)
    assert world.now().restarted
    assert rows(world, "seed", "spent", "code") == [0, 0, 60]
    for number in range(3):
        assert folder.fold(world.cells(PEER), coded(number)) is Outcome.COUNTED
    world.fold_all(((PEER, coded(n)) for n in range(3, 60)), at_once=20)
    assert folder.fold(world.cells(PEER), coded(7)) is Outcome.ALREADY
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == 60
    assert (world.opened() == world.counted([PEER] * 60)).all()


def test_turnout_starts_at_nought(world: World) -> None:
    lose(world)
    restart(world)
    batches = {"site=north": (0, 40), "site=south": (0, 20)}
    assert turnout(world.engine, world.config, world.now()) == Turnout(0, batches)


def test_one_new_key_is_left_and_it_opens_nothing_old(world: World) -> None:
    with world.engine.connect() as connection:
        old = connection.execute(select(tables.box.c.blob)).scalar_one()
    lose(world, "of another state")
    assert old in world.stored()
    restart(world)
    slots = Slots(world.config.state_keys, "north")
    (key,) = [k for k in (slots.read(0), slots.read(1)) if k is not None]
    assert key != b"k" * 32
    assert old not in world.stored()
    assert recover(world.engine, world.config) == ()


def test_a_box_that_can_be_opened_is_left_alone(world: World) -> None:
    with pytest.raises(BoxError, match="is not lost: it stays"):
        restart(world)
    assert fold(world, 1) is Outcome.ALREADY
    assert not world.now().restarted


def test_a_closed_wave_is_not_started_anew(world: World) -> None:
    close_box(world.engine, world.config, world.now(), "2026-11")
    lose(world)
    with pytest.raises(BoxError, match="is closed: its box stays"):
        restart(world)


def test_cut_short_it_can_be_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its key is on disk before the row names it; until then the box is as lost as before."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    lose(world)
    with monkeypatch.context() as patch:
        patch.setattr(Slots, "write", fail)
        with pytest.raises(FoldUnavailable):
            restart(world)
    assert not world.now().restarted
    with pytest.raises(StateLost):
        fold(world, 1)
    restart(world)
    assert fold(world, 1) is Outcome.COUNTED


class Killed(BaseException):
    """No handler in the program may see it, as none sees a SIGKILL."""


def test_killed_before_the_old_key_is_zeroed_the_next_start_does_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    lose(world, "of another state")
    with monkeypatch.context() as patch:
        patch.setattr(Slots, "zero", die)
        with pytest.raises(Killed):
            restart(world)
    slots = Slots(world.config.state_keys, "north")
    assert b"k" * 32 in (slots.read(0), slots.read(1))
    assert recover(world.engine, world.config) == ()
    assert [slots.read(0), slots.read(1)].count(None) == 1
    assert fold(world, 1) is Outcome.COUNTED
    with pytest.raises(BoxError, match="not lost"):
        restart(world)


def test_codes_that_a_backup_did_not_bring_are_not_counted_as_used(world: World) -> None:
    """As after a restore: no box, no codes."""
    with world.engine.begin() as connection:
        for table in (tables.box, tables.seed, tables.code, tables.spent):
            connection.execute(table.delete())
    shutil.rmtree(world.config.state_keys)
    assert recover(world.engine, world.config) == ("north",)
    with pytest.raises(StateLost):
        turnout(world.engine, world.config, world.now())
    with pytest.raises(StateLost):
        fold(world, 1)
    with pytest.raises(StateLost):
        close_box(world.engine, world.config, world.now(), "2026-11")
    restart(world)
    batches = {"site=north": (0, 0), "site=south": (0, 0)}
    assert turnout(world.engine, world.config, world.now()) == Turnout(0, batches)
    issue_codes(world.engine, world.wave, [hashed("code 1")], "site=north")
    assert fold(world, 1) is Outcome.COUNTED


def test_another_wave_is_not_touched(world: World, tmp_path: Path) -> None:

    south = World(
        world.config, world.engine, create_wave(world.engine, world.config, new_wave("south"))
    )
    assert south.folder().fold(south.cells(PEER), ballot(1)) is Outcome.COUNTED
    lose(world)
    restart(world)
    assert south.folder().fold(south.cells(PEER), ballot(1)) is Outcome.ALREADY
    assert rows(world, "seed") == [2]


def test_a_host_that_passes_answers_on_starts_nothing_anew(world: World) -> None:
    """It has no key since another host has it: that box is not lost."""
    elsewhere = replace(
        world.config,
        state_keys=world.config.data.with_name("elsewhere"),
        forward_to="https://intake.internal",
    )
    with pytest.raises(BoxError, match=r"go to https://intake.internal.*do this there"):
        restart_box(world.engine, elsewhere, world.now())
    with pytest.raises(BoxError, match="do this there"):
        close_with_checkpoint(world.engine, elsewhere, world.now(), "2026-11")
    assert fold(world, ANSWERED) is Outcome.COUNTED
