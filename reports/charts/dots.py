"""One figure for each group of a breakdown, beside everyone's. A hidden group keeps its row."""

from collections.abc import Sequence

from reports.charts.model import DataTable, Dot, DotChart, Key, Line, Note
from reports.charts.scales import number_axis, share_axis
from reports.charts.subject import Subject, listed, tone_of
from reports.findings import Finding, value_text
from reports.wording import about, bare, between, percent, say
from survey.release.model import ReleasedQuestion, Table

Rows = tuple[Dot | Note, ...]


def share_dots(subject: Subject, breakdown: str, found: Sequence[Finding]) -> DotChart | None:
    """One answer's share in each group, with its interval; the line is everyone's.

    The answer is the one singled out for the question, else the one that most people gave. `found`
    holds the question's findings among others. None where it has no shares.
    """
    unit = _spoken_of([f for f in found if f.question == subject.question.id and f.share])
    if unit is None:
        return None
    own = {
        f.group: f
        for f in found
        if (f.question, f.breakdown, f.answer) == (unit.question, breakdown, unit.answer)
    }
    rows: Rows = tuple(
        Note(name, subject.hidden) if table is None else _share(subject, name, own[table.group])
        for name, table in subject.groups(breakdown)
    )
    everyone = subject.tr("everyone: %(whole)s", whole=value_text(unit, subject.lang))
    labels = [say(o.label, subject.lang) for o in subject.question.options if o.id in unit.ids]
    head = subject.head(
        f"{breakdown}-dots",
        f"{subject.asked} {', '.join(labels)}",
        subject.tr("Dots by group. %(list)s.", list=_spoken(rows)),
        _share_table(subject, breakdown, unit, own),
        note=subject.tr("Dot: those who answered. Line: where everyone's figure very likely lies."),
    )
    return DotChart(head, rows, share_axis(subject.lang), (Line(unit.value, everyone),))


def median_dots(subject: Subject, breakdown: str, lines: Sequence[Line] = ()) -> DotChart | None:
    """Each group's median, on a bar from its first to its third quartile.

    A group without a median shows the bins it has. None where no group has one.
    """
    tables = subject.rows(breakdown)
    values = [v for _, table in tables if table for _, v in table.quantiles]
    if not any(table.quantile("p50") for _, table in tables if table and table.breakdown):
        return None
    rows: Rows = tuple(
        Note(name, subject.hidden) if table is None else _median(subject, name, table)
        for name, table in tables
    )
    head = subject.head(
        breakdown,
        subject.title(breakdown),
        subject.tr("Medians by group. %(list)s.", list=_spoken(rows)),
        median_table(subject, breakdown),
        note=subject.tr("Dot: half are below. Thick line: the middle half of people."),
    )
    ends = [*values, *(line.value for line in lines)]
    axis = number_axis(ends, subject.question.unit, subject.lang)
    return DotChart(head, rows, axis, tuple(lines))


def median_table(subject: Subject, breakdown: str) -> DataTable:
    """Quartiles by group, everyone first. A group without any has its bins in words instead."""
    names = ("A quarter is below", "Half is below", "Three quarters are below")
    columns = (subject.breakdown_name(breakdown), subject.tr("Answered"), *map(subject.tr, names))
    rows: list[tuple[str, ...]] = []
    for name, table in subject.rows(breakdown):
        if table is None:
            rows.append((name, subject.hidden))
        elif not table.quantiles:
            rows.append((name, _bins(subject, table)))
        else:
            quartiles = (_cell(subject, table, q) for q in ("p25", "p50", "p75"))
            rows.append((name, str(table.n), *quartiles))
    return DataTable(columns, tuple(rows))


def pair_chart(
    subject: Subject, other: ReleasedQuestion, breakdown: str, words: tuple[str, str, str]
) -> DotChart | None:
    """Medians of two questions by group: a dot for the subject's, a ring for the other's.

    `words`: the title, and what the two are. None where only everyone together has both.
    """
    pairs = [
        (name, table, other.table(table.breakdown, table.group) if table else None)
        for name, table in subject.rows(breakdown)
    ]
    rows: Rows = tuple(_pair(subject, name, table, beside) for name, table, beside in pairs)
    ends = [end for row in rows if isinstance(row, Dot) for end in (row.value, row.also or 0.0)]
    if len(ends) < 4:
        return None
    cells = (
        (name, subject.hidden)
        if table is None
        else (name, str(table.n), _cell(subject, table, "p50"), _cell(subject, beside, "p50"))
        for name, table, beside in pairs
    )
    columns = (subject.breakdown_name(breakdown), subject.tr("Answered"), *words[1:])
    head = subject.head(
        f"{breakdown}-pair",
        words[0],
        subject.tr("Two medians by group. %(list)s.", list=_spoken(rows)),
        DataTable(columns, tuple(cells)),
        (Key(words[1], "plain"), Key(words[2], "plain", hollow=True)),
    )
    return DotChart(head, rows, number_axis(ends, subject.question.unit, subject.lang))


def _share(subject: Subject, name: str, finding: Finding) -> Dot:
    interval = finding.interval
    ends = (interval.low, interval.high) if interval else None
    text = value_text(finding, subject.lang)
    people = subject.tr("%(count)s of %(n)s", count=finding.count, n=finding.n)
    more = f"{name}: {text} ({people})"
    return Dot(name, finding.value, text, more, tone_of(finding.group), outer=ends)


def _share_table(
    subject: Subject, breakdown: str, unit: Finding, own: dict[str | None, Finding]
) -> DataTable:
    names = ("Answered", "Share", "Likely range for everyone there")
    columns = (subject.breakdown_name(breakdown), *map(subject.tr, names))
    rows: list[tuple[str, ...]] = []
    for name, table in subject.rows(breakdown):
        if table is None:
            rows.append((name, subject.hidden))
            continue
        found = own[table.group] if table.breakdown else unit
        ends = (found.interval.low, found.interval.high) if found.interval else (None, None)
        likely = " – ".join(percent(end, subject.lang) for end in ends if end is not None)
        if found.interval and found.interval.method == "everybody":
            likely = subject.tr("Everybody answered.")
        rows.append((name, str(found.n), value_text(found, subject.lang), likely))
    return DataTable(columns, tuple(rows))


def _median(subject: Subject, name: str, table: Table) -> Dot | Note:
    value, *quartiles = (about(table, q, subject.question.unit) for q in ("p50", "p25", "p75"))
    if value is None:
        return Note(name, _bins(subject, table))
    inner = None if None in quartiles else (quartiles[0], quartiles[1])
    text = bare(value, subject.question.unit, subject.lang)
    more = subject.tr("%(group)s: half are below %(value)s", group=name, value=text)
    return Dot(name, value, text, more, tone_of(table.group), inner=inner)


def _bins(subject: Subject, table: Table) -> str:
    """What is published of a group without a median: its few bins, or that it answered."""
    answered = subject.tr("%(n)s answered", n=table.n)
    if len(table.bins) < 2:
        return f"{answered}."
    unit, lang = subject.question.unit, subject.lang
    bins = (
        f"{percent(count / table.n, lang)} {between(low, high, unit, lang)}"
        for low, high, count in table.bins
    )
    return f"{answered}: {', '.join(bins)}."


def _pair(subject: Subject, name: str, table: Table | None, beside: Table | None) -> Dot | Note:
    if table is None:
        return Note(name, subject.hidden)
    have, want = table.quantile("p50"), beside.quantile("p50") if beside else None
    if have is None or want is None:
        return Note(name, subject.tr("No median shown."))
    now, good = (bare(v, subject.question.unit, subject.lang) for v in (have, want))
    text = f"{now} / {good}"
    return Dot(name, have, text, f"{name}: {text}", tone_of(table.group), also=want)


def _cell(subject: Subject, table: Table | None, name: str) -> str:
    value = about(table, name, subject.question.unit) if table else None
    return "–" if value is None else bare(value, subject.question.unit, subject.lang)


def _spoken_of(own: list[Finding]) -> Finding | None:
    units = [f for f in own if f.breakdown is None]
    notable = next((f for f in units if f.notable), None)
    return notable or max(units, key=lambda f: f.value, default=None)


def _spoken(rows: Rows) -> str:
    return listed((row.label, row.text) for row in rows)
