"""Releases for tests: plausible answers, really tallied and really gated.

`sample_release()` is a whole one of a questionnaire like the built-in one. Answers come from a
small seeded generator: groups differ, people skip, numbers are skewed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from survey.box.layout import Layout, Totals, build_layout, cells_of
from survey.instrument.model import (
    Answers,
    Breakdown,
    Definition,
    Group,
    Headcounts,
    Option,
    Question,
    Section,
    ShowIf,
)
from survey.release.build import WaveFacts, build_release
from survey.release.model import Release

WORKSITES = ("north", "south", "east", "west", "several")
ROLES = ("therapist", "case-manager", "peer", "nurse", "support")
OFTEN = ("never", "rarely", "sometimes", "often", "always")
LIKELY = ("very-unlikely", "unlikely", "unsure", "likely", "very-likely")


def options(*ids: str) -> tuple[Option, ...]:
    return tuple(Option(i, {"en": i.replace("-", " ").capitalize()}) for i in ids)


def ask(qid: str, kind: str = "choice", *ids: str, **more: object) -> Question:
    """A question whose text and labels come from its ids."""
    text = {"en": f"What about {qid.replace('-', ' ')}?"}
    return Question(qid, kind, text, options=options(*ids), **more)  # type: ignore[arg-type]


def broken(bid: str, source: str, **groups: tuple[str, ...]) -> Breakdown:
    """A breakdown by options of its source."""
    made = (Group(g, {"en": g.capitalize()}, options=o) for g, o in groups.items())
    return Breakdown(bid, {"en": bid.capitalize()}, source, tuple(made))


def sample_definition() -> Definition:
    """Every kind, both breakdowns, a filter, a family, bands and sensitive questions."""
    by = ("role", "worksite")
    pay_edges = (16.0, 18.0, 20.0, 22.0, 24.0, 26.0, 28.0, 30.0, 33.0, 36.0, 40.0, 45.0, 50.0, 60.0)
    loads = (10.0, 20.0, 25.0, 30.0, 35.0, 40.0, 50.0, 60.0, 80.0)
    bands = [("under-30", None, 30.0), ("30-59", 30.0, 60.0), ("60-up", 60.0, None)]
    load = Breakdown(
        "load",
        {"en": "Caseload"},
        "caseload",
        tuple(Group(g, {"en": g}, band=(low, high)) for g, low, high in bands),
    )
    role = broken(
        "role",
        "role",
        therapist=("therapist",),
        manager=("case-manager",),
        others=("peer", "nurse", "support"),
    )
    worksite = broken("worksite", "worksite", **{w: (w,) for w in WORKSITES[:4]})
    questions = (
        ask("role", "choice", *ROLES),
        ask("worksite", "choice", *WORKSITES),
        ask("caseload", "number", unit="people", edges=loads, by=("role",), family="caseload"),
        ask("caseload-good", "number", unit="people", edges=loads, by=("role",), family="caseload"),
        ask("acuity", "scale", *OFTEN, by=("role", "load")),
        ask("target", "choice", "yes", "no", "not-sure", by=by),
        ask("target-reach", "scale", *OFTEN, by=by, show_if=ShowIf("target", ("yes",))),
        ask("pay", "number", unit="USD/hour", edges=pay_edges, by=("role", "load")),
        ask("pay-basics", "scale", *OFTEN, by=by),
        ask("second-job", "choice", "yes", "no", by=("role",), sensitive=True),
        ask(
            "unpaid-hours",
            "number",
            unit="hours/week",
            edges=(1.0, 2.0, 4.0, 6.0, 8.0, 12.0),
            by=by,
        ),
        ask("breaks", "scale", *OFTEN, by=by),
        ask("benefits-improve", "choices", "leave", "health", "pension", "none", max=2, by=by),
        ask("leave", "scale", *LIKELY, by=("role",), sensitive=True),
        ask(
            "leave-why",
            "choices",
            *("pay", "caseload", "management", "safety"),
            max=3,
            by=("role",),
            sensitive=True,
            show_if=ShowIf("leave", ("likely", "very-likely")),
        ),
        ask("vacancies", "choice", "none", "one", "two-or-more", by=("worksite",)),
        ask("assault", "choice", "no", "once", "more-than-once", by=("worksite",), sensitive=True),
        ask("staffing-harm", "scale", *OFTEN, by=by),
        ask("priorities", "choices", "pay", "caseload", "safety", "leave", "respect", max=3, by=by),
    )
    return Definition(
        id="behavioral-health",
        title={"en": "Working in behavioral health", "es": "Trabajar en salud conductual"},
        languages=("en", "es"),
        k=5,
        breakdowns=(role, worksite, load),
        sections=(Section("all", {"en": "Your work"}, questions),),
    )


def simulated(definition: Definition, people: int, seed: int = 1) -> Iterator[Answers]:
    """Answers of made-up people: skewed, by group a little different, about 8% skipped."""
    rng = np.random.default_rng(seed)
    tastes = {
        q.id: rng.dirichlet(np.full(max(q.cells, 1), 1.5), size=4) for q in definition.questions
    }
    for _ in range(people):
        kind = int(rng.integers(4))
        yield {
            q.id: _answer(q, tastes[q.id][kind], rng)
            for q in definition.questions
            if rng.random() > 0.08
        }


def _answer(
    question: Question, taste: np.ndarray, rng: np.random.Generator
) -> str | frozenset[str] | float:
    if question.kind == "number":
        low, high = question.edges[0], question.edges[-1]
        return round(float(low * 0.8 + (high - low) * rng.beta(2, 4) * (0.7 + taste[0])), 1)
    ids = [o.id for o in question.options]
    if question.kind == "choices":
        many = int(rng.integers(1, (question.max or len(ids)) + 1))
        return frozenset(str(i) for i in rng.choice(ids, size=many, replace=False, p=taste))
    return str(rng.choice(ids, p=taste))


def tally(layout: Layout, answers: Iterable[Answers]) -> tuple[Totals, int]:
    """Totals of these answers, through the same cells as the box, and how many there were."""
    totals = np.zeros(layout.size, dtype=np.uint32)
    responses = 0
    for answer in answers:
        totals[cells_of(layout, answer)] += 1
        responses += 1
    return totals, responses


def facts(responses: int, **more: object) -> WaveFacts:
    """Facts of a simulated code wave; `more` replaces any of them."""
    given: dict[str, object] = {
        "campaign": "Riverside Behavioral Health",
        "wave": "riverside-2026",
        "origin": "simulated",
        "access": "codes",
        "closed": "2026-11",
        "responses": responses,
        "headcounts": Headcounts(),
    }
    return WaveFacts(**{**given, **more})  # type: ignore[arg-type]


def release_of(definition: Definition, answers: Iterable[Answers], **more: object) -> Release:
    """The release of these answers to this definition."""
    layout = build_layout(definition)
    totals, responses = tally(layout, answers)
    return build_release(layout, totals, facts(**{"responses": responses, **more}))


def sample_release(
    people: int = 240, seed: int = 1, definition: Definition | None = None, **more: object
) -> Release:
    """A whole release of `people` made-up answers; `more` goes to the wave's facts."""
    definition = definition or sample_definition()
    if "headcounts" not in more and definition == sample_definition():
        more["headcounts"] = _headcounts(definition, people)
    return release_of(definition, simulated(definition, people, seed), **more)


def shows_nothing(release: Release) -> Release:
    """The same without headcount, table and hidden group."""
    questions = tuple(replace(question, tables=()) for question in release.questions)
    return replace(release, headcount=None, questions=questions, hidden=())


def _headcounts(definition: Definition, people: int) -> Headcounts:
    staff = round(people * 1.5)
    role = {
        "therapist": staff // 3,
        "manager": staff // 4,
        "others": staff - staff // 3 - staff // 4,
    }
    worksite = dict.fromkeys(WORKSITES[:4], staff // 5)
    return Headcounts(staff, {"role": role, "worksite": worksite}, estimate=False)


def every_table(release: Release) -> Iterator[tuple[str, str | None, str | None]]:
    """Question, breakdown and group of all that is published."""
    for question, table in (pair for q in release.questions for pair in product([q], q.tables)):
        yield question.id, table.breakdown, table.group
