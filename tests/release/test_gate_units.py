"""Whole releases of units of up to 25 people, every kind of question, against brute force."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_brute import sets_of_bins, smallest_support, smallest_support_of_bins
from release_factory import ask, broken, release_of

from survey.instrument.model import (
    Answers,
    Breakdown,
    Definition,
    Group,
    Question,
    Section,
    ShowIf,
)
from survey.release.model import OTHERS, Release, ReleasedQuestion, Table

TEAMS, SITES, OFTEN = ("red", "blue"), ("north", "south"), ("no", "maybe", "yes")
BY = ("team", "site")
NAMES = {"team": TEAMS, "site": SITES, "load": ("few", "many")}
MANY = 20.0
"""Clients, from which on they are many."""


def define() -> Definition:
    """A plain question of every kind by both breakdowns, a family, a filter that is sensitive, a
    sensitive number, and a number that makes bands."""
    questions = (
        ask("team", "choice", *TEAMS),
        ask("site", "choice", *SITES),
        ask("target", "choice", "yes", "no", by=BY),
        ask("breaks", "scale", *OFTEN, by=BY, family="day"),
        ask("lunch", "scale", *OFTEN, by=BY, family="day"),
        ask("wishes", "choices", "pay", "time", "voice", by=BY),
        ask("pay", "number", edges=(20.0,), by=BY),
        ask("hurt", "number", edges=(1.0, 3.0), by=("team",), sensitive=True),
        ask("clients", "number", edges=(MANY, 40.0), by=("team",)),
        ask("tired", "scale", *OFTEN, by=("load", "site")),
        ask("leave", "scale", *OFTEN, by=("team",), sensitive=True),
        ask(
            "why",
            "choices",
            *("pay", "boss"),
            by=("team",),
            sensitive=True,
            show_if=ShowIf("leave", ("maybe", "yes")),
        ),
    )
    breakdowns = (
        broken("team", "team", **{x: (x,) for x in TEAMS}),
        broken("site", "site", **{x: (x,) for x in SITES}),
        Breakdown(
            "load",
            {"en": "Load"},
            "clients",
            (
                Group("few", {"en": "Few"}, band=(None, MANY)),
                Group("many", {"en": "Many"}, band=(MANY, None)),
            ),
        ),
    )
    sections = (Section("s", {"en": "S"}, questions),)
    return Definition("unit", {"en": "Unit"}, ("en",), 5, breakdowns, sections)


def answer(question: Question) -> st.SearchStrategy[object]:
    ids = [o.id for o in question.options]
    if question.kind == "number":
        return st.sampled_from([question.edges[0] - 1, *question.edges])
    if question.kind == "choices":
        return st.frozensets(st.sampled_from(ids), min_size=1)
    return st.sampled_from(ids)


@st.composite
def units(draw: st.DrawFn) -> list[Answers]:
    """Few different people, each of them several times, and most skip something.

    Half of the units have people enough, in either team, for the follow-up to have groups of its
    own, or nearly: three more of each were not asked it.
    """
    ids = [q.id for q in define().questions]
    person = st.fixed_dictionaries({q.id: answer(q) for q in define().questions})
    skips = st.frozensets(st.sampled_from(ids), max_size=2)
    crowd = draw(st.lists(st.tuples(person, skips, st.integers(1, 7)), min_size=2, max_size=8))
    given = [({q: a for q, a in who.items() if q not in skipped}, n) for who, skipped, n in crowd]
    people: list[Answers] = [who for who, times in given for _ in range(times)][:25]  # type: ignore[misc]
    hurts = draw(st.lists(st.sampled_from([0.0, 1.0, 3.0]), min_size=1, max_size=5))
    if draw(st.booleans()):
        for team in TEAMS:
            for at in range(draw(st.integers(12, 17))):
                why: Answers = {"why": frozenset({("pay", "boss")[at % 2]})}
                asked = {"leave": OFTEN[1 + at % 2], **why} if at > 2 else {"leave": "no"}
                asked |= {"hurt": hurts[at % len(hurts)], "clients": 19.0 + at % 2}
                people.append({"team": team, "site": SITES[at % 2], **asked})
    return people


def counting(definition: Definition, people: list[Answers], question: Question) -> list[Answers]:
    """Those whose answer counts: to a family as a whole, to what depends where they were asked."""

    def counts(given: Answers) -> bool:
        mine = [q.id for q in definition.questions if q.family and q.family == question.family]
        if any(qid not in given for qid in (question.id, *mine)):
            return False
        condition = question.show_if
        return condition is None or given.get(condition.question) in condition.options

    return [given for given in people if counts(given)]


def group_of(given: Answers, breakdown: str | None) -> object:
    """The group that she named, or her number put her in; None if neither."""
    if breakdown == "load" and "clients" in given:
        return NAMES["load"][int(number(given, "clients") >= MANY)]
    return given.get(breakdown or "")


def number(given: Answers, question: str) -> float:
    return float(str(given[question]))


def groups_of(table: Table) -> Callable[[Answers], bool]:
    """Who is in a table that is no unit's and no others'."""
    return lambda given: group_of(given, table.breakdown) == table.group


def members(question: ReleasedQuestion, table: Table, people: list[Answers]) -> list[Answers]:
    if table.breakdown is None:
        return people
    named = [t for t in question.tables if t.breakdown == table.breakdown and t.group != OTHERS]
    if table.group == OTHERS:
        return [p for p in people if not any(groups_of(t)(p) for t in named)]
    return [p for p in people if groups_of(table)(p)]


def check_support(question: ReleasedQuestion, people: list[Answers], t: int) -> None:
    """No combination of the tables is about fewer than `t`, whatever it does with the answers."""
    at = [
        tuple([*NAMES[b], None].index(group_of(p, b)) for b in question.by)  # type: ignore[arg-type]
        for p in people
    ]
    shown = tuple(
        frozenset(i for i, g in enumerate(NAMES[b]) if question.table(b, g)) for b in question.by
    )
    if question.tables:
        assert smallest_support(at, shown) >= t


def check_counts(question: ReleasedQuestion, people: list[Answers]) -> None:
    for table in question.tables:
        mine = [p[question.id] for p in members(question, table, people)]
        assert table.n == len(mine)
        for option, count in table.counts:
            assert count == sum(option in (a if isinstance(a, frozenset) else {a}) for a in mine)


def check_bins(question: ReleasedQuestion, people: list[Answers]) -> None:
    """Every set of people that bins of both breakdowns and the unit pick out."""
    nodes = [
        [t for t in question.tables if t.breakdown == b] or list(question.tables[:1])
        for b in question.by
    ]
    counts = np.zeros((len(nodes[0]), len(nodes[1]), 2), dtype=int)
    for a, first in enumerate(nodes[0]):
        inside = members(question, first, people)
        for b, second in enumerate(nodes[1]):
            for person in members(question, second, inside):
                counts[a, b, int(number(person, "pay") >= 20)] += 1

    def cuts(tables: Sequence[Table]) -> list[frozenset[int]]:
        return [frozenset({0} if len(t.bins) == 2 else ()) for t in tables]

    if question.tables:
        found = sets_of_bins(counts.tolist(), cuts(question.tables)[0], [cuts(n) for n in nodes])
        assert not set(range(1, 5)) & found


def check_bins_of_one_breakdown(
    question: ReleasedQuestion, edges: tuple[float, ...], people: list[Answers], t: int
) -> None:
    """Every combination of bins of the unit and of the groups; of a sensitive number no table
    says that all, or all but one, are in one bin."""
    tables = [table for table in question.tables if table.breakdown] or list(question.tables[:1])
    groups = []
    for table in tables:
        bins = [
            sum(number(given, question.id) >= edge for edge in edges)
            for given in members(question, table, people)
        ]
        groups.append(np.bincount(bins, minlength=len(edges) + 1).tolist())

    def cut(table: Table) -> frozenset[int]:
        return frozenset(edges.index(high) for _, high, _ in table.bins[:-1] if high is not None)

    cuts = [cut(table) for table in tables]
    assert smallest_support_of_bins(groups, cut(question.tables[0]), cuts) >= t
    if question.sensitive:
        for table in question.tables:
            assert len(table.bins) == 1 or sorted(n for *_, n in table.bins)[-2] >= 2


def check_filter(release: Release) -> None:
    """Parent and child: shown where the parent is, and nowhere do the answers that lead on stand
    alone."""
    leave, why = (release.question(name) for name in ("leave", "why"))
    for table in leave.tables:
        led = table.count("maybe") + table.count("yes")
        asked = why.table(table.breakdown, table.group)
        assert led <= table.n - 2
        assert asked is None or asked.n <= led
    assert {t.group for t in why.tables} - {OTHERS} <= {t.group for t in leave.tables}


def check(people: list[Answers]) -> None:
    definition = define()
    release = release_of(definition, people)
    for question, released in zip(definition.questions, release.questions, strict=True):
        counted = counting(definition, people, question)
        t = 10 if question.sensitive else 5
        if question.by:
            check_support(released, counted, t)
            check_counts(released, counted)
        if question.kind == "number" and released.tables:
            if len(question.by) == 2:
                check_bins(released, counted)
            else:
                check_bins_of_one_breakdown(released, question.edges, counted, t)
    check_filter(release)


@settings(max_examples=40)
@given(units())
def test_units_of_every_kind_hold_against_brute_force(people: list[Answers]) -> None:
    check(people)


@pytest.mark.long
@settings(max_examples=2000)
@given(units())
def test_many_units_of_every_kind_hold_against_brute_force(people: list[Answers]) -> None:
    check(people)
