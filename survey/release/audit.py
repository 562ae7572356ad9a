"""Checks a release as an outsider would, from the published file alone.

It recomputes what can be had from the figures by adding and subtracting, and looks for anything
about too few people. Joint counts are never published, so minimum cuts over two breakdowns cannot
be recomputed here: that is for the gate, whose code is public and whose version is fixed by the
fingerprint.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from survey.release.audit_tables import name, one, together
from survey.release.model import OTHERS, Hidden, Release, ReleasedQuestion

SMALLEST_K = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that must not stand in a release. `question` is None for the whole release."""

    question: str | None
    sentence: str


def audit(release: Release) -> tuple[Problem, ...]:
    """Every problem found, in the order of the questions; empty for a clean release."""
    found = [Problem(None, sentence) for sentence in _whole(release)]
    for question in release.questions:
        found += [Problem(question.id, sentence) for sentence in _question(release, question)]
    return tuple(found)


def _whole(release: Release) -> Iterator[str]:
    if release.k < SMALLEST_K:
        yield f"k is {release.k}: nothing may be published about fewer than {SMALLEST_K} people."
    yield from _twice("question", [q.id for q in release.questions])
    yield from _twice("breakdown", [b.id for b in release.breakdowns])
    for breakdown in release.breakdowns:
        yield from _twice(f"group of {breakdown.id}", [g.id for g in breakdown.groups])
    if release.access == "open" and release.breakdowns:
        yield "An open-link wave publishes the whole unit only, but breakdowns are listed."
    known = {q.id for q in release.questions}
    for entry in release.hidden:
        if entry.question not in known:
            yield f"The hidden list names '{entry.question}', which is no question of the release."
    yield from _twice("hidden entry", [" / ".join(_names(h)) for h in release.hidden])


def _question(release: Release, question: ReleasedQuestion) -> Iterator[str]:
    yield from _references(release, question)
    yield from _hidden(release, question)
    yield from _filter(release, question)
    if not question.tables:
        return
    unit = question.table()
    if unit is None:
        yield "Groups are published without the unit."
        return
    t = 2 * release.k if question.sensitive else release.k
    asked = [
        frozenset(q.show_if[1])
        for q in release.questions
        if q.show_if is not None and q.show_if[0] == question.id
    ]
    for table in question.tables:
        yield from one(question, table, t, asked)
        if table.n > release.responses:
            yield f"{name(table)} counts {table.n} of {release.responses} responses."
    for breakdown in question.by:
        tables = [x for x in question.tables if x.breakdown == breakdown]
        if tables:
            yield from together(question, unit, tables, t)


def _references(release: Release, question: ReleasedQuestion) -> Iterator[str]:
    groups = {b.id: {g.id for g in b.groups} for b in release.breakdowns}
    yield from _twice("table", [name(t) for t in question.tables])
    yield from _twice("option", [o.id for o in question.options])
    if release.access == "open" and question.by:
        yield "An open-link wave publishes the whole unit only, but the question has breakdowns."
    if question.sensitive and len(question.by) > 1:
        yield "A sensitive question has at most one breakdown."
    if len(question.by) > 2:
        yield "A question has at most two breakdowns."
    for breakdown in question.by:
        if breakdown not in groups:
            yield f"Its breakdown '{breakdown}' is not one of the release."
    for table in question.tables:
        if table.breakdown is None:
            continue
        if table.breakdown not in question.by:
            yield f"{name(table)} is published, but '{table.breakdown}' is no breakdown of it."
        elif table.group not in {OTHERS, *groups.get(table.breakdown, set())}:
            yield f"{name(table)} is published, but there is no such group."


def _hidden(release: Release, question: ReleasedQuestion) -> Iterator[str]:
    """What is not shown must be listed as hidden, and what is hidden not be shown."""
    groups = {b.id: [g.id for g in b.groups] for b in release.breakdowns}
    expected = {Hidden(question.id, None, None)}
    if question.tables:
        shown = {(t.breakdown, t.group) for t in question.tables}
        expected = {
            Hidden(question.id, breakdown, group)
            for breakdown in question.by
            for group in groups.get(breakdown, [])
            if (breakdown, group) not in shown
        }
    listed = {h for h in release.hidden if h.question == question.id}
    for entry in sorted(listed - expected, key=_names):
        yield f"{' / '.join(_names(entry))} is listed as hidden, but is not."
    for entry in sorted(expected - listed, key=_names):
        yield f"{' / '.join(_names(entry))} is not shown, but not listed as hidden."


def _filter(release: Release, question: ReleasedQuestion) -> Iterator[str]:
    """A filtered question shows nothing that its filter does not, and no more people."""
    if question.show_if is None:
        return
    parent = release.question(question.show_if[0])
    if parent is None:
        yield f"Its filter '{question.show_if[0]}' is not in the release."
        return
    if parent.sensitive and not question.sensitive:
        yield f"Its filter '{parent.id}' is sensitive, but it is not treated so."
    for table in question.tables:
        above = parent.table(table.breakdown, table.group)
        if above is None and table.group != OTHERS:
            yield f"{name(table)} is shown, but its filter '{parent.id}' does not show it."
        elif above is not None and table.group != OTHERS:
            most = sum(c for o, c in above.counts if o in {OTHERS, *question.show_if[1]})
            if table.n > min(most, above.n):
                yield f"{name(table)} counts more people than its filter lets through."
            elif parent.sensitive and table.n > above.n - 2:
                yield f"{name(table)} gives away that all were asked, so what they answered before."


def _twice(what: str, names: list[str]) -> Iterator[str]:
    for found, times in Counter(names).items():
        if times > 1:
            yield f"The {what} '{found}' stands there {times} times."


def _names(entry: Hidden) -> tuple[str, ...]:
    return (entry.question, entry.breakdown or "whole question", entry.group or "")
