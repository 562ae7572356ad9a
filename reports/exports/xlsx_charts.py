"""The brief's charts as a spreadsheet's own, each beside the figures that it draws."""

import re
from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from reports.charts.model import Bar, BarChart, Chart, Dot, DotChart, Histogram, Note
from reports.charts.palette import INK, solid, step
from reports.exports.book import LINE_HEIGHT, TOP, Book, lines_of
from reports.exports.office import writable
from reports.wording import tr

Point = tuple[str, float, float | None, float | None]
"""Label, figure, and from where to where a line through it reaches, where there is one."""
CHART_ROWS = 18
"""Rows of a sheet that a chart covers, one left free."""
WIDTHS = (44, 12, 12, 12, 3)
"""Of columns: the names, three of figures, and a gap before the chart."""
SENTENCE = sum(WIDTHS[1:4])
"""Characters of a line over the columns of figures."""
_REFERENCE = re.compile(r"!(?=\$?[A-Z]+\$?\d)")
"""What makes XlsxWriter take a title for a cell of some sheet, as in "Help!A1"."""
PIXELS = {"width": 640, "height": 320}


def charts_sheet(book: Book, charts: Sequence[Chart], lang: str) -> None:
    """One below the other: figures at the left, the chart at the right."""
    sheet = book.sheet(tr(lang, "Charts"), tr(lang, "The answers"), WIDTHS)
    row = TOP
    for chart in charts:
        points, notes = points_of(chart)
        if points:
            _data(book, sheet, row, chart, points, notes, lang)
            _draw(book, sheet, row, chart, points)
            row += max(CHART_ROWS, len(points) + len(notes) + 5)


def points_of(chart: Chart) -> tuple[list[Point], list[Note]]:
    """What is drawn, and the rows that have a sentence in place of a figure."""
    match chart:
        case BarChart():
            bars = [row for row in chart.rows if isinstance(row, Bar)]
            return [(bar.label, bar.share, None, None) for bar in bars], _notes(chart.rows)
        case Histogram():
            labels = [row[0] for row in chart.head.table.rows]
            pairs = zip(labels, chart.bins, strict=True)
            return [(label, one.share, None, None) for label, one in pairs], []
        case DotChart():
            dots = [row for row in chart.rows if isinstance(row, Dot)]
            return [_dot(dot) for dot in dots], _notes(chart.rows)
        case _:  # stacks are not in the brief
            return [], []


def _dot(dot: Dot) -> Point:
    low, high = dot.outer or dot.inner or (None, None)
    return dot.label, dot.value, low, high


def _notes(rows: Sequence[object]) -> list[Note]:
    return [row for row in rows if isinstance(row, Note)]


def _data(
    book: Book,
    sheet: Worksheet,
    row: int,
    chart: Chart,
    points: Sequence[Point],
    notes: Sequence[Note],
    lang: str,
) -> None:
    style = number_style(chart)
    book.put(sheet, row, (chart.head.title,), "heading")
    sheet.merge_range(row + 1, 0, row + 1, 3, "", book.formats["caption"])
    book.put(sheet, row + 1, (chart.head.caption,), "caption")
    sheet.set_row(row + 1, lines_of(chart.head.caption, sum(WIDTHS[:4])) * LINE_HEIGHT)
    names = [tr(lang, name) for name in _columns(chart, points)]
    book.put(sheet, row + 2, ("", *names), "head", "head-right")
    sheet.set_row(row + 2, (2 if len(names) > 1 else 1) * LINE_HEIGHT)
    for place, point in enumerate(points, start=row + 3):
        book.put(sheet, place, point, "text", style)
    for place, note in enumerate(notes, start=row + 3 + len(points)):
        sheet.merge_range(place, 1, place, 3, "", book.formats["caption"])
        book.put(sheet, place, (note.label, note.text), "text", "caption")
        sheet.set_row(place, lines_of(note.text, SENTENCE) * LINE_HEIGHT)


def _columns(chart: Chart, points: Sequence[Point]) -> tuple[str, ...]:
    """What the figures are."""
    if not isinstance(chart, DotChart):
        return ("Share",)
    if any(isinstance(row, Dot) and row.outer for row in chart.rows):
        return "Share", "Likely from", "Likely to"
    quarters = ("A quarter is below", "Three quarters are below")
    return "Half is below", *(quarters if _reaches(points) else ())


def _draw(book: Book, sheet: Worksheet, row: int, chart: Chart, points: Sequence[Point]) -> None:
    upright = isinstance(chart, Histogram)
    drawn = book.workbook.add_chart({"type": "column" if upright else "bar"})
    first, last = row + 3, row + 2 + len(points)
    name = sheet.get_name()
    reaches = _reaches(points)
    # Lines through the figures are seen on a light bar only.
    color = step("plain", 0, 5) if reaches else solid("plain")
    drawn.add_series(
        {
            "categories": [name, first, 0, last, 0],
            "values": [name, first, 1, last, 1],
            "fill": {"color": color},
            "gap": 20 if upright else 60,
            "data_labels": {"value": True},
            **({"y_error_bars": _lines(points)} if reaches else {}),
        }
    )
    title = writable(" – ".join(filter(None, (chart.head.title, chart.head.origin))))
    drawn.set_title(
        {"name": _REFERENCE.sub("! ", title), "name_font": {"size": 12}, "overlay": False}
    )
    drawn.set_legend({"none": True})
    figures: dict[str, object] = {"min": 0, "major_gridlines": {"visible": False}}
    if number_style(chart) == "share":
        figures |= {"num_format": "0%"} | ({} if upright else {"max": 1})
    if upright:
        drawn.set_y_axis(figures)
    else:
        drawn.set_y_axis({"reverse": True, "crossing": "max"})
        drawn.set_x_axis(figures)
    drawn.set_size(PIXELS)
    about = {"description": writable(chart.head.alt), "object_position": 1}
    sheet.insert_chart(row, 5, drawn, about)


def number_style(chart: Chart) -> str:
    """The format of what it draws: shares, dollars, or other numbers."""
    if not isinstance(chart, DotChart) or chart.axis.high <= 1:
        return "share"
    return "dollars" if any("$" in text for _, text in chart.axis.ticks) else "number"


def _reaches(points: Sequence[Point]) -> bool:
    return any(low is not None and high is not None for _, _, low, high in points)


def _lines(points: Sequence[Point]) -> dict[str, object]:
    """Error bars; none where an end is open."""
    ends = [
        (low, high) if low is not None and high is not None else None for *_, low, high in points
    ]
    values = [value for _, value, _, _ in points]
    pairs = list(zip(values, ends, strict=True))
    return {
        "type": "custom",
        "line": {"color": INK, "width": 1.5},
        "plus_values": [max(0.0, end[1] - value) if end else 0 for value, end in pairs],
        "minus_values": [max(0.0, value - end[0]) if end else 0 for value, end in pairs],
    }
