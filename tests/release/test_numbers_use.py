"""Bins of numbers are of use: how many groups get a median, with the built-in questionnaire."""

from collections.abc import Iterator

import numpy as np
import pytest
from release_factory import release_of, sample_release

from survey.instrument.library import load_builtin
from survey.intake.people import answers_of_person
from survey.release.cuts import Counts
from survey.release.model import OTHERS, Release, Table
from survey.release.numbers import split_tables


def wave(people: int, seed: int) -> Release:
    definition = load_builtin("behavioral-health-full")
    return release_of(definition, (answers_of_person(definition, seed, i) for i in range(people)))


def groups(release: Release, *questions: str) -> Iterator[Table]:
    for question in release.questions:
        if question.kind == "number" and (not questions or question.id in questions):
            yield from (t for t in question.tables if t.group not in (None, OTHERS))


@pytest.mark.parametrize(("people", "least"), [(120, 0.45), (194, 0.6), (260, 0.7), (600, 0.85)])
def test_most_groups_of_numbers_carry_a_median(people: int, least: float) -> None:
    release = wave(people, 1)
    tables = list(groups(release))
    said = sum(t.quantile("p50") is not None for t in tables)
    bins = sum(len(t.bins) for t in tables) / len(tables)
    print(f"{people} people: {said} of {len(tables)} groups with a median, {bins:.1f} bins each")
    assert said >= least * len(tables)


def test_at_260_people_most_groups_know_their_median_pay_and_fair_caseload() -> None:
    tables = [t for seed in (1, 2) for t in groups(wave(260, seed), "pay", "caseload-good")]
    assert sum(t.quantile("p50") is not None for t in tables) >= 0.65 * len(tables)


@pytest.mark.parametrize("people", [120, 260])
def test_the_unit_keeps_the_median_of_every_number(people: int) -> None:
    units = [q.tables[0] for q in wave(people, 1).questions if q.kind == "number"]
    assert [t.quantile("p50") is None for t in units] == [False] * 5


def test_a_unit_with_few_edges_keeps_its_median_as_well() -> None:
    """Nine edges, most answers below the third."""
    caseload = sample_release(240).question("caseload")
    assert caseload is not None
    assert caseload.tables[0].quantile("p50") is not None


def test_the_same_totals_are_cut_alike() -> None:
    rng = np.random.default_rng(3)
    people = rng.integers(0, 5, (4, 5, 9)) * (rng.random((4, 5, 1)) < 0.6)
    counts = Counts(people.sum(axis=(0, 1)), (people.sum(axis=1), people.sum(axis=0)))

    def cuts() -> object:
        return split_tables([counts], people.sum(axis=2), 5)

    assert cuts() == cuts()
