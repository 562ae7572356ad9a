"""Which dashboard a question is on: by its id for the built-in ones, else by its unit."""

from collections.abc import Mapping
from typing import Literal

from survey.release.model import Release, ReleasedQuestion

Topic = Literal["pay", "caseload", "turnover", "questions", "people"]
"""`people`: who answered (job, site, race …); `questions`: every other question."""

IDS: Mapping[Topic, str] = {
    "pay": (
        "pay pay-basics last-raise second-job bilingual-pay unpaid-hours on-call "
        "benefits-improve skipped-care"
    ),
    "caseload": (
        "caseload caseload-good notes-hours acuity covering target target-reach uncredited "
        "target-missed breaks"
    ),
    "turnover": "leave leave-why stay vacancies worn-out lost-clinician",
    "people": "role worksite tenure schedule credential language race gender",
}
_TOPICS = {qid: topic for topic, ids in IDS.items() for qid in ids.split()}


def topic_of(question: ReleasedQuestion, release: Release) -> Topic:
    """The topic of a question of this release."""
    if question.id in _TOPICS:
        return _TOPICS[question.id]
    if any(question.id == b.id for b in release.breakdowns):
        return "people"
    unit = question.unit or ""
    if unit.startswith("USD"):
        return "pay"
    return "caseload" if unit in {"people", "clients"} else "questions"


def questions_on(release: Release, *topics: Topic) -> tuple[ReleasedQuestion, ...]:
    """The questions on these topics, in the order asked."""
    return tuple(q for q in release.questions if topic_of(q, release) in topics)
