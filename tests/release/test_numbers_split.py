"""Bins of numbers: no bin, published or implied by subtraction, holds 1 to k-1 people."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_brute import sets_of_bins
from release_factory import ask, broken, release_of

from survey.instrument.model import Definition, Section
from survey.release.numbers import bins_of, quantiles, split_tables

Groups = list[list[int]]


@st.composite
def binned(draw: st.DrawFn, most_groups: int = 3, width: int = 4) -> Groups:
    """People by group and finest bin; every group holds somebody."""
    row = st.lists(st.integers(0, 7), min_size=width, max_size=width).filter(any)
    return draw(st.lists(row, min_size=1, max_size=most_groups))


def split(groups: Groups, t: int) -> tuple[frozenset[int], tuple[frozenset[int], ...]]:
    return split_tables(np.sum(groups, axis=0).tolist(), groups, t)


def people(counts: Sequence[int], cuts: frozenset[int]) -> list[int]:
    return [n for _, _, n in bins_of(list(range(len(counts) - 1)), counts, cuts)]


@settings(max_examples=150, deadline=None)
@given(binned(), st.integers(2, 5))
def test_no_set_of_bins_that_subtraction_gives_holds_fewer_than_k(groups: Groups, t: int) -> None:
    groups = [g for g in groups if sum(g) >= t]
    if groups:
        unit, cuts = split(groups, t)
        assert not set(range(1, t)) & sets_of_bins(groups, cuts, unit)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(binned(most_groups=2, width=8) | binned(most_groups=4, width=4), st.just(5))
def test_wider_tables_hold_as_well(groups: Groups, t: int) -> None:
    groups = [g for g in groups if sum(g) >= t]
    if groups:
        unit, cuts = split(groups, t)
        assert not set(range(1, t)) & sets_of_bins(groups, cuts, unit)


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
    assert 1 in sets_of_bins(groups, naive, unit)


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
