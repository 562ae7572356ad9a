"""Hourly wages by occupation and area: U.S. Bureau of Labor Statistics, OEWS.

A cell that the bureau leaves empty is one of two things, told apart by the row's note, and neither
is zero or missing at random: withheld (too few people or too uncertain), or at or above the
ceiling that it publishes. Both are values of their own here, so nobody averages over them unawares.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path

from reports.reference.csvfile import Row, read_rows

FILE = Path(__file__).with_name("wages.csv")
CROSS_INDUSTRY = "cross-industry"
LATEST = "May 2025"

SOCIAL_WORKERS = "21-1023"
"""Mental health and substance abuse social workers."""
NURSES = "29-1141"
"""Registered nurses."""


class Blank(Enum):
    """Why there is no figure. The value is what a reader is told."""

    WITHHELD = "not released"
    CEILING = "at or above the published ceiling"


Cell = Decimal | Blank

NOTES = {
    "": None,
    "blank: not released by BLS": Blank.WITHHELD,
    "blank wage: at or above the published ceiling (top-coded)": Blank.CEILING,
}
"""The rule of notes: what an empty cell means under that note; without a note none is empty."""

COLUMNS = (
    "soc_code occupation area area_type area_code industry reference_period h_p10 h_p25 h_median "
    "h_p75 h_p90 h_mean a_median employment source source_url note"
)


@dataclass(frozen=True, slots=True)
class Wage:
    """One row: dollars an hour (`h_…`) or a year (`a_median`), people employed, and its source."""

    soc: str
    occupation: str
    area: str
    area_type: str
    industry: str
    period: str
    h_p10: Cell
    h_p25: Cell
    h_median: Cell
    h_p75: Cell
    h_p90: Cell
    h_mean: Cell
    a_median: Cell
    employment: Cell
    source: str
    source_url: str
    note: str

    @property
    def percentiles(self) -> tuple[Cell, ...]:
        """Hourly p10, p25, median, p75 and p90."""
        return (self.h_p10, self.h_p25, self.h_median, self.h_p75, self.h_p90)


def areas_of_oregon() -> tuple[str, ...]:
    """The state, its metropolitan areas (Portland's reaches into Washington), the rest of it."""
    kinds = ("state", "metro", "nonmetro")
    found = {wage.area: None for wage in all_wages() if wage.area_type in kinds}
    return tuple(found)


def wages_for(
    soc: str, area: str, *, industry: str = CROSS_INDUSTRY, period: str = LATEST
) -> Wage | None:
    """The wages of an occupation (SOC code) in an area; None where the bureau has no such row."""
    return _by_key().get((soc, area, industry, period))


def shown(cell: Cell, places: int = 2) -> str:
    """A cell as a person reads it: "$32.79", or why it is empty."""
    return cell.value if isinstance(cell, Blank) else f"${cell:,.{places}f}"


@cache
def all_wages() -> tuple[Wage, ...]:
    """Every row of the file, in its order. Raises FigureError."""
    return read_wages(FILE)


@cache
def _by_key() -> dict[tuple[str, str, str, str], Wage]:
    return {(wage.soc, wage.area, wage.industry, wage.period): wage for wage in all_wages()}


def read_wages(path: Path) -> tuple[Wage, ...]:
    """The wages of such a file, each row checked. Raises FigureError."""
    seen: set[tuple[str, ...]] = set()
    wages = []
    for row in read_rows(path, tuple(COLUMNS.split())):
        key = tuple(row[column] for column in ("soc_code", "area", "industry", "reference_period"))
        if key in seen:
            row.refuse("this occupation, area, industry and period stand in an earlier row too.")
        seen.add(key)
        wages.append(_wage(row))
    return tuple(wages)


def _wage(row: Row) -> Wage:
    if row["note"] not in NOTES:
        row.refuse(
            f"the note {row['note']!r} is none of those known: " + "; ".join(filter(None, NOTES))
        )
    blank = NOTES[row["note"]]
    cells = {name: _cell(row, name, blank) for name in COLUMNS.split()[7:15]}
    if blank and blank not in cells.values():
        row.refuse("the note speaks of an empty cell and none is empty.")
    wage = Wage(
        soc=row.needed("soc_code"),
        occupation=row.needed("occupation"),
        area=row.needed("area"),
        area_type=row.needed("area_type"),
        industry=row.needed("industry"),
        period=row.needed("reference_period"),
        source=row.needed("source"),
        source_url=row.needed("source_url"),
        note=row["note"],
        **cells,
    )
    known = [cell for cell in wage.percentiles if isinstance(cell, Decimal)]
    if known != sorted(known):
        row.refuse("the percentiles do not rise from h_p10 to h_p90.")
    return wage


def _cell(row: Row, column: str, blank: Blank | None) -> Cell:
    if row[column]:
        return row.number(column)
    return blank or row.refuse(f"{column} is empty and the note does not say why.")
