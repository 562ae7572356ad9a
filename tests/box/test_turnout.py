"""Turnout: all that is known of an open wave, rounded down to fives; and the codes behind it."""

from pathlib import Path

import pytest
from boxkit import World, ballot, coded, hashed, make_world

from survey.box.close import close_box
from survey.box.codes import issue_codes
from survey.box.errors import StateLost
from survey.box.fold import Outcome
from survey.box.layout import BoxError
from survey.box.state import FLUSH
from survey.box.turnout import Turnout, turnout

pytestmark = pytest.mark.usefixtures("each_store")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A wave with codes: 0 to 29 for the north site, 30 to 39 for the south."""
    made = make_world(tmp_path, access="codes")
    issue(made, range(30), "site=north")
    issue(made, range(30, 40), "site=south")
    return made


def issue(world: World, numbers: range, batch: str = "") -> None:
    issue_codes(world.engine, world.wave, [hashed(f"code {n}") for n in numbers], batch)


def now(world: World) -> Turnout:
    return turnout(world.engine, world.config, world.now())


def answer(world: World, numbers: range) -> None:
    world.fold_all((({}, coded(number)) for number in numbers), at_once=5)


def test_the_unit_is_live_and_rounded_down_to_fives(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    seen = []
    for number in range(11):
        seen.append(now(world).unit)
        world.folder().fold(world.cells({}), ballot(number))
    assert seen == [0] * 5 + [5] * 5 + [10]


@pytest.mark.parametrize("used", [True, False])
def test_who_sees_the_turnout_and_has_slips_of_her_own_can_try_another(
    world: World, used: bool
) -> None:
    """Not protected, as the threat model says: it takes five slips, and nobody else's answer."""
    answer(world, range(12 if used else 11))
    own = iter(range(30, 40))
    before = now(world).unit
    while now(world).unit == before:
        answer(world, range(mine := next(own), mine + 1))
    for _ in range(4):
        answer(world, range(mine := next(own), mine + 1))
    before = now(world).unit
    outcome = world.folder().fold(world.cells({}), coded(11))
    assert outcome is (Outcome.ALREADY if used else Outcome.COUNTED)
    assert (now(world).unit > before) is not used


def test_batches_show_used_codes_once_many_hashes_left_the_box(world: World) -> None:
    answer(world, range(FLUSH - 1))
    assert now(world) == Turnout(20, {"site=north": (0, 30), "site=south": (0, 10)})
    answer(world, range(30, 31))
    assert now(world) == Turnout(25, {"site=north": (20, 30), "site=south": (0, 10)})


def test_a_batch_grows_when_more_codes_are_made(world: World) -> None:
    issue(world, range(50, 60), "site=south")
    issue(world, range(60, 61))
    assert now(world).batches == {"": (0, 1), "site=north": (0, 30), "site=south": (0, 20)}


def test_a_closed_wave_shows_no_batches(world: World) -> None:
    answer(world, range(7))
    close_box(world.engine, world.config, world.now(), "2026-11")
    assert now(world) == Turnout(5, {})


def test_a_lost_key_is_said(world: World) -> None:
    (world.config.state_keys / "north.0").write_bytes(bytes(32))
    with pytest.raises(StateLost):
        now(world)


def test_no_codes_for_an_open_link_or_a_closed_wave(world: World, tmp_path: Path) -> None:
    with pytest.raises(BoxError, match="takes no codes"):
        issue(make_world(tmp_path / "other"), range(1))
    close_box(world.engine, world.config, world.now(), "2026-11")
    with pytest.raises(BoxError, match="is closed: no more codes"):
        issue(world, range(100, 101))


def test_a_code_made_twice_is_refused_and_adds_nothing(world: World) -> None:
    with pytest.raises(BoxError, match="already made before"):
        issue(world, range(29, 35), "site=south")
    assert now(world).batches == {"site=north": (0, 30), "site=south": (0, 10)}


@pytest.mark.parametrize("hashes", [[b"short"], [b"h" * 32, b"h" * 32]])
def test_hashes_must_be_hashes_and_distinct(world: World, hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="distinct"):
        issue_codes(world.engine, world.wave, hashes)
