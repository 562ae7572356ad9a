"""Bounds of sums over all whole-number points that fit: HiGHS, linear first, integer where needed.

A sum is exact if its least and its greatest value are the same. Most sums are not, and one pair of
points that fit shows it; so a few solutions towards random aims leave few sums to look at singly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from highspy._core import _Highs  # its public heir prints a banner on standard output
from numpy.typing import NDArray

from survey.release.attack_model import Row

Vector = NDArray[np.float64]

NEAR = 1e-6
PATIENCE = 1.0
"""Seconds for one integer programme; a sum that takes longer counts as not computed."""
_FRUITLESS = 6
"""Random aims in a row that tell nothing more."""


class UnsolvableError(Exception):
    """No point fits: the constraints contradict one another."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of unknowns: columns and what each counts."""

    columns: NDArray[np.intp]
    coefficients: Vector

    def at(self, point: Vector) -> float:
        """Its value at a point."""
        return float(point[self.columns] @ self.coefficients)


class Polytope:
    """All points 0 <= x <= most that fit the rows."""

    def __init__(self, rows: Sequence[Row], most: Vector) -> None:
        self._most = most
        self._open = np.flatnonzero(most > 0)
        """Columns that are not 0 anyway: only these go into the programmes."""
        self._rows = [short for row in rows if (short := _shortened(row, most)) is not None]
        self._linear = self._model(integer=False)
        self._integer: _Highs | None = None
        self._bounds: dict[bytes, tuple[int, int]] = {}
        self.undecided = 0
        """Sums whose integer programme ran out of time."""

    def fits(self) -> bool:
        """Whether any point fits."""
        try:
            self._solve(np.zeros(len(self._most)), highest=True)
        except UnsolvableError:
            return False
        return True

    def exact(self, sums: Sequence[Sum], seed: int = 0) -> dict[int, int]:
        """Those of the sums that are exact, by index, with their value."""
        left = self._unmoved(sums, seed)
        found: dict[int, int] = {}
        for index in left:
            value = self._exact(sums[index])
            if value is not None:
                found[index] = value
        return found

    def bounds(self, one: Sum) -> tuple[int, int]:
        """The least and greatest whole value that a linear relaxation allows."""
        key = one.columns.tobytes() + one.coefficients.tobytes()
        if key not in self._bounds:  # the same few sets of people are asked for again and again
            low, high = (self._extreme(one, highest=h)[0] for h in (False, True))
            self._bounds[key] = int(np.ceil(low - NEAR)), int(np.floor(high + NEAR))
        return self._bounds[key]

    def _unmoved(self, sums: Sequence[Sum], seed: int) -> list[int]:
        """Indices of sums that have the same value at every whole point that random aims find."""
        rng = np.random.default_rng(seed)
        left = np.arange(len(sums))
        if not sums:
            return []
        first: Vector | None = None
        ragged = _Ragged(sums, len(self._most))
        fruitless = 0
        while left.size and fruitless < _FRUITLESS:
            weights = np.zeros(len(sums))
            weights[left] = rng.standard_normal(left.size)
            point = self._solve(ragged.weighted(weights), highest=True)
            if not _whole(point):  # a vertex between whole points proves nothing
                found = self._whole_point(ragged.weighted(weights))
                if found is None:
                    fruitless += 1
                    continue
                point = found
            values = ragged.at(np.round(point))
            if first is None:
                first = values
                continue
            moved = np.abs(values[left] - first[left]) > NEAR
            fruitless = 0 if moved.any() else fruitless + 1
            left = left[~moved]
        return [int(i) for i in left]

    def _exact(self, one: Sum) -> int | None:
        (low, at_low), (high, at_high) = (self._extreme(one, highest=h) for h in (False, True))
        if np.floor(high + NEAR) <= np.ceil(low - NEAR):
            return round(high) if high - low < 0.5 else int(np.floor(high + NEAR))
        if _whole(at_low) and _whole(at_high):
            return None
        ends = [self._whole_extreme(one, highest=h) for h in (False, True)]
        return ends[0] if ends[0] == ends[1] else None

    def _extreme(self, one: Sum, *, highest: bool) -> tuple[float, Vector]:
        point = self._solve(self._cost(one), highest=highest)
        return one.at(point), point

    def _cost(self, one: Sum) -> Vector:
        cost = np.zeros(len(self._most))
        np.add.at(cost, one.columns, one.coefficients)
        return cost

    def _whole_extreme(self, one: Sum, *, highest: bool) -> int | None:
        point = self._whole_point(self._cost(one) if highest else -self._cost(one))
        if self._integers().getModelStatus() != highspy.HighsModelStatus.kOptimal or point is None:
            self.undecided += 1
            return None
        return round(one.at(point))

    def _whole_point(self, cost: Vector) -> Vector | None:
        """A whole point far towards `cost`; None where none is found in time."""
        solver = self._integers()
        # HiGHS counts the time of all runs together.
        solver.setOptionValue("time_limit", solver.getRunTime() + PATIENCE)
        _aim(solver, cost[self._open], highest=True)
        solver.run()
        point = self._point(solver) if solver.getSolution().value_valid else None
        return point if point is not None and _whole(point) else None

    def _integers(self) -> _Highs:
        if self._integer is None:
            self._integer = self._model(integer=True)
        return self._integer

    def _solve(self, cost: Vector, *, highest: bool) -> Vector:
        _aim(self._linear, cost[self._open], highest=highest)
        self._linear.run()
        if self._linear.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise UnsolvableError
        return self._point(self._linear)

    def _point(self, solver: _Highs) -> Vector:
        point = np.zeros(len(self._most))
        point[self._open] = solver.getSolution().col_value
        return point

    def _model(self, *, integer: bool) -> _Highs:
        return _programme(self._rows, self._open, 0.0, self._most[self._open], integer=integer)


def _programme(
    rows: Sequence[Row],
    columns: NDArray[np.intp],
    low: float,
    high: float | Vector,
    *,
    integer: bool = False,
) -> _Highs:
    """The rows over these columns (rows name no others), each between low and high; no aim yet."""
    size = len(columns)
    place = np.zeros(int(columns.max(initial=0)) + 1, dtype=np.intp)
    place[columns] = np.arange(size)
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = size, len(rows)
    problem.col_cost_ = np.zeros(size)
    problem.col_lower_ = np.full(size, low)
    problem.col_upper_ = np.broadcast_to(high, size).copy()
    problem.row_lower_ = np.array([r.low for r in rows])
    problem.row_upper_ = np.array([r.high for r in rows])
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = np.cumsum([0, *(len(r.columns) for r in rows)])
    problem.a_matrix_.index_ = np.concatenate([place[r.columns] for r in rows])
    problem.a_matrix_.value_ = np.concatenate([r.coefficients for r in rows])
    if integer:
        problem.integrality_ = [highspy.HighsVarType.kInteger] * size
    solver = _Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.passModel(problem)
    return solver


def _shortened(row: Row, most: Vector) -> Row | None:
    """The row without columns that are 0 anyway; None where it then says nothing."""
    kept = most[row.columns] > 0
    if not kept.any() and row.low <= 0 <= row.high:
        return None
    return Row(row.columns[kept], row.coefficients[kept], row.low, row.high)


def in_span(rows: Sequence[Row], one: Sum, free: NDArray[np.bool_]) -> bool:
    """Whether adding and subtracting the equal rows gives the sum; columns not `free` are 0.

    If not, some point that the rows leave at 0 moves the sum, and then without bound.
    """
    most = free.astype(np.float64)
    equal = [
        Row(short.columns, short.coefficients, 0, 0)
        for row in rows
        if row.low == row.high and (short := _shortened(row, most)) is not None
    ]
    wanted = np.zeros(len(free))
    np.add.at(wanted, one.columns, one.coefficients)
    columns = np.flatnonzero(free)
    solver = _programme(equal, columns, -np.inf, np.inf)
    _aim(solver, wanted[columns], highest=True)
    solver.run()
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _aim(solver: _Highs, cost: Vector, *, highest: bool) -> None:
    solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
    sense = highspy.ObjSense.kMaximize if highest else highspy.ObjSense.kMinimize
    solver.changeObjectiveSense(sense)


class _Ragged:
    """Many sums at once, without a matrix of mostly zeros."""

    def __init__(self, sums: Sequence[Sum], size: int) -> None:
        self._columns = np.concatenate([s.columns for s in sums])
        self._coefficients = np.concatenate([s.coefficients for s in sums])
        self._lengths = np.array([len(s.columns) for s in sums])
        self._starts = np.append(0, np.cumsum(self._lengths)[:-1])
        self._size = size

    def at(self, point: Vector) -> Vector:
        terms = point[self._columns] * self._coefficients
        return np.asarray(np.add.reduceat(terms, self._starts), dtype=np.float64)

    def weighted(self, weights: Vector) -> Vector:
        cost = np.zeros(self._size)
        np.add.at(cost, self._columns, self._coefficients * np.repeat(weights, self._lengths))
        return cost


def _whole(point: Vector) -> bool:
    return bool(np.abs(point - np.round(point)).max(initial=0) <= NEAR)
