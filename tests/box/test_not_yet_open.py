"""A wave that was made and is not yet open: nothing gets into its box, whoever tries."""

from collections.abc import Callable
from pathlib import Path

import pytest
from boxkit import World, ballot, coded, hashed, make_world

from survey.box.boxfile import export_box
from survey.box.close import close_box
from survey.box.codes import issue_codes, revoke
from survey.box.destroy import publish_and_destroy
from survey.box.errors import NotYetOpen
from survey.box.fold import Outcome, StateLost, fold_many
from survey.box.keys import read_key_file
from survey.box.layout import BoxError
from survey.box.restart import close_with_checkpoint, restart_box
from survey.box.start import start_wave
from survey.box.turnout import turnout
from survey.box.unseal import open_totals
from survey.box.waves import key_file

ANSWERS = {"pay": 20.0}


@pytest.fixture
def world(each_store: str, tmp_path: Path) -> World:
    return make_world(tmp_path, open=False)


def start(world: World) -> None:
    start_wave(world.engine, world.config, world.now())


def lose(world: World) -> None:
    for slot in world.config.state_keys.glob("*.[01]"):
        slot.unlink()


def test_nothing_is_folded_and_the_same_ballot_counts_once_it_is_open(world: World) -> None:
    folder, cells = world.folder(), world.cells(ANSWERS)
    assert folder.fold(cells, ballot(1)) is Outcome.NOT_YET_OPEN
    many = fold_many(world.engine, world.config, world.wave, [(cells, ballot(n)) for n in (1, 2)])
    assert list(many) == [Outcome.NOT_YET_OPEN] * 2
    start(world)
    assert folder.fold(cells, ballot(1)) is Outcome.COUNTED
    assert folder.fold(cells, ballot(1)) is Outcome.ALREADY
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == 1
    assert (world.opened() == world.counted([ANSWERS])).all()


def test_it_is_opened_once_and_never_again(world: World) -> None:
    start(world)
    assert world.now().state == "open"
    with pytest.raises(BoxError, match="already open"):
        start(world)
    close_box(world.engine, world.config, world.now(), "2026-11")
    with pytest.raises(BoxError, match="closed: it takes no more answers"):
        start(world)
    assert world.now().state == "closed"


def _open(world: World) -> None:
    key = read_key_file(key_file(world.config, world.wave.slug), world.now())
    open_totals(world.engine, world.config, world.now(), key)


STEPS: dict[str, Callable[[World], object]] = {
    "close": lambda w: close_box(w.engine, w.config, w.now(), "2026-11"),
    "close from a checkpoint": lambda w: close_with_checkpoint(
        w.engine, w.config, w.now(), "2026-11"
    ),
    "open the box": _open,
    "export": lambda w: export_box(w.engine, w.config, w.now(), w.config.data / "x.box"),
    "publish": lambda w: publish_and_destroy(w.engine, w.config, w.now(), b"{}"),
}


@pytest.mark.parametrize("step", STEPS)
def test_no_later_step_can_come_before(world: World, step: str) -> None:
    with pytest.raises(NotYetOpen, match=f"start --wave {world.wave.slug}"):
        STEPS[step](world)
    assert world.now().state == "ready"


def test_codes_are_made_and_taken_back_before(each_store: str, tmp_path: Path) -> None:
    world = make_world(tmp_path, open=False, access="codes")
    issue_codes(world.engine, world.wave, [hashed("code 1")], "site=north")
    issue_codes(world.engine, world.wave, [hashed("code 2")], "site=south")
    revoke(world.engine, world.config, world.now(), "site=south")
    seen = turnout(world.engine, world.config, world.now())
    assert (seen.unit, seen.batches) == (0, {"site=north": (0, 1), "site=south": (0, 0)})
    folder, cells = world.folder(), world.cells(ANSWERS)
    assert folder.fold(cells, coded(1)) is Outcome.NOT_YET_OPEN
    start(world)
    assert folder.fold(cells, coded(1)) is Outcome.COUNTED
    assert folder.fold(cells, coded(2)) is Outcome.UNKNOWN_CODE


def test_a_wave_whose_key_is_lost_is_not_opened_for_anybody(world: World) -> None:
    lose(world)
    with pytest.raises(StateLost):
        start(world)
    assert world.now().state == "ready"


def test_a_new_box_says_nothing_of_answers_that_nobody_gave(world: World) -> None:
    lose(world)
    restart_box(world.engine, world.config, world.now())
    assert (world.now().state, world.now().restarted) == ("ready", False)
    start(world)
    assert world.folder().fold(world.cells(ANSWERS), ballot(1)) is Outcome.COUNTED
