"""The attack on a release: what can be computed exactly about too few people?

With every published table as a constraint (attack_model.py) and whole numbers of people as
unknowns, a sum is given away if it has the same value at every point that fits (attack_solve.py).
Looked at are the sums an attacker would wish for: how many of a cell (a group of one breakdown and
one of the other) or of a hidden group answered, how many of them gave an answer, differences of
such cells about few people in all, and whether everybody there gave the same answer to a
sensitive question.

Not reported, as the design admits them: a sum about nobody; that nobody gave an answer which a
published table says nobody gave, or everybody one that everybody gave; how many of a group
answered where a published table says that all of them did.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from survey.instrument.model import Definition
from survey.release.attack_known import Knowledge, knowledge_of
from survey.release.attack_model import (
    Block,
    Subject,
    inside,
    subject_of,
    together,
)
from survey.release.attack_solve import Polytope, Sum, in_span
from survey.release.attack_targets import Target, targets_of
from survey.release.gate import weakest_cut
from survey.release.model import Release

Kind = Literal[
    "exact sum", "exact sum by rare answers", "forced answer", "forced filter", "contradiction"
]
"""exact sum: adding and subtracting tables gives a sum about 1 to t-1 people (or, of numbers, of
1 to t-1 people in a bin): the guarantee is broken. By rare answers: it takes more, namely that
counts are no less than 0 and no more than headcounts. Forced answer: certainly somebody is in the
set and certainly everybody in it gave that answer to a sensitive question. Forced filter: the same
for the answers together that lead on to another question, such as likely or very likely to leave.
Contradiction: no counts of people fit the tables."""


RARE: Kind = "exact sum by rare answers"
"""What the guarantee does not speak of; worth knowing, but no fault of the release."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that can be computed and should not. The sentence is for a person."""

    question: str
    kind: Kind
    sentence: str


class RuledOut:
    """Sums of a release that are not exact, of use to an attack by somebody who knows less.

    What has two values for who knows more has them for who knows less.
    """

    def __init__(self) -> None:
        self._sums: dict[object, set[bytes]] = {}

    def of(self, subject: Subject) -> set[bytes]:
        """Those of one programme; it must have the same columns."""
        questions = tuple(block.question.id for block in subject.blocks)
        nodes = tuple((axis.breakdown, axis.nodes) for axis in subject.axes)
        return self._sums.setdefault((questions, nodes), set())


def attack(
    release: Release,
    known: Knowledge | None = None,
    progress: Callable[[int], None] = lambda _done: None,
    ruled_out: RuledOut | None = None,
) -> tuple[Finding, ...]:
    """All that was found, by question. `known` is published headcounts where it is left out.

    `progress` is told how many more questions are done. `ruled_out` is what a former attack on the
    same release ruled out, knowing all that is known now; this one adds to it.
    """
    found: list[Finding] = []
    progress(sum(not q.tables for q in release.questions))
    known = known or knowledge_of(release)
    plain = Knowledge(families=known.families)
    for questions in together(release, known):
        subject = subject_of(release, questions, known)
        polytope = Polytope(subject.rows, subject.most)
        known_out = (ruled_out or RuledOut()).of(subject)
        if not polytope.fits():
            # Headcounts that the tables contradict are wrong: the attacker does without them.
            subject = subject_of(release, questions, plain)
            polytope = Polytope(subject.rows, subject.most)
            known_out = set()
        found += _attack(subject, polytope, known_out)
        progress(len(questions))
    order = {q.id: i for i, q in enumerate(release.questions)}
    return tuple(sorted(found, key=lambda f: order[f.question]))


def attack_as_outsider(
    release: Release,
    definition: Definition | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> tuple[Finding, ...]:
    """With what anybody knows: the release, its headcounts, and the questionnaire if given."""
    return attack(release, knowledge_of(release, definition), progress)


def _attack(subject: Subject, polytope: Polytope, ruled_out: set[bytes]) -> list[Finding]:
    if not polytope.fits():
        qid = subject.blocks[0].question.id
        return [Finding(qid, "contradiction", "No numbers of people fit its tables.")]
    found = [finding for block in subject.blocks for finding in _plain(block)]
    targets = [
        target
        for block in subject.blocks
        for target in targets_of(subject, polytope, block)
        if target.sum().key not in ruled_out
    ]
    sums = [target.sum() for target in targets]
    exact = polytope.exact(sums)
    if not polytope.undecided:
        ruled_out |= {one.key for i, one in enumerate(sums) if i not in exact}
    found += [
        finding
        for index, value in exact.items()
        if (finding := _judge(subject, polytope, targets[index], value)) is not None
    ]
    zero = {
        int(targets[i].sum().columns[0])
        for i, v in exact.items()
        if v == 0 and len(targets[i].sum().columns) == 1
    }
    for block in subject.blocks:
        found += _differences(subject, polytope, block, zero)
    return found


def _plain(block: Block) -> Iterator[Finding]:
    """What is published outright about too few people."""
    for table in block.question.tables:
        where = f"{table.breakdown} = {table.group}" if table.breakdown else "the unit"
        if 0 < table.n < block.t:
            sentence = f"The table of {where} is about {table.n} people."
            yield Finding(block.question.id, "exact sum", sentence)
        for low, high, people in table.bins:
            if 0 < people < block.t <= table.n:
                sentence = f"The bin {low} to {high} of {where} holds {people} people."
                yield Finding(block.question.id, "exact sum", sentence)


def _judge(subject: Subject, polytope: Polytope, target: Target, value: int) -> Finding | None:
    """What an exact sum gives away; None where it is about nobody, or about `t` people."""
    t = target.block.t
    if _harmless(subject, target, value):
        return None
    low, high = polytope.bounds(target.people())
    if low < 1:
        return None  # perhaps nobody is there
    if target.forced:
        sentence = f"Everybody of {target.where} who answered said {target.answer()}."
        kind: Kind = "forced filter" if len(target.answers or ()) > 1 else "forced answer"
        return Finding(target.block.question.id, kind, sentence)
    if target.answers is None:
        few, what = 1 <= value < t, "answered"
    else:
        bins = target.block.question.kind == "number"
        few, what = high < t or (bins and 1 <= value < t), f"said {target.answer()}"
    if not few:
        return None
    about = "" if target.answers is None else f" of at most {high}"
    sentence = f"Of {target.where}, exactly {value}{about} {what}."
    return Finding(target.block.question.id, _kind_of(subject, polytope, target.sum()), sentence)


def _harmless(subject: Subject, target: Target, value: int) -> bool:
    """What can be said without looking at how many people the sum is about."""
    if target.forced:
        return value > 0  # somebody did not give that answer
    if target.answers is None or target.block.question.kind == "number":
        return value == 0 or value >= target.block.t
    if value:
        return value >= target.block.t
    # That nobody said it is no secret where a table about `t` people or more says so.
    open_to = subject.most[target.block.given[list(target.answers)]] > 0
    return not open_to[:, target.cells].any()


def _kind_of(subject: Subject, polytope: Polytope, one: Sum) -> Kind:
    """Whether adding and subtracting is enough, once it is known in which cells nobody is."""
    free = np.ones(len(subject.most), dtype=np.bool_)
    for block in subject.blocks:
        for c, column in enumerate(block.base):
            known = Sum(np.array([column]), np.ones(1))
            there = not subject.nobody[c] and polytope.bounds(known)[1] > 0
            free[column] = free[block.given[:, c]] = there
    return "exact sum" if in_span(subject.rows, one, free) else RARE


def _differences(
    subject: Subject, polytope: Polytope, block: Block, zero: set[int]
) -> Iterator[Finding]:
    """Sums over one side of two breakdowns less sums over the other: minimum cuts, by answer.

    Between the tables that are published, cells where nobody can have given the answer fall out
    of the sum; so the people it is about may be fewer than those of any cut of all who answered.
    """
    question = block.question
    own = [i for i, a in enumerate(subject.axes) if a.breakdown in question.by]
    if len(own) != 2 or question.kind == "number" or np.isinf(subject.most[block.base]).all():
        return
    labels = [_tables_of(subject, block, i) for i in own]
    for index in range(len(block.answers)):
        alive = np.array([c not in zero and subject.most[c] > 0 for c in block.given[index]])
        most = np.minimum(subject.most[block.base], 10**6).astype(np.int64)
        joint = np.zeros((labels[0].max() + 1, labels[1].max() + 1), dtype=np.int64)
        np.add.at(joint, (labels[0][alive], labels[1][alive]), most[alive])
        cut = weakest_cut(joint, block.t)
        if cut is None or cut[0] < 1:
            continue
        side = [np.isin(labels[0], list(cut[1])), np.isin(labels[1] + len(joint), list(cut[1]))]
        crossing = alive & (side[0] != side[1])
        signs = np.where(side[0], 1.0, -1.0)[crossing]
        difference = Sum(block.given[index][crossing], signs)
        value = polytope.exact([difference]).get(0)
        if value and crossing.sum() > 1:  # single cells are targets already
            sentence = (
                f"Of at most {cut[0]} people in {int(crossing.sum())} cells, the difference of "
                f"those who said '{block.answers[index]}' is exactly {value}."
            )
            yield Finding(question.id, _kind_of(subject, polytope, difference), sentence)


def _tables_of(subject: Subject, block: Block, axis: int) -> NDArray[np.intp]:
    """By cell: which published table of that breakdown it is in; all others come last."""
    bid = subject.axes[axis].breakdown
    tables = [t for t in block.question.tables if t.breakdown == bid and t.group != "*others"]
    labels = np.full(subject.cells, len(tables), dtype=np.intp)
    for index, table in enumerate(tables):
        labels[inside(block.question, table, subject.axes, subject.at)] = index
    return labels
