"""From tallies and the gate's word to the tables that are published."""

from collections.abc import Sequence

import numpy as np

from survey.box.layout import Tally
from survey.instrument.model import Breakdown, Definition, Question, Text
from survey.release.cuts import Counts
from survey.release.gate import Bundle, Shown, joint_of_nodes, threshold
from survey.release.model import OTHERS, Table
from survey.release.numbers import Cuts, Rules, bins_of, quantiles, split_tables
from survey.release.sensitive import Filter, leading_of, may_stand, others_of

ALL_OTHERS: Text = {"en": "All others", "es": "Todos los demás"}

Key = tuple[str | None, str | None]
Part = list[tuple[Key, tuple[int, ...], int]]
"""The tables of one breakdown: which, counts by option or finest bin, how many answered."""
Tables = tuple[Table, ...]


def tables_of(bundle: Bundle, definition: Definition, shown: Shown) -> tuple[Tables, ...]:
    """By question of the bundle its published tables: the unit, then by breakdown the shown groups
    and all others.

    All others are left out where they are nobody, and where they would be the unit again.
    """
    parts: list[list[Part]] = [
        [
            _parts(tally, b, groups, definition.breakdown(bid))
            for b, (bid, groups) in enumerate(zip(tally.question.by, shown, strict=False))
        ]
        for tally in bundle
    ]
    if bundle[0].question.kind == "number":
        return _number_tables(bundle, parts, shown, definition)
    return tuple(_counted_tables(tally, own) for tally, own in zip(bundle, parts, strict=True))


def _counted_tables(tally: Tally, parts: list[Part]) -> Tables:
    unit = _counted((None, None), tally.question, tally.unit, tally.n)
    return (
        unit,
        *(_counted(key, tally.question, row, n) for part in parts for key, row, n in part),
    )


def merge_source(
    tally: Tally, definition: Definition, filters: Sequence[Filter] = ()
) -> tuple[Table, frozenset[str]] | None:
    """The unit's table of a breakdown's source with its small answers put together.

    A count under `t` would name a group of fewer than `t` people. So all such answers become one,
    `*others`; it takes in the next smallest answers until it, and what it holds of each group
    that could itself be shown, is `t` people. Returns the table and which options were merged;
    None where the merged table of a sensitive question gives its answers away.
    """
    question = tally.question
    t = threshold([question], definition.k)
    counts = {o.id: c for o, c in zip(question.options, tally.unit, strict=True)}
    merged = _merged(counts, _groups_from(question, definition), t)
    kept = tuple((o, c) for o, c in counts.items() if o not in merged)
    if merged:
        kept = (*kept, (OTHERS, sum(counts[o] for o in merged)))
    leading = [leading_of([o for o, _ in kept], f.options, merged) for f in filters]
    if not may_stand(question, [c for _, c in kept], tally.n, leading):
        return None
    return Table(None, None, tally.n, counts=kept), merged


def is_source(question: Question, definition: Definition) -> bool:
    """Whether breakdowns are made of this question's options (bands of a number are not)."""
    made = any(b.source == question.id for b in definition.breakdowns)
    return made and question.kind in ("choice", "scale")


def _merged(counts: dict[str, int], groups: Sequence[frozenset[str]], t: int) -> frozenset[str]:
    order = list(counts)
    merged = {o for o, c in counts.items() if c < t}
    if sum(counts[o] for o in merged) == 0:
        return frozenset()
    everything = frozenset(order)
    # Every part of *others that can be told apart: itself, and its share of each larger group.
    wholes = [everything, *(g for g in groups if sum(counts[o] for o in g) >= t)]
    while short := [w for w in wholes if 0 < sum(counts[o] for o in w & merged) < t and w - merged]:
        rest = sorted(short[-1] - merged, key=lambda o: (counts[o], -order.index(o)))
        merged.add(rest[0])
    return frozenset(merged)


def _groups_from(question: Question, definition: Definition) -> list[frozenset[str]]:
    made = [b for b in definition.breakdowns if b.source == question.id]
    return [frozenset(g.options) for b in made for g in b.groups]


def _parts(tally: Tally, b: int, shown: frozenset[int], breakdown: Breakdown) -> Part:
    if not shown:
        return []
    rows = [
        ((breakdown.id, breakdown.groups[g].id), tally.groups[b][g], tally.answered[b][g])
        for g in sorted(shown)
    ]
    rest = tally.n - sum(n for _, _, n in rows)
    others = [((breakdown.id, OTHERS), others_of(tally.groups[b], shown), rest)] if rest else []
    return [*rows, *others]


def _counted(key: Key, question: Question, counts: Sequence[int], n: int) -> Table:
    named = zip((o.id for o in question.options), counts, strict=True)
    return Table(*key, n, counts=tuple(named))


def _number_tables(
    bundle: Bundle, parts: list[list[Part]], shown: Shown, definition: Definition
) -> tuple[Tables, ...]:
    """Tables of numbers; those of a family are cut alike."""
    rules = _rules_of([tally.question for tally in bundle], definition)
    there = [[part for part in own if part] for own in parts]
    joint = None
    if len(there[0]) == 2:
        # Others that are nobody have no table: their row or column of nobody is left out as well.
        joint = joint_of_nodes(bundle[0], shown)[: len(there[0][0]), : len(there[0][1])]
    members = [
        Counts(
            np.array(tally.unit, dtype=np.int64),
            tuple(np.array([row for _, row, _ in part], dtype=np.int64) for part in own),
        )
        for tally, own in zip(bundle, there, strict=True)
    ]
    unit_cuts, cuts = split_tables(members, joint, rules)
    places = [unit_cuts, *(at for found in cuts for at in found)]
    made: list[Tables] = []
    for tally, own in zip(bundle, there, strict=True):
        rows: Part = [((None, None), tally.unit, tally.n), *(row for part in own for row in part)]
        edges = tally.question.edges
        made.append(
            tuple(_binned(*row, edges, at, rules.t) for row, at in zip(rows, places, strict=True))
        )
    return tuple(made)


def _rules_of(questions: Sequence[Question], definition: Definition) -> Rules:
    ends = {
        question.edges.index(end)
        for question in questions
        for breakdown in definition.breakdowns
        if breakdown.source == question.id
        for group in breakdown.groups
        for end in group.band or ()
        if end is not None
    }
    sensitive = any(question.sensitive for question in questions)
    return Rules(threshold(questions, definition.k), sensitive, tuple(sorted(ends)))


def _binned(
    key: Key, counts: Sequence[int], n: int, edges: Sequence[float], cuts: Cuts, t: int
) -> Table:
    bins = bins_of(edges, counts, cuts)
    return Table(*key, n, bins=bins, quantiles=quantiles(bins, t))
