"""Codes taken back: a batch as a whole, and nothing tells who of it had answered."""

import threading
from pathlib import Path

import pytest
from boxkit import World, coded, hashed, make_world

from survey.box.close import close_box
from survey.box.codes import issue_codes, revoke
from survey.box.fold import Outcome
from survey.box.layout import BoxError
from survey.box.state import FLUSH
from survey.box.turnout import turnout
from survey.store import tables
from survey.store.engine import reading

pytestmark = pytest.mark.usefixtures("each_store")
NORTH, SOUTH = "site=north", "site=south"
RECENT, LEFT = range(3), range(10, 10 + FLUSH)
"""Numbers of answers that still wait in the box, and of those that left it."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Codes 0 to 59 are the north's, 60 to 69 the south's."""
    made = make_world(tmp_path, access="codes")
    issue_codes(made.engine, made.wave, [hashed(f"code {n}") for n in range(60)], NORTH)
    issue_codes(made.engine, made.wave, [hashed(f"code {n}") for n in range(60, 70)], SOUTH)
    return made


def take_back(world: World, batch: str = NORTH) -> None:
    revoke(world.engine, world.config, world.wave, batch)


def try_code(world: World, code: int, form: int) -> Outcome:
    """What somebody sees who sends a form of their own with that code."""
    return world.folder().fold(world.cells({}), coded(form, code))


def test_used_recently_used_and_fresh_codes_look_alike_afterwards(world: World) -> None:
    world.fold_all((({}, coded(n)) for n in LEFT), at_once=5)
    world.fold_all((({}, coded(n)) for n in RECENT), at_once=1)
    take_back(world)
    for used, left, fresh in zip(RECENT, LEFT, range(50, 60), strict=False):
        for code in (used, left, fresh):
            assert try_code(world, code, 1000 + code) is Outcome.UNKNOWN_CODE
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == 3 + FLUSH


def test_no_row_that_is_left_tells_which_codes_they_were(world: World) -> None:
    world.fold_all((({}, coded(n)) for n in RECENT), at_once=1)
    take_back(world)
    with reading(world.engine) as connection:
        left = set(connection.execute(tables.code.select()).all())
        spent = connection.execute(tables.spent.select()).all()
    assert left == {(world.wave.id, hashed(f"code {n}"), SOUTH) for n in range(60, 70)}
    assert spent == []


def test_the_other_batch_goes_on_and_a_used_code_of_it_is_still_thanked(world: World) -> None:
    take_back(world)
    assert try_code(world, 60, 1) is Outcome.COUNTED
    assert try_code(world, 60, 2) is Outcome.ALREADY


def test_who_sends_again_what_was_counted_is_thanked(world: World) -> None:
    assert try_code(world, 0, 0) is Outcome.COUNTED
    take_back(world)
    assert try_code(world, 0, 0) is Outcome.ALREADY


def test_hashes_taken_back_leave_the_box_with_the_others(world: World) -> None:
    world.fold_all((({}, coded(n)) for n in RECENT), at_once=1)
    take_back(world)
    issue_codes(world.engine, world.wave, [hashed(f"code {n}") for n in range(100, 130)], SOUTH)
    world.fold_all((({}, coded(n)) for n in range(100, 100 + FLUSH)), at_once=1)
    assert turnout(world.engine, world.config, world.now()).batches == {
        NORTH: (0, 0),
        SOUTH: (20, 40),
    }


def test_new_codes_for_the_same_batch_start_at_nought(world: World) -> None:
    world.fold_all((({}, coded(n)) for n in LEFT), at_once=5)
    take_back(world)
    issue_codes(world.engine, world.wave, [hashed(f"code {n}") for n in range(200, 212)], NORTH)
    assert turnout(world.engine, world.config, world.now()).batches[NORTH] == (0, 12)
    assert try_code(world, 200, 200) is Outcome.COUNTED


@pytest.mark.parametrize("batch", ["", "site=east"])
def test_a_batch_without_codes_is_refused(world: World, batch: str) -> None:
    with pytest.raises(BoxError, match="has no codes in the batch"):
        take_back(world, batch)
    take_back(world)
    with pytest.raises(BoxError, match="has no codes"):
        take_back(world)


def test_a_closed_wave_has_none_to_take_back(world: World) -> None:
    close_box(world.engine, world.config, world.now(), "2026-11")
    with pytest.raises(BoxError, match="is closed"):
        take_back(world)


def test_while_answers_arrive_each_code_counts_before_or_is_unknown_after(world: World) -> None:
    """Two threads answer with the north's codes while the batch is taken back in the middle."""
    outcomes: dict[int, Outcome] = {}
    folder, start = world.folder(), threading.Barrier(3)

    def answer(numbers: range) -> None:
        start.wait()
        for number in numbers:
            outcomes[number] = folder.fold(world.cells({}), coded(number))

    threads = [threading.Thread(target=answer, args=(range(at, 60, 2),)) for at in range(2)]
    for thread in threads:
        thread.start()
    start.wait()
    while len(outcomes) < 10:
        threading.Event().wait(0.001)
    take_back(world)
    counted_by_then = set(outcomes)
    for thread in threads:
        thread.join()
    for number in range(60):
        assert outcomes[number] in (Outcome.COUNTED, Outcome.UNKNOWN_CODE)
    after = {n for n in range(60) if n not in counted_by_then}
    assert sum(outcomes[n] is Outcome.COUNTED for n in after) <= 2  # were told late
    counted = sum(o is Outcome.COUNTED for o in outcomes.values())
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == counted
