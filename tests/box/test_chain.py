"""Commits one after the other under one lock: each key is written over the one before it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from boxkit import World, ballot, coded, make_world
from sqlalchemy import select

from survey.box.close import close_box
from survey.box.errors import FoldUnavailable
from survey.box.group import Ballots, Entry, Outcome, entry_of, fold_group
from survey.box.slots import Slots
from survey.box.waves import box_of
from survey.store import tables

PEER = {"role": "peer", "leave": "never", "pay": 22.0}
Look = Callable[[], None]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def slots_of(world: World) -> Slots:
    return Slots(world.config.state_keys, "north")


def keys(world: World) -> list[bytes | None]:
    """What lies in the two slots."""
    return [slots_of(world).read(0), slots_of(world).read(1)]


def entries(world: World, ballots: Sequence[Ballots]) -> list[Entry]:
    return [entry_of(world.cells(PEER), one, world.wave.layout.size) for one in ballots]


def chain(
    world: World,
    all_of: Sequence[Entry],
    at_take: Look = lambda: None,
    at_told: Look = lambda: None,
) -> None:
    """A commit for each of these."""
    box, left = box_of(world.engine, world.config, world.wave), list(all_of)

    def take() -> list[Entry]:
        at_take()
        return [left.pop(0)]

    with slots_of(world).lock():
        fold_group(box, world.wave, take, at_told, lambda: bool(left))


def slot_in_row(world: World) -> int:
    with world.engine.connect().execution_options(begin="read") as connection:
        return int(connection.execute(select(tables.box.c.slot)).scalar_one())


def test_a_state_key_is_gone_before_anything_of_the_next_but_one_is_written(world: World) -> None:
    """The attacker reads both slots at every moment that the program can be stopped at."""
    opens: list[bytes | None] = [keys(world)[slot_in_row(world)]]
    made_ready: list[list[bytes | None]] = []

    def told() -> None:
        if (key := keys(world)[slot_in_row(world)]) != opens[-1]:
            opens.append(key)

    chain(
        world,
        entries(world, [ballot(n) for n in range(6)]),
        lambda: made_ready.append(keys(world)),
        told,
    )
    assert len(set(opens)) == len(opens) == 7
    for number, found in enumerate(made_ready):
        assert set(found) == {opens[number], opens[number + 1]}
    assert sorted(keys(world), key=bool) == [None, opens[-1]]


def test_the_lock_is_kept_from_the_first_to_the_last(world: World) -> None:
    def look() -> None:
        with pytest.raises(FoldUnavailable), slots_of(world).lock(0.0):
            raise AssertionError

    some = entries(world, [ballot(n) for n in range(3)])
    chain(world, some, look, look)
    assert {entry.outcome for entry in some} == {Outcome.COUNTED}
    with slots_of(world).lock(0.0):
        pass


@pytest.mark.parametrize("failing", [1, 2])
def test_what_goes_wrong_in_one_spoils_none_before_it(world: World, failing: int) -> None:
    some, taken = entries(world, [ballot(n) for n in range(4)]), []

    def look() -> None:
        taken.append(1)
        if len(taken) == failing + 1:
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        chain(world, some, look)
    outcomes = [entry.outcome for entry in some]
    assert outcomes == [Outcome.COUNTED] * failing + [None] * (4 - failing)
    assert keys(world).count(None) == 1
    chain(world, entries(world, [ballot(n) for n in range(4)]))
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == 4
    assert (world.opened() == world.counted([PEER] * 4)).all()


def test_an_unknown_code_ends_it_and_leaves_no_key(tmp_path: Path) -> None:
    world = make_world(tmp_path, access="codes")
    one, *_ = some = entries(world, [coded(1), coded(2)])
    before = keys(world)
    chain(world, some)
    assert one.outcome is Outcome.UNKNOWN_CODE
    assert keys(world) == before


def test_a_wave_that_is_closed_refuses_whoever_is_taken(world: World) -> None:
    close_box(world.engine, world.config, world.now(), "2026-11")
    before = keys(world)
    (one,) = some = entries(world, [ballot(1)])
    chain(world, some)
    assert one.outcome is Outcome.CLOSED
    assert keys(world) == before
