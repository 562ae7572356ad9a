"""Charts as frozen data: what is drawn, not how. Two pens draw them (`screen`, `paper`).

Every chart carries what a reader needs who cannot see it: a sentence, and the same figures as a
table. Labels stand at the marks; where several colors mean something, `keys` says what.
"""

from dataclasses import dataclass

from reports.charts.palette import Tone


@dataclass(frozen=True, slots=True)
class DataTable:
    """The figures of a chart. The first column names the row; the others are right-aligned.

    A row of two cells has a sentence in place of its figures: a hidden group, or no quartiles.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What a color means. `place` of `of` neighbors of the same tone."""

    label: str
    tone: Tone
    place: int = 0
    of: int = 1
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What every chart has. `origin` is said in the picture itself when it leaves the page."""

    id: str
    """Letters, digits, dots and hyphens: part of addresses and file names."""
    title: str
    caption: str
    """How many answered, and the source."""
    alt: str
    table: DataTable
    keys: tuple[Key, ...] = ()
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A row without a figure: a hidden group and its sentence."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A share of a whole (0 to 1), its text ("64%") and what a pointer shows."""

    label: str
    share: float
    text: str
    more: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars on tracks from 0 to 100%."""

    head: Head
    rows: tuple[Bar | Note, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One answer's share of a stack; `key` is its place in the head's keys."""

    key: int
    share: float
    text: str
    more: str


@dataclass(frozen=True, slots=True)
class Stack:
    """One group, whose parts make 100%."""

    label: str
    text: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class StackChart:
    """The answers of groups above one another, each 0 to 100%."""

    head: Head
    rows: tuple[Stack | Note, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """People between two edges (None: open). The area, not the height, is their share.

    It is drawn from `start` to `end`, as an open end has to be drawn somewhere.
    """

    low: float | None
    high: float | None
    start: float
    end: float
    share: float
    text: str
    more: str

    @property
    def density(self) -> float:
        """Share per unit of the axis: the height."""
        return self.share / (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Line:
    """A value that the eye should find: a median, everyone's figure, a public one."""

    value: float
    label: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of numbers: its ends and its ticks with their texts."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many people are where, bins as wide as they are."""

    head: Head
    bins: tuple[Bin, ...]
    axis: Axis
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure with how far it reaches: `inner` a thick line, `outer` a thin one, `also` a ring.

    In the axis' unit; None where there is nothing to draw (an open end reaches the axis' end).
    """

    label: str
    value: float
    text: str
    more: str
    tone: Tone = "plain"
    inner: tuple[float | None, float | None] | None = None
    outer: tuple[float | None, float | None] | None = None
    also: float | None = None


@dataclass(frozen=True, slots=True)
class DotChart:
    """Figures of groups on one axis."""

    head: Head
    rows: tuple[Dot | Note, ...]
    axis: Axis
    lines: tuple[Line, ...] = ()


Chart = BarChart | StackChart | Histogram | DotChart
