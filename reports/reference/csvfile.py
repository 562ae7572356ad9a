"""Read a CSV of figures strictly: a row that is not as it should be is an error with its line."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn


class FigureError(Exception):
    """A reference file cannot be used; the text says the file, the line, and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a reference file: its cells by column, and where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def refuse(self, problem: str) -> NoReturn:
        """Raise FigureError with file and line in front of `problem`."""
        raise FigureError(f"{self.file}, line {self.line}: {problem}")

    def needed(self, column: str) -> str:
        """The cell of `column`; refuses an empty one."""
        return self.cells[column] or self.refuse(f"{column} is empty: fill it in.")

    def number(self, column: str) -> Decimal:
        """The cell as a number above zero."""
        return self.parse(self.needed(column), column)

    def parse(self, text: str, column: str) -> Decimal:
        """`text` as a number above zero, refused by the name of its column."""
        try:
            value = Decimal(text)
        except InvalidOperation:
            self.refuse(f"{column} is {text!r}, which is not a number: write it like 24.51.")
        if not value.is_finite() or value <= 0:
            self.refuse(
                f"{column} is {text!r}: a figure is above zero, and an unknown one is empty."
            )
        return value


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a UTF-8 CSV whose header is exactly `columns`. Raises FigureError."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FigureError(f"{path.name} cannot be read: {error}.") from error
    lines = _cells(text, path.name)
    if next(lines, (1, []))[1] != list(columns):
        raise FigureError(f"{path.name}, line 1: the header must be {','.join(columns)}.")
    for line, cells in lines:
        if len(cells) != len(columns):
            raise FigureError(
                f"{path.name}, line {line}: {len(cells)} cells where the header names "
                f"{len(columns)}: quote a text that holds a comma."
            )
        yield Row(path.name, line, dict(zip(columns, cells, strict=True)))


def _cells(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise FigureError(f"{name}, line {reader.line_num}: not valid CSV: {error}.") from error
