"""Numbers: which bins of a table can be published, and the quantiles read off them.

The edges of a question form one binary tree, by halving, shared by all its tables: so no two
tables cut the line at places that differ by a few people. A table is split at an edge only if it
was split at the edge above, and only if both halves hold `t` people; and in each half

- the unit minus the groups of a breakdown that are split there holds nobody or `t` people, or the
  smallest of these groups stays whole;
- so does every difference between groups of the two breakdowns (overlap.py), or the smallest
  group that makes the difference stays whole.

Then every set of bins that can be had by adding and subtracting the tables of one breakdown holds
nobody or at least `t` people. Of two breakdowns together this is so among tables that are split at
the same edges. Tables split to different depths can still be combined into a set of bins of fewer
people, if many pairs of groups have nobody in them: rare (some 4% of small units made to provoke
it, where without the second rule it was 30%), and such a set is never about fewer than `t` people.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from survey.release.overlap import MOST, leftover

Bins = tuple[tuple[float | None, float | None, int], ...]
Cuts = frozenset[int]
"""Indices of the edges at which a table is split."""
Tables = NDArray[np.int64]
"""People by group (all others one of them) and finest bin: what makes the unit up."""


def split_tables(
    breakdowns: Sequence[Tables], joint: NDArray[np.int64] | None, t: int
) -> tuple[Cuts, tuple[tuple[Cuts, ...], ...]]:
    """Where the unit, and by breakdown each group, is split.

    One or two breakdowns (the unit alone is one of a single group); `joint` are the people by
    group of the first and of the second, None where there is no second.
    """
    unit_cuts: set[int] = set()
    cuts: list[list[set[int]]] = [[set() for _ in tables] for tables in breakdowns]
    everything = [list(range(len(tables))) for tables in breakdowns]
    nodes = [(0, breakdowns[0].shape[1], everything)]
    while nodes:
        low, high, whole = nodes.pop()
        middle = (low + high - 1) // 2
        halves = [
            np.stack([x[:, low : middle + 1].sum(axis=1), x[:, middle + 1 : high].sum(axis=1)])
            for x in breakdowns
        ]
        if halves[0].sum(axis=1).min() < t:
            continue
        split = _split_here(halves, whole, joint, t)
        unit_cuts.add(middle)
        for b, groups in enumerate(split):
            for g in groups:
                cuts[b][g].add(middle)
        nodes += [(low, middle + 1, split), (middle + 1, high, split)]
    return frozenset(unit_cuts), tuple(tuple(map(frozenset, found)) for found in cuts)


def bins_of(edges: Sequence[float], counts: Sequence[int], cuts: Cuts) -> Bins:
    """The published bins of a table: (from, to, people), half-open, None for an open end."""
    places = [-1, *sorted(cuts), len(edges)]
    ends = [None, *(edges[c] for c in sorted(cuts)), None]
    return tuple(
        (low, high, sum(counts[i + 1 : j + 1]))
        for (low, high), (i, j) in zip(pairwise(ends), pairwise(places), strict=True)
    )


def quantiles(bins: Bins, t: int) -> tuple[tuple[str, float], ...]:
    """p25, p50 and p75 interpolated inside published bins, as far as they may be said.

    p50 from 2t people, p25 and p75 from 4t; none that falls into a bin with an open end. They
    say nothing that the bins do not. Rounded to about a hundredth of the bin: more is not known.
    """
    n = sum(people for _, _, people in bins)
    wanted = [("p25", 0.25, 4), ("p50", 0.5, 2), ("p75", 0.75, 4)]
    found = [(name, _quantile(bins, share * n)) for name, share, times in wanted if n >= times * t]
    return tuple((name, value) for name, value in found if value is not None)


def _split_here(
    halves: list[Tables], whole: list[list[int]], joint: NDArray[np.int64] | None, t: int
) -> list[list[int]]:
    """By breakdown, the groups of `whole` to split here; `halves` are people by half and group."""
    split = [
        [g for g in groups if h[:, g].min() >= t] for h, groups in zip(halves, whole, strict=True)
    ]
    while place := _to_keep_whole(halves, split, joint, t):
        b, g = place
        split[b].remove(g)
    return split


def _to_keep_whole(
    halves: list[Tables], split: list[list[int]], joint: NDArray[np.int64] | None, t: int
) -> tuple[int, int] | None:
    """Breakdown and index of a group that must not be split here, or None where all is well."""

    def smallest(places: list[tuple[int, int]]) -> tuple[int, int]:
        return min(places, key=lambda p: (halves[p[0]][:, p[1]].sum(), -p[0], -p[1]))

    for b, groups in enumerate(split):
        rest = halves[b].sum(axis=1) - halves[b][:, groups].sum(axis=1)
        if groups and ((rest > 0) & (rest < t)).any():
            return smallest([(b, g) for g in groups])
    if joint is None or not all(split):
        return None
    few, many = sorted((0, 1), key=lambda b: len(split[b]))
    if len(split[few]) >= MOST:
        return smallest([(few, g) for g in split[few]])
    together = _by_node(joint if few else joint.T, split[many], split[few]) > 0
    for half in (0, 1):
        nodes = [_with_rest(halves[b][half], split[b]) for b in (many, few)]
        found = leftover(nodes[0], nodes[1], together, t)
        if found is not None:
            sides = ((many, found.rows, nodes[0]), (few, found.columns, nodes[1]))
            return smallest([p for b, side, n in sides for p in _movable(b, split[b], side, n)])
    return None


def _movable(
    b: int, groups: list[int], side: frozenset[int], nodes: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """Groups that would change sides if they joined the rest (the last node) of their breakdown."""
    rest = len(nodes) - 1
    parted = [i for i in range(rest) if (i in side) != (rest in side)]
    return [(b, groups[i]) for i in (parted if nodes[rest] else range(rest))]


def _with_rest(people: NDArray[np.int64], groups: list[int]) -> NDArray[np.int64]:
    return np.append(people[groups], people.sum() - people[groups].sum())


def _by_node(joint: NDArray[np.int64], rows: list[int], columns: list[int]) -> NDArray[np.int64]:
    """Joint counts by the split groups of either side, and last the rest of each."""
    half = np.vstack([joint[rows], joint.sum(axis=0) - joint[rows].sum(axis=0)])
    rest = half.sum(axis=1) - half[:, columns].sum(axis=1)
    return np.column_stack([half[:, columns], rest])


def _quantile(bins: Bins, place: float) -> float | None:
    before = 0
    for low, high, people in bins:
        if people and before + people >= place:
            if low is None or high is None:
                return None
            value = low + (high - low) * (place - before) / people
            return round(value, max(0, 2 - floor(log10(high - low))))
        before += people
    return None
