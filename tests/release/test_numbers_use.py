"""Bins of numbers are of use: how many groups get a median, with the built-in questionnaire."""

from collections.abc import Iterator

import numpy as np
import pytest
from release_brute import tally_of
from release_factory import ask, release_of, sample_release

from survey.instrument.library import load_builtin
from survey.intake.people import answers_of_person
from survey.release.cuts import Counts
from survey.release.gate import choose_groups
from survey.release.model import OTHERS, Release, Table
from survey.release.numbers import Rules, split_tables


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
        return split_tables([counts], people.sum(axis=2), Rules(5))

    assert cuts() == cuts()


@pytest.mark.parametrize("mixed", [0.02, 0.04])
def test_sites_of_one_team_each_but_for_a_few_people_keep_most_cuts(mixed: float) -> None:
    """A team less its sites is those few: hardly any cut is taken back so that they are not told.

    600 people, 8 teams, 20 sites, gated as the gate does.
    """
    rng = np.random.default_rng(1)
    home = rng.integers(8, size=20)
    site = rng.choice(20, size=600, p=rng.dirichlet(np.full(20, 3.0)))
    team = np.where(rng.random(600) < mixed, rng.integers(8, size=600), home[site])
    value = np.minimum(rng.gamma(4, 2, size=600).astype(int), 14)
    people = np.zeros((9, 21, 15), dtype=int)
    np.add.at(people, (team, site, value), 1)
    everybody = [(int(a), int(b)) for a, b in zip(team, site, strict=True)]
    question = ask("q", "choice", "x", "y", by=("a", "b"))
    tally = tally_of(question, everybody, [[0]] * 600, (9, 21))
    shown = choose_groups((tally,), 5, (frozenset(range(8)), frozenset(range(20))))
    assert shown is not None
    for axis, groups in enumerate(shown):
        rest = [i for i in range(people.shape[axis]) if i not in groups]
        others = people.take(rest, axis).sum(axis=axis, keepdims=True)
        kept = people.take(sorted(groups), axis)
        people = np.concatenate([kept, others] if others.any() else [kept], axis)
    counts = Counts(people.sum(axis=(0, 1)), (people.sum(axis=1), people.sum(axis=0)))
    unit, cuts = split_tables([counts], people.sum(axis=2), Rules(5))
    apart = [
        split_tables([Counts(counts.unit, (b,))], None, Rules(5))[1][0] for b in counts.breakdowns
    ]
    left, possible = (sum(len(c) for b in found for c in b) for found in (cuts, apart))
    print(f"{mixed:.0%} mixed: {left} of {possible} cuts of groups, {len(unit)} of the unit")
    assert left >= 0.85 * possible
    assert len(unit) >= 7
