"""Definitions by role, and people of each: for questions that hang together."""

from release_factory import (
    ask,
    broken,
)

from survey.instrument.model import Definition, Question, Section
from survey.release.model import Release

ROLES = ("nurse", "aide", "cook", "clerk")
ROLE = broken("role", "role", **{r: (r,) for r in ROLES})


def define(*questions: Question, k: int = 5, breakdowns: tuple = (ROLE,)) -> Definition:  # type: ignore[type-arg]
    asked = (ask("role", "choice", *ROLES), *questions)
    section = Section("s", {"en": "S"}, asked)
    return Definition("d", {"en": "D"}, ("en", "es"), k, breakdowns, (section,))


def staff(**counts: int) -> list[dict[str, str]]:
    return [{"role": role} for role, count in counts.items() for _ in range(count)]


def groups(release: Release, qid: str) -> list[str | None]:
    question = release.question(qid)
    assert question is not None
    return [t.group for t in question.tables]
