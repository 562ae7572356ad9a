"""Matplotlib as a sheet of pixels: origin at the top left, one unit is one pixel.

No pyplot (it keeps global state), and the same drawing gives the same bytes on every run.
"""

import io
import logging
import re
import warnings
from collections.abc import Sequence
from itertools import count
from threading import Lock

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patches import Circle, Patch, Rectangle

from reports.charts.palette import CARD, Theme, themed
from survey.typeset import CHINESE

fontManager.addfont(CHINESE)
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it comes in one weight
matplotlib.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "sealed-survey",
        "font.family": ["DejaVu Sans", "Noto Sans SC"],  # of PNG files: theirs is no text
    }
)

FAMILY = "'Source Sans 3', system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
"""Text stays text: the PDF embeds the first, a browser takes what the page around it has."""
DPI = 72
SHARP = 144
"""Of PNG files: twice the pixels, for print and for phones."""

_pen = Lock()
"""Matplotlib's text layout is not made for several threads."""
_STYLE = re.compile(r' style="([^"]*)"')
_REPEATED = re.compile(r"font-family: [^;]*;?|text-anchor: start;?")
_UNTURNED = re.compile(r' transform="rotate\(-0 [^"]*\)"')
_DROP = re.compile(
    r"<\?xml.*?\?>\s*|<!DOCTYPE.*?>\s*|<defs>\s*<style.*?</style>\s*</defs>\s*", re.S
)


class Canvas:
    """A sheet of `width` by `height` pixels. Colors are those of the light theme."""

    def __init__(self, width: float, height: float, theme: Theme, *, opaque: bool) -> None:
        self.width = width
        self._left = self._top = 0.0
        self._layers = count(1)
        self._theme: Theme = theme
        background = themed(CARD, theme) if opaque else "none"
        self._figure = Figure(
            figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=background, edgecolor="none"
        )
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)

    def move(self, left: float, top: float, width: float) -> None:
        """Measure from here on from (left, top) of the sheet, `width` pixels wide."""
        self._left, self._top, self.width = left, top, width

    def box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """A filled box, (x, y) its top left corner."""
        filling = themed(color, self._theme)
        self._add(
            Rectangle(
                (self._left + x, self._top + y),
                width,
                height,
                facecolor=filling,
                lw=0,
                clip_on=False,
            )
        )

    def line(
        self,
        xs: tuple[float, float],
        ys: tuple[float, float],
        color: str,
        width: float = 1.0,
        *,
        dashed: bool = False,
    ) -> None:
        """A straight line from (xs[0], ys[0]) to (xs[1], ys[1])."""
        style = (0, (4, 3)) if dashed else "solid"
        self._axes.plot(
            [self._left + x for x in xs],
            [self._top + y for y in ys],
            color=themed(color, self._theme),
            lw=width,
            ls=style,
            clip_on=False,
            scalex=False,
            scaley=False,
            zorder=next(self._layers),
        )

    def dot(self, x: float, y: float, radius: float, color: str, *, hollow: bool = False) -> None:
        """A disk, or a ring with the card's color inside."""
        color = themed(color, self._theme)
        inside = themed(CARD, self._theme) if hollow else color
        middle = (self._left + x, self._top + y)
        disk = Circle(middle, radius, facecolor=inside, edgecolor=color, lw=2, clip_on=False)
        self._add(disk)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        color: str,
        size: float,
        *,
        anchor: str = "left",
        bold: bool = False,
    ) -> None:
        """A line of text; y is its baseline, `anchor` left, center or right."""
        self._axes.text(
            self._left + x,
            self._top + y,
            text,
            fontsize=size,
            color=themed(color, self._theme),
            ha=anchor,
            va="baseline",
            weight="bold" if bold else "normal",
            parse_math=False,
            zorder=next(self._layers),
        )

    def _add(self, patch: Patch) -> None:
        # What is drawn later lies above, as on paper; matplotlib would put lines above areas.
        patch.set_zorder(next(self._layers))
        self._axes.add_patch(patch)

    def svg(self, title: str) -> str:
        """The sheet as SVG that needs no style sheet, so that a strict policy lets it be drawn."""
        out = io.BytesIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        with _pen, warnings.catch_warnings():
            # The reader's own font draws the text; what ours lacks does not matter.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            self._figure.savefig(out, format="svg", metadata=nothing)
        return _plain(out.getvalue().decode(), title)

    def png(self) -> bytes:
        """The sheet as PNG at twice the pixels."""
        out = io.BytesIO()
        with _pen, warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            self._figure.savefig(out, format="png", dpi=SHARP, metadata={"Software": None})
        return out.getvalue()


def characters(width: float, size: float) -> int:
    """About how many characters of that size fit on a line."""
    return max(12, int(width / (size * 0.56)))


def _plain(svg: str, title: str) -> str:
    """Style attributes become presentation attributes; the size scales; a title is spoken."""
    svg = _DROP.sub("", svg)
    svg = _UNTURNED.sub("", _REPEATED.sub("", svg.replace("\n", " ")))
    svg = _STYLE.sub(lambda found: _attributes(found[1]), svg)
    svg = re.sub(r"\s*<g id=\"[^\"]*\">\s*|\s*</g>\s*", lambda g: g[0].strip(), svg)
    return re.sub(
        r'width="([\d.]+)pt" height="([\d.]+)pt"([^>]*)>',
        lambda found: (
            f'width="{found[1]}" height="{found[2]}"{found[3]} role="img" '
            f'stroke-linejoin="round" font-family="{FAMILY}"><title>{_escaped(title)}</title>'
        ),
        svg,
        count=1,
    )


def _attributes(style: str) -> str:
    pairs: Sequence[tuple[str, str]] = [
        (name.strip(), value.strip())
        for name, _, value in (part.partition(":") for part in style.split(";"))
    ]
    return "".join(f' {name}="{value}"' for name, value in pairs if value)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
