"""Brute force over small units: what the published tables give away, without any graph."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np

from survey.box.layout import Tally
from survey.instrument.model import Question
from survey.release.gate import Shown
from survey.release.model import OTHERS

Person = tuple[int, ...]
"""Group of each breakdown; the last group is a missing value."""


def tally_of(
    question: Question,
    people: Sequence[Person],
    answers: Sequence[Sequence[int]],
    sizes: Sequence[int],
) -> Tally:
    """Exact counts; `answers` are the options or the bin of each person, sizes count missing."""
    width = question.cells

    def table(members: Sequence[int]) -> tuple[int, ...]:
        found = Counter(option for i in members for option in answers[i])
        return tuple(found[option] for option in range(width))

    def group(b: int, g: int) -> list[int]:
        return [i for i, person in enumerate(people) if person[b] == g]

    joint = None
    if len(sizes) == 2:
        pairs = Counter(people)
        joint = tuple(tuple(pairs[a, b] for b in range(sizes[1])) for a in range(sizes[0]))
    return Tally(
        question=question,
        n=len(people),
        unit=table(range(len(people))),
        groups=tuple(
            tuple(table(group(b, g)) for g in range(size)) for b, size in enumerate(sizes)
        ),
        answered=tuple(
            tuple(len(group(b, g)) for g in range(size)) for b, size in enumerate(sizes)
        ),
        joint=joint,
    )


def node(person: Person, b: int, shown: Shown) -> int | str:
    """Which table of a breakdown a person is in."""
    return person[b] if person[b] in shown[b] else OTHERS


def smallest_support(people: Sequence[Person], shown: Shown) -> int:
    """Fewest people that any nonzero linear combination of the published tables is about."""
    kinds = Counter(tuple(node(p, b, shown) for b in range(len(shown))) for p in people)
    tables = sorted({(b, n) for kind in kinds for b, n in enumerate(kind)}, key=str)
    rows = [[1.0] + [float(kind[b] == n) for b, n in tables] for kind in kinds]
    return _fewest_outside(rows, list(kinds.values()))


def smallest_support_of_bins(
    groups: Sequence[Sequence[int]], unit: frozenset[int], cuts: Sequence[frozenset[int]]
) -> int:
    """The same of one breakdown's bins; `groups` are people by group and finest bin."""
    kinds = {at: n for at, n in np.ndenumerate(np.array(groups)) if n}
    width = len(groups[0])
    spans = [
        (group, span)
        for group, cut in [(None, unit), *enumerate(cuts)]
        for span in pairwise([-1, *sorted(cut), width - 1])
    ]
    rows = [
        [float(group in (None, g) and low < at <= high) for group, (low, high) in spans]
        for g, at in kinds
    ]
    return _fewest_outside(rows, list(kinds.values()))


def _fewest_outside(kinds: Sequence[Sequence[float]], people: Sequence[int]) -> int:
    """Fewest people that any combination of the columns is about; `people` by row.

    A combination vanishes on a hyperplane of the rows: try the span of every choice of rows, and
    count who lies outside.
    """
    rows, weights = np.array(kinds), np.array(people)
    _, size, basis = np.linalg.svd(rows)
    rank = int((size > 1e-9).sum())
    rows = rows @ basis[:rank].T
    fewest = int(weights.sum())
    if rank == 1:
        return fewest
    for chosen in combinations(range(len(rows)), rank - 1):
        _, size, basis = np.linalg.svd(rows[list(chosen)])
        if size[-1] > 1e-9:
            outside = np.abs(rows @ basis[-1]) > 1e-9
            fewest = min(fewest, int(weights[outside].sum()))
    return fewest


def sets_of_bins(
    people: Sequence[Sequence[Sequence[int]]],
    unit: frozenset[int],
    cuts: Sequence[Sequence[frozenset[int]]],
) -> set[int]:
    """People in every set of cells that some combination of the published bins picks out.

    `people[a][b]` are those in group a and group b, by finest bin; `cuts` by breakdown and group.
    Every subset of the cells is tried against the span. Pairs that nobody is in are left out: an
    attacker may know them. So are, from then on, cells that turn out to hold nobody.
    """
    counts = np.array(people)
    cells = [c for c in np.ndindex(counts.shape) if counts[c[:2]].sum()]
    found: set[int] = set()
    while True:
        rows = published_bins(cells, counts.shape[2], unit, cuts)
        _, size, basis = np.linalg.svd(np.array(rows))
        span = basis[: int((size > 1e-9).sum())]
        subsets = (np.arange(2 ** len(cells))[:, None] >> np.arange(len(cells))) & 1
        rest = subsets - (subsets @ span.T) @ span
        picked = subsets[(np.abs(rest) < 1e-7).all(axis=1)]
        sums = picked @ np.array([counts[c] for c in cells])
        found |= set(sums.tolist())
        empty = picked[sums == 0].any(axis=0)
        if not empty.any():
            return found
        cells = [c for c, gone in zip(cells, empty.tolist(), strict=True) if not gone]


def published_bins(
    cells: Sequence[tuple[int, ...]],
    width: int,
    unit: frozenset[int],
    cuts: Sequence[Sequence[frozenset[int]]],
) -> list[list[float]]:
    """By published bin and cell (group, group, finest bin): whether it counts the cell."""
    rows: list[list[float]] = []
    for axis, group, cut in [
        (0, None, unit),
        *((axis, g, cut) for axis, groups in enumerate(cuts) for g, cut in enumerate(groups)),
    ]:
        for low, high in pairwise([-1, *sorted(cut), width - 1]):
            rows.append([float(group in (None, c[axis]) and low < c[2] <= high) for c in cells])
    return rows


def circuits(rows: Sequence[Sequence[float]]) -> Iterator[tuple[int, ...]]:
    """The columns that a combination of the rows is about, for each that is about no fewer.

    Of every combination some such set is among those it is about.
    """
    _, size, basis = np.linalg.svd(np.array(rows))
    columns = basis[: int((size > 1e-9).sum())].T
    rank = columns.shape[1]
    seen: set[tuple[int, ...]] = set()
    for chosen in combinations(range(len(columns)), rank - 1):
        _, size, away = np.linalg.svd(columns[list(chosen)])
        if rank == 1 or size[-1] > 1e-9:
            about = tuple(np.flatnonzero(np.abs(columns @ away[-1]) > 1e-9).tolist())
            if about not in seen:
                seen.add(about)
                yield about
