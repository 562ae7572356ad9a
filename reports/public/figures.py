"""Public figures of the campaign page, ready to show: texts, lengths of bars, the wage chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from babel.numbers import format_percent

from reports.charts.model import DotChart
from reports.charts.wages import Pay, public_pay, wage_chart
from reports.public.model import Figure, WageBlock
from reports.reference.benchmarks import Benchmark
from reports.reference.wages import wages_for
from reports.wording import bare, say, tr
from survey.web.languages import locale_of

STATE = "Oregon"


@dataclass(frozen=True, slots=True)
class Side:
    """One number of a figure: its text, and the length of its bar from 0 to 1."""

    text: str
    length: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it stands on the page. `nonunion` None: there is only one number."""

    caption: str
    unit: str
    period: str
    union: Side
    nonunion: Side | None
    note: str | None
    source: str
    source_url: str
    superseded: bool


def shown(figure: Figure, lang: str, today: date) -> Shown:
    """A figure in words. Bars start at zero; of percentages of people they end at 100."""
    rows = [row for row in (figure.union, figure.nonunion) if row]
    whole = 100.0 if figure.union.unit.startswith("percent of") else _most(rows)
    sides = [Side(_text(row, lang), float(row.high) / whole) for row in rows]
    return Shown(
        caption=say(figure.caption, lang),
        unit=say(figure.unit, lang),
        period=_begun(say(figure.period, lang)),
        union=sides[0],
        nonunion=sides[1] if len(sides) > 1 else None,
        note=say(figure.note, lang) if figure.note else None,
        source=figure.union.source,
        source_url=figure.union.source_url,
        superseded=any(row.superseded(today) for row in rows),
    )


def wages_in(block: WageBlock, area: str, lang: str) -> DotChart | None:
    """The occupations in an area, each with the state below; None where there are no figures."""
    rows = tuple(_rows(block, area, lang))
    sources = dict.fromkeys(
        wage.source
        for soc, _ in block.occupations
        for wage in (wages_for(soc, area), wages_for(soc, STATE))
        if wage
    )
    if not any(isinstance(figure, float) for row in rows for figure in row.percentiles):
        return None
    source = tr(lang, "Source: %(source)s.", source="; ".join(sources))
    title = tr(lang, "Pay an hour in %(area)s", area=area)
    return wage_chart("wages", title, source, rows, lang)


def _rows(block: WageBlock, area: str, lang: str) -> Iterator[Pay]:
    for soc, label in block.occupations:
        for place in dict.fromkeys((area, STATE)):
            wage = wages_for(soc, place)
            name = f"{say(label, lang)}, {place}"
            yield public_pay(name, wage, lang) if wage else _unknown(name)


def _unknown(name: str) -> Pay:
    return Pay(name, (None, None, None, None, None), "–")


def _begun(sentence: str) -> str:
    """A period such as "published Aug 2020" begins a sentence on the page."""
    return sentence[:1].upper() + sentence[1:]


def _most(rows: list[Benchmark]) -> float:
    return max(float(row.high) for row in rows)


def _text(row: Benchmark, lang: str) -> str:
    ends = [float(end) for end in dict.fromkeys((row.low, row.high))]
    if row.unit.startswith("percent"):
        return "–".join(
            format_percent(end / 100, format="#,##0.#%", locale=locale_of(lang)) for end in ends
        )
    unit = "USD" if row.unit.startswith("USD") else None
    return "–".join(bare(end, unit, lang) for end in ends)
