"""The questions of a family are gated together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_brute import smallest_support_of_bins
from release_factory import (
    ask,
    release_of,
)
from rolekit import ROLES, define, groups, staff

from survey.instrument.model import Answers, Definition
from survey.release.model import OTHERS, Release, ReleaseError


def family(**more: object) -> Definition:
    two = [ask(q, "choice", "yes", "no", by=("role",), family="f", **more) for q in ("one", "two")]
    return define(*two)


def test_a_group_hidden_for_one_of_a_family_is_hidden_for_all() -> None:
    """The aides are of one mind on the second question only."""
    definition = family(sensitive=True)
    answers: list[Answers] = [
        {
            **person,
            "one": "yes" if i % 2 else "no",
            "two": "no" if person["role"] == "aide" or i % 2 else "yes",
        }
        for i, person in enumerate(staff(nurse=30, aide=14, cook=20, clerk=20))
    ]
    release = release_of(definition, answers)
    assert groups(release, "one") == groups(release, "two")
    assert "aide" not in groups(release, "one")


def test_a_family_counts_only_those_who_answered_all_of_it() -> None:
    answers: list[Answers] = [{**p, "one": "yes", "two": "no"} for p in staff(nurse=12, aide=12)]
    answers += [{**p, "one": "yes"} for p in staff(cook=9)]
    release = release_of(family(), answers)
    assert [q.tables[0].n for q in release.questions[1:]] == [24, 24]
    assert "cook" not in groups(release, "one")


def test_a_family_without_a_common_base_is_refused() -> None:
    odd = define(
        ask("one", "choice", "yes", by=("role",), family="f"),
        ask("two", "choice", "yes", family="f"),
    )
    with pytest.raises(ReleaseError, match="family f do not share breakdowns, base"):
        release_of(odd, [])


def numbers(*families: str | None) -> Definition:
    """As many questions of a number, by role."""
    edges = (10.0, 20.0, 30.0)
    return define(
        *(
            ask(f"n{i}", "number", edges=edges, by=("role",), family=family)
            for i, family in enumerate(families)
        )
    )


def bins(release: Release, qid: str, group: str | None) -> tuple[tuple[float | None, int], ...]:
    """Of a table where its bins begin, and their people."""
    question = release.question(qid)
    assert question is not None
    return tuple((b[0], b[2]) for t in question.tables if t.group == group for b in t.bins)


def near_duplicates() -> list[Answers]:
    """Nurses and aides answer two questions alike, but for one aide; one nurse is at 20 to 30."""
    counts = {"nurse": (3, 5, 1, 8), "aide": (5, 1, 4, 10)}
    given = [
        {"role": role, "n0": 5.0 + 10 * at, "n1": 5.0 + 10 * at}
        for role, row in counts.items()
        for at, people in enumerate(row)
        for _ in range(people)
    ]
    aide = next(answers for answers in given if answers["role"] == "aide")
    return [{**aide, "n1": 15.0}, *(answers for answers in given if answers is not aide)]


def test_near_duplicate_numbers_are_cut_alike() -> None:
    """Apart they are cut at different edges, and whoever answered both alike is in between."""
    apart = release_of(numbers(None, None), near_duplicates())
    starts = [{low for low, _ in bins(apart, q, "nurse")} for q in ("n0", "n1")]
    below = {low: n for q in ("n0", "n1") for low, n in _below(bins(apart, q, "nurse")).items()}
    assert starts[0] != starts[1]
    assert below[30.0] - below[20.0] == 1
    together = release_of(numbers("f", "f"), near_duplicates())
    for group in (None, "nurse", "aide", OTHERS):
        first, second = ([low for low, _ in bins(together, q, group)] for q in ("n0", "n1"))
        assert first == second


@pytest.mark.parametrize("few", [0, 1])
@pytest.mark.parametrize(("above", "unit_bins"), [(3, 2), (0, 1)])
def test_a_cut_stays_only_where_it_stands_for_every_number_of_a_family(
    few: int, above: int, unit_bins: int
) -> None:
    """One question parts the nurses in halves, of the other three of them are above, or nobody."""
    answers = [
        {"role": role, f"n{few}": 5.0 + 10 * (i < above), f"n{1 - few}": 5.0 + 10 * (i % 2)}
        for role in ("nurse", "aide")
        for i in range(20)
    ]
    apart = release_of(numbers(None, None), answers)
    together = release_of(numbers("f", "f"), answers)
    assert len(bins(apart, f"n{1 - few}", "nurse")) == 2
    assert {len(bins(together, q, "nurse")) for q in ("n0", "n1")} == {1}
    # In all, six are above or nobody is.
    assert {len(bins(together, q, None)) for q in ("n0", "n1")} == {unit_bins}


@pytest.mark.parametrize("few", [0, 1])
def test_a_cut_of_the_unit_may_part_no_few_people_by_any_number_of_a_family(few: int) -> None:
    """Twelve are in each half by both questions. By one of them the nurses are below but for two
    and the aides above but for two: nurses less whoever is below are about these four.
    """
    answers = [
        {"role": role, f"n{few}": 5.0 + 10 * (i in above), f"n{1 - few}": 5.0 + 10 * (i % 2)}
        for role, above in (("nurse", range(2)), ("aide", range(10)))
        for i in range(12)
    ]
    apart = release_of(numbers(None, None), answers)
    together = release_of(numbers("f", "f"), answers)
    assert [n for _, n in bins(apart, f"n{1 - few}", None)] == [12, 12]
    assert {len(bins(together, q, None)) for q in ("n0", "n1")} == {1}


def _below(found: tuple[tuple[float | None, int], ...]) -> dict[float | None, int]:
    return {low: sum(n for _, n in found[:i]) for i, (low, _) in enumerate(found)}


def test_a_family_of_numbers_with_other_edges_is_refused() -> None:
    made = numbers("f", "f")
    questions = made.sections[0].questions
    odd = (*questions[:-1], replace(questions[-1], edges=(10.0, 25.0)))
    made = replace(made, sections=(replace(made.sections[0], questions=odd),))
    with pytest.raises(ReleaseError, match="family f do not share breakdowns, base, kind and"):
        release_of(made, [])


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 1), *[st.integers(0, 3)] * 2), max_size=25), st.booleans())
def test_what_near_duplicates_say_together_is_about_k(
    people: list[tuple[int, int, int]], alike: bool
) -> None:
    """Each by itself, and both taken for one by whoever answered alike: their cuts are the same."""
    answers = [
        {"role": ROLES[g], "n0": 5.0 + 10 * x, "n1": 5.0 + 10 * (x if alike else y)}
        for g, x, y in people
    ]
    release = release_of(numbers("f", "f"), answers)
    tables = [q.tables for q in release.questions[1:]]
    cuts = [{t.group: [b[0] for b in t.bins] for t in own} for own in tables]
    assert cuts[0] == cuts[1]
    for q, own in enumerate(tables):
        shown = [t.group for t in own if t.group is not None]
        if not shown:
            continue
        crowd = [
            [[p[0] for p in people if p[1 + (q and not alike)] == at].count(g) for at in range(4)]
            for g in range(2)
        ]
        rest = [row for row, role in zip(crowd, ROLES, strict=False) if role not in shown]
        rows = [crowd[ROLES.index(g)] if g != OTHERS else np.sum(rest, axis=0) for g in shown]
        unit, *groups = (frozenset(int(low // 10) - 1 for low in at[1:]) for at in cuts[q].values())
        assert smallest_support_of_bins(rows, unit, groups) >= 5
