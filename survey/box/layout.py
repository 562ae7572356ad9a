"""The vector of cells that a definition fixes, and the cells that one response adds one to.

Per question there is one table for the unit and one for each group of each of its breakdowns,
with a last group for those whose group is missing; a question with two breakdowns also has the
joint counts of those who answered it (the gate needs them; they are never shown).
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from survey.instrument.model import Answers, Breakdown, Definition, Question

RULES = "gate/5"
"""Version of the disclosure rules; part of the fingerprint, so a changed gate needs a new wave."""

Totals = NDArray[np.uint32]


class BoxError(Exception):
    """Something about a box cannot be done; the text is one sentence for a person."""


class TotalsError(BoxError):
    """The opened totals contradict themselves: wrong key, damaged box or wrong definition."""


@dataclass(frozen=True, slots=True)
class QuestionCells:
    """Where one question's counters lie. A table is `width` cells wide.

    `choices` tables end in a cell of their own for how many answered, as ticks do not add up to n.
    """

    question: Question
    width: int
    unit: int
    groups: tuple[int, ...]
    """Per breakdown of the question: offset of its first group's table; `missing` comes last."""
    sizes: tuple[int, ...]
    """Per breakdown of the question: its number of groups, missing included."""
    options: Mapping[str, int]
    """Where in a table each option's cell is."""
    joint: int | None
    """Offset of the joint answered counts, row by row, shape `sizes`; None without a pair."""


@dataclass(frozen=True)
class Layout:
    """A definition's cells. `fingerprint` is SHA-256 (hex) over them and every disclosure rule."""

    definition: Definition
    questions: tuple[QuestionCells, ...]
    size: int

    @cached_property
    def fingerprint(self) -> str:
        """64 hex digits, bound into sealing, encryption and release."""
        text = json.dumps(_rules(self.definition), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Tally:
    """One question's opened counts, exact and ungated: never stored, shown or logged.

    `groups[b][g]` are the counts of group g of the question's b-th breakdown (missing last);
    `answered[b][g]` how many of them answered; `joint[g0][g1]` the same over both breakdowns.
    """

    question: Question
    n: int
    unit: tuple[int, ...]
    groups: tuple[tuple[tuple[int, ...], ...], ...]
    answered: tuple[tuple[int, ...], ...]
    joint: tuple[tuple[int, ...], ...] | None


def build_layout(definition: Definition) -> Layout:
    """Lay the cells out in the order of the definition."""
    questions: list[QuestionCells] = []
    at = 0
    for question in definition.questions:
        sizes = tuple(len(definition.breakdown(b).groups) + 1 for b in question.by)
        width = question.cells + (question.kind == "choices")
        unit, at = at, at + width
        starts: list[int] = []
        for size in sizes:
            starts.append(at)
            at += size * width
        joint = at if len(sizes) == 2 else None
        at += sizes[0] * sizes[1] if len(sizes) == 2 else 0
        options = {option.id: index for index, option in enumerate(question.options)}
        questions.append(QuestionCells(question, width, unit, tuple(starts), sizes, options, joint))
    return Layout(definition, tuple(questions), at)


def group_index(breakdown: Breakdown, answers: Answers) -> int:
    """Which group of `breakdown` the response is in; len(groups) where it is missing."""
    value = answers.get(breakdown.source)
    for index, group in enumerate(breakdown.groups):
        if isinstance(value, str) and value in group.options:
            return index
        if isinstance(value, float | int) and group.band is not None:
            low, high = group.band
            if (low is None or value >= low) and (high is None or value < high):
                return index
    return len(breakdown.groups)


def counted(definition: Definition, answers: Answers) -> Answers:
    """The answers that count: filtered ones where the filter holds, families only whole."""
    kept: dict[str, frozenset[str] | str | float] = {}
    for question in definition.questions:
        if question.id in answers and _asked(question, kept):
            kept[question.id] = answers[question.id]
    families: dict[str, list[str]] = {}
    for question in definition.questions:
        if question.family:
            families.setdefault(question.family, []).append(question.id)
    for members in families.values():
        if not all(m in kept for m in members):
            for member in members:
                kept.pop(member, None)
    return kept


def cells_of(layout: Layout, answers: Answers) -> NDArray[np.intp]:
    """Indices (distinct) of the cells that this response adds one to.

    Raises ValueError for an option that the question does not have.
    """
    definition = layout.definition
    answers_kept = counted(definition, answers)
    # A breakdown's own source may be dropped above; the group still counts by what was answered.
    at = {b.id: group_index(b, answers) for b in definition.breakdowns}
    indices: list[int] = []
    for place in layout.questions:
        answer = answers_kept.get(place.question.id)
        if answer is None:
            continue
        question = place.question
        begins = [place.unit]
        for breakdown, start in zip(question.by, place.groups, strict=True):
            begins.append(start + at[breakdown] * place.width)
        for offset in _offsets(place, answer):
            for begin in begins:
                indices.append(begin + offset)
        if place.joint is not None:
            first, second = question.by
            indices.append(place.joint + at[first] * place.sizes[1] + at[second])
    return np.array(indices, dtype=np.intp)


def read_tallies(layout: Layout, totals: Totals) -> tuple[Tally, ...]:
    """Cut the opened totals into tallies. Raises TotalsError where they contradict themselves."""
    if totals.shape != (layout.size,):
        raise TotalsError("The box has another size than its definition: nothing was opened.")
    return tuple(_tally(place, totals.astype(np.int64)) for place in layout.questions)


def _tally(place: QuestionCells, totals: NDArray[np.int64]) -> Tally:
    question, width = place.question, place.width
    unit = totals[place.unit : place.unit + width]
    groups = [
        totals[start : start + size * width].reshape(size, width)
        for start, size in zip(place.groups, place.sizes, strict=True)
    ]
    answered = [_answered(question, g) for g in groups]
    n = int(_answered(question, unit[np.newaxis])[0])
    joint = None
    if place.joint is not None:
        cells = place.sizes[0] * place.sizes[1]
        joint = totals[place.joint : place.joint + cells].reshape(place.sizes)
    _check(question, unit, groups, answered, joint)
    return Tally(
        question=question,
        n=n,
        unit=tuple(int(c) for c in unit[: question.cells]),
        groups=tuple(tuple(tuple(map(int, row[: question.cells])) for row in g) for g in groups),
        answered=tuple(tuple(map(int, a)) for a in answered),
        joint=None if joint is None else tuple(tuple(map(int, row)) for row in joint),
    )


def _check(
    question: Question,
    unit: NDArray[np.int64],
    groups: list[NDArray[np.int64]],
    answered: list[NDArray[np.int64]],
    joint: NDArray[np.int64] | None,
) -> None:
    whole = all(np.array_equal(g.sum(axis=0), unit) for g in groups)
    if joint is not None:
        whole = whole and np.array_equal(joint.sum(axis=1), answered[0])
        whole = whole and np.array_equal(joint.sum(axis=0), answered[1])
    if question.kind == "choices":
        whole = whole and bool((unit[:-1] <= unit[-1]).all())
    if not whole:
        raise TotalsError(
            f"The totals of question '{question.id}' do not add up: the key is of another wave, "
            "or the box is damaged. Nothing was opened."
        )


def _answered(question: Question, tables: NDArray[np.int64]) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = tables[:, -1] if question.kind == "choices" else tables.sum(axis=1)
    return counts


def _asked(question: Question, kept: Mapping[str, object]) -> bool:
    if question.show_if is None:
        return True
    answer = kept.get(question.show_if.question)
    picked = answer if isinstance(answer, frozenset) else {answer}
    return bool(picked & set(question.show_if.options))


def _offsets(place: QuestionCells, answer: str | frozenset[str] | float) -> list[int]:
    question = place.question
    if question.kind == "number":
        if not isinstance(answer, float | int):
            raise ValueError(f"'{question.id}' takes a number")
        return [bisect_right(question.edges, answer)]
    picked = answer if isinstance(answer, frozenset) else (str(answer),)
    try:
        offsets = [place.options[option] for option in picked]
    except KeyError as error:
        raise ValueError(f"'{question.id}' has no such option: {error}") from None
    if question.kind == "choices":
        return [*offsets, len(place.options)]
    if len(offsets) != 1:
        raise ValueError(f"'{question.id}' takes one option")
    return offsets


def _rules(definition: Definition) -> dict[str, object]:
    """Everything that bears on cells or disclosure; wording and translations do not."""
    return {
        "rules": RULES,
        "k": definition.k,
        "breakdowns": [
            [b.id, b.source, [[g.id, list(g.options), list(g.band or ())] for g in b.groups]]
            for b in definition.breakdowns
        ],
        "questions": [
            {
                "id": q.id,
                "kind": q.kind,
                "options": [o.id for o in q.options],
                "edges": list(q.edges),
                "by": list(q.by),
                "sensitive": q.sensitive,
                "family": q.family,
                "show_if": [q.show_if.question, list(q.show_if.options)] if q.show_if else None,
            }
            for q in definition.questions
        ],
    }
