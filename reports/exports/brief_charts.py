"""Which charts stand in the brief: of the leading findings, in their order, by fixed rules.

A leading question (leave, caseload, pay) is shown for everyone and by its first breakdown that has
a group to show; any other for everyone. At most MOST charts, so that a brief stays one.
"""

from collections.abc import Callable, Iterator, Sequence

from reports.charts.dots import median_dots, share_dots
from reports.charts.model import Chart
from reports.charts.paper import svg
from reports.charts.subject import Subject
from reports.charts.whole import bar_chart, histogram
from reports.findings import Finding
from reports.headlines import LEADS
from survey.release.model import OTHERS, Release
from survey.typeset import Svg

MOST = 8
WIDTH = 400
"""Pixels: the table stands at its side."""


Pen = Callable[[Chart], object]
"""Draws a chart as its document can hold it."""


def as_svg(chart: Chart) -> Svg:
    """For typst."""
    return Svg(svg(chart, WIDTH))


def leading_charts(
    release: Release, leading: Sequence[Finding], found: Sequence[Finding], lang: str
) -> list[Chart]:
    """The charts of these findings, in their order."""
    charts: list[Chart] = []
    for question in (release.question(finding.question) for finding in leading):
        if question is not None:
            charts += _charts(Subject(release, question, lang), found)
    return charts[:MOST]


def chart_data(chart: Chart, pen: Pen) -> dict[str, object]:
    """Its title, picture, caption, what it says to those who cannot see it, and table."""
    head = chart.head
    return {
        "title": head.title,
        "picture": pen(chart),
        "alt": head.alt,
        "caption": head.caption,
        "columns": head.table.columns,
        "rows": head.table.rows,
    }


def _charts(subject: Subject, found: Sequence[Finding]) -> Iterator[Chart]:
    table = subject.question.table()
    if table is None or not table.n:
        return
    number = subject.question.kind == "number"
    whole = histogram(subject, table) if number else bar_chart(subject, table)
    if whole:
        yield whole
    breakdown = _breakdown(subject)
    if breakdown is None or subject.question.id not in LEADS:
        return
    groups = median_dots(subject, breakdown) if number else share_dots(subject, breakdown, found)
    if groups:
        yield groups


def _breakdown(subject: Subject) -> str | None:
    """The first breakdown with a group that can be spoken of."""
    shown = {t.breakdown for t in subject.question.tables if t.group not in (None, OTHERS)}
    return next((by for by in subject.question.by if by in shown), None)
