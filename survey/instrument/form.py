"""The answer form that a definition makes: WTForms fields named by question id.

Everything can be skipped. What a worker typed comes back in the fields for the page to show
again; `AnswerForm.answers` is what counts as an answer. The blank form is made once per definition
and language, and copied for each post: making one costs more than reading what was posted.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from wtforms.fields.core import Field
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from survey.instrument.amounts import AmountError, parse_amount
from survey.instrument.model import Answer, Answers, Definition, Question
from survey.instrument.wording import (
    PREFER_NOT,
    FieldView,
    Messages,
    Translate,
    make_messages,
    make_view,
)

_NOTHING = frozenset(("",))
FAR_OFF = 20
"""Where several units are offered, a number this many times beyond the outer edges was meant in
another one: $52,000 an hour, $25 a year."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one question's fields share over all requests."""

    question: Question
    view: FieldView
    messages: Messages
    lang: str
    values: frozenset[str]
    """choice, scale, choices: everything that may be posted."""
    divisors: Mapping[str, float]
    """number: unit -> what to divide by."""


class AnswerField(Field, ABC):
    """One question. `view` says what to show; `answer` is None unless a real one was given."""

    answer: Answer | None = None
    picked: frozenset[str] = frozenset()
    """choice, scale, choices: the values to show as picked, "prefer not to say" included."""
    typed: str = ""
    """number: what was typed, to show again."""
    unit: str = ""
    """number: the unit to show as picked."""
    not_applicable: bool = False
    """number: "does not apply" was checked."""

    def __init__(self, recipe: Recipe, **kwargs: Any) -> None:
        super().__init__(label=recipe.view.text, **kwargs)
        self.recipe = recipe
        self.question = recipe.question
        self.view = recipe.view

    def filled(self, posted: Any) -> "AnswerField":
        """A copy of this blank field, with what was posted read into it."""
        field: AnswerField = object.__new__(type(self))
        field.__dict__.update(self.__dict__)
        problem = field.read(posted)
        field.process_errors = (problem,) if problem else ()
        field.data = field.answer
        return field

    def process(self, *_: Any, **__: Any) -> None:
        """A blank field stays blank. There are no defaults: nobody's answers are shown back."""

    @abstractmethod
    def read(self, formdata: Any) -> str | None:
        """Set the answer; what is wrong with it, in one sentence."""


class OneField(AnswerField):
    """choice, scale: radio buttons. The empty value is no answer."""

    def read(self, formdata: Any) -> str | None:
        """One known value, or none."""
        given = _given(self, formdata)
        if not given:
            return None
        recipe = self.recipe
        if not given <= recipe.values:
            return recipe.messages.unknown_option
        if len(given) > 1:
            return recipe.messages.pick_one
        self.picked = given
        (value,) = given
        self.answer = None if value == PREFER_NOT else value
        return None


class ManyField(AnswerField):
    """choices: checkboxes. "Prefer not to say" is no answer, whatever else is checked."""

    def read(self, formdata: Any) -> str | None:
        """Known values, at most `max` of them."""
        given = _given(self, formdata)
        if not given:
            return None
        recipe = self.recipe
        self.picked = recipe.values & given
        if not given <= recipe.values:
            return recipe.messages.unknown_option
        if PREFER_NOT in given:
            return None
        if recipe.question.max is not None and len(given) > recipe.question.max:
            return recipe.view.hint
        self.answer = self.picked
        return None


class NumberField(AnswerField):
    """number: a line of text, a unit where there are several, a box for "does not apply"."""

    def read(self, formdata: Any) -> str | None:
        """A number in the question's own unit, which other units are converted to."""
        recipe, view = self.recipe, self.recipe.view
        self.typed = (formdata.get(self.name) or "").strip()
        self.unit = (view.units and formdata.get(view.unit_name)) or recipe.question.unit or ""
        self.not_applicable = bool(view.na_name and formdata.get(view.na_name))
        if not self.typed:
            return None
        if self.not_applicable:
            return recipe.messages.number_or_box
        if self.unit not in recipe.divisors:
            return recipe.messages.unknown_unit
        try:
            value = parse_amount(self.typed, recipe.lang) / recipe.divisors[self.unit]
        except AmountError as error:
            return recipe.messages.amount[str(error)]
        if view.units and _far_off(value, recipe.question.edges):
            return self._far_off()
        self.answer = value
        return None

    def _far_off(self) -> str:
        label = next(u.label for u in self.view.units if u.value == self.unit)
        return self.recipe.messages.check_unit % {"number": self.typed, "unit": label}


def _given(field: AnswerField, formdata: Any) -> frozenset[str]:
    return frozenset(formdata.getlist(field.name)) - _NOTHING


def _far_off(value: float, edges: tuple[float, ...]) -> bool:
    return value > edges[-1] * FAR_OFF or 0 < value < edges[0] / FAR_OFF


class _Meta(DefaultMeta):
    """WTForms' own messages are never shown, so its catalogs stay closed."""

    locales = False


class AnswerForm(BaseForm):
    """A form with a field for each question. Fields are no attributes: ids may be any word."""

    def filled(self, posted: Any) -> Self:
        """A copy of this blank form, with what was posted (a MultiDict) read into it."""
        form = copy(self)
        form._fields = {name: field.filled(posted) for name, field in self._fields.items()}
        return form

    @property
    def answers(self) -> Answers:
        """The real answers, once validated. What a filter rules out is left to the layout."""
        return {field.name: field.answer for field in self if field.answer is not None}

    def validate(self, extra_validators: Any = None) -> bool:
        """True if nothing is wrong: everything was checked while reading. What the filter rules
        out is ignored, so it cannot be wrong: a script may have hidden that question, and nobody
        could find the mistake."""
        del extra_validators
        wrong = [field for field in self if field.process_errors and not self.ruled_out(field)]
        for field in wrong:
            field.errors = field.process_errors
        return not wrong

    def ruled_out(self, field: AnswerField) -> bool:
        """The filter question was answered so that this one is not asked."""
        show_if = field.question.show_if
        return show_if is not None and not self[show_if.question].picked & set(show_if.options)


_FIELDS = {"choice": OneField, "scale": OneField, "choices": ManyField, "number": NumberField}


def as_written(message: str) -> str:
    """The `translate` that leaves English as it is."""
    return message


def blank_form(definition: Definition, lang: str, translate: Translate = as_written) -> AnswerForm:
    """The form of that definition in that language, which nobody answered; made once and kept.

    `translate` must speak `lang` when the form is made. Pass the same function each time (not a
    new lambda), and the same definition object: both are part of what the form is kept under.
    """
    return _make_form(_Same(definition), lang, translate)


class _Same:
    """A definition as a key: equal if it is the same object, which the cache keeps alive."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __hash__(self) -> int:
        return id(self.definition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.definition is other.definition


@lru_cache(maxsize=64)
def _make_form(same: _Same, lang: str, translate: Translate) -> AnswerForm:
    definition = same.definition
    fields = {q.id: _field(definition, q, lang, translate) for q in definition.questions}
    return AnswerForm(fields, meta=_Meta())


def _field(definition: Definition, question: Question, lang: str, translate: Translate) -> Field:
    view = make_view(definition, question, lang, translate)
    recipe = Recipe(
        question=question,
        view=view,
        messages=make_messages(question, translate),
        lang=lang,
        values=frozenset(choice.value for choice in view.options),
        divisors={question.unit or "": 1.0, **dict(question.also)},
    )
    return _FIELDS[question.kind](recipe)
