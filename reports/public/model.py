"""The campaign page as frozen data. Texts are by language; the reader is content.py."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.reference.benchmarks import Benchmark

Text = Mapping[str, str]
Languages = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """A heading with paragraphs."""

    title: Text
    paragraphs: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A short heading with a sentence or two; `source` where it states law."""

    title: Text
    text: Text
    source: str | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """A heading with points; `note` stands above them."""

    title: Text
    items: tuple[Point, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A public figure: of union and nonunion workers, or (nonunion None) a single one."""

    caption: Text
    unit: Text
    period: Text
    union: Benchmark
    nonunion: Benchmark | None
    note: Text | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What public figures say about workers with and without a union."""

    title: Text
    intro: Text
    caution: Text
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class WageBlock:
    """Which occupations (SOC code, label) and areas can be compared; the first area is shown."""

    title: Text
    intro: Text
    occupations: tuple[tuple[str, Text], ...]
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody said, by their job; an example says that it is one."""

    quote: Text
    role: Text
    example: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """The way to the survey."""

    title: Text
    text: Text
    reminders: tuple[Text, ...]
    button: Text


@dataclass(frozen=True, slots=True)
class Join:
    """How to reach the organizers."""

    title: Text
    paragraphs: tuple[Text, ...]
    email: str
    email_label: Text


@dataclass(frozen=True, slots=True)
class Content:
    """The whole page. `made_up`: campaign, quotes and address are invented; the page says so."""

    campaign: str
    languages: Languages
    made_up: bool
    name: Text
    headline: Text
    movement: Prose
    working_toward: Points
    union_difference: Difference
    wages: WageBlock
    quotes_title: Text
    quotes: tuple[Quote, ...]
    survey: Invitation
    join: Join
    rights: Points
