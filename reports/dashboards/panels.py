"""What a dashboard shows of a question: its sentence, its charts and their tables. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.charts.dots import median_dots, median_table, pair_chart, share_dots
from reports.charts.model import Chart, DataTable
from reports.charts.stacks import share_table, stack_chart
from reports.charts.subject import Subject
from reports.charts.whole import bar_chart, histogram
from reports.findings import Finding, findings_of, interval_sentence
from reports.headlines import one_of
from reports.phrases import CASELOAD, CASELOAD_GOOD
from reports.wording import say
from survey.release.model import Release, ReleasedQuestion


@dataclass(frozen=True, slots=True)
class Split:
    """A question by the groups of one breakdown. `sure` shows how far each group's figure reaches.

    `table` stands alone where the answers make no chart.
    """

    breakdown: str
    name: str
    chart: Chart | None
    sure: Chart | None
    table: DataTable


@dataclass(frozen=True, slots=True)
class Panel:
    """A question on a dashboard. `chart` None: nothing of it is shown, or one number only."""

    id: str
    asked: str
    statement: str | None
    interval: str | None
    finding: Finding | None
    filtered: str | None
    n: int | None
    chart: Chart | None
    pair: Chart | None
    splits: tuple[Split, ...]

    @property
    def charts(self) -> Iterator[Chart]:
        """Every chart of the panel."""
        for chart in (self.chart, self.pair):
            if chart:
                yield chart
        for split in self.splits:
            yield from (c for c in (split.chart, split.sure) if c)


def panel_of(release: Release, question: ReleasedQuestion, lang: str) -> Panel:
    """The panel of a question."""
    subject, table = Subject(release, question, lang), question.table()
    found = findings_of(release, question, lang)
    finding = one_of([f for f in found if f.breakdown is None])
    chart: Chart | None = None
    if table is not None:
        number = question.kind == "number"
        chart = histogram(subject, table) if number else bar_chart(subject, table)
    return Panel(
        id=question.id,
        asked=subject.asked,
        statement=finding.statement if finding else None,
        interval=interval_sentence(finding, lang) if finding else None,
        finding=finding,
        filtered=_filtered(subject),
        n=table.n if table else None,
        chart=chart,
        pair=_pair(subject) if table else None,
        splits=tuple(_split(subject, b, found) for b in subject.breakdowns) if table else (),
    )


def find_chart(release: Release, chart_id: str, lang: str) -> Chart | None:
    """The chart of that id among all of a release, or None."""
    question = release.question(chart_id.partition(".")[0])
    if question is None:
        return None
    panel = panel_of(release, question, lang)
    return next((chart for chart in panel.charts if chart.head.id == chart_id), None)


def _split(subject: Subject, breakdown: str, found: Sequence[Finding]) -> Split:
    name, kind = subject.breakdown_name(breakdown), subject.question.kind
    if kind == "number":
        table = median_table(subject, breakdown)
        return Split(breakdown, name, median_dots(subject, breakdown), None, table)
    table, dots = share_table(subject, breakdown), share_dots(subject, breakdown, found)
    stack = stack_chart(subject, breakdown)
    return Split(breakdown, name, stack or dots, dots if stack else None, table)


def _pair(subject: Subject) -> Chart | None:
    """Caseload beside the caseload that could be served well, by the first breakdown of both."""
    good = subject.release.question(CASELOAD_GOOD)
    if subject.question.id != CASELOAD or good is None or good.table() is None:
        return None
    both = next((b for b in subject.breakdowns if b in good.by), None)
    words = (
        subject.tr("Caseload now, and how many could be served well"),
        subject.tr("Median now"),
        subject.tr("Median that could be served well"),
    )
    return pair_chart(subject, good, both, words) if both else None


def _filtered(subject: Subject) -> str | None:
    """Of whom a filtered question was asked."""
    if subject.question.show_if is None:
        return None
    qid, options = subject.question.show_if
    parent = subject.release.question(qid)
    if parent is None:
        return None
    labels = [say(o.label, subject.lang) for o in parent.options if o.id in options]
    return subject.tr(
        "Asked only of those who answered “%(options)s” to “%(question)s”",
        options="”, “".join(labels),
        question=say(parent.text, subject.lang),
    )
