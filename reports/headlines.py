"""Which findings stand on an overview. The rules are fixed, so that nobody cherry-picks.

1. Whole unit only, and at most one finding per question: the figure that the phrase book singled
   out beforehand, else the answer that most people gave. Who answered (job, site, race …) is left
   out; so is a question of which nothing is shown.
2. LEADS come first, in this order, whatever they turned out as.
3. The others follow by share, largest first; equal shares in the order of the questionnaire.

Where groups differ: a group's singled-out figure beside everyone's, if the two intervals do not
overlap; the largest difference first. "All others" is no group that could be spoken of.
"""

from collections.abc import Iterable, Sequence

from reports.findings import Finding
from reports.topics import Topic, topic_of
from survey.release.model import OTHERS, Release

LEADS = ("leave", "caseload", "pay")
LIMIT = 9
GAPS = 5


def headlines(
    release: Release, found: Sequence[Finding], topics: Iterable[Topic] | None = None
) -> tuple[Finding, ...]:
    """The findings of an overview, at most LIMIT; of these topics, or of all but `people`."""
    wanted = set(topics) if topics else {"pay", "caseload", "turnover", "questions"}
    picked = []
    for question in release.questions:
        if topic_of(question, release) in wanted:
            own = [f for f in found if f.question == question.id and f.breakdown is None]
            picked += [f for f in (one_of(own),) if f]
    order = {lead: place for place, lead in enumerate(LEADS)}
    leads = sorted((f for f in picked if f.question in order), key=lambda f: order[f.question])
    rest = [f for f in picked if f.question not in order]
    rest.sort(key=lambda f: -f.value if f.share else 1.0)
    return tuple((leads + rest)[:LIMIT])


def gaps(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Groups that differ from everyone beyond both intervals, at most GAPS."""
    units = {(f.question, f.answer): f for f in found if f.breakdown is None}
    apart = [
        (abs(f.value - units[f.question, f.answer].value) / _scale(f), f)
        for f in found
        if f.breakdown and f.group != OTHERS and f.notable and (f.question, f.answer) in units
        if _disjoint(f, units[f.question, f.answer])
    ]
    apart.sort(key=lambda pair: -pair[0])
    return tuple(finding for _, finding in apart[:GAPS])


def one_of(own: Sequence[Finding]) -> Finding | None:
    """The one finding that stands for a question."""
    beside = next((f for f in own if f.answer == "p50-beside-good"), None)
    notable = next((f for f in own if f.notable), None)
    shares = [f for f in own if f.share]
    return beside or notable or max(shares, key=lambda f: f.value, default=None)


def _scale(finding: Finding) -> float:
    """What makes differences of shares and of numbers comparable: one whole, or everyone's."""
    if finding.share or finding.comparator is None:
        return 1.0
    return abs(finding.comparator.value) or 1.0


def _disjoint(one: Finding, other: Finding) -> bool:
    a, b = one.interval, other.interval
    if a is None or b is None or None in (a.low, a.high, b.low, b.high):
        return False
    return bool(a.low > b.high or b.low > a.high)  # type: ignore[operator]
