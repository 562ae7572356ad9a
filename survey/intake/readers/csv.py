"""Read a CSV file (RFC 4180, UTF-8) and hand out the named columns only.

Every other cell of a row is dropped before anything else sees it: names, addresses and map
positions in an export never leave this module. No message ever quotes a cell.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey.intake.errors import TableError


@dataclass(frozen=True, slots=True)
class Row:
    """The wanted cells of one answer, trimmed, and the line of the file that it begins on."""

    line: int
    cells: Mapping[str, str]


def read_csv(data: bytes, columns: Sequence[str], name: str = "the file") -> tuple[Row, ...]:
    """All rows, with `columns` (headings, trimmed) and nothing else. Blank lines are none.

    All or none: a file that breaks off in the middle must not be counted by half.

    Raises TableError where the file is not UTF-8, a quotation mark is left open, a heading is
    missing or stands there twice, or a row has another number of cells than the headings.
    """
    heading: list[str] | None = None
    places: dict[str, int] = {}
    rows: list[Row] = []
    for line, cells in _records(_decode(data, name), name):
        if heading is None:
            heading = [trim(cell) for cell in cells]
            places = _places(heading, columns, name)
        elif len(cells) != len(heading):
            raise TableError(
                f"{name}, line {line}: the row has {len(cells)} cells and the headings are "
                f"{len(heading)}. A comma inside an answer needs quotation marks around the answer."
            )
        else:
            rows.append(Row(line, {column: trim(cells[at]) for column, at in places.items()}))
    if heading is None:
        raise TableError(f"{name} is empty. Export the answers again, with the headings.")
    return tuple(rows)


def trim(text: str) -> str:
    """Without the white space and byte order marks that exports leave around an answer."""
    while (shorter := text.strip().strip("\ufeff")) != text:
        text = shorter
    return text


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"{name}, line {line}: this is not UTF-8 text. Save the file again as 'CSV UTF-8'."
        ) from None  # the cause would carry the file's bytes along


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Records that hold anything, each with the line it begins on (answers may span lines)."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(
                f"{name}, line {line}: the CSV is broken ({error}). Look for a quotation mark that "
                "is not closed, or export the file again."
            ) from None
        if any(map(trim, cells)):
            yield line, cells


def _places(heading: Sequence[str], columns: Sequence[str], name: str) -> dict[str, int]:
    for column in columns:
        if (times := heading.count(trim(column))) != 1:
            fault = "is not among the headings" if times == 0 else f"is there {times} times"
            raise TableError(
                f"{name}, line 1: the column '{column}' {fault}. "
                "Copy the heading into the map as the file has it, and give each its own name."
            )
    return {column: heading.index(trim(column)) for column in columns}
