"""What somebody answered, to be looked over before it is sent. Nothing of it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass

from survey.instrument.form import AnswerField, AnswerForm
from survey.instrument.model import Definition, say


@dataclass(frozen=True, slots=True)
class Line:
    """A question that was asked, and the words of what was picked or typed: none if skipped."""

    id: str
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """A section of the questionnaire."""

    title: str
    lines: tuple[Line, ...]


def looked_over(form: AnswerForm, definition: Definition, lang: str) -> tuple[Looked, ...]:
    """Every question that was asked, by section; those that a filter rules out are left out."""
    return tuple(
        Looked(
            say(section.title, lang),
            tuple(
                Line(q.id, form[q.id].view.text, tuple(_words(form[q.id])))
                for q in section.questions
                if not form.ruled_out(form[q.id])
            ),
        )
        for section in definition.sections
    )


def nothing_said(form: AnswerForm) -> bool:
    """No question that was asked has an answer, not even one that counts as none."""
    return not any(True for field in form if not form.ruled_out(field) for _ in _words(field))


def _words(field: AnswerField) -> Iterator[str]:
    view = field.view
    yield from (option.label for option in view.options if option.value in field.picked)
    if field.typed:
        units = {unit.value: unit.label for unit in view.units}
        unit = units.get(field.unit, view.unit if not units else "")
        yield f"{field.typed} {unit or ''}".strip()
    if field.not_applicable:
        yield view.na_label
