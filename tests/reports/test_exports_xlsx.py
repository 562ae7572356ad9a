"""The workbook holds the figures of the release, no more, no less; its costs follow its cells."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import cycle

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from release_factory import sample_release, shows_nothing
from test_brief import HOSTILE, demand

from reports.bargaining.costing import CostInput, Pay, Raise, cost
from reports.bargaining.demands import Demand, costing_of
from reports.exports.book import TOP, lines_of
from reports.exports.context import ExportContext
from reports.exports.office import unzipped
from reports.exports.xlsx import write_xlsx
from reports.exports.xlsx_cost import NO_FORMULAS
from reports.findings import findings
from reports.wording import HIDDEN
from survey.release.model import Release
from survey.web.languages import SUPPORTED

RELEASE = sample_release()
NOTHING = shows_nothing(RELEASE)
"""Sheets of costs do not depend on it, and all others are made sooner."""
HOUR = {
    "people_low": "100",
    "people_high": "1,211",
    "hours": "2,080",
    "kind": "hour",
    "amount": "1,25",
    "payroll_share": "7.65",
}
PERCENT = HOUR | {"kind": "percent", "amount": "4", "p50": "$24.50"}
QUARTERS = PERCENT | {"p25": "20", "p75": "30,10"}


def costed(typed: dict[str, str], number: int = 1) -> Demand:
    levels = {
        name: Decimal(typed[name].strip("$").replace(",", "."))
        for name in ("p25", "p50", "p75")
        if name in typed
    }
    pay = Pay(levels.get("p25"), levels["p50"], levels.get("p75"), "x") if levels else None
    share = Decimal(typed["payroll_share"]) if typed["payroll_share"] else None
    raised = Raise(typed["kind"], Decimal(typed["amount"].replace(",", ".")))  # type: ignore[arg-type]
    result = cost(CostInput(100, 1211, Decimal(2080), raised, pay, share, "a source"))
    return replace(demand(), id=number, costing=costing_of(result, typed))


def made(release: Release = RELEASE, *demands: Demand) -> bytes:
    return write_xlsx(release, ExportContext("en", demands))


def opened(release: Release = RELEASE, *demands: Demand) -> Workbook:
    return load_workbook(io.BytesIO(made(release, *demands)))


def rows_of(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows of the sheet's table, by its heads."""
    (table,) = sheet.tables.values()
    head, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def book() -> Workbook:
    return opened(RELEASE, costed(HOUR))


def test_it_has_a_sheet_for_each_purpose(book: Workbook):
    assert book.sheetnames == [
        *("Read me", "Findings", "All figures", "Charts", "Demands", "Cost 1"),
    ]
    assert opened().sheetnames == ["Read me", "Findings", "All figures", "Charts"]


def test_its_figures_are_those_of_the_release(book: Workbook):
    rows = rows_of(book["All figures"])
    shown = [row for row in rows if row["Answer"] != HIDDEN]
    told = {
        (r["Id"], r["Breakdown"], r["Group"], r["Answer"], r["From"], r["To"]): r for r in shown
    }
    assert (
        len(told)
        == len(shown)
        == sum(len(t.counts) + len(t.bins) for q in RELEASE.questions for t in q.tables)
    )
    pay = RELEASE.question("pay").table()
    for low, high, count in pay.bins:
        (row,) = (r for k, r in told.items() if k[0] == "pay" and not k[1] and k[4:] == (low, high))
        assert (row["People"], row["Answered"]) == (count, pay.n)
        assert row["Share"] == pytest.approx(count / pay.n)
    assert sum(row["People"] for row in shown) == sum(
        count for q in RELEASE.questions for t in q.tables for *_, count in (*t.counts, *t.bins)
    )


def test_a_hidden_group_is_named_with_the_one_sentence_and_no_figure(book: Workbook):
    hidden = [row for row in rows_of(book["All figures"]) if row["Answer"] == HIDDEN]
    assert [row["Id"] for row in hidden] == [h.question for h in RELEASE.hidden]
    figures = ("From", "To", "People", "Answered", "Share")
    assert {row[name] for row in hidden for name in figures} == {None}


def test_its_findings_are_the_findings(book: Workbook):
    rows = rows_of(book["Findings"])
    found = findings(RELEASE, "en")
    assert [row["Finding"] for row in rows] == [one.statement for one in found]
    for row, one in zip(rows, found, strict=True):
        assert row["Figure"] == pytest.approx(one.value if one.about is None else one.about)
        ends = (one.interval.low, one.interval.high) if one.interval else (None, None)
        assert (row["Likely from"], row["Likely to"]) == tuple(map(near, ends))
        assert (row["People"], row["Answered"]) == (one.count, one.n)


def test_its_charts_draw_the_cells_beside_them(book: Workbook):
    sheet = book["Charts"]
    assert len(sheet._charts) >= 4
    for chart in sheet._charts:
        (series,) = chart.series
        names, values = (
            sheet[ref.f.split("!")[1]] for ref in (series.cat.strRef, series.val.numRef)
        )
        assert all(isinstance(row[0].value, str) and row[0].value for row in names)
        assert all(isinstance(row[0].value, float | int) for row in values)
    files = unzipped(made())
    drawing = files["xl/drawings/drawing1.xml"].decode()
    assert len(re.findall(r'descr="[^"]{20,}"', drawing)) == len(sheet._charts)
    charts = [body.decode() for name, body in files.items() if "charts/chart" in name]
    assert all("Made-up data" in chart for chart in charts)


@pytest.mark.parametrize("typed", [HOUR, PERCENT, QUARTERS, HOUR | {"payroll_share": ""}])
def test_its_costs_follow_its_cells_and_are_those_of_the_desk(typed: dict[str, str]):
    wanted = costed(typed)
    sheet = opened(NOTHING, wanted)["Cost 1"]
    said = [f"${worth(sheet, cell.value):,.0f}" for cell in cost_row(sheet)[1:4]]
    assert said == [wanted.costing.low, wanted.costing.mid, wanted.costing.high]
    shown = load_workbook(io.BytesIO(made(NOTHING, wanted)), data_only=True)["Cost 1"]
    assert [f"${cell.value:,.0f}" for cell in cost_row(shown)[1:4]] == said
    people = next(row for row in sheet.iter_rows() if row[0].value == "People, low")
    people[1].value = 200
    more = float(worth(sheet, cost_row(sheet)[1].value))
    assert more == pytest.approx(
        2 * float(wanted.costing.low.strip("$").replace(",", "")), rel=1e-4
    )


@pytest.mark.parametrize(
    ("change", "stored"),
    [
        ({"hours": "2.080"}, {}),  # can be read as two numbers
        ({"amount": "a dollar"}, {}),
        ({}, {"low": "$1"}),  # costed otherwise
    ],
)
def test_a_cost_that_cannot_be_worked_out_again_has_a_sentence_for_its_formulas(
    change: dict[str, str], stored: dict[str, str]
):
    fresh = costed(HOUR)
    old = replace(fresh.costing, typed=fresh.costing.typed | change, **stored)
    lacking = {name: text for name, text in HOUR.items() if name != "people_high"}
    for costing in (old, replace(fresh.costing, typed=lacking), replace(fresh.costing, typed={})):
        sheet = opened(NOTHING, replace(fresh, costing=costing))["Cost 1"]
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.column for cell in cells} == {1}
        said = [cell.value for cell in cells if cell.row > TOP]
        assert said[:2] == [NO_FORMULAS, f"As worked out on the desk: {costing.range}."]


@pytest.mark.parametrize("name", ["p25", "p75"])
def test_one_quarter_mark_alone_changes_no_cost(name: str):
    wanted = costed(PERCENT | {name: QUARTERS[name]})
    sheet = opened(NOTHING, wanted)["Cost 1"]
    said = [f"${worth(sheet, cell.value):,.0f}" for cell in cost_row(sheet)[1:4]]
    assert said == [wanted.costing.low, wanted.costing.mid, wanted.costing.high]


def near(end: float | None) -> object:
    """A workbook holds sixteen digits of a number."""
    return None if end is None else pytest.approx(end)


def cost_row(sheet: Worksheet) -> tuple:
    return next(row for row in sheet.iter_rows() if row[0].value == "Cost a year")


def worth(sheet: Worksheet, value: object) -> Decimal:
    """What a cell comes to: the formulas here are sums, products, IF, AND and ROUND."""
    if not isinstance(value, str) or not value.startswith("="):
        return Decimal(str(value or 0))
    text = re.sub(r"\$?([A-D])\$?(\d+)", r"at('\1\2')", value[1:])
    text = re.sub(r"\b(\d+)\b(?!')", r"Decimal(\1)", text)
    known = {
        "at": lambda ref: worth(sheet, sheet[ref].value),
        "Decimal": Decimal,
        "IF": lambda test, one, other: one if test else other,
        "AND": lambda *tests: all(tests),
        "ROUND": lambda number, _: number.quantize(Decimal(1), ROUND_HALF_UP),
    }
    return eval(text, {"__builtins__": {}}, known)


@pytest.mark.parametrize(
    ("origin", "label"), [("simulated", "Made-up data"), ("imported", "Imported answers")]
)
def test_its_origin_stands_on_every_sheet(origin: str, label: str):
    marked = opened(replace(RELEASE, origin=origin, campaign="C & D " * 20), costed(HOUR))
    assert {sheet["A3"].value for sheet in marked} == {label}
    assert all(sheet.oddFooter.left.text.endswith(f" · {label}") for sheet in marked)
    assert all(len(str(sheet.oddFooter)) <= 255 for sheet in marked)
    real = opened(replace(RELEASE, origin="survey"), costed(HOUR))
    assert {sheet["A3"].value for sheet in real} == {None}


STARTS = ("=", "+", "-", "@", "\t", "{=", "http://", "mailto:")


@pytest.mark.parametrize("start", STARTS)
def test_no_name_or_demand_becomes_a_formula_or_a_link(start: str):
    hostile = f"{start}cmd|'/c calc'!A1"
    typed = replace(demand(f"{start}1+1", hostile), costing=None)
    no_formula_or_link(opened(replace(NOTHING, campaign=hostile), typed), [hostile])


def test_no_question_or_answer_becomes_a_formula_or_a_link():
    hostile = [f"{start}cmd|'/c calc'!A1" for start in STARTS]
    texts = cycle(hostile)
    questions = tuple(
        replace(
            question,
            text={"en": next(texts)},
            options=tuple(replace(o, label={"en": next(texts)}) for o in question.options),
        )
        for question in RELEASE.questions
    )
    no_formula_or_link(opened(replace(RELEASE, questions=questions)), hostile)


def no_formula_or_link(bad: Workbook, texts: Sequence[str]) -> None:
    """Each of the texts is there, as text."""
    assert "Cost 1" not in bad.sheetnames
    cells = [cell for sheet in bad for row in sheet.iter_rows() for cell in row]
    assert set(texts) <= {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_no_title_of_a_chart_becomes_a_reference_or_breaks_the_file():
    texts = cycle(("='[x.xlsx]S'!A1", "Help!A1", "Now!$B$12 or never", "\x07?"))
    questions = tuple(replace(q, text={"en": next(texts)}) for q in RELEASE.questions)
    book = opened(replace(RELEASE, questions=questions))
    titles = [chart.title.tx for chart in book["Charts"]._charts]
    assert len(titles) >= 4
    assert all(title.rich and not title.strRef for title in titles)


@pytest.mark.parametrize("typed", ["日本語 🙂", "x" * 40_000, HOSTILE, "\x00\x07\ufffe", "&[Page]"])
def test_any_characters_can_be_typed(typed: str):
    bad = opened(replace(RELEASE, campaign=typed), demand(f"a{typed}"[:120], typed[:5000]))
    assert len(bad.sheetnames) == 6


def test_the_same_release_is_the_same_file_and_tells_no_time():
    first = made(RELEASE, costed(QUARTERS))
    assert first == made(RELEASE, costed(QUARTERS))
    core = unzipped(first)["docProps/core.xml"].decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"2026-11-01"}


def test_a_release_that_shows_nothing_is_still_a_workbook():
    empty = opened(NOTHING)
    assert empty["Findings"].cell(TOP + 1, 1).value == "Question"
    assert not empty["Charts"]._charts


def test_rows_are_high_enough_for_their_text():
    assert [lines_of(text, 10) for text in ("", "a" * 9, "a" * 25, "a\nb", "字" * 9)] == [
        *(1, 1, 3, 2, 2),
    ]


@pytest.mark.parametrize("lang", SUPPORTED)
def test_heads_and_sheets_have_names_of_their_own_in_every_language(lang: str):
    """A spreadsheet takes no two alike."""
    body = write_xlsx(RELEASE, ExportContext(lang, (costed(HOUR),)))
    made_in = load_workbook(io.BytesIO(body))
    assert len({name.lower() for name in made_in.sheetnames}) == 6
    for sheet in made_in:
        for table in sheet.tables.values():
            heads = [cell.value for cell in sheet[table.ref][0]]
            assert heads == [column.name for column in table.tableColumns]
            assert len({str(head).lower() for head in heads}) == len(heads)
    assert sum(len(sheet.tables) for sheet in made_in) == 3
