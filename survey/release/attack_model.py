"""What an attacker writes down: every published table of a question as a linear constraint.

The unknowns are whole numbers of people: by question, cell (one group of each breakdown) and
answer. A question, its family and what filters it share the cells, so they stand in one programme.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from survey.release.attack_known import Knowledge
from survey.release.model import OTHERS, Release, ReleasedQuestion, Table

Columns = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Axis:
    """One breakdown of a subject. A node is a group, or None: all that nothing tells apart."""

    breakdown: str
    nodes: tuple[str | None, ...]
    most: tuple[int | None, ...]
    """By node: at most so many people."""


@dataclass(frozen=True, slots=True)
class Block:
    """Where one question's unknowns stand: people who answered by cell, and answers by cell."""

    question: ReleasedQuestion
    t: int
    answers: tuple[str, ...]
    """Options; of numbers the finest published bins."""
    base: Columns
    """By cell."""
    given: NDArray[np.intp]
    """By answer and cell."""
    led_on: Mapping[tuple[int, ...], Columns]
    """Of check-all: by answers that lead on to another question, who ticked one of them, by cell.

    Ticks overlap, so neither their sum nor anything else that is published is this number."""


@dataclass(frozen=True, slots=True)
class Row:
    """low <= sum of coefficients x columns <= high."""

    columns: Columns
    coefficients: NDArray[np.float64]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Subject:
    """One programme: questions that hang together, their cells, all rows, all upper bounds."""

    axes: tuple[Axis, ...]
    at: tuple[Columns, ...]
    """By axis: which node a cell is in."""
    blocks: tuple[Block, ...]
    rows: tuple[Row, ...]
    most: NDArray[np.float64]
    """By column."""
    nobody: NDArray[np.bool_]
    """By cell: known to hold nobody, from what the attacker knows beside the release."""

    @property
    def cells(self) -> int:
        """How many cells each question has."""
        return len(self.nobody)


def together(release: Release, known: Knowledge) -> list[list[ReleasedQuestion]]:
    """Questions in sets that share a family or a filter, in the order asked; no hidden ones."""
    shown = [q for q in release.questions if q.tables]
    label = {q.id: q.id for q in shown}

    def join(ids: list[str]) -> None:
        old = {label[i] for i in ids}
        for qid, name in label.items():
            if name in old:
                label[qid] = label[ids[0]]

    for family in known.families:
        join([q.id for q in shown if q.id in family] or [shown[0].id])
    for q in shown:
        if q.show_if is not None and q.show_if[0] in label:
            join([q.show_if[0], q.id])
    sets: dict[str, list[ReleasedQuestion]] = {}
    for q in shown:
        sets.setdefault(label[q.id], []).append(q)
    return list(sets.values())


def subject_of(release: Release, questions: list[ReleasedQuestion], known: Knowledge) -> Subject:
    """The programme of questions that hang together."""
    by = tuple(dict.fromkeys(b for q in questions for b in q.by))
    axes = tuple(_axis(release, b, questions, known) for b in by)
    places = list(product(*(range(len(a.nodes)) for a in axes)))
    at = tuple(np.array([p[i] for p in places], dtype=np.intp) for i in range(len(axes)))
    blocks: list[Block] = []
    width = 0
    for question in questions:
        block = _block(question, questions, release.k, width, len(places))
        width += len(places) * (1 + len(block.answers) + len(block.led_on))
        blocks.append(block)
    most = np.full(width, np.inf)
    most_of_cell = _most_of_cell(axes, at, known, len(places))
    for block in blocks:
        most[block.base] = most_of_cell
        most[block.given] = np.where(_told_zero(block, axes, at), 0, most_of_cell)
        for columns in block.led_on.values():
            most[columns] = most_of_cell
    rows = [row for block in blocks for row in _rows(block, axes, at)]
    rows += [row for b in blocks for row in _ticks(b, known.ticks.get(b.question.id))]
    rows += _dependent(blocks, known.families)
    return Subject(axes, at, tuple(blocks), tuple(rows), most, most_of_cell == 0)


def _axis(release: Release, bid: str, questions: list[ReleasedQuestion], known: Knowledge) -> Axis:
    breakdown = next(b for b in release.breakdowns if b.id == bid)
    most = known.groups.get(bid, {})
    in_pairs = any(bid in pair for pair in known.joint)
    shown = {t.group for q in questions for t in q.tables if t.breakdown == bid}
    nodes = [g.id for g in breakdown.groups if g.id in shown or g.id in most or in_pairs]
    return Axis(bid, (*nodes, None), (*(most.get(g) for g in nodes), None))


def _most_of_cell(
    axes: tuple[Axis, ...], at: tuple[Columns, ...], known: Knowledge, cells: int
) -> NDArray[np.float64]:
    most = np.full(cells, np.inf)
    for axis, nodes in zip(axes, at, strict=True):
        ends = np.array([np.inf if m is None else m for m in axis.most])
        most = np.minimum(most, ends[nodes])
    pair = known.joint.get((axes[0].breakdown, axes[1].breakdown)) if len(axes) == 2 else None
    if pair is not None:
        for c in range(cells):
            row, column = axes[0].nodes[at[0][c]], axes[1].nodes[at[1][c]]
            if row is not None and column is not None:
                most[c] = min(most[c], pair.get((row, column), 0))
    return most


def _block(
    question: ReleasedQuestion,
    questions: list[ReleasedQuestion],
    k: int,
    start: int,
    cells: int,
) -> Block:
    answers = tuple(o.id for o in question.options)
    if question.kind == "number":
        answers = tuple(f"{_end(low)} to {_end(high)}" for low, high in _finest(question))
    leading = {
        tuple(_selecting(answers, child))
        for child in questions
        if question.kind == "choices" and child.show_if and child.show_if[0] == question.id
    }
    columns = start + np.arange(cells * (1 + len(answers) + len(leading)), dtype=np.intp)
    base, given, led_on = np.split(columns, [cells, cells * (1 + len(answers))])
    return Block(
        question=question,
        t=2 * k if question.sensitive else k,
        answers=answers,
        base=base,
        given=given.reshape(len(answers), cells),
        led_on=dict(zip(sorted(leading), led_on.reshape(len(leading), cells), strict=True)),
    )


def _finest(question: ReleasedQuestion) -> list[tuple[float | None, float | None]]:
    lows = {low for t in question.tables for low, _, _ in t.bins if low is not None}
    return list(pairwise((None, *sorted(lows), None)))


def _end(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def inside(
    question: ReleasedQuestion, table: Table, axes: tuple[Axis, ...], at: tuple[Columns, ...]
) -> NDArray[np.bool_]:
    """By cell: whether its people are those of the table."""
    for axis, nodes in zip(axes, at, strict=True):
        if axis.breakdown != table.breakdown:
            continue
        shown = {t.group for t in question.tables if t.breakdown == axis.breakdown}
        mine = [(n not in shown) if table.group == OTHERS else n == table.group for n in axis.nodes]
        return np.array(mine)[nodes]
    return np.ones(len(at[0]) if at else 1, dtype=np.bool_)


def counts_of(block: Block, table: Table) -> Iterator[tuple[list[int], int]]:
    """What a table says: indices of answers, and how many people gave one of them."""
    if block.question.kind != "number":
        for index, answer in enumerate(block.answers):
            yield [index], table.count(answer)
        return
    ends = _finest(block.question)
    for low, high, people in table.bins:
        yield (
            [
                i
                for i, (a, b) in enumerate(ends)
                if (low is None or (a is not None and a >= low))
                and (high is None or (b is not None and b <= high))
            ],
            people,
        )


def _told_zero(block: Block, axes: tuple[Axis, ...], at: tuple[Columns, ...]) -> NDArray[np.bool_]:
    """By answer and cell: a published table about the cell already says that nobody gave it."""
    zero = np.zeros(block.given.shape, dtype=np.bool_)
    for table in block.question.tables:
        mine = inside(block.question, table, axes, at)
        for answers, people in counts_of(block, table):
            if people == 0:
                zero[np.array(answers)[:, None], np.flatnonzero(mine)] = True
    return zero


def _rows(block: Block, axes: tuple[Axis, ...], at: tuple[Columns, ...]) -> Iterator[Row]:
    for table in block.question.tables:
        mine = inside(block.question, table, axes, at)
        yield _equal(block.base[mine], table.n)
        for answers, people in counts_of(block, table):
            yield _equal(block.given[answers][:, mine].ravel(), people)
    ticks = block.question.kind == "choices"
    for c in range(len(block.base)):
        columns = np.append(block.given[:, c], block.base[c])
        minus = np.append(np.ones(len(columns) - 1), -1.0)
        yield Row(columns, minus, 0, np.inf if ticks else 0)
        if ticks:  # nobody ticks an option without having answered
            for column in block.given[:, c]:
                yield _no_more(column, block.base[c])
    for axis, nodes in zip(axes, at, strict=True):
        for node, most in enumerate(axis.most):
            if most is not None:
                own = block.base[nodes == node]
                yield Row(own, np.ones(len(own)), 0, most)


def _ticks(block: Block, most: int | None) -> Iterator[Row]:
    """Who ticked an answer that leads on: what fits the ticks, which may be the same people's.

    Nobody could tick more than `most`.
    """
    for picked, led_on in block.led_on.items():
        each = min(most or len(picked), len(picked))
        others = [i for i in range(len(block.answers)) if i not in picked]
        for c, column in enumerate(led_on):
            yield _no_more(column, block.base[c])
            ticks = block.given[list(picked), c]
            yield _no_more(column, *ticks)
            signs = np.append(-np.ones(len(ticks)), each)
            yield Row(np.append(ticks, column), signs, 0, np.inf)
            for ticked in ticks:
                yield _no_more(ticked, column)
            # Everybody else ticked something, too.
            yield _no_more(block.base[c], column, *block.given[others, c])


def _dependent(blocks: list[Block], families: tuple[frozenset[str], ...]) -> Iterator[Row]:
    """One base in a family; a filtered question is asked of those whom its filter lets through."""
    for family in families:
        members = [b for b in blocks if b.question.id in family]
        for first, other in pairwise(members):
            for columns in np.stack([first.base, other.base], axis=1):
                yield Row(columns, np.array([1.0, -1.0]), 0, 0)
    found = {b.question.id: b for b in blocks}
    for child in blocks:
        parent = found.get(child.question.show_if[0]) if child.question.show_if else None
        if parent is None:
            continue
        for column, base, asked in zip(
            child.base, parent.base, asked_of(parent, child).T, strict=True
        ):
            yield _no_more(column, *asked)
            yield _no_more(column, base)


def asked_of(parent: Block, child: Block) -> NDArray[np.intp]:
    """Columns whose sum is who was asked `child`: by what leads to it, and cell."""
    picked = selecting(parent, child)
    led_on = parent.led_on.get(tuple(picked))
    return parent.given[picked] if led_on is None else led_on[None, :]


def selecting(parent: Block, child: Block) -> list[int]:
    """Indices of the answers of `parent` that lead to `child`; merged ones may be among them."""
    return _selecting(parent.answers, child.question)


def _selecting(answers: tuple[str, ...], child: ReleasedQuestion) -> list[int]:
    wanted = child.show_if[1] if child.show_if else ()
    merged = any(o not in answers for o in wanted)
    return [i for i, a in enumerate(answers) if a in wanted or (merged and a == OTHERS)]


def _no_more(column: np.intp, *others: np.intp) -> Row:
    """No more people in a column than in the others together."""
    signs = np.append(np.ones(len(others)), -1.0)
    return Row(np.array([*others, column]), signs, 0, np.inf)


def _equal(columns: Columns, value: int) -> Row:
    return Row(columns, np.ones(len(columns)), value, value)
