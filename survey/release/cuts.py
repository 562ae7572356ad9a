"""Where the tables of a number are cut into bins, so that no combination is about too few people.

Within one breakdown the published tables are the unit's bins and each group's bins. Everybody is
an edge between a bin of the group and a bin of the unit; a linear combination of the tables gives
each bin a value, and is about the people whose group's value and unit's value do not cancel.

Theorem: the smallest set of people that any combination is about is a minimum cut of a connected
component of this graph. Proof: flip the sign of the unit's values; the people are the edges whose
ends differ. A value that is taken somewhere, but not everywhere, in a component parts it, and all
edges of that cut are among them; and every cut is had, by the values 1 on its one side and 0 on
the other.

So all tables start whole, and cuts are tried one by one. A cut makes two nodes of one: minimum cuts
that leave the two together were there before, so only the smallest that parts them is looked for,
by maximum flow. Where it is nobody, the two are in components of their own; any cut of one of
these, with the other component on the side of its half, was a cut of the same people before.

Of a *sensitive* number nobody may be told either that all people of a group are in one bin. Where
the group's own table is not cut, the tables of the others can tell: everybody less them. They do
not where its component has two bins of the unit. Proof: some of the group are in one of the two; a
path of people leads from there to the other; the group and that other bin, where any of it may be,
close the circle. Let one person more be in every other pair around it, and one less in the pairs
between: nothing published changes, and one of the group is in the other bin.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.release.flow import Capacity, max_flow

Tables = NDArray[np.int64]
"""People by group (all others one of them) and finest bin: what makes the unit up."""
Starts = NDArray[np.bool_]
"""By table and finest bin: whether a published bin begins there (at the first always)."""
UNIT = -1
Place = tuple[int, int, int]
"""A cut: breakdown (or UNIT), group, and the finest bin that begins there."""


def halving(bins: int) -> Iterator[int]:
    """The edges between so many finest bins (the first finest bin above each), middle first."""
    spans = [(0, bins)]
    for low, high in spans:
        middle = (low + high + 1) // 2
        if low < middle < high:
            yield middle
            spans += [(low, middle), (middle, high)]


def uncut(tables: int, bins: int) -> Starts:
    """Every table in one bin."""
    starts = np.zeros((tables, bins), dtype=np.bool_)
    starts[:, 0] = True
    return starts


def nodes_of(starts: Starts) -> NDArray[np.intp]:
    """The node of every table and finest bin, numbered table by table."""
    return (np.cumsum(starts) - 1).reshape(starts.shape)


@dataclass(frozen=True, slots=True)
class Counts:
    """One question: people by finest bin, and by breakdown the same of each group."""

    unit: NDArray[np.int64]
    breakdowns: tuple[Tables, ...]


class Cutter:
    """The tables of a question, or of a family that shares its cuts, while they are cut."""

    def __init__(self, members: Sequence[Counts], t: int, sensitive: bool = False) -> None:
        self.members = tuple(members)
        self.t = t
        self.sensitive = sensitive
        self.bins = len(self.members[0].unit)
        self.unit = uncut(1, self.bins)
        self.groups = [uncut(len(tables), self.bins) for tables in self.members[0].breakdowns]

    def cut(self, b: int, g: int, at: int) -> bool:
        """Cut group `g` of breakdown `b` (or the unit, b = UNIT) there if it may be."""
        starts = self.unit[0] if b == UNIT else self.groups[b][g]
        if not all(_holds(_people(m, b, g), starts, at, self.t) for m in self.members):
            return False
        starts[at] = True
        concerned = range(len(self.groups)) if b == UNIT else [b]
        starts[at] = all(
            self._stands(m.breakdowns[c], c, None if b == UNIT else g, at)
            for m in self.members
            for c in concerned
        )
        if b != UNIT and self.groups[b][:, at].all() and not self.unit[0, at]:
            # All groups together are the unit: cut there, they cut it for the other breakdown too.
            starts[at] = self.cut(UNIT, 0, at)
        return bool(starts[at])

    def _stands(self, people: Tables, b: int, g: int | None, at: int) -> bool:
        """Whether the two nodes beside the new cut are parted by nobody or by enough people."""
        rows, columns = nodes_of(self.groups[b]), nodes_of(self.unit)[0]
        count = rows[-1, -1] + 1
        capacity = bipartite(people, rows, columns)
        if g is None:
            low, high = columns[at - 1] + count, columns[at] + count
        else:
            low, high = rows[g, at - 1], rows[g, at]
        flow = max_flow(capacity, int(low), int(high), self.t)
        if flow == 0 and self.sensitive:
            return _leave_open(capacity, rows)
        return flow == 0 or flow >= self.t


def _people(member: Counts, b: int, g: int) -> NDArray[np.int64]:
    return member.unit if b == UNIT else member.breakdowns[b][g]


def bipartite(people: Tables, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Capacity:
    """The graph of one breakdown, both ways: nodes of the groups' bins, then of the unit's."""
    count, total = rows[-1, -1] + 1, rows[-1, -1] + columns[-1] + 2
    capacity = np.zeros((total, total), dtype=np.int64)
    np.add.at(capacity, (rows, columns[None, :] + count), people)
    return capacity + capacity.T


def _leave_open(capacity: Capacity, rows: NDArray[np.intp]) -> bool:
    """Whether every group in one bin is connected to two bins of the unit, if there are two.

    `rows` are the nodes of the groups; those of the unit come last.
    """
    bins = np.arange(len(capacity)) > rows[-1, -1]
    seen = np.zeros(len(capacity), dtype=np.bool_)
    for node in rows[rows[:, 0] == rows[:, -1], 0]:
        if seen[node]:
            continue
        there = np.arange(len(capacity)) == node
        while (more := there | capacity[there].any(axis=0)).sum() > there.sum():
            there = more
        if (there & bins).sum() < min(2, bins.sum()):
            return False
        seen |= there
    return True


def _holds(people: NDArray[np.int64], starts: NDArray[np.bool_], at: int, t: int) -> bool:
    """Whether both bins that a cut would make hold enough people."""
    low = int(np.flatnonzero(starts[:at])[-1])
    later = np.flatnonzero(starts[at + 1 :])
    high = at + 1 + int(later[0]) if later.size else len(people)
    return bool(not starts[at] and people[low:at].sum() >= t and people[at:high].sum() >= t)
