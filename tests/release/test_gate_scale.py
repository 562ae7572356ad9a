"""The gate on large units: in time, and without hiding more than the rules need."""

import time

import numpy as np
import pytest
from release_factory import ask, broken, facts, release_of, tally

from survey.box.layout import build_layout
from survey.instrument.model import Answers, Definition, Section
from survey.release.build import build_release
from survey.release.model import OTHERS


def pair(rows: int, columns: int, questions: int = 1) -> Definition:
    """Questions of every kind by the same two breakdowns."""
    a, b = (tuple(f"{x}{i}" for i in range(n)) for x, n in (("a", rows), ("b", columns)))
    by = ("a", "b")
    kinds = [
        lambda q: ask(q, "scale", "1", "2", "3", by=by),
        lambda q: ask(q, "number", edges=tuple(map(float, range(10, 100, 6))), by=by),
        lambda q: ask(q, "choices", "1", "2", "3", by=by),
    ]
    asked = [kinds[i % 3](f"q{i}") for i in range(questions)]
    breakdowns = (
        broken("a", "ra", **{x: (x,) for x in a}),
        broken("b", "rb", **{x: (x,) for x in b}),
    )
    sources = (ask("ra", "choice", *a), ask("rb", "choice", *b))
    section = Section("s", {"en": "S"}, (*sources, *asked))
    return Definition("pair", {"en": "Pair"}, ("en",), 5, breakdowns, (section,))


def crowd(definition: Definition, people: int, seed: int) -> list[Answers]:
    """Groups of uneven size, a few that name none, a tenth of the questions skipped."""
    rng = np.random.default_rng(seed)
    found: list[Answers] = []
    uneven = {
        q: rng.dirichlet(np.full(len(definition.question(q).options), 4.0)) for q in ("ra", "rb")
    }
    for _ in range(people):
        answers: dict[str, str | float | frozenset[str]] = {}
        for question in definition.questions:
            ids = [o.id for o in question.options]
            if rng.random() < (0.03 if question.id in uneven else 0.1):
                continue
            if question.kind == "number":
                answers[question.id] = float(rng.gamma(4, 10))
            elif question.kind == "choices":
                answers[question.id] = frozenset({str(rng.choice(ids))})
            else:
                answers[question.id] = str(rng.choice(ids, p=uneven.get(question.id)))
        found.append(answers)
    return found


def shown_share(people: int, rows: int, columns: int, units: int = 20) -> float:
    """Of the people in some group: how many see their group shown, over both breakdowns."""
    shown = grouped = 0
    definition = pair(rows, columns)
    for seed in range(units):
        answers = crowd(definition, people, seed)
        question = release_of(definition, answers).question("q0")
        assert question is not None
        shown += sum(t.n for t in question.tables if t.group not in (None, OTHERS))
        grouped += sum((r in a) for a in answers for r in ("ra", "rb") if "q0" in a)
    return shown / grouped


@pytest.mark.parametrize(
    ("people", "rows", "columns", "least"),
    [(40, 4, 4, 0.75), (100, 6, 10, 0.85), (400, 6, 10, 0.95)],
)
def test_most_people_see_their_group(people: int, rows: int, columns: int, least: float) -> None:
    share = shown_share(people, rows, columns)
    print(f"{people} people in {rows} x {columns}: {share:.0%} of people's groups shown")
    assert share >= least


def test_a_thousand_people_forty_questions_eight_by_forty_groups_take_seconds() -> None:
    definition = pair(8, 40, questions=40)
    layout = build_layout(definition)
    totals, responses = tally(layout, crowd(definition, 1000, 1))
    start = time.process_time()  # other processes of the machine do not count
    build_release(layout, totals, facts(responses))
    seconds = time.process_time() - start
    print(f"gate, 1,000 people, 40 questions, 8 x 40: {seconds:.2f} s")
    assert seconds < 10
