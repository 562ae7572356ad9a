"""Bins of numbers that the tables of two breakdowns and the unit imply together.

A *cell* is a group of the one breakdown, a group of the other that somebody shares with it (that
nobody does is taken as known to everybody), and a stretch that no table of theirs is cut within.
What is published are sums of cells: bins of either breakdown's groups, and of the unit. How many
people a cell holds the box does not keep, nor does anybody know it; but whoever takes all tables
together knows the most that it can hold, which is a linear programme.

Theorem: let f be any combination of the tables whose value is a whole number of no less than 0 in
every cell. It is about nobody or about `t` people at least, if every cell that can hold anybody
can hold `t`. Proof: the combination has the same sum over any numbers of people that fit the
tables. Where f(c) is 1 or more, take those where c holds `t`: the sum is `t` or more. A set of
people that can be had by adding and subtracting is such a combination.

That is more than is needed. Cells that can hold `t` (*heavy*) hold f at 0 if its sum is less than
`t`, and with it all cells whose place in the tables is a linear combination of theirs. So only a
cell that is no such combination, and can hold somebody but not `t`, is a leak. Then combinations
of any sign that somebody is in are about a heavy cell: that it is about few cannot be told.

Which cells are heavy, and so which leak, depends on the tables alone, not on the way it is
computed. Which cut is taken back for a leak may depend on the solver where several combinations
say the same of a cell; any does, as taking cuts back is always safe.
"""

from collections.abc import Iterator, Sequence

import highspy
import numpy as np
from highspy._core import _Highs  # its public heir prints a banner on standard output
from numpy.typing import NDArray

from survey.release.cuts import UNIT, Counts, Cutter, Place, nodes_of
from survey.release.model import ReleaseError

Nodes = NDArray[np.intp]
Flags = NDArray[np.bool_]
Vector = NDArray[np.float64]

NEAR = 1e-6
ENDS = np.array([1.0, -1.0])
_PRIME = (1 << 31) - 1
_FRUITLESS = 2
"""Random aims in a row that find no further heavy cell."""


class Most:
    """How many people cells can hold: the programme of all numbers that fit what is published.

    `nodes` by cell, `people` by node.
    """

    def __init__(self, nodes: Nodes, people: NDArray[np.int64]) -> None:
        self.nodes, self.size = nodes, len(people)
        count, width = nodes.shape
        problem = highspy.HighsLp()
        problem.num_col_, problem.num_row_ = count, len(people)
        problem.col_cost_ = np.zeros(count)
        problem.col_lower_ = np.zeros(count)
        problem.col_upper_ = np.full(count, np.inf)
        problem.row_lower_ = problem.row_upper_ = people.astype(np.float64)
        problem.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        problem.a_matrix_.start_ = width * np.arange(count + 1)
        problem.a_matrix_.index_ = nodes.ravel()
        problem.a_matrix_.value_ = np.ones(width * count)
        problem.sense_ = highspy.ObjSense.kMaximize
        self._solver = _Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(problem)
        self._all = np.arange(count, dtype=np.int32)

    def towards(self, aim: Vector) -> Vector:
        """Numbers of people by cell that are largest in the direction of the aim."""
        self._solver.changeColsCost(len(aim), self._all, aim)
        self._run()
        return np.array(self._solver.getSolution().col_value)[: len(aim)]

    def without(self, cell: int, cuts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, float]]:
        """Most people in the cell were two nodes one, for each such pair that bears on it.

        Yields the index of the pair and that number. A pair bears on it if the two have another
        worth in the combination of what is published that says how many the cell can hold.
        """
        self.towards((self._all == cell).astype(np.float64))
        worth = np.array(self._solver.getSolution().row_dual)
        for index, (low, high) in enumerate(cuts):
            if abs(worth[low] - worth[high]) > NEAR:
                # People may go over from the one to the other.
                self._solver.addCol(0.0, -np.inf, np.inf, 2, np.array([low, high]), ENDS)
                self._run()
                yield index, self._solver.getSolution().col_value[cell]
                self._solver.deleteCols(1, np.array([len(self._all)], dtype=np.int32))

    def _run(self) -> None:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ReleaseError(
                "The bins of a number could not be checked: no people fit its counts. Nothing was "
                "published."
            )


class _Space:
    """All combinations (a number for every node) that are 0 at the cells given so far.

    Modulo a prime, so in whole numbers: nothing hangs on rounding.
    """

    def __init__(self, size: int) -> None:
        self._basis = np.eye(size, dtype=np.int64)
        self._rng = np.random.default_rng(0)

    def give(self, cell: Nodes) -> None:
        """Keep only what is 0 at this cell."""
        values = self._basis[cell].sum(axis=0) % _PRIME
        moved = np.flatnonzero(values)
        if moved.size:
            factors = values * pow(int(values[moved[0]]), -1, _PRIME) % _PRIME
            shift = np.outer(self._basis[:, moved[0]], factors) % _PRIME
            self._basis = np.delete((self._basis - shift) % _PRIME, moved[0], axis=1)

    def free(self, cells: Nodes) -> Flags:
        """By cell: whether some combination is not 0 there. A random one is not, if any is."""
        weights = self._rng.integers(1, _PRIME, size=self._basis.shape[1])
        some = (self._basis * weights % _PRIME).sum(axis=1) % _PRIME
        return np.asarray(some[cells].sum(axis=1) % _PRIME != 0)


def take_back(cutter: Cutter, joint: NDArray[np.int64]) -> None:
    """Take cuts back until no cell leaks; `joint` are the people by groups of both breakdowns.

    Taking a cut back adds no combination to those that could be had. It ends: where nothing is
    cut, the cells are the pairs of groups, and the gate has looked at all cuts between these.
    """
    while places := [p for m in cutter.members for p in _to_take_back(cutter, m, joint)]:
        for b, g, at in places:
            (cutter.unit[0] if b == UNIT else cutter.groups[b][g])[at] = False


def nodes_of_cells(cutter: Cutter, joint: NDArray[np.int64]) -> Nodes:
    """By cell its bin of the first breakdown, of the second, and of the unit, numbered through."""
    first, second, unit = _numbered(cutter)
    a, b, at = _cells(cutter, joint)
    return np.stack([first[a, at], second[b, at], unit[0, at]], axis=1)


def _cells(cutter: Cutter, joint: NDArray[np.int64]) -> tuple[Nodes, Nodes, Nodes]:
    """By cell its group of the first breakdown, of the second, and the finest bin it begins at.

    Cells are where somebody may be: in pairs of groups that `joint` counts anybody in.
    """
    a, b = np.nonzero(joint)
    pair, at = np.nonzero(cutter.groups[0][a] | cutter.groups[1][b] | cutter.unit[0])
    return a[pair], b[pair], at


def _numbered(cutter: Cutter) -> tuple[Nodes, ...]:
    first, second, unit = (nodes_of(starts) for starts in (*cutter.groups, cutter.unit))
    return first, second + first[-1, -1] + 1, unit + first[-1, -1] + second[-1, -1] + 2


def people_of(cutter: Cutter, member: Counts) -> NDArray[np.int64]:
    """What is published: people by node."""
    tables = zip(
        (*cutter.groups, cutter.unit), (*member.breakdowns, member.unit[np.newaxis]), strict=True
    )
    return np.concatenate([np.bincount(nodes_of(s).ravel(), p.ravel()) for s, p in tables])


def leaks(most: Most, t: int) -> Flags:
    """By cell: whether it can hold somebody but not `t`, and heavy cells do not tell of it."""
    nodes = most.nodes
    space, rng = _Space(most.size), np.random.default_rng(0)
    few = np.zeros(len(nodes), dtype=np.bool_)
    done = np.zeros(len(nodes), dtype=np.bool_)
    fruitless = 0
    while (free := space.free(nodes) & ~done).any():
        # Aims at many cells at once find most heavy ones; what is left is looked at one by one.
        single = fruitless >= _FRUITLESS
        aim = np.arange(len(nodes)) == np.argmax(free) if single else free * rng.random(len(nodes))
        point = most.towards(aim.astype(np.float64))
        heavy = free & (point >= t - NEAR)
        fruitless += not heavy.any()
        for cell in nodes[heavy]:
            space.give(cell)
        if single:
            done |= aim > 0
            few |= (aim > 0) & (point > NEAR) & ~heavy
    return few & space.free(nodes)


def _to_take_back(cutter: Cutter, member: Counts, joint: NDArray[np.int64]) -> list[Place]:
    """Cuts to take back next: one for each leak between groups that no other leak so far concerns.

    Of all that bear on how many the cell can hold, the smallest group's (the unit last) without
    which it could hold `t`; else the one without which it could hold most.
    """
    most = Most(nodes_of_cells(cutter, joint), people_of(cutter, member))
    groups = np.stack(_cells(cutter, joint)[:2], axis=1)
    cuts, nodes = _by_size(cutter, member), _numbered(cutter)
    sides = [(int(nodes[b][g, at - 1]), int(nodes[b][g, at])) for b, g, at in cuts]
    chosen: list[Place] = []
    concerned: set[tuple[int, int]] = set()
    for cell in np.flatnonzero(leaks(most, cutter.t)).tolist():
        own = set(enumerate(groups[cell].tolist()))
        if not own & concerned:
            found = ((min(round(n, 3), cutter.t), -i) for i, n in most.without(cell, sides))
            b, g, at = cuts[-max(found, default=(0, 0))[1]]
            chosen.append((UNIT if b == 2 else b, g, at))
            concerned |= {*own, (b, g)}
    return chosen


def _by_size(cutter: Cutter, member: Counts) -> list[Place]:
    """All cuts, those of the smallest group first, the unit's (here breakdown 2) last."""
    sizes = [tables.sum(axis=1) for tables in (*member.breakdowns, member.unit[np.newaxis])]
    cuts = [
        (b, g, at + 1)
        for b, starts in enumerate((*cutter.groups, cutter.unit))
        for g, at in np.argwhere(starts[:, 1:]).tolist()
    ]
    return sorted(cuts, key=lambda p: (p[0] == 2, sizes[p[0]][p[1]], [-x for x in p]))
