"""The sums an attacker would wish for: how many of a cell or a group answered, and what."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.release.attack_model import (
    Block,
    Subject,
    asked_of,
    counts_of,
    inside,
    selecting,
)
from survey.release.attack_solve import Polytope, Sum

Mask = NDArray[np.bool_]
"""By cell."""


@dataclass(frozen=True, slots=True)
class Target:
    """A sum to try: of whom (a set of cells), and which answer (None: how many answered)."""

    block: Block
    cells: Mask
    where: str
    answers: tuple[int, ...] | None
    forced: bool = False
    """The sum is of those in the set who did not give one of the answers."""

    def sum(self) -> Sum:
        """What to compute."""
        base = self.block.base[self.cells]
        if self.answers is None:
            return Sum(base, np.ones(len(base)))
        # Ticks overlap: who ticked one of several answers is an unknown of its own.
        led_on = self.block.led_on.get(self.answers) if len(self.answers) > 1 else None
        by_answer = self.block.given[list(self.answers)] if led_on is None else led_on[None, :]
        given = by_answer[:, self.cells].ravel()
        if not self.forced:
            return Sum(given, np.ones(len(given)))
        return Sum(np.append(base, given), np.repeat([1.0, -1.0], [len(base), len(given)]))

    def people(self) -> Sum:
        """How many of the set answered."""
        base = self.block.base[self.cells]
        return Sum(base, np.ones(len(base)))

    def answer(self) -> str:
        """How a sentence names the answer."""
        return " or ".join(f"'{self.block.answers[i]}'" for i in self.answers or ())


def targets_of(subject: Subject, polytope: Polytope, block: Block) -> Iterator[Target]:
    """Every sum to try on one question."""
    open_to = subject.most[block.given] > 0
    saturated = _saturated(subject, polytope, block)
    for where, cells in _sets(subject, block):
        told = _told(subject, block, cells)
        if told is None and not saturated[cells].all():
            yield Target(block, cells, where, None)
        several = open_to[:, cells].any(axis=1).sum() > 1
        for index in range(len(block.answers)):
            if several and open_to[index][cells].any() and index not in (told or ()):
                yield Target(block, cells, where, (index,))
        if block.question.sensitive:
            yield from _forced(subject, block, where, cells)


def _told(subject: Subject, block: Block, cells: Mask) -> set[int] | None:
    """Indices of answers that a published table about just these cells counts; None if none is."""
    for table in block.question.tables:
        if np.array_equal(inside(block.question, table, subject.axes, subject.at), cells):
            return {a[0] for a, _ in counts_of(block, table) if len(a) == 1}
    return None


def _forced(subject: Subject, block: Block, where: str, cells: Mask) -> Iterator[Target]:
    if len(block.answers) > 1:  # a number may be shown in one bin, which holds any answer
        for index in range(len(block.answers)):
            yield Target(block, cells, where, (index,), forced=True)
    for child in subject.blocks:
        asked = child.question.show_if
        if asked and asked[0] == block.question.id:
            picked = tuple(selecting(block, child))
            if 1 < len(picked) < len(block.answers):
                yield Target(block, cells, where, picked, forced=True)


def _sets(subject: Subject, block: Block) -> Iterator[tuple[str, Mask]]:
    """Cells and groups, by the question's breakdowns, that somebody could be in."""
    own = [i for i, a in enumerate(subject.axes) if a.breakdown in block.question.by]
    seen: set[bytes] = set()
    singles = [
        (f"{subject.axes[i].breakdown} = {node or 'no group'}", subject.at[i] == at)
        for i in own
        for at, node in enumerate(subject.axes[i].nodes)
    ]
    crossed = []
    if len(own) == 2:
        half = len(subject.axes[own[0]].nodes)
        crossed = [(f"{a} and {b}", x & y) for a, x in singles[:half] for b, y in singles[half:]]
    whole = [("the unit", np.ones(subject.cells, dtype=np.bool_))]
    for where, cells in (*whole, *singles, *crossed):
        if not subject.nobody[cells].all() and cells.tobytes() not in seen:
            seen.add(cells.tobytes())
            yield where, cells


def _saturated(subject: Subject, polytope: Polytope, block: Block) -> Mask:
    """Cells of published tables whose people all answered, or of which nobody did."""
    full = np.zeros(subject.cells, dtype=np.bool_)
    for table in block.question.tables:
        mine = inside(block.question, table, subject.axes, subject.at)
        most = [
            float(subject.most[block.base][mine].sum()),
            *_asked(subject, polytope, mine, block),
        ]
        for axis, nodes in zip(subject.axes, subject.at, strict=True):
            here = set(nodes[mine].tolist())
            ends = [end for node, end in enumerate(axis.most) if node in here]
            if np.array_equal(np.isin(nodes, list(here)), mine):
                most.append(sum(np.inf if end is None else end for end in ends))
        if table.n in (0, min(most)):
            full |= mine
    return full


def _asked(subject: Subject, polytope: Polytope, mine: Mask, block: Block) -> Iterator[float]:
    """How many of these people the question's filter let through, where that is known."""
    for parent in subject.blocks:
        if block.question.show_if and parent.question.id == block.question.show_if[0]:
            columns = asked_of(parent, block)[:, mine].ravel()
            low, high = polytope.bounds(Sum(columns, np.ones(len(columns))))
            if low == high:
                yield float(low)
