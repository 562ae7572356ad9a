"""Numbers: which bins of a table can be published, and the quantiles read off them.

The edges of a question form one binary tree, by halving, shared by all its tables: so no two
tables cut the line at places that differ by a few people. A table is split at an edge only if it
was split at the edge above, and only if both halves hold `t` people; and per breakdown the unit
minus the groups split there must hold nobody or `t` people in each half, or the smallest of these
groups stays whole. Then every set of bins that can be had by adding and subtracting the tables of
one breakdown holds nobody or at least `t` people. (Two breakdowns are each protected by themselves:
a set of bins had from both together is still about `t` people, but a bin in it may hold fewer.)
"""

from collections.abc import Sequence
from itertools import pairwise
from math import floor, log10

Bins = tuple[tuple[float | None, float | None, int], ...]
Cuts = frozenset[int]
"""Indices of the edges at which a table is split."""


def split_tables(
    unit: Sequence[int], groups: Sequence[Sequence[int]], t: int
) -> tuple[Cuts, tuple[Cuts, ...]]:
    """Where the unit and the groups that make it up (all others one of them) are split.

    Each table is its people by finest bin, all of one length.
    """
    unit_cuts: set[int] = set()
    cuts: list[set[int]] = [set() for _ in groups]
    nodes = [(0, len(unit) - 1, tuple(range(len(groups))))]
    while nodes:
        low, high, whole = nodes.pop()
        if low == high:
            continue
        middle = (low + high) // 2
        halves = (slice(low, middle + 1), slice(middle + 1, high + 1))
        if any(sum(unit[half]) < t for half in halves):
            continue
        split = _split_here(unit, [groups[g] for g in whole], halves, t)
        split_groups = tuple(whole[i] for i in split)
        unit_cuts.add(middle)
        for g in split_groups:
            cuts[g].add(middle)
        nodes += [(low, middle, split_groups), (middle + 1, high, split_groups)]
    return frozenset(unit_cuts), tuple(map(frozenset, cuts))


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
    unit: Sequence[int], groups: Sequence[Sequence[int]], halves: tuple[slice, slice], t: int
) -> list[int]:
    split = [g for g, table in enumerate(groups) if all(sum(table[h]) >= t for h in halves)]
    while split and any(
        0 < sum(unit[half]) - sum(sum(groups[g][half]) for g in split) < t for half in halves
    ):
        split.remove(min(split, key=lambda g: (sum(sum(groups[g][h]) for h in halves), -g)))
    return split


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
