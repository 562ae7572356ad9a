"""The answer form: everything can be skipped, nothing unknown gets in, nothing typed is lost."""

import gc
import weakref

import pytest
from factories import EXAMPLE, definition
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from survey.box.layout import build_layout, cells_of
from survey.instrument.form import AnswerForm, blank_form
from survey.instrument.load import parse_definition
from survey.instrument.wording import MESSAGES


def post(*pairs: tuple[str, str], lang: str = "en") -> AnswerForm:
    form = blank_form(definition(), lang).filled(MultiDict(pairs))
    form.validate()
    return form


def answers(*pairs: tuple[str, str], lang: str = "en") -> dict:
    form = post(*pairs, lang=lang)
    assert not form.errors
    return dict(form.answers)


def errors(*pairs: tuple[str, str]) -> dict:
    return {name: list(problems) for name, problems in post(*pairs).errors.items()}


def test_everything_can_be_skipped() -> None:
    assert answers() == {}
    empty = [(q.id, "") for q in definition().questions] + [("pay--unit", "USD/year")]
    assert answers(*empty) == {}


def test_real_answers_come_out_in_the_questions_own_terms() -> None:
    given = [("role", "nurse"), ("caseload", "31"), ("benefits", "health"), ("benefits", "leave")]
    assert answers(*given, ("pay", "$52,000"), ("pay--unit", "USD/year")) == {
        "role": "nurse",
        "caseload": 31.0,
        "pay": 25.0,
        "benefits": frozenset({"health", "leave"}),
    }


def test_without_a_unit_picked_it_is_the_questions_own() -> None:
    assert answers(("pay", "24.50")) == {"pay": 24.5}
    assert answers(("pay", "24,50"), ("pay--unit", "USD/hour"), lang="es") == {"pay": 24.5}


def test_prefer_not_to_say_is_offered_where_personal_or_sensitive_and_is_no_answer() -> None:
    assert answers(("leave", "-prefer-not"), ("race", "-prefer-not")) == {}
    assert answers(("race", "-prefer-not"), ("race", "black")) == {}
    assert post(("race", "-prefer-not"), ("race", "black"))["race"].picked == {
        "-prefer-not",
        "black",
    }
    assert "role" in errors(("role", "-prefer-not"))


def test_does_not_apply_is_no_answer() -> None:
    assert answers(("caseload--na", "1")) == {}
    assert errors(("caseload--na", "1"), ("caseload", "20")) == {
        "caseload": ["Write a number or check the box, not both."]
    }
    assert answers(("pay--na", "1"), ("pay", "20")) == {"pay": 20.0}, "pay offers no such box"


@pytest.mark.parametrize(
    ("pairs", "name", "says"),
    [
        ([("role", "boss")], "role", "not on the list"),
        ([("role", "nurse"), ("role", "peer")], "role", "Pick one answer only."),
        ([("workload", "agree "), ("workload", "")], "workload", "not on the list"),
        ([("benefits", "health"), ("benefits", "yacht")], "benefits", "not on the list"),
        (
            [("benefits", b) for b in ("health", "leave", "pension", "training")],
            "benefits",
            "Pick at most 3.",
        ),
        ([("caseload", "many")], "caseload", "Write a number in digits, such as 24."),
        ([("pay", "-3")], "pay", "not below 0"),
        ([("pay", "9999999999")], "pay", "too large"),
        ([("pay", "52000")], "pay", "52000 dollars an hour does not look right."),
        (
            [("pay", "25"), ("pay--unit", "USD/year")],
            "pay",
            "25 dollars a year does not look right.",
        ),
        ([("pay", "25"), ("pay--unit", "EUR/year")], "pay", "unit is not on the list"),
    ],
)
def test_each_mistake_is_one_sentence_on_its_field(pairs: list, name: str, says: str) -> None:
    found = errors(*pairs)
    assert list(found) == [name]
    assert len(found[name]) == 1
    assert says in found[name][0]


def test_a_mistake_loses_nothing_that_was_typed() -> None:
    form = post(("pay", "lots"), ("pay--unit", "USD/year"), ("role", "peer"), ("caseload--na", "1"))
    assert (form["pay"].typed, form["pay"].unit) == ("lots", "USD/year")
    assert form["role"].picked == {"peer"}
    assert form["caseload"].not_applicable


def test_a_mistake_in_a_question_that_is_not_asked_does_not_stop_anybody() -> None:
    four = [("leave-why", why) for why in ("pay", "workload", "safety", "management")]
    assert errors(("leave", "unlikely"), *four) == {}
    assert errors(*four) == {}
    assert errors(("leave", "likely"), *four) == {"leave-why": ["Pick at most 3."]}


def test_the_page_gets_all_it_shows_in_the_language() -> None:
    form = blank_form(definition(), "es")
    pay, why = form["pay"].view, form["leave-why"].view
    assert (pay.text, pay.help) == ("¿Cuánto le pagan?", "Antes de impuestos.")
    assert [u.value for u in pay.units] == ["USD/hour", "USD/year"]
    assert (pay.unit_name, pay.na_name) == ("pay--unit", None)
    assert form["caseload"].view.na_name == "caseload--na"
    assert form["leave"].view.options[-1].value == "-prefer-not"
    assert why.show_if == ("leave", ("likely", "very-likely"))
    assert "Probable” or “Muy probable" in (why.condition or "")


def test_every_message_passes_through_translate() -> None:
    asked: set[str] = set()

    def spanish(message: str) -> str:
        asked.add(message)
        return f"¡{message}!"

    posted = [("role", "boss"), ("pay", "x")]
    form = blank_form(definition(), "es", spanish).filled(MultiDict(posted))
    assert not form.validate()
    assert all(sentence.startswith("¡") for field in form for sentence in field.errors)
    assert asked <= set(MESSAGES)


def test_the_blank_form_is_made_once_per_definition_and_language() -> None:
    same, other = definition(), parse_definition(EXAMPLE)
    assert blank_form(same, "en") is blank_form(same, "en")
    assert blank_form(same, "en") is not blank_form(same, "es")
    assert blank_form(same, "en") is not blank_form(other, "en")


@pytest.mark.parametrize("name", ["class", "items", "validate", "filled", "answers", "errors"])
def test_a_question_may_have_a_name_that_the_program_knows(name: str) -> None:
    made = parse_definition(EXAMPLE.replace("id: workload", f"id: {name}"))
    form = blank_form(made, "en").filled(MultiDict([(name, "agree"), ("role", "nurse")]))
    assert form.validate()
    assert form.answers == {name: "agree", "role": "nurse"}


NAMES = [q.id for q in definition().questions] + ["pay--unit", "caseload--na", "race--na", "x"]
VALUES = ["", "nurse", "likely", "agree", "pay", "health", "-prefer-not", "31", "USD/year", "nan"]


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES) | st.text())))
def test_whatever_is_posted_either_folds_or_is_refused(pairs: list) -> None:
    form = post(*pairs)
    if not form.errors:
        cells_of(build_layout(definition()), form.answers)


def test_nothing_of_one_form_is_in_the_next_or_kept_by_the_blank_one() -> None:
    posted = post(("pay", "23.4567"), ("role", "nurse"), ("caseload", "many"))
    assert posted.errors
    kept = weakref.ref(posted["pay"])
    empty = blank_form(definition(), "en")
    assert [(f.typed, f.picked, f.answer, list(f.errors)) for f in empty] == [
        ("", frozenset(), None, [])
    ] * len(definition().questions)
    del posted
    gc.collect()
    assert kept() is None
