"""What holds for every release, with codes or an open link."""

from itertools import pairwise

import pytest
from release_factory import (
    release_of,
    sample_definition,
    sample_release,
    simulated,
)
from rolekit import define, staff

from survey.release.model import OTHERS, Hidden, ReleaseError, Table


def test_an_open_link_publishes_the_whole_unit_only() -> None:
    release = sample_release(240, access="open")
    assert release.breakdowns == ()
    assert {q.by for q in release.questions} == {()}
    assert {(t.breakdown, t.group) for q in release.questions for t in q.tables} == {(None, None)}
    assert release.hidden == ()


def test_the_unit_is_the_same_with_codes_as_with_an_open_link() -> None:
    """But for bins of numbers, of which the groups' may cost the unit some."""

    def units(access: str) -> list[Table]:
        return [q.tables[0] for q in sample_release(240, access=access).questions]

    for alone, beside in zip(units("open"), units("codes"), strict=True):
        assert (alone.n, alone.counts) == (beside.n, beside.counts)
        assert {low for low, _, _ in beside.bins} <= {low for low, _, _ in alone.bins}


def test_k_under_five_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"sets k to 4.*Set k to 5 or more"):
        release_of(define(k=4), [])


def test_totals_of_more_people_than_responses_are_refused() -> None:
    with pytest.raises(ReleaseError, match="count 9 people, but the wave has 8 responses"):
        release_of(define(), staff(nurse=9), responses=8)


def test_the_order_of_answers_changes_nothing() -> None:
    definition = sample_definition()
    answers = list(simulated(definition, 60, seed=3))
    assert release_of(definition, answers) == release_of(definition, answers[::-1])


@pytest.mark.parametrize("people", [0, 4])
def test_too_few_people_show_nothing_at_all(people: int) -> None:
    release = sample_release(people)
    assert not any(q.tables for q in release.questions)
    assert release.hidden == tuple(Hidden(q.id, None, None) for q in release.questions)


def test_tables_come_in_the_order_of_the_definition() -> None:
    question = sample_release(600).question("pay-basics")
    assert question is not None
    order = ["therapist", "manager", "others", OTHERS, "north", "south", "east", "west", OTHERS]
    assert [t.group for t in question.tables] == [None, *order]
    places = [(t.breakdown or "") for t in question.tables]
    assert len([1 for a, b in pairwise(places) if a != b]) == 2
