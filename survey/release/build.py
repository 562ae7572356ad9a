"""One opening: totals in, release out. Pure and deterministic, no parameter that loosens it.

Dependent questions are gated together here: families as one, a filtered question only where its
filter is shown, a breakdown's source for the whole unit only.
"""

from dataclasses import dataclass

from survey.box.layout import Layout, Tally, Totals, read_tallies
from survey.instrument.model import Breakdown, Definition, Headcounts, Question, Text
from survey.release.gate import Bundle, Shown, choose_groups
from survey.release.model import (
    OTHERS,
    Access,
    Hidden,
    Origin,
    Release,
    ReleasedBreakdown,
    ReleasedGroup,
    ReleasedOption,
    ReleasedQuestion,
    ReleaseError,
    Table,
)
from survey.release.sensitive import filters_of
from survey.release.tables import ALL_OTHERS, is_source, merge_source, tables_of

SMALLEST_K = 5

_Merges = dict[str, tuple[Table, frozenset[str]] | None]


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What a release says of its wave beside the answers. `closed` is a month, as 2026-11."""

    campaign: str
    wave: str
    origin: Origin
    access: Access
    closed: str
    responses: int
    headcounts: Headcounts


@dataclass(frozen=True, slots=True)
class _Gated:
    """One question after the gate: its tables (none where hidden) and merged options."""

    question: Question
    tables: tuple[Table, ...]
    merged: frozenset[str] = frozenset()


def build_release(layout: Layout, totals: Totals, facts: WaveFacts) -> Release:
    """Gate every question of the opened totals. The same totals give the same release.

    Raises TotalsError where the totals contradict themselves or count more people than answered,
    ReleaseError where the definition asks for less protection than the gate gives.
    """
    definition = layout.definition
    if definition.k < SMALLEST_K:
        raise ReleaseError(
            f"The definition '{definition.id}' sets k to {definition.k}: nothing is published "
            f"about fewer than {SMALLEST_K} people. Set k to {SMALLEST_K} or more."
        )
    tallies = read_tallies(layout, totals)
    if (most := max((tally.n for tally in tallies), default=0)) > facts.responses:
        raise ReleaseError(
            f"The totals count {most} people, but the wave has {facts.responses} responses: "
            "the box is not that wave's. Nothing was published."
        )
    whole_unit = facts.access == "open"  # a few false answers would isolate one true one
    gated = _gate(tallies, definition, whole_unit=whole_unit)
    return Release(
        campaign=facts.campaign,
        wave=facts.wave,
        title=definition.title,
        origin=facts.origin,
        access=facts.access,
        k=definition.k,
        fingerprint=layout.fingerprint,
        closed=facts.closed,
        responses=facts.responses,
        headcount=facts.headcounts.unit,
        headcount_estimate=facts.headcounts.estimate,
        breakdowns=() if whole_unit else _breakdowns(definition, facts.headcounts),
        questions=tuple(_released(g, definition, whole_unit=whole_unit) for g in gated),
        hidden=tuple(h for g in gated for h in _hidden(g, definition, whole_unit=whole_unit)),
    )


def shown_groups(layout: Layout, totals: Totals) -> dict[str, Shown | None]:
    """By question: the groups that would be shown; None where the whole question is hidden."""
    tallies = read_tallies(layout, totals)
    return _shown(tallies, layout.definition, _merges(tallies, layout.definition), whole_unit=False)


def _merges(tallies: tuple[Tally, ...], definition: Definition) -> _Merges:
    filters = filters_of(tallies)
    return {
        t.question.id: merge_source(t, definition, filters.get(t.question.id, ()))
        for t in tallies
        if is_source(t.question, definition)
    }


def _shown(
    tallies: tuple[Tally, ...], definition: Definition, merges: _Merges, *, whole_unit: bool
) -> dict[str, Shown | None]:
    merged = {qid: made[1] for qid, made in merges.items() if made is not None}
    hidden = {qid for qid, made in merges.items() if made is None}
    hidden |= {t.question.id for t in tallies if _tells_merged_apart(t.question, merged)}
    return _settle(_bundles(tallies), definition, hidden, whole_unit=whole_unit)


def _gate(
    tallies: tuple[Tally, ...], definition: Definition, *, whole_unit: bool
) -> tuple[_Gated, ...]:
    merges = _merges(tallies, definition)
    shown = _shown(tallies, definition, merges, whole_unit=whole_unit)
    done: dict[str, _Gated] = {}
    for bundle in _bundles(tallies):
        qid = bundle[0].question.id
        groups, made = shown[qid], merges.get(qid)
        tables: tuple[tuple[Table, ...], ...] = ((),) * len(bundle)
        if made is not None and groups is not None:
            tables = ((made[0],),)
        elif groups is not None:
            tables = tables_of(bundle, definition, groups)
        merged = made[1] if made is not None and groups is not None else frozenset()
        for tally, own in zip(bundle, tables, strict=True):
            done[tally.question.id] = _Gated(tally.question, own, merged)
    return tuple(done[tally.question.id] for tally in tallies)


def _tells_merged_apart(question: Question, merged: dict[str, frozenset[str]]) -> bool:
    """Asked of some of the merged answers only, its n would tell them from the rest."""
    if question.show_if is None:
        return False
    small = merged.get(question.show_if.question, frozenset())
    return bool(small & set(question.show_if.options)) and not small <= set(
        question.show_if.options
    )


def _bundles(tallies: tuple[Tally, ...]) -> list[Bundle]:
    families: dict[str, list[Tally]] = {}
    for tally in tallies:
        question = tally.question
        name = f"family {question.family}" if question.family else f"question {question.id}"
        families.setdefault(name, []).append(tally)
    for name, members in families.items():
        shared = [(m.question.by, m.n, m.question.kind, m.question.edges) for m in members]
        if any(s != shared[0] for s in shared):
            raise ReleaseError(
                f"The questions of {name} do not share breakdowns, base, kind and edges: nothing "
                "was published."
            )
    return [tuple(members) for members in families.values()]


def _settle(
    bundles: list[Bundle], definition: Definition, hidden: set[str], *, whole_unit: bool
) -> dict[str, Shown | None]:
    """Shown groups by question; None where it is hidden. Iterated, as filters hang on filters."""
    allowed: list[Shown | None] = [
        None
        if any(tally.question.id in hidden for tally in bundle)
        else _everything(bundle, definition, whole_unit=whole_unit)
        for bundle in bundles
    ]
    filters = filters_of([tally for bundle in bundles for tally in bundle])
    shown: dict[str, Shown | None] = {}
    todo = list(range(len(bundles)))
    while todo:
        for i in todo:
            groups = allowed[i]
            picked = None
            if groups is not None:
                picked = choose_groups(bundles[i], definition.k, groups, filters)
            shown |= {tally.question.id: picked for tally in bundles[i]}
        narrowed = [_narrowed(b, allowed[i], shown, bundles) for i, b in enumerate(bundles)]
        todo = [i for i in range(len(bundles)) if narrowed[i] != allowed[i]]
        allowed = narrowed
    return shown


def _everything(bundle: Bundle, definition: Definition, *, whole_unit: bool) -> Shown:
    question = bundle[0].question
    nothing = whole_unit or any(is_source(tally.question, definition) for tally in bundle)
    sizes = [0 if nothing else len(definition.breakdown(b).groups) for b in question.by]
    return tuple(frozenset(range(size)) for size in sizes)


def _narrowed(
    bundle: Bundle, allowed: Shown | None, shown: dict[str, Shown | None], bundles: list[Bundle]
) -> Shown | None:
    """`allowed` without what the filters of these questions do not show."""
    by = {tally.question.id: tally.question.by for other in bundles for tally in other}
    for tally in bundle:
        if allowed is None or tally.question.show_if is None:
            continue
        parent = tally.question.show_if.question
        groups = shown[parent]
        if groups is None:
            return None
        there = dict(zip(by[parent], groups, strict=True))
        allowed = tuple(
            mine & there.get(bid, frozenset())
            for bid, mine in zip(tally.question.by, allowed, strict=True)
        )
    return allowed


def _released(gated: _Gated, definition: Definition, *, whole_unit: bool) -> ReleasedQuestion:
    question = gated.question
    condition = question.show_if
    options = [ReleasedOption(o.id, o.label) for o in question.options if o.id not in gated.merged]
    if gated.merged:
        options.append(ReleasedOption(OTHERS, _all_others(definition)))
    return ReleasedQuestion(
        id=question.id,
        text=question.text,
        kind=question.kind,
        sensitive=question.sensitive,
        unit=question.unit,
        by=() if whole_unit or is_source(question, definition) else question.by,
        show_if=(condition.question, condition.options) if condition else None,
        options=tuple(options),
        tables=gated.tables,
    )


def _all_others(definition: Definition) -> Text:
    known = {lang: ALL_OTHERS[lang] for lang in definition.languages if lang in ALL_OTHERS}
    return known or {definition.languages[0]: ALL_OTHERS["en"]}


def _hidden(gated: _Gated, definition: Definition, *, whole_unit: bool) -> list[Hidden]:
    question = gated.question
    if not gated.tables:
        return [Hidden(question.id, None, None)]
    if whole_unit or is_source(question, definition):
        return []
    shown = {(table.breakdown, table.group) for table in gated.tables}
    return [
        Hidden(question.id, bid, group.id)
        for bid in question.by
        for group in definition.breakdown(bid).groups
        if (bid, group.id) not in shown
    ]


def _breakdowns(definition: Definition, headcounts: Headcounts) -> tuple[ReleasedBreakdown, ...]:
    def groups(breakdown: Breakdown) -> tuple[ReleasedGroup, ...]:
        known = headcounts.groups.get(breakdown.id, {})
        return tuple(ReleasedGroup(g.id, g.label, known.get(g.id)) for g in breakdown.groups)

    return tuple(ReleasedBreakdown(b.id, b.label, groups(b)) for b in definition.breakdowns)
