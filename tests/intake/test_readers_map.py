"""Maps: what is refused, and on which line."""

import pytest

from survey.instrument.errors import DefinitionError
from survey.instrument.load import parse_definition
from survey.intake.readers.map import parse_map

DEFINITION = parse_definition(
    """
format: survey-definition/1
id: shop
title: {en: Shop}
languages: [en]
k: 5
breakdowns:
  role: {from: role, groups: {worker: [worker], lead: [lead]}}
sections:
  - id: all
    title: {en: All}
    questions:
      - id: role
        kind: choice
        text: {en: Role?}
        options: {worker: {en: Worker}, lead: {en: Lead}}
      - id: pay
        kind: number
        unit: USD/hour
        also: {USD/year: 2080}
        edges: [20, 30, 40]
        by: [role]
        text: {en: Pay?}
      - id: hurt
        kind: choices
        max: 2
        text: {en: Hurt?}
        options:
          back: {en: "Back, knee"}
          slip: {en: "Slip, trip, or fall"}
          cut: {en: Cut}
          slipped: {en: Slip}
"""
)


def a_map(questions):
    return parse_map(f"format: survey-map/1\nreader: csv\nquestions:\n{questions}", DEFINITION)


ROLE = '  role: {column: job, values: {"Worker ": worker, Chief: lead, "": null}}\n'


def test_values_are_matched_trimmed():
    answers, faults = a_map(ROLE).answers({"job": "Worker"})
    assert (dict(answers), faults) == ({"role": "worker"}, ())
    assert a_map(ROLE).answers({"job": ""}) == ({}, ())


def test_what_no_rule_covers_is_named_by_column_and_never_quoted():
    _, (fault,) = a_map(ROLE).answers({"job": "Jane Doe, night shift"})
    assert "job" in str(fault)
    assert "Jane" not in str(fault) + repr(fault)


def test_an_empty_cell_needs_a_rule_too():
    rule = "  role: {column: job, values: {Worker: worker}}\n"
    _, (fault,) = a_map(rule).answers({"job": ""})
    assert '`"": null`' in str(fault)


def test_unknown_skip_is_no_answer():
    rule = "  role: {column: job, values: {Worker: worker}, unknown: skip}\n"
    assert a_map(rule).answers({"job": "Chief"}) == ({}, ())


def test_without_values_ids_and_labels_are_known():
    rules = a_map("  role: {column: job}\n")
    assert [dict(rules.answers({"job": t})[0]) for t in ("Lead", "lead", "")] == [
        {"role": "lead"},
        {"role": "lead"},
        {},
    ]


@pytest.mark.parametrize(
    ("cell", "pay"),
    [("24.5", 24.5), ("$24.50", 24.5), ("1,024", 1024.0), ("", None), ("n/a", None), ("0", 0.0)],
)
def test_numbers(cell, pay):
    rule = a_map("  pay: {column: wage, values: {n/a: null}}\n")
    assert rule.answers({"wage": cell}) == ({} if pay is None else {"pay": pay}, ())


@pytest.mark.parametrize("cell", ["80%", "%80", "4 hrs", "-3", "1,02", "nan", "inf", "1e9", "٣"])
def test_what_is_not_a_plain_number_is_refused(cell):
    _, (fault,) = a_map("  pay: {column: wage}\n").answers({"wage": cell})
    assert cell not in str(fault)


def test_yearly_pay_becomes_hourly():
    rule = a_map("  pay: {column: wage, unit: USD/year}\n")
    assert rule.answers({"wage": "52,000"}) == ({"pay": 25.0}, ())


HURT = "  hurt: {column: where, split: options}\n"


@pytest.mark.parametrize(
    ("cell", "options"),
    [
        ("Back, knee, Slip, trip, or fall", {"back", "slip"}),
        ("Slip, Back, knee", {"slipped", "back"}),
        ("Cut;Slip", {"cut", "slipped"}),
        ("Cut", {"cut"}),
    ],
)
def test_options_with_commas_are_parted_by_the_longest_match(cell, options):
    assert a_map(HURT).answers({"where": cell}) == ({"hurt": frozenset(options)}, ())


@pytest.mark.parametrize("cell", ["Back", "Slippery", "Cut, Burn", "Cut, Slip, Back, knee"])
def test_split_refuses_what_is_left_over_and_too_many(cell):
    _, faults = a_map(HURT).answers({"where": cell})
    assert len(faults) == 1


def test_ticks_over_columns():
    rule = a_map("  hurt: {columns: {a: back, b: cut}, checked: Y, unchecked: N}\n")
    assert rule.answers({"a": "Y", "b": "N"}) == ({"hurt": frozenset({"back"})}, ())
    assert rule.answers({"a": "", "b": ""}) == ({}, ())
    assert [f.column for f in rule.answers({"a": "N", "b": "yes"})[1]] == ["b"]


def test_only_named_columns_are_wanted():
    assert a_map(ROLE + HURT).columns == ("job", "where")


@pytest.mark.parametrize(
    ("questions", "line", "says"),
    [
        ("  rloe: {column: job}\n", 4, "Write 'role' instead"),
        ("  role: {column: job, values: {Worker: wroker}}\n", 4, "Write 'worker' instead"),
        ("  role:\n    column: job\n    colour: red\n", 6, "has no key 'colour'"),
        ("  role: {values: {a: worker}}\n", 4, "lacks 'column'"),
        ("  role: job\n", 4, "must be a set of keys"),
        ("  role: {column: job, unknown: guess}\n", 4, "cannot be 'guess'"),
        ("  pay: {column: wage, unit: EUR/hour}\n", 4, "has no unit 'EUR/hour'"),
        ("  pay: {column: wage, values: {low: 20}}\n", 4, "is a number"),
        ("  pay: {columns: {a: b}, checked: Y}\n", 4, "takes one answer"),
        ("  hurt: {column: where}\n", 4, "split: options"),
        ("  hurt: {columns: {a: back, b: back}, checked: Y}\n", 4, "not clear"),
        ("  hurt: {columns: {a: back}}\n", 4, "lacks 'checked'"),
        ("  role: {column: x}\n  pay: {column: x}\n", 4, "feeds both 'role' and 'pay'"),
        ("  role: {column: x}\n  role: {column: y}\n", 5, "twice"),
        ("  {}\n", 4, "names no questions"),
    ],
)
def test_mistakes_are_found_on_their_line(questions, line, says):
    with pytest.raises(DefinitionError, match=r"\.$") as caught:
        a_map(questions)
    assert caught.value.line == line
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("format: survey-map/2\n", "survey-map/1"),
        ("format: survey-map/1\nreader: qualtrics\nquestions: {}\n", "no reader 'qualtrics'"),
        ("format: survey-map/1\n", "lacks 'reader'"),
        ("- a\n", "set of keys"),
        ("format: [\n", "not YAML"),
    ],
)
def test_a_broken_map_is_one_sentence(text, says):
    with pytest.raises(DefinitionError) as caught:
        parse_map(text, DEFINITION)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
