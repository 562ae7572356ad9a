"""Charts of one table: bars for options, a histogram for numbers."""

from collections.abc import Sequence

from reports.charts.model import Bar, BarChart, Bin, DataTable, Histogram, Line
from reports.charts.scales import within
from reports.charts.subject import Subject, listed
from reports.wording import about, bare, between, percent, say, unit_name
from survey.release.model import Table

OneBin = tuple[float | None, float | None, int]
Bins = tuple[OneBin, ...]
SHARE_OF_PHONE = 0.08
"""A bin that takes less of the width has no room for its text on a phone."""


def bar_chart(subject: Subject, table: Table) -> BarChart:
    """Shares of the options, as asked; of check-all questions the most ticked first."""
    lang, question = subject.lang, subject.question
    options = list(question.options)
    if question.kind == "choices":
        options.sort(key=lambda o: -table.count(o.id))
    counts = [(say(o.label, lang), table.count(o.id)) for o in options]
    bars = tuple(
        Bar(
            label=label,
            share=count / table.n,
            text=percent(count / table.n, lang),
            more=subject.tr("%(count)s of %(n)s", count=count, n=table.n),
            tone=subject.tone(option.id),
        )
        for option, (label, count) in zip(options, counts, strict=True)
    )
    rows = tuple((b.label, str(c), b.text) for b, (_, c) in zip(bars, counts, strict=True))
    columns = (subject.tr("Answer"), subject.tr("People"), subject.tr("Share"))
    alt = subject.tr("Bar chart. %(list)s.", list=listed((b.label, b.text) for b in bars))
    head = subject.head(_name(table), _title(subject, table), alt, DataTable(columns, rows))
    return BarChart(head, bars)


def histogram(subject: Subject, table: Table, lines: Sequence[Line] = ()) -> Histogram | None:
    """How many people are in which bin; None where no edge of the table is published."""
    lang, unit = subject.lang, subject.question.unit
    if len(table.bins) < 2:
        return None
    spans = spans_of(table.bins)
    median = about(table, "p50", unit)
    if median is not None:
        label = subject.tr("half are below %(value)s", value=bare(median, unit, lang))
        lines = (Line(median, label), *lines)
    bins = tuple(
        Bin(
            low=low,
            high=high,
            share=count / table.n,
            start=start,
            end=end,
            text=percent(count / table.n, lang) if _has_room(table, (start, end), lines) else "",
            more=f"{between(low, high, unit, lang)}: {percent(count / table.n, lang)}",
        )
        for (low, high, count), (start, end) in zip(table.bins, spans, strict=True)
    )
    reach = [*(e for span in spans for e in span), *(line.value for line in lines)]
    axis = within(min(reach), max(reach), unit, lang)
    rows = tuple(
        (between(low, high, unit, lang), str(count), percent(count / table.n, lang))
        for low, high, count in table.bins
    )
    columns = (_column(subject), subject.tr("Answered"), subject.tr("Share"))
    alt = subject.tr("Histogram. %(list)s.", list=listed((row[0], row[2]) for row in rows))
    head = subject.head(_name(table), _title(subject, table), alt, DataTable(columns, rows))
    return Histogram(head, bins, axis, tuple(lines))


def _has_room(table: Table, span: tuple[float, float], lines: Sequence[Line]) -> bool:
    """Whether the text above a bin is crossed by no line, and has its width on a phone."""
    crossed = any(span[0] <= line.value <= span[1] for line in lines)
    spans = spans_of(table.bins)
    wide = (span[1] - span[0]) / (spans[-1][1] - spans[0][0]) > SHARE_OF_PHONE
    return wide and not crossed


def spans_of(bins: Bins) -> tuple[tuple[float, float], ...]:
    """From where to where each bin is drawn.

    A bin with an open end is as high as its neighbor, so that its area is right; but no narrower
    than the neighbor, and no wider than half of all that is not open.
    """
    edges = [low for low, _, _ in bins if low is not None]
    spans = [(low or 0.0, high or 0.0) for low, high, _ in bins]
    if len(edges) < 2:
        half = max(1.0, abs(edges[0]) / 2)
        return (edges[0] - half, edges[0]), (edges[0], edges[0] + half)
    most = (edges[-1] - edges[0]) / 2
    first = edges[0] - _width(bins[1], bins[0], most)
    last = edges[-1] + _width(bins[-2], bins[-1], most)
    spans[0] = (max(0.0, first) if edges[0] > 0 else first, edges[0])
    spans[-1] = (edges[-1], last)
    return tuple(spans)


def _width(neighbor: OneBin, end: OneBin, most: float) -> float:
    width = (neighbor[1] or 0.0) - (neighbor[0] or 0.0)
    if not neighbor[2]:
        return width
    return min(max(width, width * end[2] / neighbor[2]), max(most, width))


def _name(table: Table) -> str:
    return f"{table.breakdown}-{table.group}".replace("*", "") if table.breakdown else "all"


def _title(subject: Subject, table: Table) -> str:
    if table.breakdown is None:
        return subject.asked
    return f"{subject.asked} {subject.group(table.breakdown, table.group)}"


def _column(subject: Subject) -> str:
    unit = subject.question.unit
    return unit_name(unit, subject.lang) if unit else subject.tr("Answer")
