"""What stands around a chart when it leaves its page: title, keys, caption and origin."""

import textwrap
from dataclasses import dataclass
from typing import Literal

from reports.charts.canvas import Canvas, characters
from reports.charts.geometry import LINE, SMALL, TEXT
from reports.charts.model import Head, Key
from reports.charts.palette import INK, SOFT, solid, step

Frame = Literal["bare", "keys", "full"]
TITLE = 17.0
TITLE_LINE = 23
MARGIN = 20.0
"""Around a full frame, in pixels."""
KEY = 20
"""From the left of a key to its label."""


@dataclass(frozen=True, slots=True)
class Around:
    """The lines above and below a chart, and how much room they take."""

    title: tuple[str, ...]
    keys: tuple[tuple[Key, ...], ...]
    caption: tuple[str, ...]
    origin: str | None
    margin: float
    width: float

    @property
    def above(self) -> float:
        """From the top of the sheet to the chart."""
        room = self.margin + len(self.title) * TITLE_LINE + (LINE if self.origin else 0)
        gap = 10 if self.title or self.keys else 0
        return room + len(self.keys) * LINE + gap + (6 if self.title and self.keys else 0)

    @property
    def below(self) -> float:
        """From the chart to the bottom of the sheet."""
        return self.margin + (8 + len(self.caption) * (LINE - 2) if self.caption else 0)

    def draw(self, canvas: Canvas, height: float) -> None:
        """Draw it on a sheet of that height, then measure from the chart's corner."""
        canvas.move(self.margin, self.margin, self.width)
        y = 0.0
        if self.origin:
            canvas.text(0, SMALL, self.origin, solid("hot"), SMALL, bold=True)
            y += LINE
        for line in self.title:
            canvas.text(0, y + TITLE, line, INK, TITLE, bold=True)
            y += TITLE_LINE
        y += 6 if self.title and self.keys else 0
        for keys in self.keys:
            _draw_keys(canvas, keys, y + TEXT)
            y += LINE
        y = height - 2 * self.margin - len(self.caption) * (LINE - 2)
        for place, line in enumerate(self.caption, start=1):
            canvas.text(0, y + place * (LINE - 2) - 3, line, SOFT, SMALL)
        canvas.move(self.margin, self.above, self.width)


def frame_of(head: Head, width: float, frame: Frame) -> Around:
    """The frame of a chart on a sheet of that width."""
    full = frame == "full"
    margin = MARGIN if full else 0.0
    inside = width - 2 * margin
    keys = _lines_of(head.keys, inside) if frame != "bare" else ()
    title = textwrap.wrap(head.title, characters(inside, TITLE)) if full else []
    caption = textwrap.wrap(head.caption, characters(inside, SMALL)) if full else []
    origin = head.origin if full else None
    return Around(tuple(title), keys, tuple(caption), origin, margin, inside)


def _lines_of(keys: tuple[Key, ...], width: float) -> tuple[tuple[Key, ...], ...]:
    lines: list[list[Key]] = []
    room = 0.0
    for key in keys:
        needed = _key_width(key)
        if not lines or room < needed:
            lines.append([])
            room = width
        lines[-1].append(key)
        room -= needed
    return tuple(map(tuple, lines))


def _key_width(key: Key) -> float:
    return KEY + len(key.label) * SMALL * 0.58 + 14


def _draw_keys(canvas: Canvas, keys: tuple[Key, ...], baseline: float) -> None:
    x = 0.0
    for key in keys:
        canvas.dot(x + 6, baseline - 5, 5, step(key.tone, key.place, key.of), hollow=key.hollow)
        canvas.text(x + KEY, baseline, key.label, INK, SMALL)
        x += _key_width(key)
