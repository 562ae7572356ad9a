"""From tallies and the gate's word to the tables that are published."""

from collections.abc import Sequence

import numpy as np

from survey.box.layout import Tally
from survey.instrument.model import Breakdown, Definition, Question, Text
from survey.release.gate import Shown, joint_of_nodes, may_stand, others_of, threshold
from survey.release.model import OTHERS, Table
from survey.release.numbers import bins_of, quantiles, split_tables

ALL_OTHERS: Text = {"en": "All others", "es": "Todos los demás"}

Key = tuple[str | None, str | None]
Part = list[tuple[Key, tuple[int, ...], int]]
"""The tables of one breakdown: which, counts by option or finest bin, how many answered."""


def tables_of(tally: Tally, definition: Definition, shown: Shown) -> tuple[Table, ...]:
    """The published tables: the unit, then by breakdown the shown groups and all others.

    All others are left out where they are nobody, and where they would be the unit again.
    """
    parts = [
        _parts(tally, b, groups, definition.breakdown(bid))
        for b, (bid, groups) in enumerate(zip(tally.question.by, shown, strict=False))
    ]
    if tally.question.kind == "number":
        return _number_tables(tally, parts, shown, threshold([tally.question], definition.k))
    unit = _counted((None, None), tally.question, tally.unit, tally.n)
    rest = (_counted(key, tally.question, row, n) for part in parts for key, row, n in part)
    return (unit, *rest)


def merge_source(tally: Tally, definition: Definition) -> tuple[Table, frozenset[str]] | None:
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
    if not may_stand(question, [c for _, c in kept], tally.n):
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


def _number_tables(tally: Tally, parts: list[Part], shown: Shown, t: int) -> tuple[Table, ...]:
    edges = tally.question.edges
    there = [part for part in parts if part]
    tables = [np.array([row for _, row, _ in part], dtype=np.int64) for part in there]
    joint = None
    if len(there) == 2:
        # Others that are nobody have no table: their row or column of nobody is left out as well.
        joint = joint_of_nodes(tally, shown)[: len(tables[0]), : len(tables[1])]
    unit_cuts, cuts = split_tables(np.array(tally.unit, dtype=np.int64), tables, joint, t)
    unit: Part = [((None, None), tally.unit, tally.n)]
    published = [
        pair
        for part, found in zip([unit, *there], [(unit_cuts,), *cuts], strict=True)
        for pair in zip(part, found, strict=True)
    ]
    found: list[Table] = []
    for (key, counts, n), at in published:
        bins = bins_of(edges, counts, at)
        found.append(Table(*key, n, bins=bins, quantiles=quantiles(bins, t)))
    return tuple(found)
