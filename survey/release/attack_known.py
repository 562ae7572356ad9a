"""What an attacker knows beside the release: headcounts, the questionnaire, a staff list."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.instrument.model import Breakdown, Definition
from survey.release.model import Release


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the attacker knows beside the release.

    `groups`: at most so many people of a group can have answered (breakdown, group -> people).
    `joint`: the same for two groups together, keyed by (breakdown, group) pairs in the order of
    the question's breakdowns; an employer has it from the staff list. A pair that `joint` leaves
    out, of breakdowns that it holds, is nobody. `families`: ids of questions with one base.
    `ticks`: how many answers anybody could tick at most, by check-all question that says so.
    """

    groups: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    joint: Mapping[tuple[str, str], Mapping[tuple[str, str], int]] = field(default_factory=dict)
    families: tuple[frozenset[str], ...] = ()
    ticks: Mapping[str, int] = field(default_factory=dict)


def knowledge_of(release: Release, definition: Definition | None = None) -> Knowledge:
    """What anybody knows: published headcounts, and with the definition what its rules say.

    The published table of a breakdown's source says how many named each group, in every question.
    """
    groups: dict[str, dict[str, int]] = {}
    for breakdown in release.breakdowns:
        known = {g.id: g.headcount for g in breakdown.groups if g.headcount is not None}
        groups[breakdown.id] = {} if release.headcount_estimate else known
        if definition is not None:
            _named(groups[breakdown.id], release, definition.breakdown(breakdown.id))
    families: dict[str, set[str]] = {}
    asked = definition.questions if definition else ()
    for question in asked:
        if question.family:
            families.setdefault(question.family, set()).add(question.id)
    ticks = {question.id: question.max for question in asked if question.max}
    return Knowledge(groups, {}, tuple(frozenset(f) for f in families.values()), ticks)


def _named(most: dict[str, int], release: Release, breakdown: Breakdown) -> None:
    source = release.question(breakdown.source)
    unit = source.table() if source else None
    if source is None or unit is None or source.kind in ("number", "choices"):
        return
    counts = dict(unit.counts)
    for group in breakdown.groups:
        if all(o in counts for o in group.options):
            people = sum(counts[o] for o in group.options)
            most[group.id] = min(people, most.get(group.id, people))
