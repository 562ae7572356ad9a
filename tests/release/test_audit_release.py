"""The audit finds nothing in what the gate publishes, and every fault that is planted."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_factory import sample_release

from survey.release.audit import audit
from survey.release.model import (
    OTHERS,
    Hidden,
    Release,
    ReleasedOption,
    ReleasedQuestion,
    Table,
)

CLEAN = sample_release(240)

Change = Callable[[Table], Table]


@pytest.mark.parametrize("access", ["codes", "open"])
@pytest.mark.parametrize("people", [0, 4, 5, 9, 17, 40, 100, 240])
def test_what_the_gate_publishes_is_clean(people: int, access: str) -> None:
    assert audit(sample_release(people, seed=people, access=access)) == ()


@settings(max_examples=25)
@given(st.integers(0, 90), st.integers(0, 10**6))
def test_any_unit_is_clean(people: int, seed: int) -> None:
    assert audit(sample_release(people, seed)) == ()


def asked(qid: str, release: Release = CLEAN) -> ReleasedQuestion:
    question = release.question(qid)
    assert question is not None
    return question


def with_question(qid: str, **changes: Any) -> Release:
    questions = tuple(replace(q, **changes) if q.id == qid else q for q in CLEAN.questions)
    return replace(CLEAN, questions=questions)


def with_table(qid: str, key: tuple[str | None, str | None], change: Change) -> Release:
    tables = asked(qid).tables
    changed = tuple(change(t) if (t.breakdown, t.group) == key else t for t in tables)
    return with_question(qid, tables=changed)


def without(qid: str, key: tuple[str | None, str | None]) -> Release:
    kept = tuple(t for t in asked(qid).tables if (t.breakdown, t.group) != key)
    return with_question(qid, tables=kept)


def found(release: Release) -> dict[str | None, list[str]]:
    """Sentences by question."""
    problems: dict[str | None, list[str]] = {}
    for problem in audit(release):
        problems.setdefault(problem.question, []).append(problem.sentence)
    return problems


UNIT = (None, None)
THERAPIST = ("role", "therapist")


def moved(table: Table) -> Table:
    """One answer counted under another option."""
    (a, x), (b, y), *rest = table.counts
    return replace(table, counts=((a, x - 1), (b, y + 1), *rest))


def one_more(table: Table) -> Table:
    (option, count), *rest = table.counts
    return replace(table, n=table.n + 1, counts=((option, count + 1), *rest))


def shrunk(table: Table) -> Table:
    """Down to four people."""
    (option, _), *rest = table.counts
    return replace(table, n=4, counts=((option, 4), *((o, 0) for o, _ in rest)))


def unanimous(table: Table) -> Table:
    (option, _), *rest = table.counts
    return replace(table, counts=((option, table.n), *((o, 0) for o, _ in rest)))


def ticked_by_all(table: Table) -> Table:
    (option, _), *rest = table.counts
    return replace(table, counts=((option, table.n), *rest))


def thin_bin(table: Table) -> Table:
    (low, high, people), (_, end, more), *rest = table.bins
    return replace(table, bins=((low, high, people + more - 1), (high, end, 1), *rest))


def gap(table: Table) -> Table:
    (low, high, people), (_, end, more), *rest = table.bins
    return replace(table, bins=((low, high, people), ((high or 0) + 1, end, more), *rest))


def lost_bin(table: Table) -> Table:
    return replace(table, bins=(*table.bins[:-2], (table.bins[-2][0], None, table.bins[-1][2])))


FAULTS: list[tuple[str, Release, str | None, str]] = [
    ("k", replace(CLEAN, k=4), None, "k is 4"),
    ("too few", with_table("breaks", THERAPIST, shrunk), "breaks", "about 4 people, fewer than 5"),
    ("moved", with_table("breaks", THERAPIST, moved), "breaks", "tables of role count 'never'"),
    ("sum", with_table("breaks", UNIT, lambda t: replace(t, n=t.n + 1)), "breaks", "answers of"),
    ("unit", with_table("breaks", UNIT, one_more), "breaks", "leave 1 people of the unit out"),
    ("no unit", without("breaks", UNIT), "breaks", "without the unit"),
    ("no others", without("breaks", ("role", OTHERS)), "breaks", "people of the unit out"),
    ("dropped group", without("breaks", THERAPIST), "breaks", "not listed as hidden"),
    ("responses", replace(CLEAN, responses=100), "breaks", "of 100 responses"),
    ("unanimous", with_table("leave", THERAPIST, unanimous), "leave", "gives away"),
    ("all tick", with_table("leave-why", UNIT, ticked_by_all), "leave-why", "gives away"),
    (
        "more ticks than people",
        with_table("priorities", UNIT, lambda t: replace(t, n=20)),
        "priorities",
        "more often than people answered",
    ),
    ("sensitive", with_question("acuity", sensitive=True), "acuity", "at most one breakdown"),
    ("thin bin", with_table("pay", UNIT, thin_bin), "pay", "holds 1, fewer than 5"),
    ("gap", with_table("pay", UNIT, gap), "pay", "do not follow one another"),
    ("lost bin", with_table("pay", UNIT, lost_bin), "pay", "do not add up"),
    (
        "quantile",
        with_table("pay", UNIT, lambda t: replace(t, quantiles=(("p50", 99.0),))),
        "pay",
        "not those that its bins give",
    ),
    (
        "filter lets more through",
        with_table("target-reach", UNIT, lambda t: replace(t, n=t.n + 30)),
        "target-reach",
        "more people than its filter",
    ),
    ("filter gone", with_question("target", tables=()), "target-reach", "does not show it"),
    ("filter not there", with_question("target", id="x"), "target-reach", "not in the release"),
    ("filter laxer", with_question("leave-why", sensitive=False), "leave-why", "is sensitive"),
    (
        "hidden of nothing",
        replace(CLEAN, hidden=(*CLEAN.hidden, Hidden("shoe", None, None))),
        None,
        "names 'shoe'",
    ),
    (
        "shown and hidden",
        replace(CLEAN, hidden=(*CLEAN.hidden, Hidden("breaks", "role", "therapist"))),
        "breaks",
        "listed as hidden, but is not",
    ),
    ("hidden twice", replace(CLEAN, hidden=CLEAN.hidden[:1] * 2), None, "stands there 2 times"),
    ("open", replace(CLEAN, access="open"), "breaks", "whole unit only"),
    ("stray group", with_question("breaks", by=("role",)), "breaks", "no breakdown of it"),
    (
        "unknown group",
        with_table("breaks", THERAPIST, lambda t: replace(t, group="x")),
        "breaks",
        "no such group",
    ),
    ("unknown breakdown", replace(CLEAN, breakdowns=()), "breaks", "is not one of the release"),
    (
        "table twice",
        with_question("breaks", tables=(*asked("breaks").tables, asked("breaks").tables[0])),
        "breaks",
        "stands there 2 times",
    ),
    (
        "option left out",
        with_table("breaks", UNIT, lambda t: replace(t, counts=t.counts[:-1])),
        "breaks",
        "each of the question's options once",
    ),
    (
        "question twice",
        replace(CLEAN, questions=(*CLEAN.questions, CLEAN.questions[0])),
        None,
        "stands there 2 times",
    ),
    (
        "small answer beside the merged ones",
        with_question(
            "worksite",
            options=(*asked("worksite").options[:1], ReleasedOption(OTHERS, {"en": "x"})),
            tables=(Table(None, None, 203, counts=(("north", 3), (OTHERS, 200))),),
        ),
        "worksite",
        "names a group of 3 people",
    ),
]


@pytest.mark.parametrize(
    ("release", "question", "sentence"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_a_planted_fault_is_found(release: Release, question: str | None, sentence: str) -> None:
    assert any(sentence in s for s in found(release).get(question, []))


def test_bins_implied_by_subtraction_are_found() -> None:
    """Each table is fine by itself; the unit less the split group leaves one person above 30."""
    tables = (
        Table(None, None, 47, bins=((None, 30.0, 30), (30.0, None, 17))),
        Table("role", "therapist", 26, bins=((None, 30.0, 10), (30.0, None, 16))),
        Table("role", OTHERS, 21, bins=((None, None, 21),)),
    )
    release = with_question("caseload", tables=tables)
    sentences = " ".join(found(release)["caseload"])
    assert "Between 30.0 and None the tables of role leave 1 people" in sentences


def test_bins_that_reach_beyond_the_units_by_one_person_are_found() -> None:
    """Cut at different edges: the groups below 35, less the unit below 30, are two people."""
    tables = (
        Table(None, None, 47, bins=((None, 30.0, 30), (30.0, None, 17))),
        Table("role", "therapist", 26, bins=((None, 35.0, 16), (35.0, None, 10))),
        Table("role", OTHERS, 21, bins=((None, 35.0, 16), (35.0, None, 5))),
    )
    sentences = " ".join(found(with_question("caseload", tables=tables))["caseload"])
    assert "Around None to 30.0 the tables of role hold 2 people more" in sentences
    assert "Between 30.0 and None the tables of role leave 2 people" in sentences


def test_all_others_that_repeat_the_unit_are_found() -> None:
    unit = asked("breaks").tables[0]
    release = with_question("breaks", tables=(unit, replace(unit, breakdown="role", group=OTHERS)))
    assert any("say nothing of their own" in s for s in found(release)["breaks"])


@settings(max_examples=150)
@given(st.data())
def test_one_person_more_in_any_one_table_is_always_found(data: st.DataObject) -> None:
    question = data.draw(st.sampled_from([q for q in CLEAN.questions if q.by and q.tables]))
    table = data.draw(st.sampled_from(question.tables))
    if question.kind == "number":
        at = data.draw(st.integers(0, len(table.bins) - 1))
        bins = tuple((a, b, n + (i == at)) for i, (a, b, n) in enumerate(table.bins))
        worse = replace(table, n=table.n + 1, bins=bins)
    else:
        at = data.draw(st.integers(0, len(table.counts) - 1))
        counts = tuple((o, n + (i == at)) for i, (o, n) in enumerate(table.counts))
        worse = replace(table, n=table.n + 1, counts=counts)
    key = (table.breakdown, table.group)
    assert question.id in found(with_table(question.id, key, lambda _: worse))
