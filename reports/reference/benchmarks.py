"""Figures that a bargaining team compares with, each with its source, period and confidence."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, cast

from reports.reference.csvfile import Row, read_rows

FILE = Path(__file__).with_name("benchmarks.csv")
COLUMNS = "id topic measure value unit geography period confidence source source_url read_from"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

Confidence = Literal["high", "medium", "low"]

_UNTIL = re.compile(rf"-({'|'.join(MONTHS)}) (\d{{4}}); superseded by")
_FROM_JULY = re.compile(r"from 1 July (\d{4})")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One figure: `low` and `high` differ where the source gives a range."""

    id: str
    topic: str
    measure: str
    low: Decimal
    high: Decimal
    unit: str
    geography: str
    period: str
    confidence: Confidence
    source: str
    source_url: str
    read_from: str

    @property
    def value(self) -> str:
        """The figure with its unit: "$16.80 per hour", "30–35 percent per year".

        Of low confidence it is never said without that word: "$27.04 per hour (low confidence)".
        """
        money = self.unit.startswith("USD ")
        figure = "–".join(_plain(part, money) for part in dict.fromkeys((self.low, self.high)))
        word = " (low confidence)" if self.confidence == "low" else ""
        return f"{figure} {self.unit.removeprefix('USD ')}{word}"

    def superseded(self, today: date) -> bool:
        """Whether newer figures are in force on `today`, so that this one is history.

        HUD's fair market rents end with their fiscal year, which the period column says. Oregon
        sets its minimum wage anew each 1 July (ORS 653.025).
        """
        if ended := _UNTIL.search(self.period):
            month, year = MONTHS.index(ended[1]) + 1, int(ended[2])
            return (today.year, today.month) > (year, month)
        if began := _FROM_JULY.fullmatch(self.period):
            return today >= date(int(began[1]) + 1, 7, 1)
        return False


def benchmark(bid: str) -> Benchmark:
    """The benchmark of that id; KeyError if there is none."""
    return _by_id()[bid]


def benchmarks_on(topic: str) -> tuple[Benchmark, ...]:
    """The benchmarks on a topic ("rent", "turnover" …), in the order of the file."""
    return tuple(found for found in all_benchmarks() if found.topic == topic)


@cache
def all_benchmarks() -> tuple[Benchmark, ...]:
    """Every row of the file, in its order. Raises FigureError."""
    return read_benchmarks(FILE)


@cache
def _by_id() -> dict[str, Benchmark]:
    return {found.id: found for found in all_benchmarks()}


def read_benchmarks(path: Path) -> tuple[Benchmark, ...]:
    """The benchmarks of such a file, each row checked. Raises FigureError."""
    found: dict[str, Benchmark] = {}
    for row in read_rows(path, tuple(COLUMNS.split())):
        if row["id"] in found:
            row.refuse(f"the id {row['id']} stands in an earlier row too.")
        found[row["id"]] = _benchmark(row)
    return tuple(found.values())


def _benchmark(row: Row) -> Benchmark:
    if row["confidence"] not in ("high", "medium", "low"):
        row.refuse(f"confidence is {row['confidence']!r}: write high, medium or low.")
    ends = [row.parse(part, "value") for part in row.needed("value").split("-")]
    if len(ends) > 2 or ends != sorted(ends):
        row.refuse(f"value is {row['value']!r}: write one figure, or a range like 30-35.")
    return Benchmark(
        id=row.needed("id"),
        topic=row.needed("topic"),
        measure=row.needed("measure"),
        low=ends[0],
        high=ends[-1],
        unit=row.needed("unit"),
        geography=row.needed("geography"),
        period=row.needed("period"),
        confidence=cast("Confidence", row["confidence"]),
        source=row.needed("source"),
        source_url=row.needed("source_url"),
        read_from=row.needed("read_from"),
    )


def _plain(figure: Decimal, money: bool) -> str:
    text = f"{figure:,}"
    return f"${text}" if money else text
