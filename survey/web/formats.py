"""Numbers, dollars and months as the reader's language writes them (Babel, CLDR)."""

from datetime import date

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_currency, format_decimal
from flask import Flask

from survey.web.languages import current_language, locale_of


def number(value: float) -> str:
    """1234.5 -> 1,234.5"""
    return format_decimal(value, locale=locale_of(current_language()))


def money(dollars: float, cents: bool | None = None) -> str:
    """24.5 -> $24.50; 52000 -> $52,000. Cents are shown under 1,000 unless said otherwise."""
    shown = abs(dollars) < 1000 if cents is None else cents
    return dollars_in(locale_of(current_language()), dollars, shown)


def dollars_in(locale: Locale, dollars: float, cents: bool) -> str:
    """24.5 -> $24.50; without cents $25, in Russian 25 $: the sign stands where readers want it."""
    pattern = locale.currency_formats["standard"].pattern
    return format_currency(
        dollars,
        "USD",
        format=pattern if cents else pattern.replace("0.00", "0"),
        locale=locale,
        currency_digits=cents,
    )


def month(value: str) -> str:
    """2026-11 -> November 2026"""
    year, number_of_month = value.split("-")
    first = date(int(year), int(number_of_month), 1)
    return format_skeleton("yMMMM", first, locale=locale_of(current_language()))


def init_app(app: Flask) -> None:
    """Make them filters: {{ release.closed | month }}."""
    app.jinja_env.filters.update(number=number, money=money, month=month)
