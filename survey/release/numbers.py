"""Numbers: which bins of a table are published, and the quantiles read off them.

The edges of a question are fixed by its definition; which of them a table is cut at is decided
here. No linear combination of the tables of one breakdown is about fewer than `t` people (cuts.py:
exact), and no set of people that two breakdowns and the unit give together, as far as it can be
told from who can be in both (implied.py). The questions of a family are cut alike: were they not,
people who answered all of them alike would be in a bin between a cut of one and a cut of another.

Edges at which bands end are tried first: other questions count people by these, and a bin that lies
on both sides of such an edge could be told from a band by a few people. The others are tried in the
order of halving the list, so cuts spread: first the seven that part the
list in eight, for the unit; then all of them for the groups, the smallest group first, as it has
the fewest chances; then the unit's others. The order never depends on the answers but for the size
of the groups, which is published anyway.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from survey.release.cuts import UNIT, Counts, Cutter, Place, Starts, halving
from survey.release.implied import take_back

Bins = tuple[tuple[float | None, float | None, int], ...]
Cuts = frozenset[int]
"""Indices of the edges at which a table is split."""
FIRST = 7
"""How many edges are tried for the unit before the groups have their turn."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the cuts of a number, or of a family, are bound to."""

    t: int
    sensitive: bool = False
    first: tuple[int, ...] = ()
    """Indices of the edges to try first: bands end there, which other questions count people by."""


def split_tables(
    members: Sequence[Counts], joint: NDArray[np.int64] | None, rules: Rules
) -> tuple[Cuts, tuple[tuple[Cuts, ...], ...]]:
    """Where the unit, and by breakdown each group, is cut, alike for all members of a family.

    The groups of each breakdown (none to two), all others among them, make the unit up and hold
    `rules.t` people each, the same people in every member. `joint` are the people by group of the
    first and of the second, None where there is no second; they have passed the gate.
    """
    cutter = Cutter(members, rules.t, rules.sensitive)
    for at in rules.first:
        cutter.cut(UNIT, 0, at + 1)
    for b, g, at in _order(members[0]):
        cutter.cut(b, g, at)
    if joint is not None:
        take_back(cutter, joint)
    groups = tuple(tuple(_cuts(starts) for starts in tables) for tables in cutter.groups)
    return _cuts(cutter.unit[0]), groups


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


def _order(one: Counts) -> Iterator[Place]:
    edges = list(halving(len(one.unit)))
    yield from ((UNIT, 0, at) for at in edges[:FIRST])
    groups = [(b, g) for b, tables in enumerate(one.breakdowns) for g in range(len(tables))]
    groups.sort(key=lambda p: (one.breakdowns[p[0]][p[1]].sum(), p))
    yield from ((b, g, at) for at in edges for b, g in groups)
    yield from ((UNIT, 0, at) for at in edges[FIRST:])


def _cuts(starts: Starts) -> Cuts:
    return frozenset((np.flatnonzero(starts)[1:] - 1).tolist())


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
