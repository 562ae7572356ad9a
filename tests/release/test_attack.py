"""The attack finds what is planted, and nothing in what the gate lets through."""

from dataclasses import replace

import numpy as np
import pytest
from attack_study import study, table
from attack_units import unit
from forging import BY, TEAM_A, TEAM_B, asked, forged, ticking, ticks, ungated
from release_factory import ask, facts, release_of, sample_definition, sample_release, tally

from survey.box.layout import build_layout
from survey.instrument.model import Answers, ShowIf
from survey.release.attack import Finding, RuledOut, attack, attack_as_outsider
from survey.release.attack_known import Knowledge, knowledge_of
from survey.release.build import build_release


def people(*crowd: tuple[int, str, str, str]) -> list[Answers]:
    """How many, of which team and site, said what."""
    return [
        {"team": team, "site": site, "q": said} for n, team, site, said in crowd for _ in range(n)
    ]


def kinds(found: tuple[Finding, ...]) -> set[str]:
    return {f.kind for f in found if f.question == "q"}


def test_two_people_parted_by_two_breakdowns_are_found() -> None:
    """All of team b work in the south, but for two."""
    crowd = people(
        *((9, "a", "north", said) for said in ("yes", "no", "unsure")),
        *((4, "b", "south", said) for said in ("yes", "no", "unsure")),
        (1, "b", "north", "yes"),
        (1, "b", "north", "no"),
    )
    release = ungated(asked(), crowd, {0, 1}, {0, 1})
    employer = Knowledge(joint={BY: {("a", "north"): 30, ("b", "south"): 20, ("b", "north"): 2}})
    found = attack(release, employer)
    assert "exact sum" in kinds(found)
    assert "Of team = b and site = north, exactly 2 answered." in {f.sentence for f in found}
    assert any("exactly 1 of at most 2 said 'yes'" in f.sentence for f in found)


def test_a_published_group_of_three_is_found_beside_what_it_overlaps() -> None:
    """Team b is 3 of the south, and all others of the south are team a."""
    crowd = people(
        (20, "a", "north", "yes"),
        (20, "a", "north", "no"),
        *((4, "a", "south", said) for said in ("yes", "no")),
        *((1, "b", "south", said) for said in ("yes", "no", "unsure")),
    )
    release = ungated(asked(), crowd, {0, 1}, {0, 1})
    pairs = {("a", "north"): 60, ("a", "south"): 12, ("b", "south"): 4}
    found = {f.sentence for f in attack(release, Knowledge(joint={BY: pairs}))}
    assert "The table of team = b is about 3 people." in found
    assert "Of team = b and site = south, exactly 1 of at most 3 said 'no'." in found
    gated = build_release(build_layout(asked()), *_box(crowd))
    assert not attack(gated, Knowledge(joint={BY: pairs}))


def _box(crowd: list[Answers]):  # type: ignore[no-untyped-def]
    totals, responses = tally(build_layout(asked()), crowd)
    return totals, facts(responses)


def test_a_unanimous_table_of_a_sensitive_question_is_found() -> None:
    crowd = people(
        (12, "a", "north", "yes"), (11, "b", "south", "no"), (11, "b", "south", "unsure")
    )
    release = ungated(asked(by=("team",), sensitive=True), crowd, {0, 1})
    found = [f.sentence for f in attack(release) if f.kind == "forced answer"]
    assert found == ["Everybody of team = a who answered said 'yes'."]


def test_answers_that_lead_on_to_another_question_may_not_be_all_there_are() -> None:
    """Two answers each given by many, but who gave either was asked why: everybody was.

    The gate hides such a group; here it is shown all the same.
    """
    asked_why = ask("why", "choice", "x", "y", by=("team",), sensitive=True)
    made = asked(by=("team",), sensitive=True)
    why = replace(asked_why, show_if=ShowIf("q", ("yes", "unsure")))
    section = made.sections[0]
    made = replace(made, sections=(replace(section, questions=(*section.questions, why)),))
    crowd = people(
        *((8, "a", "north", said) for said in ("yes", "unsure")),
        *((8, "b", "north", said) for said in ("yes", "no")),
    )
    crowd = [{**c, "why": "xy"[i % 2]} for i, c in enumerate(crowd)]
    gated = release_of(made, crowd)
    assert not attack(gated)
    assert {t.group for t in gated.questions[2].tables} == {None}
    found = attack(ungated(made, crowd, {0, 1}))
    assert [f.sentence for f in found if f.kind == "forced filter"] == [
        "Everybody of team = a who answered said 'yes' or 'unsure'."
    ]


WHY = {(): (), ("team",): ({0, 1},)}
"""By breakdowns of the follow-up, its groups that are shown."""


@pytest.mark.parametrize("by", WHY)
def test_that_all_of_a_group_were_asked_on_is_found_where_ticks_overlap(
    by: tuple[str, ...],
) -> None:
    """As many were asked on as the team has people; of other answers some ticked z, too."""
    release = forged(ticking(by), ticks(*TEAM_A, *TEAM_B), q=({0, 1},), why=WHY[by])
    assert [f.sentence for f in attack(release) if f.kind == "forced filter"] == [
        "Everybody of team = a who answered said 'x' or 'y'."
    ]


@pytest.mark.parametrize(
    "team",
    [
        pytest.param(((7, "a", "x y"), (3, "a", "x z")), id="everybody ticked x"),
        pytest.param(((6, "a", "x"), (4, "a", "y")), id="nobody ticked anything else"),
    ],
)
def test_that_all_of_a_group_were_asked_on_may_need_no_follow_up(
    team: tuple[tuple[int, str, str], ...],
) -> None:
    """Of those who were asked why, every other one skipped it."""
    crowd = ticks(*team, (8, "b", "x"), *TEAM_B)
    crowd = [{k: a for k, a in c.items() if k != "why" or i % 2} for i, c in enumerate(crowd)]
    release = forged(ticking(()), crowd, q=({0, 1},), why=())
    assert "Everybody of team = a who answered said 'x' or 'y'." in {
        f.sentence for f in attack(release)
    }


@pytest.mark.parametrize(("most", "found"), [(2, True), (None, False)])
def test_that_all_were_asked_on_may_follow_from_how_many_answers_one_can_tick(
    most: int | None, found: bool
) -> None:
    """19 ticks of ten people; only one ticked anything that does not lead on."""
    team = ((3, "a", "x y"), (3, "a", "y z"), (3, "a", "z x"), (1, "a", "x nothing"))
    crowd = ticks(*team, (8, "b", "x"), (8, "b", "nothing"))
    crowd = [{k: a for k, a in c.items() if k != "why" or i % 2} for i, c in enumerate(crowd)]
    definition = ticking((), "xyz", most)
    release = forged(definition, crowd, q=({0, 1},), why=())
    findings = attack(release, knowledge_of(release, definition))
    assert ("forced filter" in {f.kind for f in findings}) == found


@pytest.mark.parametrize("by", WHY)
def test_overlapping_ticks_are_not_taken_for_as_many_people(by: tuple[str, ...]) -> None:
    """Of fourteen people, twelve ticked x or y; 24 ticks."""
    team = ((12, "a", "x y"), (2, "a", "z"))
    release = forged(ticking(by), ticks(*team, *TEAM_B), q=({0, 1},), why=WHY[by])
    assert not attack(release)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("by", WHY)
def test_nobody_is_said_to_have_been_asked_on_who_was_not(seed: int, by: tuple[str, ...]) -> None:
    rng = np.random.default_rng(seed)
    often = rng.beta(0.6, 0.6, size=(2, 3))
    crowd = []
    for _ in range(rng.integers(30, 80)):
        team = rng.integers(2)
        said = " ".join(np.array(list("xyz"))[rng.random(3) < often[team]])
        crowd.append((1, "ab"[team], said or "nothing"))
    release = forged(ticking(by), ticks(*crowd), q=({0, 1},), why=WHY[by])
    accused = [f.sentence for f in attack(release) if f.kind == "forced filter"]
    for sentence in accused:
        mine = [said for _, team, said in crowd if f"{team} who" in sentence or "unit" in sentence]
        assert all({"x", "y"} & set(said) for said in mine)


def test_tables_that_no_people_fit_are_said_to_contradict() -> None:
    crowd = people((20, "a", "north", "yes"), (20, "b", "south", "no"))
    release = ungated(asked(), crowd, {0, 1}, {0, 1})
    wrong = [
        replace(q, tables=(replace(q.tables[0], n=44), *q.tables[1:])) if q.id == "q" else q
        for q in release.questions
    ]
    assert kinds(attack(replace(release, questions=tuple(wrong)))) == {"contradiction"}


def test_headcounts_that_are_wrong_are_left_out() -> None:
    crowd = people(*((9, t, s, a) for t in "ab" for s in ("north", "south") for a in ("yes", "no")))
    release = ungated(asked(), crowd, {0, 1}, {0, 1})
    assert attack(release, Knowledge({"team": {"a": 3}})) == ()


def test_who_knows_the_staff_list_can_place_a_rare_answer() -> None:
    """Outside of what the gate promises, and found: the only "unsure" is one of two people."""
    crowd = people(
        *((9, t, s, a) for t, s in (("a", "north"), ("b", "south")) for a in ("yes", "no")),
        (4, "a", "south", "yes"),
        (1, "b", "north", "yes"),
        (1, "b", "north", "unsure"),
    )
    release = build_release(build_layout(asked()), *_box(crowd))
    question = release.question("q")
    assert question is not None
    pairs = {("a", "north"): 30, ("b", "south"): 30, ("a", "south"): 6, ("b", "north"): 2}
    found = attack(release, Knowledge(joint={BY: pairs}))
    assert kinds(found) == {"exact sum by rare answers"}
    assert not attack(release)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_sum_of_what_the_gate_publishes_is_about_too_few(seed: int) -> None:
    told: list[int] = []
    release = sample_release(120, seed)
    found = attack_as_outsider(release, sample_definition(), told.append)
    assert {f.kind for f in found} <= {"exact sum by rare answers"}
    assert sum(told) == len(release.questions)


def test_neither_adding_nor_unanimity_gives_anything_away_in_a_made_up_unit() -> None:
    made = unit(0)
    found = attack(made.release, made.employer)
    assert {f.kind for f in found} <= {"exact sum by rare answers"}


@pytest.mark.parametrize("seed", [2, 3])
def test_what_who_knows_more_cannot_compute_need_not_be_tried_again(seed: int) -> None:
    made, ruled_out = unit(seed), RuledOut()
    assert attack(made.release, made.employer, ruled_out=ruled_out)
    found = attack(made.release, made.outsider, ruled_out=ruled_out)
    assert found == attack(made.release, made.outsider) != ()


@pytest.mark.long
def test_thousands_of_made_up_units() -> None:
    """Prints what is found; what the gate promises holds in all of them."""
    results = study(range(2000))
    print(table(results))
    found = {kind for r in results for kind in r.kinds}
    assert found <= {"exact sum by rare answers"}
