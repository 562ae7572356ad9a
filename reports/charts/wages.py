"""Our pay beside public wages: medians with how far the middle half and the outer tenths reach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.charts.model import DataTable, Dot, DotChart, Head, Key, Note
from reports.charts.scales import number_axis
from reports.charts.subject import Subject, listed
from reports.reference.wages import Blank, Wage
from reports.wording import about, bare, tr
from survey.release.model import Table

UNIT = "USD/hour"
MARKS = "Dot: half earn less. Thick line: the middle half. Thin line: all but the outer tenths."
COLUMNS = (
    "A tenth earns less than",
    "A quarter earns less than",
    "Half earn less than",
    "Three quarters earn less than",
    "Nine tenths earn less than",
    "People",
)


Figure = float | Blank | None
"""None: we do not publish it."""


@dataclass(frozen=True, slots=True)
class Pay:
    """One row: p10, p25, median, p75, p90 in dollars an hour, and how many people it is about."""

    label: str
    percentiles: tuple[Figure, Figure, Figure, Figure, Figure]
    people: str
    ours: bool = False


def public_pay(label: str, wage: Wage, lang: str) -> Pay:
    """A row of the public file."""
    p10, p25, median, p75, p90 = map(_figure, wage.percentiles)
    people = _text(_figure(wage.employment), None, lang)
    return Pay(label, (p10, p25, median, p75, p90), people)


def own_pay(subject: Subject, table: Table) -> Pay:
    """What a table of our own answers says; its tenths are never published."""
    p25, median, p75 = (about(table, name, UNIT) for name in ("p25", "p50", "p75"))
    label = subject.tr("Us: %(group)s", group=subject.group(table.breakdown, table.group))
    people = subject.tr("%(n)s answered", n=table.n)
    return Pay(label, (None, p25, median, p75, None), people, ours=True)


def wage_chart(
    name: str, title: str, source: str, rows: Sequence[Pay], lang: str, origin: str | None = None
) -> DotChart:
    """The rows on one axis of dollars an hour. At least one needs a figure.

    `origin` says what kind of data our own row is.
    """
    marks = tuple(_dot(row, lang) for row in rows)
    keys = [Key(tr(lang, "public figures"), "public")]
    if any(row.ours for row in rows):
        keys.insert(0, Key(tr(lang, "our answers"), "plain"))
    alt = tr(lang, "Pay an hour. %(list)s.", list=listed((m.label, m.text) for m in marks))
    caption = f"{tr(lang, MARKS)} {source}"
    head = Head(name, title, caption, alt, _table(rows, lang), tuple(keys), origin)
    return DotChart(head, marks, number_axis(_reach(rows), UNIT, lang))


def _figure(cell: Decimal | Blank) -> float | Blank:
    return cell if isinstance(cell, Blank) else float(cell)


def _text(figure: Figure, unit: str | None, lang: str) -> str:
    if figure is None:
        return "–"
    return tr(lang, figure.value) if isinstance(figure, Blank) else bare(figure, unit, lang)


def _reach(rows: Iterable[Pay]) -> list[float]:
    return [p for row in rows for p in row.percentiles if isinstance(p, float)]


def _dot(row: Pay, lang: str) -> Dot | Note:
    p10, p25, median, p75, p90 = row.percentiles
    if not isinstance(median, float):
        reason = _text(median, UNIT, lang) if median else tr(lang, "not shown")
        return Note(row.label, tr(lang, "Median: %(reason)s", reason=reason))
    text = bare(median, UNIT, lang)
    return Dot(
        label=row.label,
        value=median,
        text=text,
        more=tr(lang, "%(group)s: half earn less than %(value)s", group=row.label, value=text),
        tone="plain" if row.ours else "public",
        inner=_span(p25, p75),
        outer=_span(p10, p90),
    )


def _span(low: Figure, high: Figure) -> tuple[float | None, float | None] | None:
    """A line between two figures; one above the published ceiling leaves it open."""
    if not isinstance(low, float) or not (isinstance(high, float) or high is Blank.CEILING):
        return None
    return low, high if isinstance(high, float) else None


def _table(rows: Sequence[Pay], lang: str) -> DataTable:
    columns = (tr(lang, "Who"), *(tr(lang, column) for column in COLUMNS))
    cells = (
        (row.label, *(_text(p, UNIT, lang) for p in row.percentiles), row.people) for row in rows
    )
    return DataTable(columns, tuple(cells))
