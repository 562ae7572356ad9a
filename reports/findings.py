"""Tables -> figures. Pure: a release goes in, frozen findings come out, nothing is read or written.

A table that is hidden has no finding, and no figure is worked out from two tables of a question:
the gate vouches for each table, and a comparison only sets two published figures side by side.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reports.headcounts import Key, certain_headcounts
from reports.intervals import Interval, quantile_interval, share_interval
from reports.phrases import CASELOAD, CASELOAD_GOOD, MEDIANS, NOTABLE, Notable
from reports.wording import about, amount, bare, ended, group_name, percent, say, tr
from survey.release.model import OTHERS, Release, ReleasedQuestion, Table

QUANTILES: Mapping[str, float] = {"p50": 0.5, "p25": 0.25, "p75": 0.75}
HOW_MANY = {
    "p25": "A quarter of %(n)s who answered",
    "p50": "Half of %(n)s who answered",
    "p75": "Three quarters of %(n)s who answered",
}
ANY_NUMBER = "gave less than about %(value)s for “%(question)s”"
CASELOADS = (
    "The median caseload is about %(have)s; the median that people say they could serve well "
    "is about %(could)s"
)


@dataclass(frozen=True, slots=True)
class Comparator:
    """What a figure is held against, in the figure's own unit; n None for a public figure."""

    label: str
    value: float
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure of a release, with its sentence.

    `value` is a share from 0 to 1 where `share` is true, else a number in `unit`. `answer` is the
    option ids joined by "+", or p25, p50, p75. `n` people answered, `count` of them so (shares).
    """

    id: str
    question: str
    breakdown: str | None
    group: str | None
    answer: str
    statement: str
    value: float
    unit: str | None
    share: bool
    n: int
    count: int | None
    interval: Interval | None
    comparator: Comparator | None = None
    notable: bool = False
    """The figure that was singled out for this question beforehand, whatever it turned out as."""
    about: float | None = None
    """Of a quantile: `value` as sentences say it, in whole dollars where its bin is wide."""

    @property
    def ids(self) -> frozenset[str]:
        """The options that are counted together; of a quantile its name."""
        return frozenset(self.answer.split("+"))


@dataclass(frozen=True, slots=True)
class _Scope:
    """One question of a release, and the language its findings are written in."""

    release: Release
    question: ReleasedQuestion
    lang: str
    headcounts: Mapping[Key, int]

    @property
    def tables(self) -> list[Table]:
        return sorted(self.question.tables, key=lambda t: t.breakdown is not None)

    @property
    def everyone(self) -> str:
        return group_name(self.release, None, None, self.lang)

    @property
    def asked(self) -> str:
        """The question without the instruction behind it ("Choose up to 3.")."""
        text = say(self.question.text, self.lang)
        mark = next((found for found in "?？" if found in text), None)
        return text[: text.index(mark) + 1] if mark else text

    def headcount(self, table: Table) -> int | None:
        return self.headcounts.get((table.breakdown, table.group))


@dataclass(frozen=True, slots=True)
class _Figure:
    """What makes a finding once its table is known. `count` is None for quantiles."""

    answer: str
    text: str
    value: float
    interval: Interval | None
    comparator: Comparator | None
    count: int | None = None
    notable: bool = False
    about: float | None = None


def findings(release: Release, lang: str) -> tuple[Finding, ...]:
    """Every figure of the release in the order of the questionnaire, the unit before its groups."""
    return tuple(f for q in release.questions for f in findings_of(release, q, lang))


def findings_of(release: Release, question: ReleasedQuestion, lang: str) -> tuple[Finding, ...]:
    """Every figure of one question, the unit before its groups."""
    scope = _Scope(release, question, lang, certain_headcounts(release, question))
    make = _quantiles if question.kind == "number" else _shares
    found = [f for table in scope.tables if table.n for f in make(scope, table)]
    if question.id == CASELOAD:
        found += _caseloads(scope)
    return tuple(found)


def value_text(finding: Finding, lang: str) -> str:
    """The figure itself: 64%, $24.50 an hour."""
    if finding.share:
        return percent(finding.value, lang)
    said = finding.value if finding.about is None else finding.about
    return amount(said, finding.unit, lang)


def interval_sentence(finding: Finding, lang: str) -> str:
    """What the interval says, with its condition; or that it has no end to speak of."""
    interval = finding.interval
    if interval is None or (interval.low is None and interval.high is None):
        return tr(lang, "Too few answered to give a range.")
    ends = {
        name: percent(end, lang) if finding.share else bare(end, finding.unit, lang)
        for name, end in (("low", interval.low), ("high", interval.high))
        if end is not None
    }
    if interval.method == "everybody":
        whole = "Everybody answered, so the figure for everyone is between %(low)s and %(high)s"
        if finding.share:
            whole = "Everybody answered, so this is the figure for everyone"
        return ended(tr(lang, whole, **ends), lang)
    text = "is very likely between %(low)s and %(high)s"
    if interval.low is None:
        text = "is very likely below %(high)s"
    if interval.high is None:
        text = "is very likely %(low)s or more"
    condition = "If those who did not answer are like those who did, the figure for everyone"
    return ended(f"{tr(lang, condition)} {tr(lang, text, **ends)}", lang)


def notable_answer(question: ReleasedQuestion) -> Notable | None:
    """The phrase book's entry, if this questionnaire has the answers that it names."""
    entry = NOTABLE.get(question.id)
    if entry is None or not {o.id for o in question.options}.issuperset(entry.options):
        return None
    # Ticks overlap, so those of two options cannot be added up.
    return entry if question.kind != "choices" or len(entry.options) == 1 else None


def _shares(scope: _Scope, table: Table) -> Iterator[Finding]:
    notable = notable_answer(scope.question)
    if notable and len(notable.options) > 1:
        yield _share(scope, table, notable.options, notable)
    # Nobody could choose the small answers that were put together.
    for option in (o for o in scope.question.options if o.id != OTHERS):
        singled_out = notable if notable and notable.options == (option.id,) else None
        yield _share(scope, table, (option.id,), singled_out)


def _share(
    scope: _Scope, table: Table, options: tuple[str, ...], notable: Notable | None
) -> Finding:
    count, lang = _count(table, options), scope.lang
    says = tr(lang, notable.says) if notable else _chose(scope, options)
    texts = {"share": percent(count / table.n, lang), "n": table.n, "says": says}
    whole, everyone = scope.question.table(), None
    if table.breakdown and whole and whole.n:
        everyone = Comparator(scope.everyone, _count(whole, options) / whole.n, whole.n)
    figure = _Figure(
        answer="+".join(options),
        text=tr(lang, "%(share)s of %(n)s who answered %(says)s", **texts),
        value=count / table.n,
        interval=share_interval(count, table.n, scope.headcount(table)),
        comparator=everyone,
        count=count,
        notable=notable is not None,
    )
    return _finding(scope, table, figure)


def _quantiles(scope: _Scope, table: Table) -> Iterator[Finding]:
    question, lang, whole = scope.question, scope.lang, scope.question.table()
    for name, q in QUANTILES.items():
        value = table.quantile(name)
        if value is None:
            continue
        said = about(table, name, question.unit)
        texts = {"value": amount(said or value, question.unit, lang), "question": scope.asked}
        says = tr(lang, MEDIANS.get(question.id, ANY_NUMBER), **texts)
        unit = whole.quantile(name) if table.breakdown and whole else None
        figure = _Figure(
            answer=name,
            text=f"{tr(lang, HOW_MANY[name], n=table.n)} {says}",
            value=value,
            interval=quantile_interval(table.bins, q, scope.headcount(table)),
            comparator=Comparator(scope.everyone, unit, whole.n) if whole and unit else None,
            notable=name == "p50",
            about=said,
        )
        yield _finding(scope, table, figure)


def _caseloads(scope: _Scope) -> Iterator[Finding]:
    """The median caseload beside the median that people say they could serve well."""
    good, unit, lang = scope.release.question(CASELOAD_GOOD), scope.question.unit, scope.lang
    for table in scope.tables if good else ():
        other = good.table(table.breakdown, table.group) if good else None
        have, could = table.quantile("p50"), other.quantile("p50") if other else None
        if other is None or have is None or could is None:
            continue
        texts = {"have": amount(have, unit, lang), "could": bare(could, unit, lang)}
        figure = _Figure(
            answer="p50-beside-good",
            text=tr(lang, CASELOADS, **texts),
            value=have,
            interval=quantile_interval(table.bins, 0.5, scope.headcount(table)),
            comparator=Comparator(tr(lang, "could serve well"), could, other.n),
        )
        yield _finding(scope, table, figure)


def _finding(scope: _Scope, table: Table, figure: _Figure) -> Finding:
    place = f"@{table.breakdown}={table.group}" if table.breakdown else ""
    share = figure.count is not None
    return Finding(
        id=f"{scope.question.id}:{figure.answer}{place}",
        question=scope.question.id,
        breakdown=table.breakdown,
        group=table.group,
        answer=figure.answer,
        statement=_sentence(scope, table, figure),
        value=figure.value,
        unit=None if share else scope.question.unit,
        share=share,
        n=table.n,
        count=figure.count,
        interval=figure.interval,
        comparator=figure.comparator,
        notable=figure.notable,
        about=figure.about,
    )


def _sentence(scope: _Scope, table: Table, figure: _Figure) -> str:
    """The statement, with the group in front and the figure of everyone behind."""
    if table.breakdown is None:
        return ended(figure.text, scope.lang)
    group = group_name(scope.release, table.breakdown, table.group, scope.lang)
    other = figure.comparator
    if other is None or other.label != scope.everyone:
        return ended(f"{group}: {figure.text}", scope.lang)
    whole, unit = percent(other.value, scope.lang), scope.question.unit
    everyone = scope.question.table()
    if figure.count is None and everyone:
        whole = bare(about(everyone, figure.answer, unit) or other.value, unit, scope.lang)
    beside = tr(scope.lang, "everyone: %(whole)s", whole=whole)
    return ended(f"{group}: {figure.text} ({beside})", scope.lang)


def _chose(scope: _Scope, options: tuple[str, ...]) -> str:
    labels = [say(o.label, scope.lang) for o in scope.question.options if o.id in options]
    verb = "ticked “%(option)s” for “%(question)s”"
    if scope.question.kind != "choices":
        verb = "chose “%(option)s” for “%(question)s”"
    return tr(scope.lang, verb, option="”, “".join(labels), question=scope.asked)


def _count(table: Table, options: tuple[str, ...]) -> int:
    return sum(table.count(o) for o in options)
