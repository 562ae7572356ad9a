"""What is singled out for each built-in question, and how it is said.

Written before any answer is seen, so that nobody picks the answers that suit. A question that is
not here, or whose options differ, speaks in its own words instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CASELOAD = "caseload"
CASELOAD_GOOD = "caseload-good"


@dataclass(frozen=True, slots=True)
class Notable:
    """Options that are counted together, and the predicate of "64% of 118 who answered …"."""

    options: tuple[str, ...]
    says: str


def _entry(options: str, says: str) -> Notable:
    return Notable(tuple(options.split()), says)


NOTABLE: Mapping[str, Notable] = {
    "leave": _entry("likely very-likely", "say they are likely to leave within 12 months"),
    "acuity": _entry("most all", "say that most or all of their clients have high needs"),
    "covering": _entry(
        "weekly often daily", "did the work of a job that was not filled at least once a week"
    ),
    "target": _entry("yes", "have a target for billable hours or units"),
    "target-reach": _entry(
        "never rarely", "can rarely or never reach their target within their paid hours"
    ),
    "target-missed": _entry(
        "discipline", "say that a missed target is followed by a warning or discipline"
    ),
    "pay-basics": _entry("far-short short", "say their pay does not cover basic costs"),
    "last-raise": _entry("two-years longer", "got their last raise more than a year ago"),
    "second-job": _entry("need", "have a second paid job, mainly because they need the money"),
    "bilingual-pay": _entry("no", "get no extra pay for using another language at work"),
    "breaks": _entry(
        "many every", "missed a meal or rest break on three or more days of their last full week"
    ),
    "on-call": _entry("some none", "are not paid for all of their time on call"),
    "skipped-care": _entry(
        "yes", "skipped or put off their own health care in the last 12 months because of cost"
    ),
    "vacancies": _entry(
        "one two three-up", "say that at least one job on their team is open and not filled"
    ),
    "assault": _entry("threat attack", "were attacked or threatened at work in the last 12 months"),
    "alone": _entry(
        "often always", "often or always work where no coworker could come quickly to help"
    ),
    "worn-out": _entry("often always", "often or always felt worn out by their work"),
    "supervision": _entry("never rarely", "rarely or never got the supervision they needed"),
    "raise-concerns": _entry(
        "very-unsafe unsafe", "would feel unsafe telling management about a problem at work"
    ),
    "wait": _entry(
        "quarter longer", "say that new clients wait five weeks or longer for a first visit"
    ),
    "lost-clinician": _entry(
        "few half most", "have clients who lost their main worker in the last 12 months"
    ),
    "staffing-harm": _entry(
        "weekly often daily", "say that too few staff made client care worse at least once a week"
    ),
}
MEDIANS: Mapping[str, str] = {
    CASELOAD: "have a caseload below about %(value)s",
    CASELOAD_GOOD: "say they could serve fewer than about %(value)s well",
    "notes-hours": "spent less than about %(value)s on notes and other paperwork",
    "pay": "are paid less than about %(value)s",
    "unpaid-hours": "worked less than about %(value)s without pay",
}
"""The predicate of "Half of 118 who answered …"."""
