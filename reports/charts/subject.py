"""What every chart of a question needs: its words, its source, and which groups are hidden."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.charts.model import DataTable, Head, Key
from reports.charts.palette import Tone
from reports.findings import notable_answer
from reports.wording import HIDDEN, group_name, month, origin_label, say, tr
from survey.release.model import OTHERS, Release, ReleasedQuestion, Table


@dataclass(frozen=True, slots=True)
class Subject:
    """One question of a release in the language of the page or file."""

    release: Release
    question: ReleasedQuestion
    lang: str

    @property
    def asked(self) -> str:
        """The question as it was put."""
        return say(self.question.text, self.lang)

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """The breakdowns that the release has tables for, or hides groups of."""
        there = {b.id for b in self.release.breakdowns}
        return tuple(b for b in self.question.by if b in there and self.groups(b))

    @property
    def singled_out(self) -> frozenset[str]:
        """Options that the finding counts together; empty where none is singled out."""
        notable = notable_answer(self.question)
        return frozenset(notable.options) if notable else frozenset()

    def tone(self, option: str) -> Tone:
        """The color of an option: whether the sentence counts it."""
        if option == OTHERS:
            return "muted"
        if not self.singled_out:
            return "plain"
        return "hot" if option in self.singled_out else "cool"

    def tr(self, message: str, **values: object) -> str:
        """`message` in the subject's language."""
        return tr(self.lang, message, **values)

    def group(self, breakdown: str | None, group: str | None) -> str:
        """The name of a group, or of everyone."""
        return group_name(self.release, breakdown, group, self.lang)

    def breakdown_name(self, breakdown: str) -> str:
        """What the groups are groups of: job, worksite …"""
        return say(next(b.label for b in self.release.breakdowns if b.id == breakdown), self.lang)

    @property
    def hidden(self) -> str:
        """The one sentence for a hidden group."""
        return self.tr(HIDDEN)

    def groups(self, breakdown: str) -> list[tuple[str, Table | None]]:
        """Names and tables of a breakdown in its order, None where hidden; all others last."""
        own = [h for h in self.release.hidden if h.question == self.question.id]
        hidden = {h.group for h in own if h.breakdown == breakdown}
        found = next(b for b in self.release.breakdowns if b.id == breakdown)
        return [
            (self.group(breakdown, g), self.question.table(breakdown, g))
            for g in (*(g.id for g in found.groups), OTHERS)
            if g in hidden or self.question.table(breakdown, g)
        ]

    def rows(self, breakdown: str) -> list[tuple[str, Table | None]]:
        """Everyone, then the groups of a breakdown."""
        return [(self.group(None, None), self.question.table()), *self.groups(breakdown)]

    def title(self, breakdown: str) -> str:
        """The question, and by what it is broken down."""
        names = {"question": self.asked, "groups": self.breakdown_name(breakdown).lower()}
        return self.tr("%(question)s By %(groups)s.", **names)

    def source(self, n: int | None) -> str:
        """How many answered, whose answers, and when."""
        release = self.release
        where = {
            "title": say(release.title, self.lang),
            "campaign": release.campaign,
            "month": month(release.closed, self.lang),
        }
        text = self.tr("Source: %(title)s, %(campaign)s, %(month)s.", **where)
        return text if n is None else f"{self.tr('%(n)s answered.', n=n)} {text}"

    def head(
        self,
        name: str,
        title: str,
        alt: str,
        table: DataTable,
        keys: tuple[Key, ...] = (),
        note: str = "",
    ) -> Head:
        """The head of a chart of this question; `name` tells its charts apart.

        `note` says what the marks mean, ahead of the source.
        """
        unit = self.question.table()
        return Head(
            id=f"{self.question.id}.{name}",
            title=title,
            caption=f"{note} {self.source(unit.n if unit else None)}".strip(),
            alt=alt,
            table=table,
            keys=keys,
            origin=origin_label(self.release, self.lang),
        )


def tone_of(group: str | None) -> Tone:
    """All others are no group to speak of: they stay in the background."""
    return "muted" if group == OTHERS else "plain"


def listed(pairs: Iterable[tuple[str, str]]) -> str:
    """Labels and values for a reader who cannot see the chart: "Yes 64%; No 36%"."""
    return "; ".join(f"{label} {value}" for label, value in pairs)
