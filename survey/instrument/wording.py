"""Words of the answer form: what a page shows of a question, in one language, made once.

Messages are English here and pass through a `translate` that the caller brings (gettext), so
that this room imports nothing of ours. `MESSAGES` lists them for the catalogs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from survey.instrument.model import Definition, Kind, Question, say

Translate = Callable[[str], str]

PREFER_NOT = "-prefer-not"
"""The value of "prefer not to say"; no option id can begin with a hyphen."""

PREFER_NOT_LABEL = "Prefer not to say"
NOT_APPLICABLE = "Does not apply to me"
NO_ANSWER = "No answer"
UNIT = "Unit"
PICK_MOST = "Pick at most %(max)d."
PICK_ONE = "Pick one answer only."
UNKNOWN_OPTION = "This answer is not on the list. Pick one from the list."
UNKNOWN_UNIT = "This unit is not on the list. Pick one from the list."
NOT_A_NUMBER = "Write a number in digits, such as %(example)s."
NEGATIVE = "Write a number that is not below 0."
TOO_LARGE = "This number is too large. Check it and write it again."
CHECK_UNIT = "%(number)s %(unit)s does not look right. Check the number and the unit."
NUMBER_OR_BOX = "Write a number or check the box, not both."
EXAMPLE = "24"
EXAMPLE_DOLLARS = "24.50"
CONDITION = "Answer this only if you picked “%(answers)s” for “%(question)s”"
OR = "” or “"

UNITS = {
    "USD/hour": "dollars an hour",
    "USD/day": "dollars a day",
    "USD/week": "dollars a week",
    "USD/month": "dollars a month",
    "USD/year": "dollars a year",
    "USD/session": "dollars a session",
    "USD": "dollars",
    "people": "people",
    "hours": "hours",
    "hours/week": "hours a week",
    "hours/month": "hours a month",
    "days": "days",
    "weeks": "weeks",
    "months": "months",
    "years": "years",
    "percent": "percent",
    "miles": "miles",
    "miles/week": "miles a week",
}
"""Units as definitions write them, and as a page says them; others stand as they are written."""

MESSAGES: tuple[str, ...] = (
    PREFER_NOT_LABEL,
    NOT_APPLICABLE,
    NO_ANSWER,
    UNIT,
    PICK_MOST,
    PICK_ONE,
    UNKNOWN_OPTION,
    UNKNOWN_UNIT,
    NOT_A_NUMBER,
    NEGATIVE,
    TOO_LARGE,
    CHECK_UNIT,
    NUMBER_OR_BOX,
    EXAMPLE_DOLLARS,
    CONDITION,
    OR,
    *UNITS.values(),
)
"""Everything that the form says itself; a catalog that lacks one shows English."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A radio button, checkbox or unit: the value it sends and what stands beside it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as a page shows it, in one language. Names are those of form fields.

    `options` end in "prefer not to say" where that is offered; `no_answer` labels the empty
    value. `units` (own unit first) is empty where there is one unit only; then `unit` says it.
    """

    name: str
    kind: Kind
    text: str
    help: str | None
    options: tuple[Choice, ...]
    max: int | None
    hint: str | None
    """choices with a limit: "Pick at most 3."."""
    no_answer: str
    unit: str | None
    units: tuple[Choice, ...]
    unit_name: str
    unit_label: str
    na_name: str | None
    na_label: str
    condition: str | None
    """Filtered: "Answer this only if …", for pages without scripts."""
    show_if: tuple[str, tuple[str, ...]] | None
    """Filtered: the question and the options that show this one, for a page's script."""


@dataclass(frozen=True, slots=True)
class Messages:
    """The messages that depend on what was typed, translated."""

    pick_one: str
    unknown_option: str
    unknown_unit: str
    number_or_box: str
    check_unit: str
    amount: dict[str, str]
    """By what an AmountError says."""


def make_messages(question: Question, translate: Translate) -> Messages:
    """The messages of one question's field."""
    example = translate(EXAMPLE_DOLLARS) if "USD" in (question.unit or "") else EXAMPLE
    return Messages(
        pick_one=translate(PICK_ONE),
        unknown_option=translate(UNKNOWN_OPTION),
        unknown_unit=translate(UNKNOWN_UNIT),
        number_or_box=translate(NUMBER_OR_BOX),
        check_unit=translate(CHECK_UNIT),
        amount={
            "nonsense": translate(NOT_A_NUMBER) % {"example": example},
            "negative": translate(NEGATIVE),
            "large": translate(TOO_LARGE),
        },
    )


def make_view(
    definition: Definition, question: Question, lang: str, translate: Translate
) -> FieldView:
    """What a page needs to show `question` in `lang`."""
    units = [question.unit or "", *(unit for unit, _ in question.also)]
    named = tuple(Choice(unit, translate(UNITS[unit]) if unit in UNITS else unit) for unit in units)
    show_if = question.show_if
    return FieldView(
        name=question.id,
        kind=question.kind,
        text=say(question.text, lang),
        help=say(question.help, lang) if question.help else None,
        options=_choices(question, lang, translate),
        max=question.max,
        hint=translate(PICK_MOST) % {"max": question.max} if question.max else None,
        no_answer=translate(NO_ANSWER),
        unit=named[0].label or None,
        units=named if question.also else (),
        unit_name=f"{question.id}--unit",
        unit_label=translate(UNIT),
        na_name=f"{question.id}--na" if question.not_applicable else None,
        na_label=translate(NOT_APPLICABLE),
        condition=_condition(definition, question, lang, translate),
        show_if=(show_if.question, show_if.options) if show_if else None,
    )


def _choices(question: Question, lang: str, translate: Translate) -> tuple[Choice, ...]:
    if question.kind == "number":
        return ()
    options = tuple(Choice(o.id, say(o.label, lang)) for o in question.options)
    if question.personal or question.sensitive:
        options += (Choice(PREFER_NOT, translate(PREFER_NOT_LABEL)),)
    return options


def _condition(
    definition: Definition, question: Question, lang: str, translate: Translate
) -> str | None:
    if question.show_if is None:
        return None
    asked = definition.question(question.show_if.question)
    picked = [say(o.label, lang) for o in asked.options if o.id in question.show_if.options]
    answers = translate(OR).join(picked)
    return translate(CONDITION) % {"answers": answers, "question": say(asked.text, lang)}
