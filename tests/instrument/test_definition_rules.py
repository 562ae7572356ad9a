"""Questions that would expose people together are refused before anybody answers."""

from dataclasses import replace

import pytest
from factories import EXAMPLE, definition, edited

from survey.box.layout import build_layout
from survey.instrument import check
from survey.instrument.errors import DefinitionError
from survey.instrument.load import parse_definition
from survey.instrument.model import ShowIf
from survey.instrument.reading import Places

ROLE = "        kind: choice\n        text: {en: Which job"
LOAD = "  load: {from: caseload, bands: {under-30: [0, 30], 30-59: [30, 60], 60-up: [60, null]}}"
WHY = "        show_if: {leave: [likely, very-likely]}\n"
LEAVE = "        sensitive: true\n        by: [role]\n"
CASELOAD_BY = "        by: [role]\n        not_applicable: true\n"
FAIR = "      - id: workload\n        kind: scale\n        by: [role, load]\n"

RULES = [
    # a sensitive source would be told by every table broken down by it
    (ROLE, ROLE.replace("choice\n", "choice\n        sensitive: true\n"), "it is sensitive"),
    # a source's own tables by other groups could be set against the tables by it
    (ROLE, ROLE.replace("choice\n", "choice\n        by: [load]\n"), "itself shown by other"),
    (ROLE, ROLE.replace("choice\n", "choice\n        by: [role]\n"), "itself shown by other"),
    (ROLE, ROLE.replace("choice\n", "choice\n        family: jobs\n"), "in a family"),
    ("    from: role\n", "    from: benefits\n", "tick several"),
    ("    from: role\n", "    from: leave-why\n", "tick several"),
    ("    from: role\n", "    from: rolle\n", "Write 'role' instead"),
    ("    from: role\n", "    from: pay\n", "Write 'bands' instead"),
    ("load: {from: caseload", "load: {from: workload", "Write 'groups' instead"),
    ("[peer, nurse, support]", "[peer, nurse, therapist]", "groups 'therapist' and 'others'"),
    ("[peer, nurse, support]", "[peer, nurse, suport]", "Write 'support' instead"),
    ("[peer, nurse, support]", "[]", "is empty"),
    # bands cut at edges only, else a band minus bins leaves a few people
    ("under-30: [0, 30], 30-59: [30, 60]", "under-30: [0, 31], 30-59: [31, 60]", "no edge of"),
    ("30-59: [30, 60]", "30-59: [35, 60]", "does not begin where the one before it ends (30)"),
    ("30-59: [30, 60]", "30-59: [25, 60]", "does not begin where"),
    ("30-59: [30, 60], 60-up: [60, null]", "30-up: [30, null], 60-up: [60, 80]", "an open end"),
    ("30-59: [30, 60]", "30-59: [30, 30]", "does not rise"),
    # one answer, one question: never shown by a band of itself
    (CASELOAD_BY, CASELOAD_BY.replace("role", "load"), "made of its own answers"),
    (CASELOAD_BY, CASELOAD_BY.replace("role", "site"), "which is no breakdown"),
    (LEAVE, LEAVE.replace("role", "role, load"), "is sensitive and shown by 2"),
    (FAIR, FAIR.replace("role, load", "role, role"), "names 'role' twice"),
    # filtered questions
    (WHY, WHY.replace("leave:", "benefits-x:"), "no question before it"),
    (WHY, WHY.replace("{leave", "{leave-why"), "no question before it"),
    (WHY, WHY.replace("{leave", "{pay"), "depends on the number 'pay'"),
    (WHY, WHY.replace("[likely,", "[likley,"), "Write 'likely' instead"),
    ("by: [role]\n" + WHY, "by: [load]\n" + WHY, "on which it depends, is not"),
    # families
    (FAIR, FAIR + "        family: load\n", "alone in the family"),
    # ids
    ("      - id: race\n", "      - id: pay\n", "2 questions with the id 'pay'"),
    ("  - id: money\n", "  - id: job\n", "2 sections with the id 'job'"),
    ("      - id: race\n", "      - id: form\n", "used by the program itself"),
    ("      - id: race\n", "      - id: dataset\n", "used by the program itself"),
    (LOAD, LOAD.replace("load:", "unit:"), "used by the program itself"),
]


@pytest.mark.parametrize(("old", "new", "says"), RULES)
def test_what_could_expose_people_is_refused_with_a_line(old: str, new: str, says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(edited((old, new)))
    assert says in str(caught.value)
    assert caught.value.line is not None


def test_a_source_must_be_asked_of_everybody() -> None:
    filtered = FAIR + "        show_if: {role: [therapist]}\n"
    text = edited((FAIR, filtered.replace("[role, load]", "[]")))
    text = text.replace(LOAD, LOAD + "\n  fair: {from: workload, groups: {a: [agree]}}")
    with pytest.raises(DefinitionError, match="not asked of everybody"):
        parse_definition(text)


@pytest.mark.parametrize("key", ["kind", "by", "show_if", "sensitive", "edges"])
def test_a_family_must_be_alike(key: str) -> None:
    base = definition()
    leave = replace(base.question("leave"), family="going")
    other = {"kind": "scale", "by": (), "show_if": ShowIf("workload", ("agree",))}
    other["edges"] = (1.0, 2.0)
    twin = replace(leave, id="twin", **{key: other.get(key, False)})
    section = replace(base.sections[2], questions=(leave, twin))
    with pytest.raises(DefinitionError, match="one family but differ"):
        check.check(replace(base, sections=(*base.sections[:2], section)), Places("x", {}))


def test_a_filter_may_not_be_in_a_family_as_the_family_counts_only_whole() -> None:
    base = definition()
    leave, why = base.sections[2].questions
    twins = (replace(leave, family="going"), replace(leave, id="twin", family="going"), why)
    section = replace(base.sections[2], questions=twins)
    with pytest.raises(DefinitionError, match="counts only as a whole"):
        check.check(replace(base, sections=(*base.sections[:2], section)), Places("x", {}))


def test_sensitivity_runs_through_a_chain_of_filters() -> None:
    last = (
        "      - {id: pay-why, kind: choice, show_if: {leave-why: [pay]}, by: [role],"
        " text: {en: T, es: T}, options: {a: {en: A, es: A}, b: {en: B, es: B}}}\n"
    )
    assert parse_definition(EXAMPLE + last).question("pay-why").sensitive


def test_a_number_source_may_be_shown_by_other_breakdowns() -> None:
    assert definition().question("caseload").by == ("role",)


def test_an_instrument_too_large_is_refused() -> None:
    many = "".join(
        f"      - {{id: q{n}, kind: number, unit: hours, edges: [1, 2], text: {{en: T, es: T}}}}\n"
        for n in range(113)
    )
    with pytest.raises(DefinitionError, match="121 questions"):
        parse_definition(EXAMPLE + many)


def test_cells_are_counted_as_the_box_lays_them_out(monkeypatch: pytest.MonkeyPatch) -> None:
    size = build_layout(definition()).size
    monkeypatch.setattr(check, "MAX_CELLS", size)
    check.check(definition(), Places("x", {}))
    monkeypatch.setattr(check, "MAX_CELLS", size - 1)
    with pytest.raises(DefinitionError, match=f"needs {size} counters"):
        check.check(definition(), Places("x", {}))
