"""Which sums are exact: the programmes against every whole-number point there is."""

from itertools import product

import numpy as np
import pytest

from survey.release.attack_model import Row
from survey.release.attack_solve import Polytope, Sum, in_span

CUBE = list(product(range(2), repeat=3))


def told(point: np.ndarray) -> list[Row]:
    """Two of the three margins of a 2 x 2 x 2 table of people: (team, answer), (site, answer)."""
    rows = []
    for axis in (0, 1):
        for group, answer in product(range(2), repeat=2):
            mine = np.array([i for i, c in enumerate(CUBE) if (c[axis], c[2]) == (group, answer)])
            rows.append(Row(mine, np.ones(len(mine)), point[mine].sum(), point[mine].sum()))
    return rows


@pytest.mark.parametrize("seed", range(40))
def test_exact_sums_are_those_of_all_points(seed: int) -> None:
    rng = np.random.default_rng(seed)
    point = rng.integers(0, 3, size=8)
    rows = told(point)
    both = np.array([0, 1])  # everybody in one cell, whatever the answer: at most so many people
    if seed % 2:
        rows.append(Row(both, np.ones(2), 0, point[both].sum()))
    most = np.full(8, 4.0)
    points = _points(rows)
    sums = [Sum(np.array([i]), np.ones(1)) for i in range(8)] + [Sum(both, np.ones(2))]
    values = [{int(np.array(p)[s.columns] @ s.coefficients) for p in points} for s in sums]
    expected = {i: v.pop() for i, v in enumerate(values) if len(v) == 1}
    assert Polytope(rows, most).exact(sums) == expected


def _points(rows: list[Row]) -> list[tuple[int, ...]]:
    """All points: per answer one number decides the 2 x 2 table of its margins."""
    found = []
    for p in product(range(5), repeat=2):
        point = np.zeros(8, dtype=int)
        for answer in (0, 1):
            cell = {c[:2]: i for i, c in enumerate(CUBE) if c[2] == answer}
            total = {(x, g): rows[4 * x + 2 * g + answer].low for x in (0, 1) for g in (0, 1)}
            a = p[answer]
            point[cell[0, 0]] = a
            point[cell[0, 1]] = total[0, 0] - a
            point[cell[1, 0]] = total[1, 0] - a
            point[cell[1, 1]] = total[0, 1] - total[1, 0] + a
        if point.min() >= 0 and all(
            r.low <= point[r.columns] @ r.coefficients <= r.high for r in rows
        ):
            found.append(tuple(point.tolist()))
    return found


def test_in_span_is_what_adding_and_subtracting_gives() -> None:
    rows = told(np.arange(8))
    everybody = np.ones(8, dtype=np.bool_)
    margin = Sum(np.array([0, 2]), np.ones(2))  # team 0 that gave answer 0
    assert in_span(rows, margin, everybody)
    assert in_span(rows, Sum(np.array([0, 6]), np.array([1.0, -1.0])), everybody)
    assert not in_span(rows, Sum(np.array([0]), np.ones(1)), everybody)
    without = everybody.copy()
    without[2] = False  # known to be nobody
    assert in_span(rows, Sum(np.array([0]), np.ones(1)), without)


def test_contradictions_do_not_fit() -> None:
    rows = [*told(np.ones(8)), Row(np.array([0, 2]), np.ones(2), 3, 3)]
    assert not Polytope(rows, np.full(8, 4.0)).fits()
