"""The questionnaires that come with the program load, fit their promises and make a form."""

import pytest

from survey.box.layout import build_layout
from survey.instrument.errors import DefinitionError
from survey.instrument.form import form_class
from survey.instrument.library import LIBRARY, load_builtin
from survey.instrument.wording import UNITS

NEVER = ("union", "sindicato", "strike", "huelga")


@pytest.mark.parametrize("name", LIBRARY)
def test_each_loads_under_its_own_name_and_makes_a_form(name: str) -> None:
    made = load_builtin(name)
    assert made.id == name
    assert made.languages == ("en", "es")
    assert build_layout(made).size < 5000
    assert len(list(form_class(made, "es")())) == len(made.questions)


def test_the_three_are_there_in_their_sizes() -> None:
    sizes = {name: len(load_builtin(name).questions) for name in LIBRARY}
    assert set(sizes) == {"behavioral-health", "behavioral-health-full", "pulse"}
    assert 20 <= sizes["behavioral-health"] <= 24
    assert 38 <= sizes["behavioral-health-full"] <= 42
    assert sizes["pulse"] == 12


@pytest.mark.parametrize("name", LIBRARY)
def test_nobody_is_asked_about_the_union_or_a_strike(name: str) -> None:
    for question in load_builtin(name).questions:
        labels = [label for o in question.options for label in o.label.values()]
        words = " ".join([*question.text.values(), *labels]).lower()
        assert not any(word in words.split() for word in NEVER), question.id


@pytest.mark.parametrize("name", LIBRARY)
def test_every_unit_has_words(name: str) -> None:
    for question in load_builtin(name).questions:
        units = {question.unit, *(unit for unit, _ in question.also)} - {None}
        assert units <= UNITS.keys(), question.id


def test_another_name_is_one_sentence() -> None:
    with pytest.raises(DefinitionError, match="Write 'pulse' instead"):
        load_builtin("pulze")
