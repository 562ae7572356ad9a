"""Made-up people: the same for good, and believable."""

from collections import Counter
from statistics import mean, median

from survey.box.layout import build_layout, cells_of
from survey.instrument.library import load_builtin
from survey.instrument.load import parse_definition
from survey.intake.people import answers_of_person

PLAIN = parse_definition(
    """
format: survey-definition/1
id: plain
title: {en: Plain}
languages: [en]
k: 5
breakdowns:
  team: {from: team, groups: {red: [red], blue: [blue]}}
sections:
  - id: all
    title: {en: All}
    questions:
      - {id: team, kind: choice, text: {en: Team?}, options: {red: {en: Red}, blue: {en: Blue}}}
      - {id: miles, kind: number, unit: miles, edges: [5, 10, 20], by: [team], text: {en: Miles?}}
      - id: mood
        kind: scale
        text: {en: Mood?}
        options: {low: {en: Low}, mid: {en: Mid}, high: {en: High}}
      - id: wants
        kind: choices
        max: 1
        text: {en: Wants?}
        options: {rest: {en: Rest}, tea: {en: Tea}}
"""
)


def people(definition, n, seed=1):
    return [answers_of_person(definition, seed, i) for i in range(n)]


def test_the_same_seed_makes_the_same_people_whatever_their_number():
    assert people(PLAIN, 20) == people(PLAIN, 50)[:20]
    assert people(PLAIN, 20) != people(PLAIN, 20, seed=2)


def test_any_questionnaire_is_answered_within_its_rules():
    layout = build_layout(PLAIN)
    everyone = people(PLAIN, 300)
    for answers in everyone:
        cells_of(layout, answers)  # raises for an option that is not there
    assert {a.get("mood") for a in everyone} == {"low", "mid", "high", None}
    assert max(len(a.get("wants", ())) for a in everyone) == 1
    assert 0.8 < mean("miles" in a for a in everyone) < 1
    assert {a["miles"] < 10 for a in everyone if "miles" in a} == {True, False}


def test_the_built_in_questionnaire_is_answered_believably():
    everyone = people(load_builtin("behavioral-health-full"), 600)

    def pay(role):
        return median(a["pay"] for a in everyone if a.get("role") == role and "pay" in a)

    assert 19 < pay("peer") < pay("therapist") < pay("nurse") < 45
    assert not [a for a in everyone if a.get("role") == "support" and "caseload" in a]
    tired = Counter(a.get("leave") for a in everyone if a.get("worn-out") in ("often", "always"))
    rested = Counter(a.get("leave") for a in everyone if a.get("worn-out") in ("never", "rarely"))
    likely = [(c["likely"] + c["very-likely"]) / c.total() for c in (tired, rested)]
    assert likely[0] > 1.5 * likely[1]
