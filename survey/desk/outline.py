"""What a release shows and what it hides, by question and without a single figure. Pure."""

from dataclasses import dataclass

from survey.instrument.model import say
from survey.release.model import OTHERS, Release, ReleasedQuestion

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Split:
    """One breakdown of a question: labels of the groups that are shown and of the hidden ones."""

    label: str
    shown: tuple[str, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One question. `shown` is False where nothing of it is published."""

    text: str
    sensitive: bool
    shown: bool
    splits: tuple[Split, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole release. `groups` and `groups_shown` count tables of groups."""

    lines: tuple[Line, ...]
    groups: int
    groups_shown: int

    @property
    def shown(self) -> int:
        """How many questions are shown at all."""
        return sum(line.shown for line in self.lines)


def outline(release: Release) -> Outline:
    """Reduce a release to what is shown and what is hidden."""
    lines = tuple(_line(release, question) for question in release.questions)
    splits = [split for line in lines for split in line.splits]
    shown = sum(len(s.shown) for s in splits)
    return Outline(lines, shown + sum(len(s.hidden) for s in splits), shown)


def _line(release: Release, question: ReleasedQuestion) -> Line:
    splits = tuple(_split(release, question, bid) for bid in question.by)
    shown = question.table() is not None
    return Line(say(question.text, LANGUAGE), question.sensitive, shown, splits)


def _split(release: Release, question: ReleasedQuestion, breakdown_id: str) -> Split:
    breakdown = next(b for b in release.breakdowns if b.id == breakdown_id)
    tables = {t.group for t in question.tables if t.breakdown == breakdown_id} - {None, OTHERS}
    names = [(g.id in tables, say(g.label, LANGUAGE)) for g in breakdown.groups]
    return Split(
        label=say(breakdown.label, LANGUAGE),
        shown=tuple(name for there, name in names if there),
        hidden=tuple(name for there, name in names if not there),
    )
