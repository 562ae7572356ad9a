"""A workbook with the looks of the brief: what every sheet has, and the formats of its cells."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.exports.office import writable

TEAL, SOFT, AMBER, LINE = "#14524A", "#525E5A", "#8A3F00", "#DDD8CB"
HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bottom_color": TEAL}
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": TEAL},
    "heading": {"bold": True, "font_size": 12},
    "origin": {"bold": True, "font_color": AMBER},
    "soft": {"font_color": SOFT},
    "caption": {"font_color": SOFT, "text_wrap": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "bold": {"bold": True, "text_wrap": True, "valign": "top"},
    "head": HEAD,
    "unit": {"indent": 1, "valign": "top"},
    "head-right": HEAD | {"align": "right"},
    "number": {"num_format": "#,##0.0", "valign": "top"},
    "people": {"num_format": "#,##0", "valign": "top"},
    "dollars": {"num_format": "$#,##0.00", "valign": "top"},
    "whole-dollars": {"num_format": "$#,##0", "valign": "top"},
    "total": {"num_format": "$#,##0", "bold": True, "top": 1, "font_size": 13},
    "share": {"num_format": "0%", "valign": "top"},
    "input": {"bg_color": "#FFF1DC", "border": 1, "border_color": LINE},
}
FIGURES = ("number", "people", "dollars", "share")
"""Formats of what stands at the right."""
TOP = 4
"""The row (from 0) in which a sheet's own content begins."""
NAME_LENGTH = 31
FOOT_LENGTH = 60
LINE_HEIGHT, MOST_HEIGHT = 15, 400
"""Points."""
_NOT_IN_NAMES = str.maketrans("", "", "[]:*?/\\'")

Cell = str | int | float | None
Row = tuple[Sequence[Cell], Sequence[str]]
"""Cells, and the names of their formats (the last for all that follow)."""


class Book:
    """A workbook in memory. Every sheet says above what it is of, and whose answers these are."""

    def __init__(self, title: str, source: str, origin: str | None, made: datetime) -> None:
        self._bytes = io.BytesIO()
        self._source, self._origin = source, origin
        self._widths: dict[str, Sequence[int]] = {}
        # A text that starts with = stays text, whatever a spreadsheet makes of such cells.
        self.workbook = Workbook(
            self._bytes,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self.workbook.set_properties(
            {"title": writable(title)[:255], "comments": origin or "", "created": made}
        )
        self.formats: dict[str, Format] = {
            name: self.workbook.add_format(style) for name, style in STYLES.items()
        }

    def sheet(self, name: str, title: str, widths: Sequence[int]) -> Worksheet:
        """A new sheet with its title, source and origin; `widths` of columns in characters."""
        sheet = self.workbook.add_worksheet(writable(name).translate(_NOT_IN_NAMES)[:NAME_LENGTH])
        self._widths[sheet.get_name()] = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        self.put(sheet, 0, (title,), "title")
        self.put(sheet, 1, (self._source,), "soft")
        if self._origin:
            self.put(sheet, 2, (self._origin,), "origin")
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_paper(1)  # letter
        foot = " · ".join(filter(None, (_printed(self._source), _printed(self._origin or ""))))
        sheet.set_footer(f"&L{foot}&R&P / &N")
        return sheet

    def put(
        self,
        sheet: Worksheet,
        row: int,
        cells: Sequence[Cell],
        *formats: str,
        column: int = 0,
    ) -> None:
        """Cells of a row from `column` on; the last format is for all that follow."""
        for place, cell in enumerate(cells):
            style = self.formats[formats[min(place, len(formats) - 1)]]
            at = column + place
            if isinstance(cell, str):
                sheet.write_string(row, at, writable(cell)[:32_767], style)
            elif cell is not None:
                sheet.write_number(row, at, cell, style)

    def table(
        self, sheet: Worksheet, headers: Sequence[str], rows: Sequence[Row], name: str
    ) -> None:
        """A table that can be filtered; each row is its cells and their formats."""
        formats = rows[0][1] if rows else ("text",)
        styles = [
            "head-right" if formats[min(place, len(formats) - 1)] in FIGURES else "head"
            for place in range(len(headers))
        ]
        columns = [
            {"header": writable(header), "header_format": self.formats[style]}
            for header, style in zip(headers, styles, strict=True)
        ]
        end = TOP + max(1, len(rows))
        shape = {"columns": columns, "name": name, "style": "Table Style Light 1"}
        sheet.add_table(TOP, 0, end, len(headers) - 1, shape)
        for place, (cells, formats) in enumerate(rows, start=TOP + 1):
            self.put(sheet, place, cells, *formats)
            self.fit(sheet, place, cells)
        sheet.freeze_panes(TOP + 1, 0)
        sheet.repeat_rows(TOP)

    def fit(self, sheet: Worksheet, row: int, cells: Sequence[Cell]) -> None:
        """Make a row as high as its longest text needs, as not every program does by itself."""
        widths = self._widths[sheet.get_name()]
        lines = [
            lines_of(cell, width)
            for cell, width in zip(cells, widths, strict=False)
            if isinstance(cell, str)
        ]
        most = max(lines, default=1)
        if most > 1:
            sheet.set_row(row, min(MOST_HEIGHT, LINE_HEIGHT * most))

    def saved(self) -> bytes:
        """The file; the same content gives the same bytes."""
        self.workbook.close()
        return self._bytes.getvalue()


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in so many characters; a Chinese one is two wide."""
    wide = ("W", "F")
    lengths = (
        sum(2 if east_asian_width(c) in wide else 1 for c in line) for line in text.split("\n")
    )
    return sum(1 + length // width for length in lengths)


def _printed(text: str) -> str:
    """A text in a footer: an ampersand would start a code there, and 255 characters is the end.

    Two of them fit, so that a long source leaves the origin its place.
    """
    return writable(text)[:FOOT_LENGTH].replace("&", "&&")
