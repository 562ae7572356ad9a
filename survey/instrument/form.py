"""The answer form that a definition makes: WTForms fields named by question id.

Everything can be skipped. What a worker typed comes back in the fields for the page to show
again; `answers_of` takes out what counts as an answer. The class is made once per definition
and language, as making one costs more than reading a post.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from wtforms import Form
from wtforms.fields.core import Field
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

    def again(self) -> "AnswerField":
        """The same field for another form, as long as nothing was read into it."""
        other: AnswerField = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other

    def process(self, formdata: Any, *_: Any, **__: Any) -> None:
        """Read what was posted. There are no defaults: nobody's answers are ever shown back."""
        problem = self.read(formdata) if formdata is not None else None
        self.process_errors = (problem,) if problem else ()
        self.data = self.answer

    def validate(self, *_: Any) -> bool:
        """Everything was checked while reading."""
        self.errors = self.process_errors
        return not self.errors

    @abstractmethod
    def read(self, formdata: Any) -> str | None:
        """Set the answer; what is wrong with it, in one sentence."""


class OneField(AnswerField):
    """choice, scale: radio buttons. The empty value is no answer."""

    def read(self, formdata: Any) -> str | None:
        """One known value, or none."""
        recipe = self.recipe
        given = {value for value in formdata.getlist(self.name) if value}
        if not given:
            return None
        if not given <= recipe.values:
            return recipe.messages.unknown_option
        if len(given) > 1:
            return recipe.messages.pick_one
        self.picked = frozenset(given)
        (value,) = given
        self.answer = None if value == PREFER_NOT else value
        return None


class ManyField(AnswerField):
    """choices: checkboxes. "Prefer not to say" is no answer, whatever else is checked."""

    def read(self, formdata: Any) -> str | None:
        """Known values, at most `max` of them."""
        recipe = self.recipe
        given = {value for value in formdata.getlist(self.name) if value}
        if not given:
            return None
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


def _far_off(value: float, edges: tuple[float, ...]) -> bool:
    return value > edges[-1] * FAR_OFF or 0 < value < edges[0] / FAR_OFF


class AnswerForm(Form):
    """The base of every form that `form_class` makes."""

    first: ClassVar[dict[str, AnswerField]]
    """By name the field that others are copied from; nobody's answers are ever in it."""

    class Meta(DefaultMeta):
        """WTForms' own messages are never shown, so its catalogs stay closed."""

        locales = False

        def bind_field(self, form: Form, unbound_field: Any, options: dict[str, Any]) -> Any:
            """A copy of the field as it was first bound: binding costs more than all reading."""
            first, name = type(form).first, options["name"]
            if name not in first:
                first[name] = super().bind_field(form, unbound_field, options)
            return first[name].again()

    def validate(self, extra_validators: Any = None) -> bool:
        """True if nothing is wrong. What the filter rules out is ignored, so it cannot be wrong:
        a script may have hidden that question, and nobody could find the mistake."""
        valid = bool(super().validate(extra_validators))
        if valid:
            return True
        for field in self:
            if field.errors and isinstance(field, AnswerField) and self.ruled_out(field):
                field.errors = ()
        return not any(field.errors for field in self)

    def ruled_out(self, field: AnswerField) -> bool:
        """The filter question was answered so that this one is not asked."""
        show_if = field.question.show_if
        return show_if is not None and not self[show_if.question].picked & set(show_if.options)


_FIELDS = {"choice": OneField, "scale": OneField, "choices": ManyField, "number": NumberField}


def as_written(message: str) -> str:
    """The `translate` that leaves English as it is."""
    return message


def form_class(
    definition: Definition, lang: str, translate: Translate = as_written
) -> type[AnswerForm]:
    """The form of that definition in that language; made once and kept.

    `translate` must speak `lang` when the form is made. Pass the same function each time (not a
    new lambda), and the same definition object: both are part of what the form is kept under.
    """
    return _make_form(_Same(definition), lang, translate)


def answers_of(form: Form, definition: Definition) -> Answers:
    """The real answers of a validated form. What a filter rules out is left to the layout."""
    found: dict[str, Answer] = {}
    for question in definition.questions:
        answer = form[question.id].answer
        if answer is not None:
            found[question.id] = answer
    return found


class _Same:
    """A definition as a key: equal if it is the same object, which the cache keeps alive."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __hash__(self) -> int:
        return id(self.definition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.definition is other.definition


@lru_cache(maxsize=64)
def _make_form(same: _Same, lang: str, translate: Translate) -> type[AnswerForm]:
    definition = same.definition
    fields = {q.id: _field(definition, q, lang, translate) for q in definition.questions}
    made = type("BoundAnswerForm", (AnswerForm,), fields | {"first": {}})
    made()  # fields know the form they were first bound to: let that be one that nobody answered
    return made


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
