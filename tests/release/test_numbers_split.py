"""Bins of numbers: no bin, published or implied by subtraction, holds 1 to k-1 people."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_brute import sets_of_bins
from release_factory import ask, broken, release_of

from survey.instrument.model import Definition, Section
from survey.release.gate import weakest_cut
from survey.release.numbers import bins_of, quantiles, split_tables

Groups = list[list[int]]
Cuts = frozenset[int]


@st.composite
def binned(draw: st.DrawFn, most_groups: int = 3, width: int = 4) -> Groups:
    """People by group and finest bin; every group holds somebody."""
    row = st.lists(st.integers(0, 7), min_size=width, max_size=width).filter(any)
    return draw(st.lists(row, min_size=1, max_size=most_groups))


@st.composite
def crossed(draw: st.DrawFn, most: int = 5, width: int = 3) -> list[Groups]:
    """People by group of two breakdowns and finest bin, at most `most` pairs with anybody in."""
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    pairs = st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1))
    found = [[[0] * width for _ in range(columns)] for _ in range(rows)]
    for a, b in draw(st.lists(pairs, min_size=1, max_size=most, unique=True)):
        found[a][b] = draw(st.lists(st.integers(0, 12), min_size=width, max_size=width))
    return found


def split(groups: Groups, t: int) -> tuple[Cuts, tuple[Cuts, ...]]:
    unit, cuts = split_tables([np.array(groups)], None, t)
    return unit, cuts[0]


def implied(groups: Groups, unit: Cuts, cuts: Sequence[Cuts]) -> set[int]:
    return sets_of_bins([[row] for row in groups], unit, [cuts])


def split_crossed(groups: list[Groups], t: int) -> tuple[Cuts, tuple[tuple[Cuts, ...], ...]]:
    people = np.array(groups)
    tables = [people.sum(axis=1), people.sum(axis=0)]
    return split_tables(tables, people.sum(axis=2), t)


def gated(groups: list[Groups], t: int) -> bool:
    """Whether the gate would show all these groups."""
    joint = np.array(groups).sum(axis=2)
    whole = min(joint.sum(axis=0).min(), joint.sum(axis=1).min()) >= t
    return bool(whole) and weakest_cut(joint, t) is None


def people(counts: Sequence[int], cuts: frozenset[int]) -> list[int]:
    return [n for _, _, n in bins_of(list(range(len(counts) - 1)), counts, cuts)]


@settings(max_examples=150, deadline=None)
@given(binned(), st.integers(2, 5))
def test_no_set_of_bins_that_subtraction_gives_holds_fewer_than_k(groups: Groups, t: int) -> None:
    groups = [g for g in groups if sum(g) >= t]
    if groups:
        unit, cuts = split(groups, t)
        assert not set(range(1, t)) & implied(groups, unit, cuts)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(binned(most_groups=2, width=8) | binned(most_groups=4, width=4), st.just(5))
def test_wider_tables_hold_as_well(groups: Groups, t: int) -> None:
    groups = [g for g in groups if sum(g) >= t]
    if groups:
        unit, cuts = split(groups, t)
        assert not set(range(1, t)) & implied(groups, unit, cuts)


def level(groups: list[Groups], cuts: Sequence[Sequence[Cuts]]) -> list[Groups]:
    """The same people with the groups of each breakdown that stay whole as one."""
    people = np.array(groups)
    for axis, found in enumerate(cuts):
        kept = [g for g, cut in enumerate(found) if cut]
        whole = [g for g, cut in enumerate(found) if not cut]
        rest = people.take(whole, axis=axis).sum(axis=axis, keepdims=True)
        people = np.concatenate([people.take(kept, axis=axis), rest], axis=axis)
    return people.tolist()  # type: ignore[no-any-return]


@settings(max_examples=200, deadline=None)
@given(crossed(width=2, most=7), st.integers(2, 5))
def test_neither_do_two_breakdowns_together_where_they_are_split(
    groups: list[Groups], t: int
) -> None:
    if gated(groups, t):
        unit, cuts = split_crossed(groups, t)
        merged = level(groups, cuts)
        everywhere = [[unit] * len(merged), [unit] * len(merged[0])]
        assert not unit or not set(range(1, t)) & sets_of_bins(merged, unit, everywhere)


def test_who_is_in_one_group_but_not_in_the_other_has_no_thin_bin() -> None:
    """All nurses work at the clinic; of the clinic's other ten, one earns more than 30."""
    clinic_nurses, clinic_others, elsewhere = [20, 20], [9, 1], [30, 30]
    groups = [[clinic_nurses, [0, 0]], [clinic_others, elsewhere]]
    unit, cuts = split_crossed(groups, 5)
    assert unit == {0}
    everywhere = ((frozenset({0}),) * 2,) * 2
    assert 1 in sets_of_bins(groups, unit, everywhere)
    assert not set(range(1, 5)) & sets_of_bins(groups, unit, cuts)
    assert cuts != everywhere


def test_more_groups_than_can_be_tried_are_split_only_as_far() -> None:
    groups = [[[3 + (a == b), 3] for b in range(15)] for a in range(14)]
    _, cuts = split_crossed(groups, 5)
    assert [sum(bool(c) for c in side) for side in cuts] == [11, 15]
    assert cuts[0][:11] == (frozenset({0}),) * 11


@given(binned(most_groups=5, width=9), st.integers(2, 5))
def test_bins_hold_k_and_groups_are_cut_only_where_the_unit_is(groups: Groups, t: int) -> None:
    unit, cuts = split(groups, t)
    for table, at in [(np.sum(groups, axis=0).tolist(), unit), *zip(groups, cuts, strict=True)]:
        assert at <= unit
        assert sum(people(table, at)) == sum(table)
        assert not at or min(people(table, at)) >= t


def test_without_the_rule_on_what_is_left_the_top_earner_would_stand_alone() -> None:
    """The unit less the split group is 20 people below and 1 above: the group stays whole."""
    groups = [[10, 10, 6, 6], [10, 10, 1, 0]]
    unit, cuts = split(groups, 5)
    assert unit == {0, 1, 2}
    assert cuts == (frozenset(), frozenset())
    naive = (frozenset({0, 1, 2}), frozenset())
    assert 1 in implied(groups, unit, naive)


def test_the_smallest_group_stays_whole_where_one_must() -> None:
    groups = [[30, 30], [6, 6], [9, 1]]
    assert split(groups, 5)[1] == (frozenset({0}), frozenset(), frozenset())


def test_the_root_is_the_middle_edge_and_gates_the_rest() -> None:
    assert split([[9, 9, 9, 4]], 5)[0] == {0, 1}
    assert split([[30, 30, 3, 1]], 5)[0] == frozenset()


def test_bins_are_half_open_and_open_ended() -> None:
    assert bins_of([10.0, 20.0, 30.0], [1, 2, 3, 4], frozenset({1})) == (
        (None, 20.0, 3),
        (20.0, None, 7),
    )
    assert bins_of([], [4], frozenset()) == ((None, None, 4),)


def test_quantiles_need_2k_and_4k_people_and_a_closed_bin() -> None:
    def names(*counts: int) -> list[str]:
        ends = [None, 10.0, 20.0, 30.0, None]
        bins = tuple(zip(ends[:-1], ends[1:], counts, strict=True))
        return [name for name, _ in quantiles(bins, 5)]

    assert names(2, 3, 2, 2) == []
    assert names(2, 3, 3, 2) == ["p50"]
    assert names(4, 6, 6, 4) == ["p25", "p50", "p75"]
    assert names(6, 6, 6, 4) == ["p50", "p75"]
    assert names(15, 2, 2, 1) == []


def test_quantiles_are_interpolated_and_tidy() -> None:
    bins = ((None, 20.0, 8), (20.0, 24.0, 8), (24.0, None, 9))
    assert quantiles(bins, 5) == (("p50", 22.25),)
    assert quantiles(((None, 0.0, 3), (0.0, 0.3, 9), (0.3, None, 3)), 5) == (("p50", 0.15),)
    assert quantiles(((None, 0.0, 9), (0.0, 7.0, 3), (7.0, None, 9)), 5) == (("p50", 3.5),)


def test_a_sensitive_number_doubles_every_threshold() -> None:
    question = ask("hours", "number", edges=(10.0, 20.0, 30.0), sensitive=True, by=("a",))
    definition = Definition(
        "d",
        {"en": "D"},
        ("en",),
        5,
        (broken("a", "src", x=("x",), y=("y",)),),
        (Section("s", {"en": "S"}, (ask("src", "choice", "x", "y"), question)),),
    )
    answers = [{"src": "xy"[i % 2], "hours": 5.0 + 10 * (i % 4)} for i in range(36)]
    released = release_of(definition, answers).question("hours")
    assert released is not None
    unit = released.table()
    assert unit is not None
    assert [n for _, _, n in unit.bins] == [18, 18]
    assert {(t.group, len(t.bins)) for t in released.tables[1:]} == {("x", 1), ("y", 1)}
