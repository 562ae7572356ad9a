"""What two breakdowns say together about one half of a split, where some of their groups overlap.

If everybody in these groups of the one breakdown is also in those groups of the other, the
difference of their tables is a set of people of its own: "at the clinic, but no therapist". For
numbers such a set must hold nobody or at least `t` people in every published bin, or it could be
the top earner alone. That nobody is in both of two groups is taken as known to everybody.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 12
"""Groups of the smaller breakdown that are looked at together: all 2**12 sets of them."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Too few people: those in `rows` who are not in `columns`, as sets of node indices."""

    rows: frozenset[int]
    columns: frozenset[int]


def leftover(
    rows: NDArray[np.int64], columns: NDArray[np.int64], together: NDArray[np.bool_], t: int
) -> Leftover | None:
    """The smallest set of 1 to t-1 people that sums and differences of the tables give, or None.

    `rows` and `columns` are people of this half by node of either breakdown, equal in sum;
    `together[i, j]` whether anybody at all is in both. Exact, by trying every set of the columns
    (at most MOST) with all rows that anybody in it is in: leaving columns out, or taking more
    rows in, changes the difference by whole nodes, which hold nobody or `t` people each.
    """
    count = len(columns)
    sets = ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype(np.int64)
    known = together & (rows > 0)[:, None] & (columns > 0)[None, :]
    while True:
        reached = (sets @ known.T.astype(np.int64)) > 0
        left = reached @ rows - sets @ columns
        # Where the difference is nobody, nobody of these rows is in another column: now known.
        empty = left == 0
        shared = known & ~_apart(reached[empty], sets[empty] > 0)
        if (shared == known).all():
            break
        known = shared
    few = np.flatnonzero((left > 0) & (left < t))
    if not few.size:
        return None
    worst = few[np.argmin(left[few])]
    return Leftover(
        frozenset(np.flatnonzero(reached[worst]).tolist()),
        frozenset(np.flatnonzero(sets[worst]).tolist()),
    )


def _apart(rows: NDArray[np.bool_], columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pairs of a row in, and a column out, of any of these sets."""
    pairs: NDArray[np.int64] = rows.T.astype(np.int64) @ (~columns).astype(np.int64)
    return pairs > 0
