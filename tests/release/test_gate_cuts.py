"""No combination of published tables is about fewer than k people: the gate against brute force."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_brute import Person, smallest_support, tally_of
from release_factory import ask

from survey.release.gate import Shown, choose_groups, weakest_cut

Unit = tuple[tuple[int, ...], list[Person]]


@st.composite
def units(draw: st.DrawFn, most: int = 12, breakdowns: int = 2, groups: int = 3) -> Unit:
    """Sizes of the breakdowns (missing included) and who is in which groups; often lopsided."""
    sizes = tuple(draw(st.integers(2, groups + 1)) for _ in range(breakdowns))
    person = st.tuples(*(st.integers(0, size - 1) for size in sizes))
    crowd = draw(st.lists(st.tuples(person, st.integers(1, 5)), min_size=1, max_size=most // 2))
    return sizes, [who for who, times in crowd for _ in range(times)][:most]


def gate(unit: Unit, k: int) -> Shown | None:
    sizes, people = unit
    question = ask("q", "choice", "yes", "no", by=("a", "b")[: len(sizes)])
    tally = tally_of(question, people, [[0]] * len(people), sizes)
    return choose_groups((tally,), k, tuple(frozenset(range(size - 1)) for size in sizes))


@settings(max_examples=300)
@given(units(), st.integers(2, 5))
def test_no_combination_of_two_breakdowns_is_about_fewer_than_k(unit: Unit, k: int) -> None:
    shown = gate(unit, k)
    if shown is None:
        assert len(unit[1]) < k
    else:
        assert smallest_support(unit[1], shown) >= k


@settings(max_examples=100)
@given(units(breakdowns=1, groups=5, most=20), st.integers(2, 5))
def test_no_combination_of_one_breakdown_is_about_fewer_than_k(unit: Unit, k: int) -> None:
    shown = gate(unit, k)
    assert shown is None or smallest_support(unit[1], shown) >= k


@pytest.mark.long
@settings(max_examples=300)
@given(units(most=25, groups=4), st.just(5))
def test_units_of_25_people_hold_against_brute_force(unit: Unit, k: int) -> None:
    shown = gate(unit, k)
    assert shown is None or smallest_support(unit[1], shown) >= k


@settings(max_examples=200)
@given(units(), st.integers(2, 5))
def test_a_cut_is_found_exactly_where_brute_force_finds_one(unit: Unit, t: int) -> None:
    """With every group shown: the gate's weakest cut is the smallest support, no less, no more."""
    sizes, people = unit
    everything = tuple(frozenset(range(size)) for size in sizes)
    joint = np.zeros(sizes, dtype=np.int64)
    for a, b in people:
        joint[a, b] += 1
    found = weakest_cut(joint, t)
    fewest = smallest_support(people, everything)
    assert (found[0] if found else None) == (fewest if fewest < t else None)


@settings(max_examples=200)
@given(st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=2, max_size=6))
def test_joining_heavy_edges_first_changes_no_minimum(rows: list[list[int]]) -> None:
    joint = np.array(rows, dtype=np.int64)
    graph = nx.Graph()
    for a, b in np.argwhere(joint).tolist():
        graph.add_edge(a, len(rows) + b, weight=rows[a][b])
    cuts = [nx.stoer_wagner(graph.subgraph(c))[0] for c in nx.connected_components(graph)]
    found = weakest_cut(joint, 3)
    assert (found[0] if found else 3) == min([3, *cuts])


@settings(max_examples=150)
@given(units(), st.integers(2, 5), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(unit: Unit, k: int, random: object) -> None:
    sizes, people = unit
    shuffled = list(people)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert gate((sizes, shuffled), k) == gate(unit, k) == gate(unit, k)


def test_a_hidden_group_cannot_be_had_by_subtraction_over_the_other_breakdown() -> None:
    """Nurses are the night shift, but for two: the two shall not stand alone."""
    people: list[Person] = [(0, 0)] * 20 + [(1, 1)] * 10 + [(1, 0)] * 2
    shown = gate(((3, 3), people), 5)
    assert shown is not None
    assert smallest_support(people, shown) >= 5
    assert smallest_support(people, (frozenset({0, 1}), frozenset({0, 1}))) == 2


def test_a_component_of_its_own_is_searched_too() -> None:
    people: list[Person] = (
        [(0, 0)] * 30 + [(1, 1)] * 10 + [(1, 2)] * 3 + [(2, 1)] * 3 + [(2, 2)] * 10
    )
    joint = np.zeros((4, 4), dtype=np.int64)
    for a, b in people:
        joint[a, b] += 1
    cut = weakest_cut(joint, 7)
    assert cut is not None
    assert cut[0] == 6
