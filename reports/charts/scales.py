"""Axes with round ticks."""

from collections.abc import Iterable
from math import ceil, floor, log10

from reports.charts.model import Axis
from reports.wording import bare, percent

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
CHARACTERS = 40
"""Of all ticks together, with a space on both sides: what a phone has room for."""
SHARE_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def share_axis(lang: str) -> Axis:
    """0 to 100%, always whole: a cut axis would make small differences look large."""
    return Axis(0.0, 1.0, tuple((t, percent(t, lang)) for t in SHARE_TICKS))


def number_axis(values: Iterable[float], unit: str | None, lang: str) -> Axis:
    """From a round number below the smallest value to one above the largest.

    As many ticks as have room on a phone. Values that are not negative get such an axis.
    """
    found = sorted(values)
    for most in range(6, 1, -1):
        axis = _axis(found, unit, lang, most)
        if sum(len(text) + 2 for _, text in axis.ticks) <= CHARACTERS:
            break
    return axis


def within(low: float, high: float, unit: str | None, lang: str) -> Axis:
    """Exactly from low to high, with the round ticks that lie between them."""
    ticks = number_axis([low, high], unit, lang).ticks
    return Axis(low, high, tuple(t for t in ticks if low <= t[0] <= high))


def _axis(found: list[float], unit: str | None, lang: str, ticks: int) -> Axis:
    low, high = found[0], found[-1]
    if low == high:
        low, high = (low * 0.8, high * 1.2) if low else (0.0, 1.0)
    width = _round((high - low) / ticks)
    first = floor(low / width - 1e-9) * width
    last = ceil(high / width + 1e-9) * width
    if found[0] >= 0:
        first = max(0.0, first)
    places = [first + i * width for i in range(round((last - first) / width) + 1)]
    return Axis(first, last, tuple((p, bare(p, unit, lang)) for p in places))


def _round(raw: float) -> float:
    """The smallest round step that is not under `raw`."""
    power = 10.0 ** floor(log10(raw))
    return next(s * power for s in STEPS if s * power >= raw - 1e-12)
