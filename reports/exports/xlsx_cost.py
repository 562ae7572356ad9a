"""A costing as formulas: change a number in a shaded cell, and the cost follows.

The formulas do what `reports.bargaining.costing` does. What they give for the numbers that were
typed at the desk is written beside them, so that nobody takes a changed sheet for the brief.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

from xlsxwriter.worksheet import Worksheet

from reports.bargaining.costing import EXACT, dollars
from reports.bargaining.demands import Costing
from reports.bargaining.typed import TwoWaysError, read_number
from reports.exports.book import TOP, Book
from reports.wording import tr

INPUTS = (
    ("people_low", "People, low"),
    ("people_high", "People, high"),
    ("hours", "Paid hours a year for each person"),
    ("amount", "Raise, dollars an hour"),
    ("p25", "Pay now: a quarter earn less than"),
    ("p50", "Pay now: half earn less than"),
    ("p75", "Pay now: three quarters earn less than"),
    ("payroll_share", "Paid on top by the employer, percent of pay"),
)
PERCENT = "Raise, percent of pay now"
OF_PERCENT = ("p25", "p50", "p75")
"""Inputs that only a raise in percent has."""
RESULTS = ("People", "Raise, dollars an hour", "Wages a year", "Payroll a year", "Cost a year")
STYLES = ("number", "dollars", "dollars", "dollars", "total")
Inputs = Mapping[str, Decimal | None]
SHADED = "Change the numbers in the shaded cells: the cost below follows."
ON_THE_DESK = "As worked out on the desk: %(range)s."
NO_FORMULAS = (
    "This cost was worked out in an earlier way, so there are no formulas for it: work it out "
    "again on the desk to have them."
)


def cost_sheet(book: Book, title: str, costing: Costing, number: int, lang: str) -> None:
    """One sheet: what goes in, and low, middle and high as formulas.

    Where formulas would give something else than the desk did, there is a sentence in their place.
    """
    sheet = book.sheet(tr(lang, "Cost %(number)s", number=number), title, (46, 18, 18, 18))
    inputs = _read(costing)
    book.put(sheet, TOP, (tr(lang, SHADED if inputs else NO_FORMULAS),), "soft")
    end = _sums(book, sheet, inputs, _percent(costing), lang) if inputs else TOP + 2
    book.put(sheet, end, (tr(lang, ON_THE_DESK, range=costing.range),), "text")
    for place, line in enumerate(costing.assumptions, start=end + 1):
        book.put(sheet, place, (line,), "soft")


def _sums(book: Book, sheet: Worksheet, inputs: Inputs, percent: bool, lang: str) -> int:
    """Write the cells to change and the formulas; the row below them."""
    at = _inputs(book, sheet, inputs, percent, lang)
    top = TOP + 3 + len(at)
    names = [tr(lang, name) for name in ("Low", "Middle", "High")]
    book.put(sheet, top, ("", *names), "head", "head-right")
    rows = zip(formulas(at, percent, top + 2), worked(inputs, percent), strict=True)
    for place, (row, values) in enumerate(rows):
        book.put(sheet, top + 1 + place, (tr(lang, RESULTS[place]),), "bold")
        for column, (formula, value) in enumerate(zip(row, values, strict=True), start=1):
            style = book.formats[STYLES[place]]
            sheet.write_formula(top + 1 + place, column, formula, style, float(value))
    return top + len(RESULTS) + 2


def _inputs(
    book: Book, sheet: Worksheet, inputs: Inputs, percent: bool, lang: str
) -> dict[str, str]:
    """Write what was typed; the cell of each input."""
    at: dict[str, str] = {}
    row = TOP + 2
    for name, label in INPUTS:
        if name in OF_PERCENT and not percent:
            continue
        said = PERCENT if name == "amount" and percent else label
        value = inputs[name]
        book.put(sheet, row, (tr(lang, said),), "text")
        sheet.write_blank(row, 1, None, book.formats["input"])
        book.put(sheet, row, (None if value is None else float(value),), "input", column=1)
        at[name] = f"$B${row + 1}"
        row += 1
    return at


def _percent(costing: Costing) -> bool:
    return costing.typed.get("kind") == "percent"


def _read(costing: Costing) -> Inputs | None:
    """What was typed, as numbers; None where they do not give what was worked out from them.

    An older version may have read or costed them otherwise, or kept fewer of them.
    """
    percent = _percent(costing)
    asked = [name for name, _ in INPUTS if percent or name not in OF_PERCENT]
    try:
        inputs = {name: _number(costing.typed.get(name, "")) for name in asked}
    except (TwoWaysError, InvalidOperation):
        return None
    totals = tuple(dollars(total) for total in worked(inputs, percent)[-1])
    return inputs if totals == (costing.low, costing.mid, costing.high) else None


def _number(typed: str) -> Decimal | None:
    return read_number(typed) if typed.strip() else None


def formulas(at: Mapping[str, str], percent: bool, first: int) -> list[Sequence[str]]:
    """Rows of formulas for low, middle and high; `first`: the row (from 1) of the first of them."""
    low, high = at["people_low"], at["people_high"]
    people = (f"={low}", f"=({low}+{high})/2", f"={high}")
    amount = at["amount"]
    rates: tuple[str, ...] = (f"={amount}",) * 3
    if percent:
        p25, p50, p75 = (at[name] for name in OF_PERCENT)
        known = f"AND({p25}>0,{p75}>0)"
        levels = (f"IF({known},{p25},{p50})", p50, f"IF({known},{p75},{p50})")
        rates = tuple(f"={level}*{amount}/100" for level in levels)
    columns = "BCD"
    wages = [f"={c}{first}*{at['hours']}*{c}{first + 1}" for c in columns]
    payroll = [f"={c}{first + 2}*{at['payroll_share']}/100" for c in columns]
    total = [f"=ROUND({c}{first + 2}+{c}{first + 3},0)" for c in columns]
    return [people, rates, wages, payroll, total]


def worked(inputs: Inputs, percent: bool) -> list[Sequence[Decimal]]:
    """What the formulas give, for programs that show a workbook and work nothing out."""
    with localcontext(EXACT):
        return _worked(inputs, percent)


def _worked(inputs: Inputs, percent: bool) -> list[Sequence[Decimal]]:
    given = {name: value or Decimal(0) for name, value in inputs.items()}
    low, high, amount = given["people_low"], given["people_high"], given["amount"]
    people = (low, (low + high) / 2, high)
    rates = (amount, amount, amount)
    if percent:
        known = inputs["p25"] and inputs["p75"]
        levels = [given[name if known else "p50"] for name in OF_PERCENT]
        rates = (levels[0] * amount / 100, levels[1] * amount / 100, levels[2] * amount / 100)
    wages = [heads * given["hours"] * rate for heads, rate in zip(people, rates, strict=True)]
    payroll = [paid * given["payroll_share"] / 100 for paid in wages]
    pairs = zip(wages, payroll, strict=True)
    total = [(a + b).quantize(Decimal(1), ROUND_HALF_UP) for a, b in pairs]
    return [people, rates, wages, payroll, total]
