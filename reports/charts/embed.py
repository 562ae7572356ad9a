"""Charts in a page: the figure as data for charts.js, and pictures for the time before and without.

Pictures are made once per process and kept, as a release never changes.
"""

from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup

from reports.charts.model import Chart, Key
from reports.charts.palette import TO_DARK, Tone, shade
from reports.charts.paper import HALF, NARROW, WIDE, png, svg
from reports.charts.screen import CONFIG, figure_json

WIDTHS = {"wide": WIDE, "half": HALF, "narrow": NARROW}


def chart_settings(lang: str) -> dict[str, object]:
    """What charts.js needs once per page."""
    return {"config": {**CONFIG, "locale": lang}, "dark": dict(TO_DARK)}


def tone_class(tone: Tone) -> str:
    """The class of a tone that stands alone."""
    return f"tone-{tone}-{shade(tone, 0, 1)}"


def key_class(key: Key) -> str:
    """The class that gives a key its color."""
    return f"tone-{key.tone}-{shade(key.tone, key.place, key.of)}"


@lru_cache(maxsize=512)
def figure(chart: Chart) -> Markup:
    """The figure as JSON that may stand in a script element of type application/json."""
    text = figure_json(chart).replace("&", "\\u0026").replace("<", "\\u003c")
    return Markup(text.replace(">", "\\u003e"))  # noqa: S704 - escaped in the line above


def svg_of(chart: Chart, asked: Mapping[str, str]) -> str:
    """The picture that ?width= (wide, half, narrow), ?theme= (light, dark) and ?frame= ask for."""
    width = WIDTHS.get(asked.get("width", ""), WIDE)
    full = asked.get("frame") == "full"
    dark = asked.get("theme") == "dark" and not full
    return _svg(chart, width, dark, full)


@lru_cache(maxsize=256)
def png_of(chart: Chart) -> bytes:
    """The picture to save, with its title, source and kind of data in it."""
    return png(chart)


@lru_cache(maxsize=1024)
def _svg(chart: Chart, width: float, dark: bool, full: bool) -> str:
    return svg(chart, width, "dark" if dark else "light", "full" if full else "bare")
