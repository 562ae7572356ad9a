"""The planner: figures that can be computed by hand, and the same cells as real answers take."""

import time
from math import comb

import numpy as np
import pytest
from factories import definition as example
from release_factory import ask, broken, facts, sample_definition

from survey.box.layout import build_layout, read_tallies
from survey.cli.planning import simulated
from survey.instrument.model import Definition, Headcounts, Section
from survey.instrument.predict import RESPONSE
from survey.release import plan
from survey.release.build import build_release, shown_groups
from survey.release.plan import Chance, chances, merges, one_run, unit_size


def by_team(*people: int, **more: object) -> tuple[Definition, Headcounts]:
    """One question by one breakdown whose groups have that many people."""
    names = [f"t{i}" for i in range(len(people))]
    questions = (
        ask("team", "choice", *names),
        ask("q", "choice", "yes", "no", **{"by": ("team",), **more}),
    )
    groups = {n: (n,) for n in names}
    made = Definition(
        "d",
        {"en": "D"},
        ("en",),
        5,
        (broken("team", "team", **groups),),
        (Section("s", {"en": "S"}, questions),),
    )
    return made, Headcounts(sum(people), {"team": dict(zip(names, people, strict=True))})


def shown(definition: Definition, headcounts: Headcounts, runs: int) -> dict[tuple, float]:
    found = chances(definition, (one_run(definition, headcounts, s) for s in range(runs)))
    return {(c.question, c.breakdown, c.group): c.shown for c in found}


def test_the_chance_of_a_group_is_that_of_k_answers_out_of_it() -> None:
    """Large neighbors: a group of 10 is shown when 5 of it take part, name it, and answer."""
    definition, headcounts = by_team(10, 300, 300)
    p = RESPONSE * (1 - plan.MISSING) * (plan.ANSWERED + 0.02)  # q is second of two: half of 0.04
    expected = sum(comb(10, n) * p**n * (1 - p) ** (10 - n) for n in range(5, 11))
    found = shown(definition, headcounts, 800)
    assert found["q", "team", "t0"] == pytest.approx(expected, abs=0.08)
    assert found["q", "team", "t1"] == found["q", None, None] == 1


def test_a_sensitive_question_needs_twice_as_many() -> None:
    plain = shown(*by_team(16, 300, 300), 100)["q", "team", "t0"]
    sensitive = shown(*by_team(16, 300, 300, sensitive=True), 100)["q", "team", "t0"]
    assert plain > 0.9
    assert sensitive < 0.5


def test_groups_that_are_mostly_hidden_are_proposed_for_a_merge() -> None:
    definition, headcounts = by_team(8, 12, 60, 80)
    found = chances(definition, (one_run(definition, headcounts, s) for s in range(20)))
    text = merges(definition, headcounts, found)["team"]
    assert "t0-t1" in text
    assert "t2: [t2]" in text
    assert not merges(definition, headcounts, [Chance("q", "team", "t0", 0.9)])


def test_without_any_headcount_nothing_is_simulated() -> None:
    definition, _ = by_team(10, 20)
    assert unit_size(definition, Headcounts()) is None
    assert one_run(definition, Headcounts(), 1) == frozenset()
    assert chances(definition, ()) == ()
    assert unit_size(definition, Headcounts(None, {"team": {"t0": 30}})) == 60


def test_unknown_groups_share_what_the_known_ones_leave() -> None:
    definition, _ = by_team(100, 100, 100)
    found = shown(definition, Headcounts(300, {"team": {"t0": 292}}), 20)
    assert found["q", "team", "t0"] == 1
    assert found["q", "team", "t1"] == found["q", "team", "t2"] == 0


@pytest.mark.parametrize("definition", [sample_definition(), example()])
def test_simulated_totals_add_up_as_a_box_does(definition: Definition) -> None:
    """Filters, families, bands, check-alls: read_tallies and the whole build take them."""
    layout = build_layout(definition)
    rng = np.random.default_rng(1)
    picks = plan._sources(definition, Headcounts(300), 300, rng)
    totals = plan._totals(layout, picks, 300, rng)
    tallies = {t.question.id: t for t in read_tallies(layout, totals)}
    leave, why = tallies["leave"], tallies["leave-why"]
    likely = sum(leave.unit[i] for i, o in enumerate(leave.question.options) if "ly" in o.id[-2:])
    assert 0 < why.n <= likely
    release = build_release(layout, totals, facts(300))
    groups = shown_groups(layout, totals)
    for question in release.questions:
        tables = {(t.breakdown, t.group) for t in question.tables}
        assert bool(tables) == (groups[question.id] is not None)


def test_the_same_seed_gives_the_same_release() -> None:
    definition, headcounts = sample_definition(), Headcounts(200)
    assert one_run(definition, headcounts, 3) == one_run(definition, headcounts, 3)


@pytest.mark.long
def test_a_large_plan_takes_seconds() -> None:
    """1,000 people, 40 questions, 8 x 25 groups, 50 releases on two cores: under a minute."""
    a, b = ([f"{x}{i}" for i in range(n)] for x, n in (("a", 8), ("b", 25)))
    sources = (ask("ra", "choice", *a), ask("rb", "choice", *b))
    asked = tuple(ask(f"q{i}", "scale", "1", "2", "3", by=("a", "b")) for i in range(38))
    breakdowns = (
        broken("a", "ra", **{x: (x,) for x in a}),
        broken("b", "rb", **{x: (x,) for x in b}),
    )
    sections = (Section("s", {"en": "S"}, (*sources, *asked)),)
    made = Definition("large", {"en": "Large"}, ("en",), 5, breakdowns, sections)
    known = Headcounts(1000, {"a": dict.fromkeys(a, 125), "b": dict.fromkeys(b, 40)})
    start = time.perf_counter()
    found = simulated(made, known, plan.RUNS)
    seconds = time.perf_counter() - start
    print(f"{plan.RUNS} releases of 1,000 people, 40 questions, 8 x 25 groups: {seconds:.1f} s")
    assert len(found) == plan.RUNS
    assert seconds < 60
