"""The public summary: the whole unit's answers, question by question. Pure.

Groups stay on the desk, and so does who answered (job, site, race …): neither is the public's.
"""

from dataclasses import dataclass, replace

from reports.topics import questions_on
from reports.wording import between, percent, say
from survey.release.model import Release, ReleasedQuestion


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer or bin: how many gave it, and their share in words and from 0 to 1."""

    label: str
    count: int
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers; `n` None where it is not shown."""

    id: str
    asked: str
    n: int | None
    answers: tuple[Answer, ...]


def whole_unit(release: Release) -> Release:
    """The release without its groups: what the public page is made from, and all it can show."""
    return replace(
        release,
        breakdowns=tuple(replace(one, groups=()) for one in release.breakdowns),
        questions=tuple(
            replace(question, tables=tuple(t for t in question.tables if t.breakdown is None))
            for question in release.questions
        ),
        hidden=tuple(one for one in release.hidden if one.breakdown is None),
    )


def summary_of(release: Release, lang: str) -> tuple[Question, ...]:
    """Every question about work, in the order asked."""
    return tuple(
        _question(question, lang)
        for question in questions_on(release, "pay", "caseload", "turnover", "questions")
    )


def _question(question: ReleasedQuestion, lang: str) -> Question:
    table = question.table()
    if table is None:
        return Question(question.id, say(question.text, lang), None, ())
    counted = [(say(o.label, lang), table.count(o.id)) for o in question.options]
    if question.kind == "number":
        counted = [(between(low, high, question.unit, lang), n) for low, high, n in table.bins]
    if question.kind == "choices":
        counted.sort(key=lambda pair: -pair[1])
    answers = (
        Answer(label, count, count / table.n, percent(count / table.n, lang))
        for label, count in counted
    )
    return Question(question.id, say(question.text, lang), table.n, tuple(answers))
