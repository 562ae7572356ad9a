"""Every order of steps, kills, power cuts and unclear commits: no promise of the fold is broken.

Nothing that was acknowledged is lost, nothing is counted twice, no old key is left once it is
quiet, the wave is never lost, and what was not acknowledged can be sent again.
"""

import fold_machine
import fold_server
import pytest
from fold_explorer import EACH, ONE, Bounds, explore
from fold_machine import Machine
from fold_mutants import EQUIVALENT, ON_SERVER, mutants, server_mutants
from fold_server import ServerMachine

TWICE = ((1, 2), (1,))
"""Somebody's ballot reaches both processes: a double click, or a retry over another one."""
CHAIN = ((1, 2), ())
"""Two who come one after the other: the second may share the lock of the first."""
SMALL = [
    *(Bounds(sent=ONE), Bounds(cuts=1, sent=ONE), Bounds(kills=1, sent=ONE)),
    *(Bounds(unclear=1, sent=ONE), Bounds(olds=1, sent=ONE), Bounds(sent=EACH)),
    *(Bounds(olds=1), Bounds(kills=1, cuts=1, sent=ONE), Bounds(cuts=1, unclear=1, sent=ONE)),
    *(Bounds(kills=1, sent=CHAIN), Bounds(cuts=1, sent=CHAIN), Bounds(unclear=1, sent=CHAIN)),
]
MIDDLE = [
    *(Bounds(kills=1, cuts=1), Bounds(kills=2), Bounds(cuts=1, unclear=1)),
    *(Bounds(kills=1, olds=1), Bounds(sent=TWICE), Bounds(kills=1, sent=TWICE)),
]
FULL = [Bounds(kills=2, cuts=1, unclear=1), Bounds(kills=1, cuts=1, sent=TWICE)]
SHORT = [
    *(("sqlite", bounds) for bounds in [*SMALL, *MIDDLE]),
    *(("server", bounds) for bounds in [*SMALL, Bounds(kills=2)]),
]
STORES = {"sqlite": Machine, "server": ServerMachine}
MUTANTS = {
    **{("sqlite", name): machine for name, machine in mutants().items()},
    **{("server", name): machine for name, machine in server_mutants().items()},
}
EQUAL = {
    **{("sqlite", name): why for name, why in EQUIVALENT.items()},
    **{("server", name): why for name, why in ON_SERVER.items()},
}
WRONG = sorted(set(MUTANTS) - set(EQUAL))


def check(store: str, bounds: Bounds, capsys: pytest.CaptureFixture[str]) -> None:
    found = explore(STORES[store](), bounds)
    with capsys.disabled():
        print(f"\n{store}, {bounds}: {found.states} states", end=" ")
    assert found.broken is None, found.way


@pytest.mark.parametrize(("store", "bounds"), SHORT, ids=str)
def test_no_promise_is_broken(
    store: str, bounds: Bounds, capsys: pytest.CaptureFixture[str]
) -> None:
    check(store, bounds, capsys)


@pytest.mark.long
@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("bounds", [*MIDDLE, *FULL], ids=str)
def test_no_promise_is_broken_by_anything_at_once(
    store: str, bounds: Bounds, capsys: pytest.CaptureFixture[str]
) -> None:
    check(store, bounds, capsys)


@pytest.mark.parametrize("mutant", WRONG, ids=": ".join)
def test_each_step_and_its_place_is_needed(mutant: tuple[str, str]) -> None:
    tried = [*SMALL, Bounds(kills=2)] if mutant[0] == "server" else SMALL
    assert any(explore(MUTANTS[mutant], bounds).broken for bounds in tried)


@pytest.mark.long
@pytest.mark.parametrize("mutant", EQUAL, ids=": ".join)
def test_what_is_said_to_make_no_difference_makes_none(mutant: tuple[str, str]) -> None:
    for bounds in [*SMALL, *MIDDLE]:
        found = explore(MUTANTS[mutant], bounds)
        assert found.broken is None, found.way


def test_there_is_a_mutant_for_every_step_and_every_pair() -> None:
    of_both = (fold_machine.PROGRAMS, fold_server.PROGRAMS)
    lengths = [len(program) for programs in of_both for program in programs.values()]
    assert len(MUTANTS) == sum(lengths) + sum(length - 1 for length in lengths) + 6
    assert set(EQUAL) < set(MUTANTS)
