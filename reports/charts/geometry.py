"""Where the rows of a chart lie, in pixels from the top; both pens use it.

Labels stand above their marks, so a chart is as readable 300 pixels wide as 900.
"""

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
BAR, STACK, DOT = 14, 26, 18
"""Heights of the marks."""
AXIS = 26
"""Room for ticks below."""
PLOT = 220
"""Height of a histogram's bars."""

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


def _rows(items: Sequence[Item], mark: float, top: float) -> tuple[tuple[Row, ...], float]:
    rows = []
    for item in items:
        label = tuple(textwrap.wrap(item.label, WRAP)) or ("",)
        marked = top + LINE * len(label) + 3
        rows.append(Row(item, label, top, marked + mark / 2))
        top = marked + mark + GAP
    return tuple(rows), max(0.0, top - GAP) + 4
