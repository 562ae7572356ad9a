"""The audit of published tables: one by itself, and those of one breakdown together."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from math import inf

from survey.release.model import OTHERS, ReleasedQuestion, Table
from survey.release.numbers import quantiles
from survey.release.sensitive import leading_of, leaves_open


def name(table: Table) -> str:
    """How a sentence names a table."""
    return f"{table.breakdown} = {table.group}" if table.breakdown else "The unit"


Asked = Sequence[frozenset[str]]
"""By question that depends on this one: ids of the answers that lead on to it."""


def one(question: ReleasedQuestion, table: Table, t: int, asked: Asked = ()) -> Iterator[str]:
    """What a table says by itself; nothing in it may be about fewer than `t` people."""
    if table.n < t:
        yield f"{name(table)} is about {table.n} people, fewer than {t}."
    if question.kind == "number":
        yield from _bins(table, t)
    else:
        yield from _counts(question, table, t, asked)


def together(question: ReleasedQuestion, unit: Table, tables: list[Table], t: int) -> Iterator[str]:
    """What the tables of one breakdown say of the unit, and of what they leave out of it."""
    breakdown = tables[0].breakdown
    if all(table.group == OTHERS for table in tables):
        yield f"All others of {breakdown} are the unit: they say nothing of their own."
    rest = unit.n - sum(table.n for table in tables)
    if rest:
        yield f"The tables of {breakdown} leave {rest} people of the unit out."
    elif question.kind == "number":
        yield from _implied(unit, tables, t)
    else:
        yield from _sums(unit, tables)


def _counts(question: ReleasedQuestion, table: Table, t: int, asked: Asked) -> Iterator[str]:
    options = [option.id for option in question.options]
    if [option for option, _ in table.counts] != options:
        yield f"{name(table)} does not count each of the question's options once."
        return
    counts = [count for _, count in table.counts]
    if question.kind == "choices" and max(counts, default=0) > table.n:
        yield f"{name(table)} counts an option more often than people answered."
    if question.kind != "choices" and sum(counts) != table.n:
        yield f"{name(table)} counts {sum(counts)} answers of {table.n} people."
    known = frozenset(options)
    leading = [leading_of(options, led, led - known) for led in asked]
    if question.sensitive and not leaves_open(question.kind, counts, table.n, leading):
        yield f"{name(table)} of a sensitive question gives away what its people answered."
    if OTHERS in options:
        yield from _merged(table, t)


def _merged(table: Table, t: int) -> Iterator[str]:
    for option, count in table.counts:
        if count < t:
            yield f"'{option}' names a group of {count} people, fewer than {t}."


def _bins(table: Table, t: int) -> Iterator[str]:
    if sum(people for _, _, people in table.bins) != table.n:
        yield f"The bins of {name(table)} do not add up to its {table.n} people."
    if len(table.bins) > 1:
        for low, high, people in table.bins:
            if people < t:
                yield f"The bin {low} to {high} of {name(table)} holds {people}, fewer than {t}."
    ends = [(low, high) for low, high, _ in table.bins]
    follow = all(a[1] is not None and a[1] == b[0] for a, b in pairwise(ends))
    if not ends or ends[0][0] is not None or ends[-1][1] is not None or not follow:
        yield f"The bins of {name(table)} do not follow one another."
    elif table.quantiles != quantiles(table.bins, t):
        yield f"The quantiles of {name(table)} are not those that its bins give."


def _sums(unit: Table, tables: list[Table]) -> Iterator[str]:
    for option, count in unit.counts:
        found = sum(table.count(option) for table in tables)
        if found != count:
            yield (
                f"The tables of {tables[0].breakdown} count '{option}' {found} times, "
                f"the unit {count} times."
            )


def _implied(unit: Table, tables: list[Table], t: int) -> Iterator[str]:
    """Every stretch of the unit's bins, less the groups' bins in it, and the other way round.

    How many people a group's bin and a unit's bin share is published only where one lies in the
    other, so this is what can be told from outside of the rule that the gate keeps (cuts.py).
    """
    sizes = [people for _, _, people in unit.bins]
    parts = [(_span(low, high), n) for table in tables for low, high, n in table.bins]
    named = tables[0].breakdown
    for i, j in combinations(range(len(sizes) + 1), 2):
        ends = unit.bins[i][0], unit.bins[j - 1][1]
        low, high = _span(*ends)
        people = sum(sizes[i:j])
        rest = people - sum(n for (a, b), n in parts if low <= a and b <= high)
        if rest < 0 or 0 < rest < t:
            yield (
                f"Between {ends[0]} and {ends[1]} the tables of {named} leave "
                f"{rest} people of the unit, fewer than {t}."
            )
        more = sum(n for (a, b), n in parts if a < high and low < b) - people
        if more < 0 or 0 < more < t:
            yield (
                f"Around {ends[0]} to {ends[1]} the tables of {named} hold "
                f"{more} people more than the unit, fewer than {t}."
            )


def _span(low: float | None, high: float | None) -> tuple[float, float]:
    return -inf if low is None else low, inf if high is None else high
