"""The planner: how likely each group is shown, by answering a survey many times over with chance.

Everything goes through the real layout and the real gate. What people will say is not known, so
every run draws anew how they answer; who works where follows the headcounts, and nothing is known
of how groups of two breakdowns go together, so they are drawn independently. Pure: a run is fixed
by its seed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.box.layout import Layout, QuestionCells, build_layout
from survey.instrument.merge import merged_yaml
from survey.instrument.model import Breakdown, Definition, Headcounts, Question
from survey.instrument.predict import ANSWERED, LEAST, RESPONSE
from survey.release.build import shown_groups

RUNS = 50
MISSING = 0.03
"""Part of the people who do not name their group."""
UNLIKELY = 0.5
"""A group that is shown less often than this is proposed for a merge."""

Place = tuple[str, str | None, str | None]
"""Question, breakdown, group; None for the unit."""
Picks = NDArray[np.int64]
"""By person: index of the option or bin; -1 where nothing was answered."""


@dataclass(frozen=True, slots=True)
class Chance:
    """In which part of the runs a table is shown. Breakdown and group None: the unit."""

    question: str
    breakdown: str | None
    group: str | None
    shown: float


def unit_size(definition: Definition, headcounts: Headcounts) -> int | None:
    """People in the unit: as given, else those of the breakdown that knows most; None if unknown.

    Groups that are not known take the mean of those that are.
    """
    if headcounts.unit is not None:
        return headcounts.unit
    sizes = [
        sum(known.values()) * len(definition.breakdown(bid).groups) // len(known)
        for bid, known in headcounts.groups.items()
        if known
    ]
    return max(sizes, default=None)


def one_run(definition: Definition, headcounts: Headcounts, seed: int) -> frozenset[Place]:
    """What would be shown if people answered as `seed` has it; nothing where no size is known."""
    staff = unit_size(definition, headcounts)
    if not staff:
        return frozenset()
    rng = np.random.default_rng(seed)
    layout = build_layout(definition)
    members = rng.random(staff) < RESPONSE
    picks = _sources(definition, headcounts, staff, rng)
    picks = {qid: chosen[members] for qid, chosen in picks.items()}
    totals = _totals(layout, picks, int(members.sum()), rng)
    return frozenset(_places(definition, shown_groups(layout, totals)))


def chances(definition: Definition, runs: Iterable[frozenset[Place]]) -> tuple[Chance, ...]:
    """How often each table was shown, in the order of the definition. No runs: nothing."""
    drawn = list(runs)
    if not drawn:
        return ()
    everything = [
        place
        for q in definition.questions
        for place in [
            (q.id, None, None),
            *((q.id, b, g.id) for b in q.by for g in definition.breakdown(b).groups),
        ]
    ]
    return tuple(Chance(*p, sum(p in run for run in drawn) / len(drawn)) for p in everything)


def merges(
    definition: Definition, headcounts: Headcounts, found: Iterable[Chance]
) -> Mapping[str, str]:
    """By breakdown: YAML to paste, with groups merged that would mostly not be shown.

    Groups join until each expects more answers than any of those that mostly were hidden.
    """
    shown: dict[tuple[str, str], list[float]] = {}
    for chance in found:
        if chance.breakdown and chance.group:
            shown.setdefault((chance.breakdown, chance.group), []).append(chance.shown)
    proposed: dict[str, str] = {}
    for breakdown in definition.breakdowns:
        known = headcounts.groups.get(breakdown.id, {})
        expected = {g: people * RESPONSE * ANSWERED for g, people in known.items()}
        seen = {g.id: shown.get((breakdown.id, g.id), [1.0]) for g in breakdown.groups}
        likely = {g: sum(parts) / len(parts) >= UNLIKELY for g, parts in seen.items()}
        if all(likely[g] for g in expected):
            continue
        too_few = max(size for g, size in expected.items() if not likely[g])
        least = max(too_few + 1, LEAST, 2 * definition.k)
        unit = definition.question(breakdown.source).unit
        if text := merged_yaml(breakdown, expected, least, unit):
            proposed[breakdown.id] = text
    return proposed


def _sources(
    definition: Definition, headcounts: Headcounts, staff: int, rng: np.random.Generator
) -> dict[str, Picks]:
    """Answers to the questions that breakdowns are made of; the first one of each decides."""
    picks: dict[str, Picks] = {}
    for breakdown in definition.breakdowns:
        source = definition.question(breakdown.source)
        if source.id in picks:
            continue
        groups = _members(breakdown, headcounts, staff, rng)
        chosen = np.full(staff, -1, dtype=np.int64)
        group_of = _group_of(source, breakdown)
        for index in range(len(breakdown.groups) + 1):
            own = np.flatnonzero(group_of == index)
            here = groups == index
            if own.size:
                chosen[here] = rng.choice(own, size=int(here.sum()))
        chosen[rng.random(staff) < MISSING] = -1
        picks[source.id] = chosen
    return picks


def _members(
    breakdown: Breakdown, headcounts: Headcounts, staff: int, rng: np.random.Generator
) -> Picks:
    """By person: index of the group; unknown groups share what the known ones leave evenly."""
    known = headcounts.groups.get(breakdown.id, {})
    rest = max(staff - sum(known.values()), 0)
    unknown = [g.id for g in breakdown.groups if g.id not in known]
    sizes = [
        float(known.get(g.id, rest / len(unknown) if unknown else 0)) for g in breakdown.groups
    ]
    sizes.append(0.0 if unknown else float(rest))
    parts = np.array(sizes) / max(sum(sizes), 1)
    places = np.searchsorted(np.cumsum(parts), (np.arange(staff) + 0.5) / staff)
    return rng.permutation(np.minimum(places, len(breakdown.groups))).astype(np.int64)


def _group_of(source: Question, breakdown: Breakdown) -> Picks:
    """By option or bin of the source: index of its group; the number of groups where in none."""
    found = np.full(source.cells, len(breakdown.groups), dtype=np.int64)
    for index, group in enumerate(breakdown.groups):
        for at, option in enumerate(source.options):
            if option.id in group.options:
                found[at] = index
        for at, (low, high) in enumerate(source.bins if group.band else ()):
            start, end = group.band or (None, None)
            above = start is None or (low is not None and low >= start)
            if above and (end is None or (high is not None and high <= end)):
                found[at] = index
    return found


def _totals(
    layout: Layout, picks: dict[str, Picks], people: int, rng: np.random.Generator
) -> NDArray[np.uint32]:
    definition = layout.definition
    ticks = {
        q.id: _ticks(q, picks.get(q.id), people, rng, at / len(definition.questions))
        for at, q in enumerate(definition.questions)
    }
    groups = {
        b.id: np.append(_group_of(definition.question(b.source), b), len(b.groups))[
            picks[b.source]  # -1, no answer, is the last: missing
        ]
        for b in definition.breakdowns
    }
    _count_only_what_counts(definition, ticks)
    totals = np.zeros(layout.size, dtype=np.uint32)
    for place in layout.questions:
        _add(totals, place, ticks[place.question.id], groups)
    return totals


def _ticks(
    question: Question, picks: Picks | None, people: int, rng: np.random.Generator, at: float
) -> NDArray[np.bool_]:
    """By person and option or bin. Preferences are drawn anew; the later, the more is skipped."""
    width = question.cells
    if picks is None:
        if question.kind == "choices":
            drawn = rng.random((people, width)) / rng.beta(1, 1.5, size=width).clip(0.02)
            most = question.max or width
            ranks = drawn.argsort(axis=1).argsort(axis=1)
            ticked: NDArray[np.bool_] = (ranks < most) & ((drawn < 1) | (ranks == 0))
        else:
            taste = rng.dirichlet(np.ones(width))
            picked = rng.choice(width, size=people, p=taste)
            ticked = picked[:, None] == np.arange(width)
        skip = 1 - ANSWERED - 0.04 + 0.04 * at + 0.06 * question.sensitive
        skip += 0.05 * question.personal + 0.1 * question.not_applicable
        ticked[rng.random(people) < skip] = False
        return ticked
    named: NDArray[np.bool_] = picks[:, None] == np.arange(width)
    return named


def _count_only_what_counts(definition: Definition, ticks: dict[str, NDArray[np.bool_]]) -> None:
    """Filtered answers where the filter holds, families only whole, as the layout counts them."""
    families: dict[str, list[str]] = {}
    for question in definition.questions:
        if question.show_if is not None:
            parent = definition.question(question.show_if.question)
            asked = [o.id in question.show_if.options for o in parent.options]
            ticks[question.id][~ticks[parent.id][:, asked].any(axis=1)] = False
        if question.family:
            families.setdefault(question.family, []).append(question.id)
    for members in families.values():
        whole = np.logical_and.reduce([ticks[m].any(axis=1) for m in members])
        for member in members:
            ticks[member][~whole] = False


def _add(
    totals: NDArray[np.uint32],
    place: QuestionCells,
    ticked: NDArray[np.bool_],
    groups: Mapping[str, Picks],
) -> None:
    answered = ticked.any(axis=1)
    if place.question.kind == "choices":  # its tables end in a cell of how many answered
        ticked = np.column_stack([ticked, answered])
    who, cell = np.nonzero(ticked)
    at = [groups[b] for b in place.question.by]
    np.add.at(totals, place.unit + cell, 1)
    for start, group in zip(place.groups, at, strict=True):
        np.add.at(totals, start + group[who] * place.width + cell, 1)
    if place.joint is not None:
        pair = at[0][answered] * place.sizes[1] + at[1][answered]
        np.add.at(totals, place.joint + pair, 1)


def _places(
    definition: Definition, shown: Mapping[str, tuple[frozenset[int], ...] | None]
) -> Iterable[Place]:
    for question in definition.questions:
        groups = shown[question.id]
        if groups is None:
            continue
        yield question.id, None, None
        for bid, indices in zip(question.by, groups, strict=False):
            breakdown = definition.breakdown(bid)
            yield from ((question.id, bid, breakdown.groups[g].id) for g in indices)
