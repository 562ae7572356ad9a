"""Our pay beside what is paid elsewhere: which rows, and the sentence above them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.charts.model import Chart
from reports.charts.subject import Subject
from reports.charts.wages import UNIT, Pay, own_pay, public_pay, wage_chart
from reports.reference.wages import (
    LATEST,
    SOCIAL_WORKERS,
    Blank,
    Wage,
    all_wages,
    areas_of_oregon,
    wages_for,
)
from reports.wording import amount, bare, group_name, origin_label, tr
from survey.release.model import OTHERS, Release, ReleasedQuestion

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
    theirs = list(_public(asked, lang))
    title = tr(lang, "Pay an hour, ours and public figures: %(who)s", who=wage.occupation)
    origin = origin_label(release, lang)
    caption = f"{subject.source(table.n if table else None)} {wage.source}."
    return Comparison(
        chart=wage_chart("pay.wages", title, caption, [*ours, *theirs], lang, origin),
        sentence=_sentence(dict(groups)[asked.group], ours, wage, lang),
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


def _sentence(group: str, ours: list[Pay], wage: Wage, lang: str) -> str | None:
    """The two medians in words; None where one of them is not there."""
    median, public = (ours[0].percentiles[2] if ours else None), wage.h_median
    if not isinstance(median, float) or isinstance(public, Blank):
        return None
    gap = round(float(public) - median, 2)
    texts = {
        "group": group,
        "ours": amount(median, UNIT, lang),
        "occupation": wage.occupation,
        "area": wage.area,
        "theirs": bare(float(public), UNIT, lang),
        "gap": bare(abs(gap), UNIT, lang),
    }
    middle = "%(group)s: half are paid less than about %(ours)s. "
    public_text = "%(occupation)s in %(area)s, all employers: half are paid less than %(theirs)s"
    end = ", about %(gap)s more." if gap > 0 else ", about %(gap)s less."
    return tr(lang, middle + public_text + (end if gap else "."), **texts)
