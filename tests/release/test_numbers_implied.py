"""What two breakdowns and the unit imply together: linear programmes against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_brute import circuits, published_bins, sets_of_bins
from test_numbers_split import Groups, crossed, crossed_counts, gated, split_crossed

from survey.release.cuts import Counts, Cutter
from survey.release.implied import Most, leaks, nodes_of_cells, people_of, take_back

NESTED = np.array([[0, 2], [0, 3], [1, 3]])
"""Pairs of two rows (0, 1) and two columns (2, 3): the first column is within the first row."""


def leaking(nodes: np.ndarray, people: list[int], t: int) -> list[bool]:
    return leaks(Most(nodes, np.array(people)), t).tolist()


def test_the_few_of_a_row_that_are_not_in_the_column_within_it_leak() -> None:
    assert leaking(NESTED, [20, 30, 17, 33], 5) == [False, True, False]
    assert leaking(NESTED, [20, 30, 17, 33], 3) == [False] * 3


def test_a_cell_that_holds_nobody_does_not_leak() -> None:
    assert leaking(NESTED, [20, 30, 20, 30], 5) == [False] * 3


def test_nothing_leaks_where_everybody_may_be_anywhere() -> None:
    everywhere = np.array([[0, 2], [0, 3], [1, 2], [1, 3]])
    assert leaking(everywhere, [20, 30, 17, 33], 5) == [False] * 4


def test_it_is_known_how_many_a_cell_could_hold_were_two_nodes_one() -> None:
    """And only of nodes on which it hangs: that nobody else is in the third row does not matter."""
    most = Most(np.array([*NESTED, [4, 5], [6, 5]]), np.array([20, 30, 17, 33, 9, 18, 9]))
    assert dict(most.without(1, [(0, 1), (2, 3), (4, 6)])) == {0: 33, 1: 20}


@pytest.mark.parametrize("member", [0, 1])
def test_a_cut_is_taken_back_where_any_of_a_family_leaks(member: int) -> None:
    """Of the clinic's ten who are no nurses one is above; in the other question five are."""
    crowd = np.array([[[20, 20], [0, 0]], [[9, 1], [30, 30]]])
    harmless = np.array([[[20, 20], [0, 0]], [[5, 5], [30, 30]]])
    both = [harmless, harmless]
    both[member] = crowd
    cutter = Cutter([crossed_counts(people) for people in both], 5)
    for starts in (cutter.unit, *cutter.groups):
        starts[:, 1] = True
    take_back(cutter, crowd.sum(axis=2))
    assert [starts[:, 1].tolist() for starts in (cutter.unit, *cutter.groups)] != [
        [True],
        [True, True],
        [True, True],
    ]
    cutter = Cutter([crossed_counts(harmless)] * 2, 5)
    cutter.groups[0][:, 1] = True
    take_back(cutter, crowd.sum(axis=2))
    assert cutter.groups[0][:, 1].all()


@settings(max_examples=150)
@given(crossed(width=2, most=6) | crossed(width=3, most=4), st.integers(2, 5))
def test_every_set_that_can_be_had_holds_nobody_or_k(groups: list[Groups], t: int) -> None:
    """The unit's bins among them, and what follows once some are known to hold nobody."""
    if gated(groups, t):
        assert not set(range(1, t)) & sets_of_bins(groups, *split_crossed(groups, t))


@pytest.mark.long
@settings(max_examples=1500)
@given(crossed(width=2, most=8) | crossed(width=3, most=5) | crossed(width=4, most=4))
def test_every_set_holds_nobody_or_five(groups: list[Groups]) -> None:
    if gated(groups, 5):
        assert not set(range(1, 5)) & sets_of_bins(groups, *split_crossed(groups, 5))


@settings(max_examples=60)
@given(crossed(width=2, most=5) | crossed(width=3, most=3), st.integers(2, 5))
def test_of_no_combination_can_be_told_that_it_is_about_few(groups: list[Groups], t: int) -> None:
    """Plus and minus alike: the people that any combination is about may be t, or are nobody."""
    if not gated(groups, t):
        return
    people = np.array(groups)
    unit, cuts = split_crossed(groups, t)
    cells = [c for c in np.ndindex(people.shape) if people[c[:2]].sum()]
    rows = np.array(published_bins(cells, people.shape[2], unit, cuts))
    nodes = np.array([np.flatnonzero(column) for column in rows.T])
    most = Most(nodes, (rows @ np.array([people[c] for c in cells])).astype(int))
    for about in circuits(rows.tolist()):
        aim = np.zeros(len(cells))
        aim[list(about)] = 1
        held = float(aim @ most.towards(aim))
        assert held < 1e-6 or held >= t - 1e-6


@settings(max_examples=60)
@given(crossed(width=3), st.integers(2, 5))
def test_the_tables_as_they_are_cut_do_not_leak(groups: list[Groups], t: int) -> None:
    """And taking back finds nothing more to do: the outcome does not hang on where it began."""
    if not gated(groups, t):
        return
    people = np.array(groups)
    cutter = Cutter([crossed_counts(people)], t)
    unit, cuts = split_crossed(groups, t)
    cutter.unit[0, [at + 1 for at in unit]] = True
    for starts, tables in zip(cutter.groups, cuts, strict=True):
        for row, table in zip(starts, tables, strict=True):
            row[[at + 1 for at in table]] = True
    joint = people.sum(axis=2)
    most = Most(nodes_of_cells(cutter, joint), people_of(cutter, cutter.members[0]))
    assert not leaks(most, t).any()


def test_counts_of_one_table_are_a_programme_of_their_own() -> None:
    cutter = Cutter([Counts(np.array([3, 4]), (np.array([[3, 4]]), np.array([[3, 4]])))], 2)
    joint = np.array([[7]])
    assert nodes_of_cells(cutter, joint).tolist() == [[0, 1, 2]]
    assert people_of(cutter, cutter.members[0]).tolist() == [7, 7, 7]
