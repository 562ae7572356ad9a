"""A filled paper sheet as somebody types it: the numbers that stand beside its boxes.

`3` is the third option, `1,4` the first and the fourth, `24.50` an amount, `52000 b` an amount in
the unit with that letter, `n` "does not apply", and nothing is no answer.
"""

import re
from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from survey.instrument.model import Definition
from survey.intake.printed import NOT_APPLICABLE, Printed, printed
from survey.web.languages import _, current_language

_BETWEEN = re.compile(r"[\s,;.+]+")
_AMOUNT = re.compile(r"(?P<amount>.*?)\s*(?P<unit>[a-z])?", re.IGNORECASE | re.DOTALL)


def as_posted(
    definition: Definition, typed: Mapping[str, str]
) -> tuple[MultiDict[str, str], dict[str, str]]:
    """What a worker's browser would have sent for the same answers, and what cannot be read.

    `typed` and the errors are by question id; an error is one sentence.
    """
    posted = MultiDict[str, str]()
    errors: dict[str, str] = {}
    for section in printed(definition, current_language()):
        for question in section.questions:
            text = typed.get(question.view.name, "").strip()
            read = _number if question.view.kind == "number" else _marks
            if text and (problem := read(question, text, posted)):
                errors[question.view.name] = problem
    return posted, errors


def _marks(question: Printed, text: str, posted: MultiDict[str, str]) -> str | None:
    marks = [mark for mark in _BETWEEN.split(text) if mark]
    values = {str(mark): value for mark, value, _label in question.options}
    if unknown := [mark for mark in marks if mark not in values]:
        return _(
            "There is no answer %(mark)s here: type 1 to %(most)s.",
            mark=unknown[0][:12],
            most=len(values),
        )
    for mark in dict.fromkeys(marks):
        posted.add(question.view.name, values[mark])
    return None


def _number(question: Printed, text: str, posted: MultiDict[str, str]) -> str | None:
    view = question.view
    if view.na_name and text.lower() == NOT_APPLICABLE:
        posted.add(view.na_name, "1")
        return None
    units = {letter: value for letter, value, _label in question.units}
    found = _AMOUNT.fullmatch(text)
    letter = (found["unit"] or "").lower() if found else ""
    if found is None or letter not in units:
        posted.add(view.name, text)  # whatever is wrong with it, the form says it
        return None
    posted.add(view.name, found["amount"])
    posted.add(view.unit_name, units[letter])
    return None
