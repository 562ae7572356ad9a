"""A first cost of a raise: people x hours x raise, as a range. Pure.

Every product is exact (decimal, no rounding on the way); only the three results are rounded, to the
nearest whole dollar, half a dollar up. The steps hold what is multiplied, so that a reader can do
it again with a pocket calculator. It is a first cost: overtime, benefits tied to pay and raises
that others then ask for are not in it, and neither is what the raise saves by keeping people.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Literal

FICA = Decimal("7.65")
FICA_SOURCE = (
    "26 U.S.C. 3111: employers pay 6.2% for Social Security (up to the yearly wage base) and "
    "1.45% for Medicare"
)
"""Percent of pay; what to type as the employer's payroll share, and where it comes from."""

FULL_TIME = Decimal(2080)
"""52 weeks of 40 hours."""
WEEK_HOURS = Decimal(168)
"""A week has no more, so whoever types that many or fewer means a week."""
MOST_HOURS = Decimal(8784)
MOST_PEOPLE = 1_000_000
DECIMALS = 4
"""Digits behind the point that an input may have."""
EXACT = Context(prec=60)
"""Digits enough for any product of inputs within their limits, so that none is ever rounded."""
ROUNDING = "Exact until the last line; totals are rounded to the nearest dollar, half a dollar up."


PAY_NEEDED = "A raise in percent needs what people earn now: give the middle of it."


class CostError(Exception):
    """A raise cannot be costed as it was put; the text is one sentence for whoever typed it.

    `field` is the name of the input that the sentence is about.
    """

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Raise:
    """So many dollars an hour for everybody, or so many percent of what each earns now."""

    kind: Literal["hour", "percent"]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Pay:
    """What people earn now, dollars an hour; `source` says whence.

    p25 and p75 may be unknown. If one is, so is how far pay spreads, and p50 stands for all.
    """

    p25: Decimal | None
    p50: Decimal
    p75: Decimal | None
    source: str


@dataclass(frozen=True, slots=True)
class CostInput:
    """What goes in. `payroll_share`: percent of pay that the employer pays on top, or None."""

    people_low: int
    people_high: int
    hours: Decimal
    raised: Raise
    pay: Pay | None = None
    payroll_share: Decimal | None = None
    payroll_source: str = ""

    def __post_init__(self) -> None:
        """Raise CostError where nothing sensible could come out."""
        problem = _problem(self)
        if problem:
            raise CostError(*problem)


@dataclass(frozen=True, slots=True)
class Step:
    """One worked line: "Low", "100 people × 2,080 hours × $1.50 an hour", "$312,000.00"."""

    name: str
    working: str
    result: str

    def __str__(self) -> str:
        return f"{self.name}: {self.working} = {self.result}"


@dataclass(frozen=True, slots=True)
class CostResult:
    """Whole dollars a year, lowest to highest, how they were worked out, and what was assumed."""

    low: Decimal
    mid: Decimal
    high: Decimal
    steps: tuple[Step, ...]
    assumptions: tuple[str, ...]


def cost(given: CostInput) -> CostResult:
    """What the raise costs a year: low, middle and high, in one line where they are the same."""
    middle = (Decimal(given.people_low) + given.people_high) / 2
    steps: list[Step] = []
    if given.people_low != given.people_high:
        working = f"({given.people_low:,} + {given.people_high:,}) ÷ 2"
        steps.append(Step("People, middle", working, _figure(middle)))
    with localcontext(EXACT):
        least, typical, most = _hourly(given)
        if given.people_low == given.people_high and least == most:
            only = _total("Cost", middle, typical, given, steps)
            return CostResult(only, only, only, tuple(steps), _assumptions(given))
        low = _total("Low", Decimal(given.people_low), least, given, steps)
        mid = _total("Middle", middle, typical, given, steps)
        high = _total("High", Decimal(given.people_high), most, given, steps)
    return CostResult(low, mid, high, tuple(steps), _assumptions(given))


def dollars(amount: Decimal) -> str:
    """$312,000 where it is whole, $1.0685 with every digit where it is not, two at least."""
    if amount == amount.to_integral_value():
        return f"${amount:,.0f}"
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"${amount:,.{places}f}"


Hourly = tuple[Decimal, str]
"""A raise in dollars an hour, and how to write its factors."""


def _hourly(given: CostInput) -> tuple[Hourly, Hourly, Hourly]:
    """The raise for low, middle and high."""
    raised, pay = given.raised, given.pay
    if raised.kind == "hour":
        same = (raised.amount, f"{dollars(raised.amount)} an hour")
        return same, same, same
    if pay is None:
        raise CostError("p50", PAY_NEEDED)

    def part(level: Decimal) -> Hourly:
        written = f"{_percent(raised.amount)} of {dollars(level)} an hour"
        return level * raised.amount / 100, written

    low, high = (pay.p25, pay.p75) if pay.p25 and pay.p75 else (pay.p50, pay.p50)
    return part(low), part(pay.p50), part(high)


def _total(
    name: str, heads: Decimal, hourly: Hourly, given: CostInput, steps: list[Step]
) -> Decimal:
    rate, written = hourly
    wages = heads * given.hours * rate
    working = f"{_figure(heads)} people × {_figure(given.hours)} hours × {written}"
    steps.append(Step(name, working, dollars(wages)))
    total = wages
    if given.payroll_share is not None:
        payroll = wages * given.payroll_share / 100
        share = _percent(given.payroll_share)
        steps.append(Step(f"{name}, payroll", f"{dollars(wages)} × {share}", dollars(payroll)))
        total = wages + payroll
        steps.append(
            Step(f"{name}, total", f"{dollars(wages)} + {dollars(payroll)}", dollars(total))
        )
    return total.quantize(Decimal(1), ROUND_HALF_UP)


def _assumptions(given: CostInput) -> tuple[str, ...]:
    said = [f"Everybody is paid for {_figure(given.hours)} hours a year."]
    if given.raised.kind == "percent" and given.pay:
        said.append(_spread(given.pay))
    if given.payroll_share is not None:
        share, source = _percent(given.payroll_share), given.payroll_source.strip().rstrip(".")
        said.append(f"The employer pays {share} of pay on top. {source}.")
    return (*said, ROUNDING)


def _spread(pay: Pay) -> str:
    whole = pay.p25 is not None and pay.p75 is not None
    how = (
        "Low, middle and high are what it costs if everybody earns the lower quarter mark, the "
        "middle, or the upper quarter mark of current pay"
        if whole
        else "Everybody is taken to earn the middle of current pay: a quarter mark is not known"
    )
    return f"{how} ({pay.source})."


def _problem(given: CostInput) -> tuple[str, str] | None:
    """Field and sentence of the first thing that is wrong."""
    pay, share = given.pay, given.payroll_share
    levels = [level for level in (pay.p25, pay.p50, pay.p75) if level is not None] if pay else []
    typed = {"hours": given.hours, "amount": given.raised.amount, "payroll_share": share}
    for field, number in (*typed.items(), *(("p50", level) for level in levels)):
        if number is not None and not _writable(number):
            return field, f"Write a number with at most {DECIMALS} digits behind the point."
    checks = (
        ("people_low", given.people_low >= 1, "There must be 1 person or more."),
        ("people_high", given.people_high >= given.people_low, "This is below the low number."),
        ("people_high", given.people_high <= MOST_PEOPLE, f"At most {MOST_PEOPLE:,} people."),
        (
            "hours",
            WEEK_HOURS < given.hours <= MOST_HOURS,
            f"Hours a year, not a week: above {WEEK_HOURS} and at most {MOST_HOURS:,}.",
        ),
        ("amount", 0 < given.raised.amount <= 1000, "The raise is above 0 and at most 1,000."),
        ("p50", given.raised.kind == "hour" or pay is not None, PAY_NEEDED),
        (
            "p50",
            levels == sorted(levels) and all(0 < level <= 10_000 for level in levels),
            "Current pay is above 0 and rises from the lower quarter mark to the upper.",
        ),
        (
            "payroll_share",
            share is None or 0 < share <= 100,
            "The payroll share is above 0 and at most 100 percent.",
        ),
        (
            "payroll_source",
            share is None or bool(given.payroll_source.strip()),
            "The payroll share needs its source: say where the figure is from.",
        ),
    )
    return next(((field, told) for field, holds, told in checks if not holds), None)


def _writable(number: Decimal) -> bool:
    exponent = number.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -DECIMALS


def _figure(number: Decimal) -> str:
    return f"{number.normalize():,f}"


def _percent(number: Decimal) -> str:
    return f"{number.normalize():f}%"
