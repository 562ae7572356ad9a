"""Cells of a response, and tallies read back from sums of them, against naive counting."""

from collections.abc import Mapping

import numpy as np
import pytest
from boxkit import DEFINITION
from hypothesis import given
from hypothesis import strategies as st

from survey.box.layout import (
    Tally,
    TotalsError,
    build_layout,
    cells_of,
    counted,
    group_index,
    read_tallies,
)
from survey.instrument.load import parse_definition
from survey.instrument.model import Answers, Question

SMALL = parse_definition(DEFINITION)
FAMILY = parse_definition(
    DEFINITION.replace(
        "      - {id: benefits,",
        """      - {id: day, kind: number, unit: x, edges: [1, 2], by: [role], family: work,
         text: {en: Day?}}
      - {id: week, kind: number, unit: x, edges: [1, 2], by: [role], family: work,
         text: {en: Week?}}
      - {id: benefits,""",
    )
)
DEFINITIONS = {"small": SMALL, "family": FAMILY}


def answer_to(question: Question) -> st.SearchStrategy[object]:
    if question.kind == "number":
        return st.floats(-5, 100) | st.sampled_from(question.edges)
    options = st.sampled_from([o.id for o in question.options])
    return st.frozensets(options, min_size=1) if question.kind == "choices" else options


def responses(name: str) -> st.SearchStrategy[list[Answers]]:
    questions = DEFINITIONS[name].questions
    one = st.fixed_dictionaries({}, optional={q.id: answer_to(q) for q in questions})
    return st.lists(one, max_size=12)  # type: ignore[return-value]


def position(question: Question, answer: object) -> list[int]:
    """Which options or bins an answer is in, the slow way."""
    if question.kind == "number":
        assert isinstance(answer, float | int)
        inside = [
            (low is None or answer >= low) and (high is None or answer < high)
            for low, high in question.bins
        ]
        assert inside.count(True) == 1
        return [inside.index(True)]
    given = answer if isinstance(answer, frozenset) else {answer}
    return [i for i, o in enumerate(question.options) if o.id in given]


def naive(name: str, question: Question, answers: list[Answers]) -> Mapping[str, object]:
    """n, unit, groups and joint counts of a question, one person after the other."""
    definition = DEFINITIONS[name]
    breakdowns = [definition.breakdown(b) for b in question.by]
    unit = [0] * question.cells
    groups = [[[0] * question.cells for _ in range(len(b.groups) + 1)] for b in breakdowns]
    answered = [[0] * (len(b.groups) + 1) for b in breakdowns]
    joint = (
        [[0] * (len(breakdowns[-1].groups) + 1) for _ in groups[0]] if len(groups) == 2 else None
    )
    n = 0
    for all_answers in answers:
        answer = counted(definition, all_answers).get(question.id)
        if answer is None:
            continue
        n += 1
        at = [group_index(b, all_answers) for b in breakdowns]
        for i in position(question, answer):
            unit[i] += 1
            for b, g in enumerate(at):
                groups[b][g][i] += 1
        for b, g in enumerate(at):
            answered[b][g] += 1
        if joint is not None:
            joint[at[0]][at[1]] += 1
    return {"n": n, "unit": unit, "groups": groups, "answered": answered, "joint": joint}


def plain(tally: Tally) -> Mapping[str, object]:
    joint = None if tally.joint is None else [list(row) for row in tally.joint]
    return {
        "n": tally.n,
        "unit": list(tally.unit),
        "groups": [[list(row) for row in g] for g in tally.groups],
        "answered": [list(a) for a in tally.answered],
        "joint": joint,
    }


def agree(name: str, answers: list[Answers]) -> None:
    layout = build_layout(DEFINITIONS[name])
    totals = np.zeros(layout.size, dtype=np.uint32)
    for one in answers:
        cells = cells_of(layout, one)
        assert len(set(cells.tolist())) == len(cells)
        totals[cells] += 1
    for tally in read_tallies(layout, totals):
        assert plain(tally) == naive(name, tally.question, answers)


@given(responses("small"))
def test_tallies_are_what_counting_by_hand_gives(answers: list[Answers]) -> None:
    agree("small", answers)


@given(responses("family"))
def test_tallies_of_families_too(answers: list[Answers]) -> None:
    agree("family", answers)


@given(responses("small"), st.data())
def test_one_wrong_cell_in_a_breakdown_is_noticed(
    answers: list[Answers], data: st.DataObject
) -> None:
    layout = build_layout(SMALL)
    totals = np.zeros(layout.size, dtype=np.uint32)
    for one in answers:
        totals[cells_of(layout, one)] += 1
    places = [q for q in layout.questions if q.groups]
    place = data.draw(st.sampled_from(places))
    at = data.draw(st.integers(place.groups[0], place.groups[0] + place.sizes[0] * place.width - 1))
    totals[at : at + 1] += np.uint32(data.draw(st.integers(1, 2**32 - 1)))  # mod 2**32
    with pytest.raises(TotalsError, match="do not add up"):
        read_tallies(layout, totals)


def test_cells_lie_side_by_side_without_gap_or_overlap() -> None:
    layout = build_layout(SMALL)
    used = np.zeros(layout.size, dtype=int)
    for place in layout.questions:
        used[place.unit : place.unit + place.width] += 1
        for start, size in zip(place.groups, place.sizes, strict=True):
            used[start : start + size * place.width] += 1
        if place.joint is not None:
            used[place.joint : place.joint + place.sizes[0] * place.sizes[1]] += 1
    assert (used == 1).all()


def test_a_filtered_answer_does_not_count_where_its_filter_does_not_hold() -> None:
    answers = {"leave": "never", "why": frozenset({"pay"})}
    assert "why" not in counted(SMALL, answers)
    assert "why" in counted(SMALL, answers | {"leave": "likely"})


def test_an_edge_belongs_to_the_bin_above_it() -> None:
    layout = build_layout(SMALL)
    place = next(q for q in layout.questions if q.question.id == "pay")
    assert place.unit + 1 in cells_of(layout, {"pay": 16.0})
    assert place.unit in cells_of(layout, {"pay": 15.99})


@pytest.mark.parametrize(
    "answers",
    [
        {"role": "boss"},
        {"benefits": frozenset({"health", "yacht"})},
        {"pay": "much"},
        {"role": frozenset({"peer", "nurse"})},
    ],
)
def test_an_answer_that_the_question_does_not_have_is_refused(answers: Answers) -> None:
    with pytest.raises(ValueError, match=r"no such option|takes a number|takes one option"):
        cells_of(build_layout(SMALL), answers)


def test_totals_of_another_size_are_refused() -> None:
    layout = build_layout(SMALL)
    with pytest.raises(TotalsError, match="another size"):
        read_tallies(layout, np.zeros(layout.size + 1, dtype=np.uint32))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("k: 5", "k: 6"),
        ("others: [peer, nurse]", "others: [peer], nurses: [nurse]"),
        ("sensitive: true, ", ""),
        ("edges: [16, 20, 30]", "edges: [16, 20, 31]"),
        ("low: [0, 30], high: [30, null]", "low: [0, 60], high: [60, null]"),
        ("show_if: {leave: [likely]}, ", ""),
        ("by: [role, load], text: {en: Which?}", "by: [role], text: {en: Which?}"),
    ],
)
def test_every_rule_that_bears_on_disclosure_changes_the_fingerprint(old: str, new: str) -> None:
    assert old in DEFINITION
    changed = parse_definition(DEFINITION.replace(old, new))
    assert build_layout(changed).fingerprint != build_layout(SMALL).fingerprint


def test_wording_does_not_change_the_fingerprint() -> None:
    changed = parse_definition(DEFINITION.replace("Which job?", "Which is it?"))
    assert build_layout(changed).fingerprint == build_layout(SMALL).fingerprint
