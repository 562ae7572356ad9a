"""Bounds of sums over all whole-number points that fit: HiGHS, linear first, integer where needed.

A sum is exact if its least and its greatest value are the same. Most sums are not, and one pair of
points that fit shows it; so a few solutions towards random aims leave few sums to look at singly.
"""

from collections.abc import Callable, Sequence
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
_DUAL, _PRIMAL = 1, 4
_FRUITLESS = 6
"""Random aims in a row that tell nothing more."""


class UnsolvableError(Exception):
    """No point fits: the constraints contradict one another."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of unknowns: columns and what each counts."""

    columns: NDArray[np.intp]
    coefficients: Vector

    @property
    def key(self) -> bytes:
        """The same for the same sum."""
        return self.columns.tobytes() + self.coefficients.tobytes()

    def at(self, point: Vector) -> float:
        """Its value at a point."""
        return float(point[self.columns] @ self.coefficients)


class _Still:
    """Many sums, and those that had one value at all points seen so far (`left`, by index)."""

    def __init__(self, sums: Sequence[Sum], size: int) -> None:
        # Side by side, without a matrix of mostly zeros.
        self._columns = np.concatenate([s.columns for s in sums])
        self._coefficients = np.concatenate([s.coefficients for s in sums])
        self._lengths = np.array([len(s.columns) for s in sums])
        self._starts = np.append(0, np.cumsum(self._lengths)[:-1])
        self._size = size
        self._first: Vector | None = None
        self.left = np.arange(len(sums))

    def see(self, point: Vector) -> int:
        """Leave out the sums that have another value at this whole point; how many these are."""
        terms = np.round(point)[self._columns] * self._coefficients
        values = np.add.reduceat(terms, self._starts)
        if self._first is None:
            self._first = values
            return len(self.left)
        moved = np.abs(values[self.left] - self._first[self.left]) > NEAR
        self.left = self.left[~moved]
        return int(moved.sum())

    def leave_out(self, index: int) -> None:
        """No more need be known of this sum."""
        self.left = self.left[self.left != index]

    def aim(self, rng: np.random.Generator) -> Vector:
        """A random direction that concerns the sums left."""
        weights = np.zeros(len(self._lengths))
        weights[self.left] = rng.standard_normal(self.left.size)
        cost = np.zeros(self._size)
        np.add.at(cost, self._columns, self._coefficients * np.repeat(weights, self._lengths))
        return cost


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
        """Those of the sums that are exact, by index, with their value.

        Linear programmes first; integer ones for sums of which these leave it open.
        """
        if not sums:
            return {}
        still, rng = _Still(sums, len(self._most)), np.random.default_rng(seed)
        found: dict[int, int] = {}
        self._try(still, lambda: self._vertex(still.aim(rng)))
        for index in still.left.tolist():
            value = self._linear_value(sums[index], still) if index in still.left else None
            if value is not None:
                found[index] = value
                still.leave_out(index)
        self._try(still, lambda: self._whole_point(still.aim(rng), near=True)[0])
        for index in still.left.tolist():
            value = self._integer_value(sums[index], still) if index in still.left else None
            if value is not None:
                found[index] = value
        return found

    def bounds(self, one: Sum) -> tuple[int, int]:
        """The least and greatest whole value that a linear relaxation allows."""
        key = one.key
        if key not in self._bounds:  # the same few sets of people are asked for again and again
            # The last vertex still is one: going on from it is quicker, if less often whole.
            self._linear.setOptionValue("simplex_strategy", _PRIMAL)
            low, high = (self._extreme(one, highest=h)[0] for h in (False, True))
            self._linear.setOptionValue("simplex_strategy", _DUAL)
            self._bounds[key] = int(np.ceil(low - NEAR)), int(np.floor(high + NEAR))
        return self._bounds[key]

    def _try(self, still: _Still, whole: Callable[[], Vector | None]) -> None:
        """Whole points as they come, as long as they tell of sums that these move."""
        fruitless = 0
        while still.left.size and fruitless < _FRUITLESS:
            point = whole()
            fruitless = 0 if point is not None and still.see(point) else fruitless + 1

    def _vertex(self, aim: Vector) -> Vector | None:
        """A vertex towards the aim; one between whole points proves nothing."""
        point = self._solve(aim, highest=True)
        return point if _whole(point) else None

    def _linear_value(self, one: Sum, still: _Still) -> int | None:
        (low, at_low), (high, at_high) = (self._extreme(one, highest=h) for h in (False, True))
        for point in (at_low, at_high):
            if _whole(point):
                still.see(point)
        if np.floor(high + NEAR) > np.ceil(low - NEAR):
            return None
        return round(high) if high - low < 0.5 else int(np.floor(high + NEAR))

    def _integer_value(self, one: Sum, still: _Still) -> int | None:
        ends: list[float] = []
        for sign in (1, -1):
            point, farthest = self._whole_point(sign * self._cost(one))
            if point is None or not farthest:
                self.undecided += 1
                return None
            still.see(point)
            ends.append(round(one.at(point)))
        return int(ends[0]) if ends[0] == ends[1] else None

    def _extreme(self, one: Sum, *, highest: bool) -> tuple[float, Vector]:
        point = self._solve(self._cost(one), highest=highest)
        return one.at(point), point

    def _cost(self, one: Sum) -> Vector:
        cost = np.zeros(len(self._most))
        np.add.at(cost, one.columns, one.coefficients)
        return cost

    def _whole_point(self, cost: Vector, *, near: bool = False) -> tuple[Vector | None, bool]:
        """A whole point far towards `cost`, and whether none is farther; None if out of time.

        `near`: the first one found.
        """
        solver = self._integers()
        # HiGHS counts the time of all runs together.
        solver.setOptionValue("time_limit", solver.getRunTime() + PATIENCE)
        solver.setOptionValue("mip_rel_gap", 1e9 if near else 0.0)
        solver.setOptionValue("mip_abs_gap", 1e9 if near else NEAR)
        _aim(solver, cost[self._open], highest=True)
        solver.run()
        point = self._point(solver) if solver.getSolution().value_valid else None
        best = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return (point, best) if point is not None and _whole(point) else (None, False)

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


def _whole(point: Vector) -> bool:
    return bool(np.abs(point - np.round(point)).max(initial=0) <= NEAR)
