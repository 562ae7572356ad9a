"""Where the rows of a chart lie, in pixels from the top; both pens use it.

Labels stand above their marks, so a chart is as readable 300 pixels wide as 900.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.model import Bar, BarChart, Chart, Dot, Histogram, Note, Stack, StackChart

TEXT = 14
"""Size of labels and values; ticks and notes are SMALL."""
SMALL = 12.5
LINE = 19
"""Height of a line of text."""
GAP = 14
"""Between rows."""
WRAP = 38
"""Characters of a label on one line: what fits beside a value on a phone."""
WIDER = 30
"""The same in Cyrillic, and in Vietnamese, whose words are short and whose letters are many."""
SQUARE = 15
"""The same of Chinese characters, between which a line may end anywhere but before a mark."""
BAR, STACK, DOT = 14, 26, 18
"""Heights of the marks."""
AXIS = 26
"""Room for ticks below."""
PLOT = 220
"""Height of a histogram's bars."""

_SQUARE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
_PIECES = re.compile(
    r"\s+|[\u2e80-\u9fff\uff00-\uffef][\u3001\u3002\uff09\uff0c\uff1a\uff1f]*|[^\s\u2e80-\u9fff\uff00-\uffef]+[,.]?"
)

Item = Bar | Stack | Dot | Note


@dataclass(frozen=True, slots=True)
class Row:
    """A row's label lines (baselines at `lines`) and the middle of its mark."""

    item: Item
    label: tuple[str, ...]
    top: float
    mark: float


@dataclass(frozen=True, slots=True)
class Place:
    """The rows of a chart, its whole height, and between which heights the plot lies."""

    rows: tuple[Row, ...]
    height: float
    top: float
    bottom: float


def lay_out(chart: Chart) -> Place:
    """Where everything of a chart lies."""
    if isinstance(chart, Histogram):
        top = LINE * len(chart.lines) + 6
        return Place((), top + PLOT + AXIS, top, top + PLOT)
    if isinstance(chart, BarChart):
        rows, bottom = _rows(chart.rows, BAR, 0)
        return Place(rows, bottom, 0, bottom)
    if isinstance(chart, StackChart):
        rows, bottom = _rows(chart.rows, STACK, 0)
        return Place(rows, bottom, 0, bottom)
    top = LINE * len(chart.lines)
    rows, bottom = _rows(chart.rows, DOT, top)
    return Place(rows, bottom + AXIS, top, bottom)


def beside_dots(place: Place) -> list[tuple[float, float]]:
    """From where to where a vertical line is drawn: beside the dots, for it would strike out the
    labels between them, and a hidden group's sentence.
    """
    dots = [row.mark for row in place.rows if isinstance(row.item, Dot)]
    return [(mark - DOT / 2 - 1, mark + DOT / 2 + 1) for mark in dots]


def _rows(items: Sequence[Item], mark: float, top: float) -> tuple[tuple[Row, ...], float]:
    rows = []
    for item in items:
        label = lines_of(item.label)
        marked = top + LINE * len(label) + 3
        rows.append(Row(item, label, top, marked + mark / 2))
        top = marked + mark + GAP
    return tuple(rows), max(0.0, top - GAP) + 4


def lines_of(label: str) -> tuple[str, ...]:
    """A label in lines that fit beside a value on a phone; at least one."""
    if _SQUARE.search(label):
        return _square_lines(label)
    latin = all(letter < "\u0180" for letter in label)
    return tuple(textwrap.wrap(label, WRAP if latin else WIDER)) or ("",)


def _square_lines(label: str) -> tuple[str, ...]:
    lines, room = [""], float(SQUARE)
    for piece in _PIECES.findall(label):
        width = sum(1.0 if _SQUARE.match(letter) else SQUARE / WIDER for letter in piece)
        if width > room and lines[-1]:
            lines.append("")
            room = float(SQUARE)
        lines[-1] += piece if lines[-1] else piece.lstrip()
        room -= width
    return tuple(line.rstrip() for line in lines)
