"""The built-in questionnaires, by name: each makes a form whose units have words."""

import pytest

from survey.box.layout import build_layout
from survey.instrument.errors import DefinitionError
from survey.instrument.form import blank_form
from survey.instrument.library import LIBRARY, load_builtin
from survey.instrument.wording import UNITS


@pytest.mark.parametrize("name", LIBRARY)
def test_each_loads_under_its_own_name_and_makes_a_form(name: str) -> None:
    made = load_builtin(name)
    assert made.id == name
    assert made.languages == ("en", "es", "vi", "zh-Hans", "ru")
    assert build_layout(made).size < 5000
    assert len(list(blank_form(made, "es"))) == len(made.questions)


@pytest.mark.parametrize("name", LIBRARY)
def test_every_unit_has_words(name: str) -> None:
    for question in load_builtin(name).questions:
        units = {question.unit, *(unit for unit, _ in question.also)} - {None}
        assert units <= UNITS.keys(), question.id


def test_another_name_is_one_sentence() -> None:
    with pytest.raises(DefinitionError, match="Write 'pulse' instead"):
        load_builtin("pulze")
