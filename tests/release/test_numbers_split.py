"""Bins of numbers: no bin, published or implied by subtraction, holds 1 to k-1 people."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_brute import sets_of_bins, smallest_support_of_bins
from release_factory import ask, broken, release_of

from survey.instrument.model import Definition, Section
from survey.release.cuts import UNIT, Counts, Cutter, halving
from survey.release.gate import weakest_cut
from survey.release.numbers import Rules, bins_of, quantiles, split_tables

Groups = list[list[int]]
Cuts = frozenset[int]


@st.composite
def binned(draw: st.DrawFn, most: int = 12, groups: int = 3, width: int = 3, t: int = 1) -> Groups:
    """At most `most` people by group and finest bin; every group holds `t` or more."""
    place = st.tuples(st.integers(0, groups - 1), st.integers(0, width - 1))
    crowd = draw(st.lists(st.tuples(place, st.integers(1, 6)), min_size=1, max_size=most))
    people = [at for at, times in crowd for _ in range(times)][:most]
    found = [[people.count((g, at)) for at in range(width)] for g in range(groups)]
    return [row for row in found if sum(row) >= t]


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
    people = np.array(groups)
    unit, cuts = split_tables([Counts(people.sum(axis=0), (people,))], None, Rules(t))
    return unit, cuts[0]


def split_crossed(groups: list[Groups], t: int) -> tuple[Cuts, tuple[tuple[Cuts, ...], ...]]:
    people = np.array(groups)
    return split_tables([crossed_counts(people)], people.sum(axis=2), Rules(t))


def crossed_counts(people: np.ndarray) -> Counts:
    return Counts(people.sum(axis=(0, 1)), (people.sum(axis=1), people.sum(axis=0)))


def gated(groups: list[Groups], t: int) -> bool:
    """Whether the gate would show all these groups."""
    joint = np.array(groups).sum(axis=2)
    whole = min(joint.sum(axis=0).min(), joint.sum(axis=1).min()) >= t
    return bool(whole) and weakest_cut(joint, t) is None


def people(counts: Sequence[int], cuts: frozenset[int]) -> list[int]:
    return [n for _, _, n in bins_of(list(range(len(counts) - 1)), counts, cuts)]


@settings(max_examples=150)
@given(st.integers(2, 5), st.data())
def test_no_combination_of_one_breakdown_is_about_fewer_than_k(t: int, data: st.DataObject) -> None:
    groups = data.draw(binned(t=t))
    if groups:
        assert smallest_support_of_bins(groups, *split(groups, t)) >= t


@pytest.mark.long
@settings(max_examples=200)
@given(binned(most=25, width=4, t=5) | binned(most=25, groups=2, width=5, t=5))
def test_units_of_25_people_hold_against_brute_force(groups: Groups) -> None:
    if groups:
        assert smallest_support_of_bins(groups, *split(groups, 5)) >= 5


@settings(max_examples=150)
@given(st.integers(2, 4), st.data())
def test_a_cut_is_refused_only_where_brute_force_refuses_it(t: int, data: st.DataObject) -> None:
    """Whatever is tried in whatever order: cut where nothing small comes of it, and only there."""
    groups = data.draw(binned(t=t))
    if not groups:
        return
    width = len(groups[0])
    cutter = Cutter([Counts(np.sum(groups, axis=0), (np.array(groups),))], t)
    place = st.tuples(st.integers(UNIT, len(groups) - 1), st.integers(1, width - 1))
    unit: Cuts = frozenset()
    cuts: list[Cuts] = [frozenset()] * len(groups)
    for g, at in data.draw(st.lists(place, max_size=6, unique=True)):
        wider = list(cuts)
        if g == UNIT and at - 1 in unit:
            continue  # cut already, as all the groups are
        if g == UNIT:
            tried = cutter.cut(UNIT, 0, at)
            after = unit | {at - 1}
        else:
            tried = cutter.cut(0, g, at)
            wider[g] |= {at - 1}
            everywhere = all(at - 1 in cut for cut in wider)
            after = unit | {at - 1} if everywhere else unit
        tables = [np.sum(groups, axis=0).tolist(), *groups]
        full = all(all(people(*pair)) for pair in zip(tables, [after, *wider], strict=True))
        assert tried == (full and smallest_support_of_bins(groups, after, wider) >= t)
        if tried:
            unit, cuts = after, wider


def test_two_whole_groups_and_a_split_one_do_not_leave_one_person() -> None:
    """The unit below, less those of the split group, less the second group, is minus one person."""
    groups = [[20, 20], [6, 1], [0, 10]]
    naive = (frozenset({0}), (frozenset({0}), frozenset(), frozenset()))
    assert smallest_support_of_bins(groups, *naive) == 1
    assert smallest_support_of_bins(groups, *split(groups, 5)) >= 5


def test_the_unit_less_the_split_group_does_not_leave_the_top_earner() -> None:
    groups = [[10, 10, 6, 6], [10, 10, 1, 0]]
    assert smallest_support_of_bins(groups, frozenset({1}), [frozenset({1}), frozenset()]) == 1
    unit, cuts = split(groups, 5)
    assert smallest_support_of_bins(groups, unit, cuts) >= 5
    assert unit
    assert any(cuts)


@settings(max_examples=200)
@given(crossed(width=2, most=7) | crossed(width=3, most=4), st.integers(2, 5))
def test_sums_and_differences_of_two_breakdowns_hold_nobody_or_k(
    groups: list[Groups], t: int
) -> None:
    if gated(groups, t):
        _, cuts = split_crossed(groups, t)
        assert not set(range(1, t)) & sets_of_bins(groups, frozenset(), cuts)


def test_the_unit_is_cut_only_where_both_breakdowns_allow_it() -> None:
    """Of the second breakdown's first group one person is above: the unit below less that group."""
    groups = [[[20, 1], [0, 20]]]
    whole = ((frozenset(),), (frozenset(), frozenset()))
    assert smallest_support_of_bins(groups[0], frozenset({0}), whole[1]) == 1
    # Nor is the one group of the first breakdown, which is the unit.
    assert split_crossed(groups, 5) == (frozenset(), whole)


def test_with_the_units_own_bins_no_unit_made_to_leak_does() -> None:
    """Mixes of stretches of the unit and bins reaching beyond them are among what is tried."""
    rng = np.random.default_rng(7)
    tried = leaks = 0
    while tried < 250:
        counts = rng.integers(0, rng.choice([4, 8, 14]), (3, 3, 3))
        counts[rng.random((3, 3)) < 0.6] = 0
        groups, t = counts.tolist(), int(rng.integers(2, 6))
        if gated(groups, t) and np.count_nonzero(counts.sum(axis=2)) <= 4:
            tried += 1
            leaks += bool(set(range(1, t)) & sets_of_bins(groups, *split_crossed(groups, t)))
    assert leaks == 0


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


def test_all_groups_of_two_breakdowns_cut_at_neighbouring_edges_cut_the_unit_between() -> None:
    """Not one group is nested, but all sites below 20 less all jobs below 10 is a bin of one."""
    groups = [[[5, 0, 10], [5, 1, 10]], [[5, 0, 10], [5, 0, 10]]]
    naive = ((frozenset({1}),) * 2, (frozenset({0}),) * 2)
    assert 1 in sets_of_bins(groups, frozenset(), naive)
    assert not set(range(1, 5)) & sets_of_bins(groups, *split_crossed(groups, 5))


def test_many_groups_on_both_sides_are_looked_at_exactly() -> None:
    """The first of 15 is the first of 20 and ten of the second, one of them above.

    So the first two of the 20 stay whole: one that does alone is what the unit leaves.
    """
    groups = [[[9 * (a > 0), 9 * (a > 0)] for _ in range(15)] for a in range(20)]
    groups[0][0] = [20, 20]
    for a in range(1, 20):
        groups[a][0] = [0, 0]
    groups[1][0] = [9, 1]
    unit, cuts = split_crossed(groups, 5)
    assert unit == {0}
    assert not (cuts[0][0] and cuts[1][0])
    assert sum(map(bool, cuts[0])) + sum(map(bool, cuts[1])) == 33


@given(binned(most=60, groups=5, width=9), st.integers(2, 5))
def test_bins_hold_k_and_lose_nobody(groups: Groups, t: int) -> None:
    groups = [g for g in groups if sum(g) >= t]
    if not groups:
        return
    unit, cuts = split(groups, t)
    for table, at in [(np.sum(groups, axis=0).tolist(), unit), *zip(groups, cuts, strict=True)]:
        assert sum(people(table, at)) == sum(table)
        assert not at or min(people(table, at)) >= t


def test_a_unit_by_itself_is_cut_wherever_k_people_are_on_either_side() -> None:
    assert split_tables([Counts(np.array([9, 9, 9, 4]), ())], None, Rules(5)) == ({0, 1}, ())
    assert split_tables([Counts(np.array([30, 30, 3, 1]), ())], None, Rules(5)) == ({0}, ())


def test_edges_are_tried_middle_first() -> None:
    assert list(halving(8)) == [4, 2, 6, 1, 3, 5, 7]
    assert list(halving(1)) == []
    assert sorted(halving(14)) == list(range(1, 14))


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
