"""What the tables of two breakdowns say together, where some of their groups do not overlap.

If everybody in these bins of the one breakdown is also in those bins of the other, the difference
is a set of people of its own: "at the clinic, but no therapist". In no stretch of the unit may it
hold 1 to t-1 people, or it could be the top earner alone. How many people a group of the one and
a group of the other share in a bin is not kept by the box; that nobody is in both of two groups,
or in two bins that do not overlap, is taken as known to everybody.

Such differences are the cuts of a directed graph. Take any table of people by bin of the one
(rows) and of the other (columns) that has the published sums; people flow from row to column, and
without limit from column to row where somebody may be in both. A set of nodes that no unlimited
arc leaves holds, with every column, all rows its people are in: the flow out of it is the people
of its rows who are not in its columns. Sets that nothing leaves say nothing; they leave strongly
connected parts, and in each the smallest flow between any two nodes is the smallest difference.

Exact for the groups' tables of both breakdowns together. With the unit's own bins it looks at every
stretch of them and at what the groups' bins leave of it; not at mixes of such a stretch with bins
that reach beyond it, which now and then give a small set away (docs/decisions/0011).
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from survey.release.cuts import UNIT, Cutter, Place, nodes_of
from survey.release.flow import UNLIMITED, Capacity, max_flow, reached


@dataclass(frozen=True, slots=True)
class Side:
    """The bins of one breakdown within a stretch of the unit; what they leave out comes last.

    `node` is by group and finest bin of the stretch; `people` by node.
    """

    node: NDArray[np.intp]
    people: NDArray[np.int64]


def take_back(cutter: Cutter, joint: NDArray[np.int64]) -> None:
    """Take cuts back until no difference between the two breakdowns is about too few people.

    Taking a cut back joins two nodes and adds no combination to those that could be had, so what
    was looked through once stays clean.
    """
    end = len(cutter.unit_people)
    ends = [*np.flatnonzero(cutter.unit[0]).tolist(), end]
    for low, high in sorted(combinations(ends, 2), key=lambda e: (e[0] - e[1], e)):
        while cutter.unit[0, low] and (high == end or cutter.unit[0, high]):
            place = _leak(cutter, joint, low, high)
            if place is None:
                break
            b, g, at = place
            (cutter.unit[0] if b == UNIT else cutter.groups[b][g])[at] = False


def _leak(cutter: Cutter, joint: NDArray[np.int64], low: int, high: int) -> Place | None:
    """The cut to take back next: of the smallest group at the edge of a difference too small."""
    sides = [_side(cutter, b, low, high) for b in (0, 1)]
    if (low, high) != (0, len(cutter.unit_people)) and not any(s.people[-1] for s in sides):
        return None  # every table is cut at both ends: looked through with the whole line
    leak = leftover(sides[0].people, sides[1].people, _together(sides, joint), cutter.t)
    return None if leak is None else _to_take_back(cutter, sides, leak, low, high)


def leftover(
    rows: NDArray[np.int64], columns: NDArray[np.int64], together: NDArray[np.bool_], t: int
) -> NDArray[np.bool_] | None:
    """A set of nodes (rows, then columns) whose rows hold 1 to t-1 more people than its columns.

    Everybody in its columns is in its rows. None where there is no such set.
    `together[i, j]`: whether somebody may be in both.
    """
    arcs, members = _join_heavy(_any_table(rows, columns, together), t)
    reach = np.array([reached(arcs, start) for start in np.eye(len(arcs), dtype=np.bool_)])
    both = reach & reach.T
    for part in np.unique(both, axis=0):
        few = _weakest(arcs[np.ix_(part, part)], t)
        if few is not None:
            inside = np.zeros(len(arcs), dtype=np.bool_)
            inside[np.flatnonzero(part)[few]] = True
            # With all that its unlimited arcs lead to outside of this part.
            beyond = arcs.copy()
            beyond[:, part & ~inside] = 0
            return members @ reached(beyond, inside)
    return None


def _side(cutter: Cutter, b: int, low: int, high: int) -> Side:
    nodes = nodes_of(cutter.groups[b])
    within = nodes[:, low:high]
    count = nodes[-1, -1] + 1
    full = np.bincount(within.ravel(), minlength=count) == np.bincount(nodes.ravel())
    number = np.where(full, np.cumsum(full) - 1, full.sum())
    node = number[within]
    people = np.zeros(int(full.sum()) + 1, dtype=np.int64)
    np.add.at(people, node, cutter.breakdowns[b][:, low:high])
    return Side(node, people)


def _together(sides: list[Side], joint: NDArray[np.int64]) -> NDArray[np.bool_]:
    first, second = sides
    i, j = np.nonzero(joint)
    found = np.zeros((len(first.people), len(second.people)), dtype=np.bool_)
    found[first.node[i], second.node[j]] = True
    return found


def _to_take_back(
    cutter: Cutter, sides: list[Side], leak: NDArray[np.bool_], low: int, high: int
) -> Place | None:
    places: list[tuple[int, Place]] = []
    parts = leak[: len(sides[0].people)], leak[len(sides[0].people) :]
    for b, (side, part) in enumerate(zip(sides, parts, strict=True)):
        inside = np.pad(part[side.node], ((0, 0), (1, 1)))
        starts = np.pad(cutter.groups[b], ((0, 0), (0, 1)))[:, low : high + 1]
        for g, at in np.argwhere(starts & (inside[:, :-1] != inside[:, 1:])).tolist():
            if low + at > 0:
                places.append((int(cutter.breakdowns[b][g].sum()), (b, g, low + at)))
    if places:
        return min(places, key=lambda p: (p[0], [-x for x in p[1]]))[1]
    if low > 0:
        return UNIT, 0, low
    return (UNIT, 0, high) if high < len(cutter.unit_people) else None


def _any_table(
    rows: NDArray[np.int64], columns: NDArray[np.int64], together: NDArray[np.bool_]
) -> Capacity:
    """The arcs for some table of these sums: what is in a cell, and without limit the way back."""
    height, width = together.shape
    total = height + width
    arcs = np.zeros((total + 2, total + 2), dtype=np.int64)
    arcs[:height, height:total] = together * UNLIMITED
    left = columns.copy()
    for r in range(height):
        fits = np.flatnonzero(together[r])
        fits = fits[np.argsort(-left[fits], kind="stable")]
        before = np.cumsum(left[fits]) - left[fits]
        put = np.minimum(left[fits], np.maximum(rows[r] - before, 0))
        left[fits] -= put
        arcs[height + fits, r] += put
        arcs[total, r] = rows[r] - put.sum()
    arcs[height:total, total + 1] = left
    _, done = max_flow(arcs, total, total + 1, int(left.sum()))
    # Back to front: the way back of a cell is what was put there.
    return done[:total, :total].T


def _join_heavy(arcs: Capacity, t: int) -> tuple[Capacity, NDArray[np.bool_]]:
    """Nodes that no leak can part made one; and by old and new node, whether the old is in it."""
    members = np.eye(len(arcs), dtype=np.bool_)
    while ((heavy := arcs >= t) & heavy.T).any():
        joined = _components(heavy & heavy.T)
        arcs = joined.T.astype(np.int64) @ arcs @ joined.astype(np.int64)
        np.fill_diagonal(arcs, 0)
        members = members @ joined
    return arcs, members


def _components(links: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """By node and component (of undirected links), whether the node is in it."""
    label = np.arange(len(links))
    while True:
        lowest = np.minimum(label, np.where(links, label, len(links)).min(axis=1))
        lowest = lowest[lowest]
        if (lowest == label).all():
            return np.equal.outer(label, np.unique(label))
        label = lowest


def _weakest(arcs: Capacity, t: int) -> NDArray[np.bool_] | None:
    """A set of nodes that fewer than `t` can flow out of, of a strongly connected graph."""
    first = np.arange(len(arcs)) == 0
    for v in range(1, len(arcs)):
        for a, b, start in ((0, v, first), (v, 0, np.arange(len(arcs)) == v)):
            flow, left = max_flow(arcs, a, b, t)
            if flow < t:
                return reached(left, start)
    return None
