"""Our pay beside what is paid elsewhere: which rows, and the sentence above them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.charts.model import Chart
from reports.charts.subject import Subject
from reports.charts.wages import UNIT, Pay, own_pay, public_pay, wage_chart
from reports.headcounts import certain_headcounts
from reports.intervals import quantile_interval
from reports.reference.wages import (
    LATEST,
    SOCIAL_WORKERS,
    Blank,
    Wage,
    all_wages,
    areas_of_oregon,
    wages_for,
)
from reports.wording import about, amount, bare, group_name, origin_label, tr
from survey.release.model import OTHERS, Release, ReleasedQuestion, Table

STATE, NATION = "Oregon", "United States"
EVERYONE = "everyone"
BROAD = "00-0000"
"""All occupations together."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader chose: SOC code, area, and "everyone" or breakdown=group of ours."""

    occupation: str
    area: str
    group: str


@dataclass(frozen=True, slots=True)
class _Median:
    """Our median as published, as it is said, and the ends of its interval if it has them."""

    value: float
    said: float
    low: float | None
    high: float | None

    def excludes(self, public: float) -> bool:
        """Whether the public figure lies outside, so that there is a difference to speak of."""
        if self.low is None or self.high is None:
            return False
        return not self.low <= public <= self.high

    def gap(self, public: float) -> float:
        """Dollars between the two, no more exact than ours is said."""
        gap = abs(public - self.value)
        return gap if self.said == self.value else max(1, round(gap))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The chart, its sentence (None where a figure for it is missing), and what can be chosen."""

    chart: Chart
    sentence: str | None
    asked: Asked
    occupations: tuple[tuple[str, str], ...]
    areas: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    source: Wage

    @property
    def mixed(self) -> bool:
        """All jobs of ours beside one occupation."""
        return self.asked.group == EVERYONE and self.asked.occupation != BROAD

    @property
    def elsewhere(self) -> bool:
        """The area has no figures for that occupation, so the state's are used."""
        return self.source.area != self.asked.area


def compare(release: Release, asked: Asked, lang: str) -> Comparison | None:
    """Our pay beside the public figures; None without pay of ours, or for an unknown choice."""
    question = release.question("pay")
    if question is None or question.unit != UNIT or question.table() is None:
        return None
    groups = _groups(release, question, lang)
    wage = wages_for(asked.occupation, asked.area) or wages_for(asked.occupation, STATE)
    if wage is None or asked.group not in dict(groups) or asked.area not in areas_of_oregon():
        return None
    subject = Subject(release, question, lang)
    table = question.table(*_place(asked.group))
    ours = [own_pay(subject, table)] if table else []
    median = _median(release, question, table) if table else None
    theirs = list(_public(asked, lang))
    title = tr(lang, "Pay an hour, ours and public figures: %(who)s", who=wage.occupation)
    origin = origin_label(release, lang)
    caption = f"{subject.source(table.n if table else None)} {wage.source}."
    return Comparison(
        chart=wage_chart("pay.wages", title, caption, [*ours, *theirs], lang, origin),
        sentence=_sentence(dict(groups)[asked.group], median, wage, lang) if median else None,
        asked=asked,
        occupations=tuple(_occupations()),
        areas=areas_of_oregon(),
        groups=groups,
        source=wage,
    )


def default_choice() -> Asked:
    """Where a reader starts."""
    return Asked(SOCIAL_WORKERS, STATE, EVERYONE)


def _public(asked: Asked, lang: str) -> Iterable[Pay]:
    """The area, the state and the nation; one that is not in the file is left out."""
    for area in dict.fromkeys((asked.area, STATE, NATION)):
        wage = wages_for(asked.occupation, area)
        if wage is not None:
            yield public_pay(area, wage, lang)


def _occupations() -> Iterable[tuple[str, str]]:
    found = {w.soc: w.occupation for w in all_wages() if w.area == STATE and w.period == LATEST}
    return sorted(found.items(), key=lambda pair: (pair[0] != BROAD, pair[1]))


def _groups(release: Release, question: ReleasedQuestion, lang: str) -> tuple[tuple[str, str], ...]:
    """Everyone, and each of our groups that has a median; all others are no group to speak of."""
    named = (
        (f"{t.breakdown}={t.group}", group_name(release, t.breakdown, t.group, lang))
        for t in question.tables
        if t.breakdown and t.group != OTHERS and t.quantile("p50") is not None
    )
    return ((EVERYONE, group_name(release, None, None, lang)), *named)


def _place(group: str) -> tuple[str | None, str | None]:
    if group == EVERYONE:
        return None, None
    breakdown, _, name = group.partition("=")
    return breakdown, name


def _median(release: Release, question: ReleasedQuestion, table: Table) -> _Median | None:
    """Our median with its interval; None where it is not published."""
    value, said = table.quantile("p50"), about(table, "p50", UNIT)
    if value is None or said is None:
        return None
    people = certain_headcounts(release, question).get((table.breakdown, table.group))
    interval = quantile_interval(table.bins, 0.5, people)
    ends = (interval.low, interval.high) if interval else (None, None)
    return _Median(value, said, *ends)


def _sentence(group: str, ours: _Median, wage: Wage, lang: str) -> str | None:
    """The two medians in words; None where the public one is not there."""
    if isinstance(wage.h_median, Blank):
        return None
    public = float(wage.h_median)
    texts = {
        "group": group,
        "ours": amount(ours.said, UNIT, lang),
        "occupation": wage.occupation,
        "area": wage.area,
        "theirs": bare(public, UNIT, lang),
        "gap": bare(ours.gap(public), UNIT, lang),
    }
    middle = "%(group)s: half are paid less than about %(ours)s. "
    if ours.low is None and ours.high is None:
        middle = (
            "%(group)s: half are paid less than about %(ours)s (too few answered to give a range). "
        )
    theirs = "%(occupation)s in %(area)s, all employers: half are paid less than %(theirs)s"
    end = ". This survey cannot tell whether pay here is higher or lower than there."
    if ours.excludes(public):
        end = ", about %(gap)s more." if public > ours.value else ", about %(gap)s less."
    return tr(lang, middle + theirs + end, **texts)
