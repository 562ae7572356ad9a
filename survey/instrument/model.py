"""The frozen model of an instrument: what is asked, and how its answers may be broken down.

The loader makes it from a definition, the checker vouches for it; everything else reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

Kind = Literal["choice", "choices", "scale", "number"]
Text = Mapping[str, str]
"""A text by language: {"en": …, "es": …}; the first language of the definition is always there."""

Answer = str | frozenset[str] | float
"""choice, scale: an option id; choices: option ids; number: a value in the question's own unit."""
Answers = Mapping[str, Answer]
"""By question id. No answer, "prefer not to say" and "does not apply" are all simply absent."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be picked."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class ShowIf:
    """The question is asked only of those whose answer to `question` is one of `options`."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Fields that a kind does not use are empty."""

    id: str
    kind: Kind
    text: Text
    help: Text | None = None
    options: tuple[Option, ...] = ()
    max: int | None = None
    """choices: how many may be ticked."""
    unit: str | None = None
    also: tuple[tuple[str, float], ...] = ()
    """number: other units a worker may answer in, each with what to divide by to get `unit`."""
    edges: tuple[float, ...] = ()
    """number: rising; bin i is [edges[i-1], edges[i]), the first and the last bin are open."""
    by: tuple[str, ...] = ()
    """At most two breakdown ids."""
    sensitive: bool = False
    """An answer could be held against the person."""
    personal: bool = False
    """Offers "prefer not to say"; counts as no answer."""
    not_applicable: bool = False
    """number: offers "does not apply to me"; counts as no answer."""
    show_if: ShowIf | None = None
    family: str | None = None
    """Near-duplicates share a family: one pair, one base (all answered), one set of groups."""

    @property
    def bins(self) -> tuple[tuple[float | None, float | None], ...]:
        """Number: (from, to) of each bin, half-open, None for an open end."""
        return tuple(pairwise((None, *self.edges, None))) if self.edges else ()

    @property
    def cells(self) -> int:
        """How many options or bins one table of this question counts."""
        return len(self.edges) + 1 if self.kind == "number" else len(self.options)


@dataclass(frozen=True, slots=True)
class Group:
    """One value of a breakdown: either option ids of its source or one band of a number."""

    id: str
    label: Text
    options: tuple[str, ...] = ()
    band: tuple[float | None, float | None] | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A split of the unit by one source question (kind choice or scale, or number by bands)."""

    id: str
    label: Text
    source: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that stand together on the page."""

    id: str
    title: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole instrument, as it was checked. `k` is the smallest number of people shown."""

    id: str
    title: Text
    languages: tuple[str, ...]
    k: int
    breakdowns: tuple[Breakdown, ...]
    sections: tuple[Section, ...]
    intro: Text | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order asked."""
        return tuple(q for s in self.sections for q in s.questions)

    def question(self, qid: str) -> Question:
        """The question of that id; KeyError if there is none."""
        return {q.id: q for q in self.questions}[qid]

    def breakdown(self, bid: str) -> Breakdown:
        """The breakdown of that id; KeyError if there is none."""
        return {b.id: b for b in self.breakdowns}[bid]


@dataclass(frozen=True, slots=True)
class Headcounts:
    """How many people work in the unit and in its groups, as far as known; `estimate` says so."""

    unit: int | None = None
    groups: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Breakdown id -> group id -> people."""
    estimate: bool = False


def say(text: Text, lang: str) -> str:
    """`text` in `lang`, else in the definition's first language."""
    return text[lang] if lang in text else next(iter(text.values()))
