"""The pen for paper and first paint: charts as SVG or PNG, by matplotlib."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.canvas import Canvas
from reports.charts.frame import Frame, frame_of
from reports.charts.geometry import (
    BAR,
    DOT,
    LINE,
    SMALL,
    STACK,
    TEXT,
    Place,
    Row,
    beside_dots,
    lay_out,
)
from reports.charts.model import (
    Axis,
    Bar,
    BarChart,
    Chart,
    Dot,
    DotChart,
    Head,
    Histogram,
    Line,
    Note,
    Stack,
    StackChart,
)
from reports.charts.palette import CARD, INK, SOFT, TRACK, Theme, solid, step, text_on
from reports.charts.palette import LINE as GRID

WIDE, HALF, NARROW = 680.0, 500.0, 290.0
"""Widths in pixels: a column of text, one of two columns, and a phone."""
ROOM = 30.0
"""A part narrower than this has no room for its text."""
EDGE = 8.0
"""Room at both ends of an axis, so that a dot at its end is whole."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A canvas that is moved to the chart's corner, and where everything lies on it."""

    canvas: Canvas
    place: Place

    @property
    def width(self) -> float:
        """Of the canvas, in pixels."""
        return self.canvas.width

    def x(self, axis: Axis, value: float | None, *, end: bool = False) -> float:
        """Where a value lies; an open one at the axis' beginning, or its end."""
        if value is None:
            value = axis.high if end else axis.low
        share = (value - axis.low) / (axis.high - axis.low)
        return EDGE + min(1.0, max(0.0, share)) * (self.width - 2 * EDGE)


def svg(chart: Chart, width: float = WIDE, theme: Theme = "light", frame: Frame = "keys") -> str:
    """The chart as an SVG element. The same chart gives the same text.

    `frame`: "bare", with the "keys" of its colors, or "full" with title, caption and origin.
    """
    return _drawn(chart, width, theme, frame, opaque=frame == "full").svg(chart.head.alt)


def png(chart: Chart, width: float = WIDE, frame: Frame = "full") -> bytes:
    """The chart as a PNG at twice the pixels, on white."""
    return _drawn(chart, width, "light", frame, opaque=True).png()


def _drawn(chart: Chart, width: float, theme: Theme, frame: Frame, *, opaque: bool) -> Canvas:
    place, around = lay_out(chart), frame_of(chart.head, width, frame)
    height = around.above + place.height + around.below
    canvas = Canvas(width, height, theme, opaque=opaque)
    around.draw(canvas, height)
    sheet = Sheet(canvas, place)
    match chart:
        case Histogram():
            _histogram(sheet, chart)
        case DotChart():
            _dots(sheet, chart)
        case BarChart() | StackChart():
            for row in place.rows:
                _row(sheet, row, chart)
    return canvas


def _row(sheet: Sheet, row: Row, chart: BarChart | StackChart) -> None:
    _label(sheet, row)
    match row.item:
        case Bar():
            top, length = row.mark - BAR / 2, row.item.share * sheet.width
            sheet.canvas.box(0, top, sheet.width, BAR, TRACK)
            sheet.canvas.box(0, top, length, BAR, solid(row.item.tone))
        case Stack():
            _stack(sheet, row.item, row.mark - STACK / 2, chart.head)
        case _:
            pass


def _label(sheet: Sheet, row: Row) -> None:
    """The row's label at the left, its value at the right; of a hidden group its sentence."""
    item, canvas = row.item, sheet.canvas
    for place, line in enumerate(row.label):
        canvas.text(0, row.top + place * LINE + TEXT, line, INK, TEXT)
    if isinstance(item, Note):
        canvas.text(0, row.mark + SMALL / 3, item.text, SOFT, SMALL)
        return
    canvas.text(
        sheet.width,
        row.top + TEXT,
        item.text,
        SOFT if isinstance(item, Stack) else INK,
        SMALL if isinstance(item, Stack) else TEXT,
        anchor="right",
        bold=not isinstance(item, Stack),
    )


def _stack(sheet: Sheet, stack: Stack, top: float, head: Head) -> None:
    x = 0.0
    for part in stack.parts:
        length = part.share * sheet.width
        key = head.keys[part.key]
        color = step(key.tone, key.place, key.of)
        # A gap of the card's color tells neighbors apart, whatever a reader makes of the colors.
        sheet.canvas.box(x, top, max(0.0, length - 2), STACK, color)
        if length >= ROOM:
            middle = x + length / 2 - 1
            sheet.canvas.text(
                middle, top + STACK / 2 + 5, part.text, text_on(color), SMALL, anchor="center"
            )
        x += length


def _histogram(sheet: Sheet, chart: Histogram) -> None:
    place, canvas = sheet.place, sheet.canvas
    scale = (place.bottom - place.top - LINE) / max(one.density for one in chart.bins)
    for one in chart.bins:
        left, right = sheet.x(chart.axis, one.start), sheet.x(chart.axis, one.end)
        top = place.bottom - one.density * scale
        open_end = one.low is None or one.high is None
        color = solid("muted") if open_end else solid("plain")
        canvas.box(left + 1, top, right - left - 2, place.bottom - top, color)
        if one.text:
            canvas.text((left + right) / 2, top - 4, one.text, INK, SMALL, anchor="center")
    _axis(sheet, chart.axis)
    _lines(sheet, chart.axis, chart.lines, [(0.0, place.bottom)])


def _dots(sheet: Sheet, chart: DotChart) -> None:
    _axis(sheet, chart.axis)
    for row in sheet.place.rows:
        _label(sheet, row)
        if isinstance(row.item, Dot):
            sheet.canvas.line((EDGE, sheet.width - EDGE), (row.mark, row.mark), TRACK, 6)
    _lines(sheet, chart.axis, chart.lines, beside_dots(sheet.place))
    for row in sheet.place.rows:
        if isinstance(row.item, Dot):
            _dot(sheet, chart.axis, row.item, row.mark)


def _dot(sheet: Sheet, axis: Axis, dot: Dot, y: float) -> None:
    canvas, color = sheet.canvas, solid(dot.tone)
    x = sheet.x(axis, dot.value)
    for ends, thick in ((dot.outer, 2.0), (dot.inner, 7.0)):
        if ends is not None:
            reach = sheet.x(axis, ends[0]), sheet.x(axis, ends[1], end=True)
            canvas.line(reach, (y, y), color, thick)
    if dot.also is not None:
        ring = sheet.x(axis, dot.also)
        canvas.line((x, ring), (y, y), color, 2.0)
        canvas.dot(ring, y, 6, color, hollow=True)
    canvas.dot(x, y, DOT / 2 - 2, color)


def _axis(sheet: Sheet, axis: Axis) -> None:
    canvas, place = sheet.canvas, sheet.place
    ends = (sheet.x(axis, axis.low), sheet.x(axis, axis.high))
    canvas.line(ends, (place.bottom, place.bottom), GRID)
    for value, text in axis.ticks:
        x = sheet.x(axis, value)
        canvas.line((x, x), (place.bottom, place.bottom + 4), GRID)
        canvas.text(x, place.bottom + 17, text, SOFT, SMALL, anchor=_anchor(x, sheet.width))


def _lines(
    sheet: Sheet, axis: Axis, lines: Sequence[Line], spans: Sequence[tuple[float, float]]
) -> None:
    for place, line in enumerate(lines):
        x, y = sheet.x(axis, line.value), place * LINE
        right = x > sheet.width / 2
        color = INK if line.tone == "plain" else solid(line.tone)
        for top, bottom in ((y + 3, y + LINE - 2), *spans):
            ends = (max(top, y + 3), bottom)
            sheet.canvas.line((x, x), ends, CARD, 4.5)  # seen on any filling
            sheet.canvas.line((x, x), ends, color, 1.5)
        anchor = "right" if right else "left"
        sheet.canvas.text(
            x - 6 if right else x + 6, y + SMALL + 1, line.label, color, SMALL, anchor=anchor
        )


def _anchor(x: float, width: float) -> str:
    """Ticks at the ends stay on the sheet."""
    if x < 2 * EDGE:
        return "left"
    return "right" if x > width - 2 * EDGE else "center"
