"""The release as a workbook: how to read it, findings, every figure, charts, demands and costs.

Charts are the spreadsheet's own, so that they can be restyled; costs are formulas, so that a
number can be changed at the table. Every sheet bears its source, and the origin where the answers
were not given here.
"""

from collections.abc import Sequence

from reports.bargaining.demands import Demand
from reports.exports.book import LINE_HEIGHT, TOP, Book, Row, lines_of
from reports.exports.brief import brief_data
from reports.exports.brief_charts import leading_charts
from reports.exports.context import ExportContext
from reports.exports.office import dated
from reports.exports.xlsx_charts import charts_sheet
from reports.exports.xlsx_cost import cost_sheet
from reports.findings import Finding, findings
from reports.headlines import headlines
from reports.wording import HIDDEN, between, group_name, month, origin_label, say, tr, unit_name
from survey.release.model import Release, ReleasedQuestion, Table

FINDINGS = (
    *("Question", "Breakdown", "Group", "Finding", "Figure", "Unit"),
    *("Likely from", "Likely to", "People", "Answered"),
)
FIGURES = (
    *("Id", "Question", "Breakdown", "Group", "Answer"),
    *("From", "To", "People", "Answered", "Share"),
)
ABOUT_WIDTHS = (34, 86)
DEMANDS = ("Demand", "Why", "What people answered", "Likely range", "First cost a year", "Source")


def write_xlsx(release: Release, context: ExportContext) -> bytes:
    """The workbook; the same release, demands and language give the same bytes."""
    lang, label = context.lang, origin_label(release, context.lang)
    found = findings(release, lang)
    campaign = release.campaign
    source = f"{campaign} · {say(release.title, lang)} · {month(release.closed, lang)}"
    book = Book(f"{tr(lang, 'Figures')}: {campaign}", source, label, dated(release))
    _about(book, release, context)
    _findings(book, release, found, lang)
    _figures(book, release, lang)
    leading = headlines(release, found)
    charts_sheet(book, leading_charts(release, leading, found, lang), lang)
    if context.demands:
        _demands(book, context.demands, lang)
    for number, demand in enumerate(context.demands, start=1):
        if demand.costing:
            cost_sheet(book, demand.words.title, demand.costing, number, lang)
    return book.saved()


def _about(book: Book, release: Release, context: ExportContext) -> None:
    lang = context.lang
    data = brief_data(release, (), lang, context.body, pen=lambda _: None)
    sheet = book.sheet(tr(lang, "Read me"), release.campaign, ABOUT_WIDTHS)
    row = TOP
    for facts in (data["facts"], data["prints"]):
        for fact in facts:  # type: ignore[attr-defined]
            book.put(sheet, row, (fact["name"], fact["value"]), "bold", "text")
            book.fit(sheet, row, (fact["name"], fact["value"]))
            row += 1
    for part in data["method"]:  # type: ignore[attr-defined]
        row += 1
        book.put(sheet, row, (part["title"],), "heading")
        for line in part["lines"]:
            row += 1
            sheet.merge_range(row, 0, row, 1, "", book.formats["text"])
            book.put(sheet, row, (line,), "text")
            sheet.set_row(row, LINE_HEIGHT * lines_of(line, sum(ABOUT_WIDTHS)))
        row += 1


def _findings(book: Book, release: Release, found: Sequence[Finding], lang: str) -> None:
    widths = (44, 16, 22, 70, 12, 18, 12, 12, 9, 10)
    sheet = book.sheet(tr(lang, "Findings"), tr(lang, "What was found"), widths)
    headers = [tr(lang, header) for header in FINDINGS]
    book.table(sheet, headers, [_finding(release, one, lang) for one in found], "Findings")


def _finding(release: Release, one: Finding, lang: str) -> Row:
    question = release.question(one.question)
    interval = one.interval
    low, high = (interval.low, interval.high) if interval else (None, None)
    unit = tr(lang, "Share") if one.share else unit_name(one.unit, lang) if one.unit else None
    figure = one.value if one.about is None else one.about
    style = "share" if one.share else number_format(one.unit)
    cells = (
        say(question.text, lang) if question else one.question,
        _breakdown(release, one.breakdown, lang),
        group_name(release, one.breakdown, one.group, lang),
        *(one.statement, figure, unit, low, high, one.count, one.n),
    )
    return cells, (*["text"] * 4, style, "unit", style, style, "people")


def _figures(book: Book, release: Release, lang: str) -> None:
    widths = (18, 50, 16, 22, 36, 9, 9, 9, 10, 9)
    sheet = book.sheet(tr(lang, "All figures"), tr(lang, "Every published figure"), widths)
    rows = [row for q in release.questions for t in q.tables for row in _table(release, q, t, lang)]
    rows += [_hidden(release, h.question, h.breakdown, h.group, lang) for h in release.hidden]
    book.table(sheet, [tr(lang, header) for header in FIGURES], rows, "Figures")


def _table(release: Release, question: ReleasedQuestion, table: Table, lang: str) -> list[Row]:
    head = _head(release, question.id, table.breakdown, table.group, lang)
    edge = number_format(question.unit)
    formats = (*["text"] * 5, edge, edge, "people", "people", "share")
    labels = {option.id: say(option.label, lang) for option in question.options}
    cells = [
        (between(low, high, question.unit, lang), low, high, count)
        for low, high, count in table.bins
    ] + [(labels.get(option, option), None, None, count) for option, count in table.counts]
    return [
        ((*head, *cell, table.n, cell[-1] / table.n if table.n else None), formats)
        for cell in cells
    ]


def _hidden(
    release: Release, question: str, breakdown: str | None, group: str | None, lang: str
) -> Row:
    return (*_head(release, question, breakdown, group, lang), tr(lang, HIDDEN)), ("text",)


def _head(
    release: Release, question: str, breakdown: str | None, group: str | None, lang: str
) -> tuple[str, str, str, str]:
    """Id and text of the question, breakdown and group by name."""
    found = release.question(question)
    text = say(found.text, lang) if found else question
    name = group_name(release, breakdown, group, lang)
    return question, text, _breakdown(release, breakdown, lang), name


def _breakdown(release: Release, breakdown: str | None, lang: str) -> str:
    return next((say(b.label, lang) for b in release.breakdowns if b.id == breakdown), "")


def _demands(book: Book, demands: Sequence[Demand], lang: str) -> None:
    widths = (36, 50, 50, 40, 26, 40)
    sheet = book.sheet(tr(lang, "Demands"), tr(lang, "What we ask for"), widths)
    rows: list[Row] = []
    for demand in demands:
        evidence = demand.evidence
        said = (demand.words.title, demand.words.body, evidence.statement, evidence.interval)
        cost = demand.costing.range if demand.costing else tr(lang, "Not worked out")
        source = f"{evidence.campaign}, {evidence.wave}, {month(evidence.closed, lang)}"
        rows.append(((*said, cost, source), ("bold", "text")))
    book.table(sheet, [tr(lang, header) for header in DEMANDS], rows, "Demands")


def number_format(unit: str | None) -> str:
    """The cell format of numbers in that unit."""
    return "dollars" if unit and unit.startswith("USD") else "number"
