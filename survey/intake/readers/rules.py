"""What a map says about one question: how the cells of a row become its answer.

A rule never guesses. A cell that it does not cover is refused, by line and column; its text goes
into no message, for it may be what somebody wrote about themselves.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from survey.instrument.model import Answer, Question

NUMBER = re.compile(r"[$£€]?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)", re.ASCII)
"""A number as exports write it: 24.5, $24.50, 52,000."""
_BETWEEN = re.compile(r"\s*[,;|\n]\s*")

NOT_COVERED = "no rule covers this value"
EMPTY = 'the cell is empty (write `"": null` in the map if that means no answer)'
NO_NUMBER = "this is not a plain number"
TOO_MANY = "more options than the question allows"


class UncoveredError(Exception):
    """A cell that no rule covers. `reason` says why, never what stands in it."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"column '{column}': {reason}")
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OneCell:
    """choice, scale: the cell's text names one option (None: no answer)."""

    question: Question
    column: str
    values: Mapping[str, str | None]

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings it reads."""
        return (self.column,)

    def read(self, cells: Mapping[str, str]) -> Answer | None:
        """The option id, None for no answer. Raises UncoveredError."""
        cell = cells[self.column]
        if cell not in self.values:
            raise UncoveredError(self.column, NOT_COVERED if cell else EMPTY)
        return self.values[cell]


@dataclass(frozen=True, slots=True)
class NumberCell:
    """number: the cell holds a plain number, divided by `divisor` to get the question's unit."""

    question: Question
    column: str
    divisor: float
    blanks: frozenset[str]
    """Texts that mean no answer; the empty cell always does."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings it reads."""
        return (self.column,)

    def read(self, cells: Mapping[str, str]) -> Answer | None:
        """The number in the question's unit, None for no answer. Raises UncoveredError."""
        cell = cells[self.column]
        if not cell or cell in self.blanks:
            return None
        found = NUMBER.fullmatch(cell)
        value = float(found[1].replace(",", "")) / self.divisor if found else math.inf
        if not math.isfinite(value):
            raise UncoveredError(self.column, NO_NUMBER)
        return value


@dataclass(frozen=True, slots=True)
class SplitCell:
    """choices: every ticked option in one cell. Options may hold commas, so the cell is matched
    against the known texts, the longest first, and never just cut at its commas."""

    question: Question
    column: str
    values: Mapping[str, str | None]

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings it reads."""
        return (self.column,)

    def read(self, cells: Mapping[str, str]) -> Answer | None:
        """The option ids, None where none is ticked. Raises UncoveredError."""
        cell, at = cells[self.column], 0
        texts = sorted(filter(None, self.values), key=len, reverse=True)
        ticked: set[str] = set()
        while at < len(cell):
            text = next((t for t in texts if _stands_at(cell, t, at)), None)
            if text is None:
                raise UncoveredError(self.column, NOT_COVERED)
            if option := self.values[text]:
                ticked.add(option)
            between = _BETWEEN.match(cell, at + len(text))
            at = between.end() if between else len(cell)
        return _within_limit(self.question, ticked, self.column)


@dataclass(frozen=True, slots=True)
class TickCells:
    """choices: one column per option; the cell says `checked`, or `unchecked`, or nothing."""

    question: Question
    options: Mapping[str, str]
    """Column -> option id."""
    checked: str
    unchecked: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings it reads."""
        return tuple(self.options)

    def read(self, cells: Mapping[str, str]) -> Answer | None:
        """The option ids, None where none is ticked. Raises UncoveredError."""
        ticked: set[str] = set()
        for column, option in self.options.items():
            if cells[column] == self.checked:
                ticked.add(option)
            elif cells[column] not in ("", self.unchecked):
                raise UncoveredError(column, NOT_COVERED)
        return _within_limit(self.question, ticked, self.columns[0])


Rule = OneCell | NumberCell | SplitCell | TickCells


def _stands_at(cell: str, text: str, at: int) -> bool:
    end = at + len(text)
    return cell.startswith(text, at) and (end == len(cell) or _BETWEEN.match(cell, end) is not None)


def _within_limit(question: Question, ticked: set[str], column: str) -> frozenset[str] | None:
    if question.max is not None and len(ticked) > question.max:
        raise UncoveredError(column, TOO_MANY)
    return frozenset(ticked) or None
