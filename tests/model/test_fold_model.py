"""Every order of steps, kills, power cuts and unclear commits: no promise of the fold is broken.

Nothing that was acknowledged is lost, nothing is counted twice, no old key is left once it is
quiet, the wave is never lost, and what was not acknowledged can be sent again.
"""

import pytest
from fold_explorer import EACH, ONE, Bounds, explore
from fold_machine import PROGRAMS, Machine
from fold_mutants import EQUIVALENT, mutants

TWICE = ((1, 2), (1,))
"""Somebody's ballot reaches both processes: a double click, or a retry over another one."""
SMALL = [
    *(Bounds(sent=ONE), Bounds(cuts=1, sent=ONE), Bounds(kills=1, sent=ONE)),
    *(Bounds(unclear=1, sent=ONE), Bounds(olds=1, sent=ONE), Bounds(sent=EACH)),
    *(Bounds(olds=1), Bounds(kills=1, cuts=1, sent=ONE), Bounds(cuts=1, unclear=1, sent=ONE)),
]
MIDDLE = [
    *(Bounds(kills=1, cuts=1), Bounds(kills=2), Bounds(cuts=1, unclear=1)),
    *(Bounds(kills=1, olds=1), Bounds(sent=TWICE), Bounds(kills=1, sent=TWICE)),
]
FULL = [Bounds(kills=2, cuts=1, unclear=1), Bounds(kills=1, cuts=1, sent=TWICE)]
MUTANTS = mutants()
WRONG = sorted(set(MUTANTS) - set(EQUIVALENT))


def check(bounds: Bounds, capsys: pytest.CaptureFixture[str]) -> None:
    found = explore(Machine(), bounds)
    with capsys.disabled():
        print(f"\n{bounds}: {found.states} states", end=" ")
    assert found.broken is None, found.way


@pytest.mark.parametrize("bounds", [*SMALL, *MIDDLE], ids=str)
def test_no_promise_is_broken(bounds: Bounds, capsys: pytest.CaptureFixture[str]) -> None:
    check(bounds, capsys)


@pytest.mark.long
@pytest.mark.parametrize("bounds", FULL, ids=str)
def test_no_promise_is_broken_by_anything_at_once(
    bounds: Bounds, capsys: pytest.CaptureFixture[str]
) -> None:
    check(bounds, capsys)


@pytest.mark.parametrize("name", WRONG)
def test_each_step_and_its_place_is_needed(name: str) -> None:
    assert any(explore(MUTANTS[name], bounds).broken for bounds in SMALL)


@pytest.mark.long
@pytest.mark.parametrize("name", EQUIVALENT)
def test_what_is_said_to_make_no_difference_makes_none(name: str) -> None:
    for bounds in [*SMALL, *MIDDLE]:
        found = explore(MUTANTS[name], bounds)
        assert found.broken is None, found.way


def test_there_is_a_mutant_for_every_step_and_every_pair() -> None:
    steps = sum(len(program) for program in PROGRAMS.values())
    assert len(MUTANTS) == steps + (steps - len(PROGRAMS)) + 5
    assert set(EQUIVALENT) < set(MUTANTS)
