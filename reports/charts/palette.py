"""Colors of charts, light and dark, told apart by color-blind readers and in gray.

A color says something: `hot` marks the answers that the sentence counts, `cool` the other answers,
`plain` a figure of ours where nothing is singled out, `muted` all others, `public` a figure from
elsewhere. Every filling has 3:1 or more against the card it lies on (WCAG 1.4.11); a test checks.
"""

from collections.abc import Mapping
from typing import Literal

Tone = Literal["plain", "hot", "cool", "muted", "public"]
Theme = Literal["light", "dark"]

INK, SOFT, LINE, CARD, TRACK = "#1a2321", "#525e5a", "#ddd8cb", "#ffffff", "#efece4"
DARK_TEXT, LIGHT_TEXT = "#10201d", "#fffffe"
"""Inside a filling, whichever reads better; in the dark theme every filling takes dark text."""
_FRAME = {
    INK: "#ebefe9",
    SOFT: "#abb7b1",
    LINE: "#3a4844",
    CARD: "#19221f",
    TRACK: "#26312d",
    LIGHT_TEXT: DARK_TEXT,
}

_STEPS: Mapping[Tone, tuple[tuple[str, str], ...]] = {
    "plain": (
        ("#5b9a8f", "#54958a"),
        ("#3a7c71", "#69ae9f"),
        ("#2b6d62", "#80c4b4"),
        ("#14524a", "#9ad9ca"),
        ("#0a342e", "#cdf1e9"),
    ),
    "hot": (("#d07a1a", "#c4822a"), ("#b85c00", "#f0ad3d"), ("#8a3f00", "#ffd9a0")),
    "cool": (
        ("#8292a4", "#74869e"),
        ("#62738a", "#90a2ba"),
        ("#536379", "#adbccf"),
        ("#3f4e63", "#ccd9e8"),
    ),
    "muted": (("#6b7672", "#9aa6a1"),),
    "public": (("#4a6fb3", "#8fb0ec"),),
}
SOLID: Mapping[Tone, int] = {"plain": 3, "hot": 1, "cool": 1, "muted": 0, "public": 0}
"""The step of a tone that stands alone."""

TO_DARK: Mapping[str, str] = _FRAME | {
    light: dark for steps in _STEPS.values() for light, dark in steps
}
"""Every light color that the pens draw with -> its dark counterpart."""
FILLINGS: tuple[tuple[str, str], ...] = tuple(pair for steps in _STEPS.values() for pair in steps)


def solid(tone: Tone) -> str:
    """The color of a tone that stands alone (light theme)."""
    return _STEPS[tone][SOLID[tone]][0]


def step(tone: Tone, place: int, of: int) -> str:
    """The color of the place-th (from 0) of `of` neighbors of one tone (light theme)."""
    return _STEPS[tone][shade(tone, place, of)][0]


def shade(tone: Tone, place: int, of: int) -> int:
    """Which of the tone's steps that is."""
    if of == 1:
        return SOLID[tone]
    return round(place * (len(_STEPS[tone]) - 1) / (of - 1))


def style_rules(theme: Theme) -> Mapping[str, str]:
    """Class -> filling: the colors as the style sheet has to name them."""
    column = 0 if theme == "light" else 1
    return {
        f"tone-{tone}-{number}": pair[column]
        for tone, steps in _STEPS.items()
        for number, pair in enumerate(steps)
    }


def themed(color: str, theme: Theme) -> str:
    """A light color as it is in `theme`."""
    return TO_DARK.get(color, color) if theme == "dark" else color


def text_on(filling: str) -> str:
    """The text color that reads better on a filling."""
    white = contrast(filling, LIGHT_TEXT)
    return LIGHT_TEXT if white >= contrast(filling, DARK_TEXT) else DARK_TEXT


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors (WCAG 2.2, relative luminance of sRGB)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
