"""What the tables of a sensitive question must leave open: what any one person answered.

A threshold alone does not stop group disclosure ("all six nurses will leave"), nor does a second
answer that means the same as the first. Which answers mean the same nobody can tell from the
definition, but for those that lead on to the same other question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.box.layout import Tally
from survey.instrument.model import Kind, Question
from survey.release.model import OTHERS


@dataclass(frozen=True, slots=True)
class Filter:
    """Who answers `asked` is known to have given one of `options` (their ids) to its filter."""

    options: frozenset[str]
    asked: Tally


Filters = Mapping[str, tuple[Filter, ...]]
"""By question, all that depend on it."""


def filters_of(tallies: Sequence[Tally]) -> Filters:
    """What depends on what."""
    found: dict[str, tuple[Filter, ...]] = {}
    for tally in tallies:
        condition = tally.question.show_if
        if condition is not None:
            known = found.get(condition.question, ())
            found[condition.question] = (*known, Filter(frozenset(condition.options), tally))
    return found


def others_of(tables: Sequence[Sequence[int]], shown: frozenset[int]) -> tuple[int, ...]:
    """The table of all others: the hidden groups and the missing values (last) together."""
    rest = [row for g, row in enumerate(tables) if g not in shown]
    return tuple(map(sum, zip(*rest, strict=True)))


def leaves_open(
    kind: Kind, counts: Sequence[int], n: int, leading: Sequence[frozenset[int]] = ()
) -> bool:
    """Whether a table leaves open what any one person answered (asked of sensitive questions).

    Two answers must be given by at least two people each; of `choices` also none by everyone but
    one: she knows it of all others. Answers that lead on to one other question (each set of
    `leading`: their indices) are taken as one: whoever was asked on gave one of them. Of bins of
    numbers each that is published holds 2k people, and one alone says nothing; what the bins of
    other groups tell of one, cuts.py looks at.
    """
    if kind == "number" or n == 0:
        return True
    if kind == "choices" and max(counts) > n - 2:
        return False
    for together in (frozenset[int](), *leading):
        apart = [count for i, count in enumerate(counts) if i not in together]
        apart.append(sum(counts[i] for i in together))
        if sum(count >= 2 for count in apart) < 2:
            return False
    return True


def leading_of(
    ids: Sequence[str], options: frozenset[str], merged: frozenset[str] = frozenset()
) -> frozenset[int]:
    """Indices of the answers among `ids` that lead on; `merged` ones stand there as all others."""
    others = bool(options & merged)
    return frozenset(i for i, o in enumerate(ids) if o in options or (others and o == OTHERS))


def may_stand(
    question: Question, counts: Sequence[int], n: int, leading: Sequence[frozenset[int]] = ()
) -> bool:
    """Whether the question's table may stand: a sensitive one must leave answers open."""
    return not question.sensitive or leaves_open(question.kind, counts, n, leading)


@dataclass(frozen=True, slots=True)
class Rule:
    """One question of a bundle with all that depends on it."""

    tally: Tally
    filters: tuple[Filter, ...]

    def unit_stands(self) -> bool:
        """Whether the table of the unit may stand."""
        return self._stands(self.tally.unit, self.tally.n, [f.asked.n for f in self.filters])

    def group_stands(self, b: int, g: int) -> bool:
        """Whether that of group `g` of the `b`-th breakdown may."""
        asked = [self._asked(f, b, frozenset({g})) for f in self.filters]
        return self._stands(self.tally.groups[b][g], self.tally.answered[b][g], asked)

    def others_stand(self, b: int, shown: frozenset[int]) -> bool:
        """Whether that of all others of the `b`-th breakdown may, where `shown` are shown."""
        hidden = frozenset(range(len(self.tally.answered[b]))) - shown
        asked = [self._asked(f, b, hidden) for f in self.filters]
        rest = sum(n for g, n in enumerate(self.tally.answered[b]) if g not in shown)
        return self._stands(others_of(self.tally.groups[b], shown), rest, asked)

    def _asked(self, one: Filter, b: int, inside: frozenset[int]) -> int:
        """How many of these groups were asked on; where that is not counted, at least how many."""
        at = self._at(one, b)
        if at is not None:
            return sum(one.asked.answered[at][g] for g in inside)
        ticked = [i for i, o in enumerate(self.tally.question.options) if o.id in one.options]
        elsewhere = sum(
            min(n, sum(self.tally.groups[b][g][i] for i in ticked))
            for g, n in enumerate(self.tally.answered[b])
            if g not in inside
        )
        return one.asked.n - elsewhere

    def _at(self, one: Filter, b: int) -> int | None:
        """Which breakdown of the dependent question the `b`-th one is."""
        bid, by = self.tally.question.by[b], one.asked.question.by
        return by.index(bid) if bid in by else None

    def _stands(self, counts: Sequence[int], n: int, asked: Sequence[int]) -> bool:
        # Options can be ticked together, so of check-all only `asked` tells how many were asked on.
        question = self.tally.question
        ids = [option.id for option in question.options]
        leading = [leading_of(ids, f.options) for f in self.filters]
        if question.sensitive and n:
            people = [*asked, *(_ticked_one(question, counts, ids) for ids in leading)]
            if max(people, default=0) > n - 2:
                return False
        return may_stand(question, counts, n, leading)


def _ticked_one(question: Question, counts: Sequence[int], among: frozenset[int]) -> int:
    """How many people at least gave one of these answers: nobody ticks more than she may."""
    each = min(question.max or len(among), len(among)) if question.kind == "choices" else 1
    return -(-sum(counts[i] for i in among) // max(each, 1))
