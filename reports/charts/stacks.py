"""The answers of a breakdown's groups above one another. A hidden group keeps its row."""

from collections.abc import Iterator

from reports.charts.model import DataTable, Key, Note, Part, Stack, StackChart
from reports.charts.subject import Subject
from reports.wording import percent, say
from survey.release.model import Table

MOST_PARTS = 6
"""More colors than this cannot be told apart."""


def stack_chart(subject: Subject, breakdown: str) -> StackChart | None:
    """The answers of each group, 0 to 100%; None where they are not parts of a whole."""
    question = subject.question
    if question.kind not in ("choice", "scale") or len(question.options) > MOST_PARTS:
        return None
    rows = tuple(
        Note(name, subject.hidden) if table is None else _stack(subject, name, table)
        for name, table in subject.rows(breakdown)
    )
    alt = subject.tr("Stacked bars, one for each group; the table has the same figures.")
    table = share_table(subject, breakdown)
    title = subject.title(breakdown)
    return StackChart(subject.head(breakdown, title, alt, table, _keys(subject)), rows)


def share_table(subject: Subject, breakdown: str) -> DataTable:
    """Shares by group and option, everyone first. A hidden group has its sentence instead."""
    lang, options = subject.lang, subject.question.options
    names = (say(o.label, lang) for o in options)
    columns = (subject.breakdown_name(breakdown), subject.tr("Answered"), *names)
    rows = (
        (name, subject.hidden)
        if table is None
        else (name, str(table.n), *(percent(table.count(o.id) / table.n, lang) for o in options))
        for name, table in subject.rows(breakdown)
    )
    return DataTable(columns, tuple(rows))


def _stack(subject: Subject, name: str, table: Table) -> Stack:
    return Stack(name, subject.tr("%(n)s answered", n=table.n), tuple(_parts(subject, table)))


def _parts(subject: Subject, table: Table) -> Iterator[Part]:
    for place, option in enumerate(subject.question.options):
        count = table.count(option.id)
        share = count / table.n
        text = percent(share, subject.lang)
        people = subject.tr("%(count)s of %(n)s", count=count, n=table.n)
        more = f"{say(option.label, subject.lang)}: {text} ({people})"
        yield Part(place, share, text, more)


def _keys(subject: Subject) -> tuple[Key, ...]:
    """A color for each option: shades of one tone for those singled out, of another for others.

    Both grow darker toward their end of the scale.
    """
    options = subject.question.options
    tones = [subject.tone(o.id) for o in options]
    backward = {"hot": tones[0] == "hot", "cool": tones[-1] == "hot"}
    keys = []
    for i, (option, tone) in enumerate(zip(options, tones, strict=True)):
        place, of = tones[:i].count(tone), tones.count(tone)
        place = of - 1 - place if backward.get(tone) else place
        keys.append(Key(say(option.label, subject.lang), tone, place, of))
    return tuple(keys)
