"""A release: what one opening publishes. Frozen, and the only thing that reports ever read."""

from dataclasses import dataclass
from typing import Literal

from survey.instrument.model import Kind, Text

FORMAT = "survey-release/1"
"""Name of the contract that the published JSON keeps; a change bumps the number."""

OTHERS = "*others"
"""Group id of a breakdown's hidden groups and missing values taken together."""

Origin = Literal["survey", "simulated", "imported"]
Access = Literal["codes", "open"]


class ReleaseError(Exception):
    """A release cannot be made or read; the text is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Table:
    """One published table: the unit (breakdown None), a group, or all others of a breakdown.

    `n` people answered. `counts` (by option) or `bins` (from, to, people; half-open, None is open).
    `quantiles`: p25, p50, p75 where enough people answered and the bin is closed.
    """

    breakdown: str | None
    group: str | None
    n: int
    counts: tuple[tuple[str, int], ...] = ()
    bins: tuple[tuple[float | None, float | None, int], ...] = ()
    quantiles: tuple[tuple[str, float], ...] = ()

    def count(self, option: str) -> int:
        """People who gave that option; 0 where the table does not name it."""
        return dict(self.counts).get(option, 0)

    def quantile(self, name: str) -> float | None:
        """p25, p50 or p75, or None where it is not published."""
        return dict(self.quantiles).get(name)


@dataclass(frozen=True, slots=True)
class ReleasedOption:
    """An option or a group, as it is named in the release."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class ReleasedGroup:
    """A group of a breakdown with its headcount, if known."""

    id: str
    label: Text
    headcount: int | None


@dataclass(frozen=True, slots=True)
class ReleasedBreakdown:
    """A breakdown of the release."""

    id: str
    label: Text
    groups: tuple[ReleasedGroup, ...]


@dataclass(frozen=True, slots=True)
class ReleasedQuestion:
    """A question with its published tables; none where the whole question is hidden."""

    id: str
    text: Text
    kind: Kind
    sensitive: bool
    unit: str | None
    by: tuple[str, ...]
    show_if: tuple[str, tuple[str, ...]] | None
    options: tuple[ReleasedOption, ...]
    tables: tuple[Table, ...]

    def table(self, breakdown: str | None = None, group: str | None = None) -> Table | None:
        """The published table of that group, or None where it is not shown."""
        wanted = (t for t in self.tables if (t.breakdown, t.group) == (breakdown, group))
        return next(wanted, None)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A table that is not shown. breakdown and group None: the whole question."""

    question: str
    breakdown: str | None
    group: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that was published of one wave. `closed` is a month, as 2026-11."""

    campaign: str
    wave: str
    title: Text
    origin: Origin
    access: Access
    k: int
    fingerprint: str
    closed: str
    responses: int
    headcount: int | None
    headcount_estimate: bool
    breakdowns: tuple[ReleasedBreakdown, ...]
    questions: tuple[ReleasedQuestion, ...]
    hidden: tuple[Hidden, ...]

    def question(self, qid: str) -> ReleasedQuestion | None:
        """The question of that id, or None."""
        return next((q for q in self.questions if q.id == qid), None)
