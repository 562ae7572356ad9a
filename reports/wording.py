"""How figures are said: numbers, units, bins and names, in the language of the page or file.

Every function takes the language, as a file may be in another one than the page that offers it.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from math import floor

from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent

from survey.release.model import OTHERS, Origin, Release, Table
from survey.web.formats import dollars_in
from survey.web.languages import locale_of, translations

HIDDEN = "Not shown, to protect people."
"""The one sentence for whatever is hidden: no reasons, no hints."""
ORIGINS: Mapping[Origin, str] = {"simulated": "Made-up data", "imported": "Imported answers"}

UNITS = {
    "USD/hour": "%s an hour",
    "USD/week": "%s a week",
    "USD/month": "%s a month",
    "USD/year": "%s a year",
    "people": "%s people",
    "clients": "%s clients",
    "hours": "%s hours",
    "hours/week": "%s hours a week",
    "hours/month": "%s hours a month",
    "days": "%s days",
    "weeks": "%s weeks",
    "times": "%s times",
    "percent": "%s percent",
    "years": "%s years",
}
"""Units that read as words; any other is written behind the number as it stands."""

WIDE = 2
"""Dollars; a median inside a wider bin is said without cents."""


def tr(lang: str, message: str, **values: object) -> str:
    """`message` in `lang`, with %(name)s filled from `values`."""
    text = translations(lang).gettext(message)
    return text % values if values else text


def say(text: Mapping[str, str], lang: str) -> str:
    """`text` in `lang`, else in the first language it has."""
    return text[lang] if lang in text else next(iter(text.values()))


def ended(sentence: str, lang: str) -> str:
    """The sentence with its full stop, as that language writes it."""
    return f"{sentence}{'。' if lang.startswith('zh') else '.'}"


def origin_label(release: Release, lang: str) -> str | None:
    """What every page and file says that does not hold answers given here; None for those."""
    label = ORIGINS.get(release.origin)
    return tr(lang, label) if label else None


def percent(share: float, lang: str) -> str:
    """0.637 -> 64%. Nobody is rounded away: 0.003 is "under 1%", 0.997 "over 99%"."""
    if 0 < share < 0.005:
        return tr(lang, "under %(share)s", share=_whole_percent(0.01, lang))
    if 0.995 <= share < 1:
        return tr(lang, "over %(share)s", share=_whole_percent(0.99, lang))
    return _whole_percent(share, lang)


@lru_cache(maxsize=4096)
def bare(value: float, unit: str | None, lang: str) -> str:
    """The number alone, as on an axis: $24.50, $52,000, 38, 6.5."""
    if unit is None or not unit.startswith("USD"):
        return format_decimal(value, format="#,##0.#", locale=locale_of(lang))
    cents = abs(value) < 1000 and round(value, 2) != round(value)
    return dollars_in(locale_of(lang), value, cents)


def amount(value: float | str, unit: str | None, lang: str) -> str:
    """A number (or a range of them) with its unit: $24.50 an hour, 38 people."""
    text = value if isinstance(value, str) else bare(value, unit, lang)
    if unit is None:
        return text
    return tr(lang, UNITS[unit]) % text if unit in UNITS else f"{text} {unit}"


def about(table: Table, name: str, unit: str | None) -> float | None:
    """A published quantile as sentences say it: whole dollars where its bin is over $2 wide.

    It is interpolated inside that bin, so cents would promise what nobody knows.
    """
    value = table.quantile(name)
    if value is None or unit is None or not unit.startswith("USD"):
        return value
    closed = ((low, high) for low, high, _ in table.bins if low is not None and high is not None)
    wide = any(low <= value < high and high - low > WIDE for low, high in closed)
    return float(floor(value + 0.5)) if wide else value


def unit_name(unit: str, lang: str) -> str:
    """The unit as the head of a column: Dollars an hour, People."""
    word = tr(lang, "Dollars") if unit.startswith("USD") else ""
    name = (tr(lang, UNITS[unit]) % word).strip() if unit in UNITS else unit
    return name[:1].upper() + name[1:]


def between(low: float | None, high: float | None, unit: str | None, lang: str) -> str:
    """A half-open bin: under $16, $22 to under $24, $60 and more."""
    if low is None and high is None:
        return tr(lang, "any number")
    if low is None:
        return tr(lang, "under %(high)s", high=bare(high or 0, unit, lang))
    if high is None:
        return tr(lang, "%(low)s and more", low=bare(low, unit, lang))
    ends = {"low": bare(low, unit, lang), "high": bare(high, unit, lang)}
    return tr(lang, "%(low)s to under %(high)s", **ends)


def month(value: str, lang: str) -> str:
    """2026-11 -> November 2026"""
    year, number = value.split("-")
    return format_skeleton("yMMMM", date(int(year), int(number), 1), locale=locale_of(lang))


def group_name(release: Release, breakdown: str | None, group: str | None, lang: str) -> str:
    """The name of a group; all others and the whole unit have names of their own."""
    if breakdown is None or group is None:
        return tr(lang, "Everyone who answered")
    if group == OTHERS:
        return tr(lang, "All others")
    groups = next(b.groups for b in release.breakdowns if b.id == breakdown)
    return say(next(g.label for g in groups if g.id == group), lang)


def _whole_percent(share: float, lang: str) -> str:
    # Half a percent goes up, as people expect, not to the even neighbor.
    return _percent(int(share * 100 + 0.5 + 1e-9), lang)


@lru_cache(maxsize=1024)
def _percent(hundredths: int, lang: str) -> str:
    """Babel takes a tenth of a millisecond, and a release has thousands of shares."""
    return format_percent(hundredths / 100, format="#,##0%", locale=locale_of(lang))
