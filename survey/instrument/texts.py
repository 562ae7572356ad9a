"""Every text of a definition with its path, in the order of the file. Pure."""

from collections.abc import Iterator

from survey.instrument.model import Breakdown, Definition, Question, Text


def texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    """(path, text): "question.pay.help", "question.role.option.nurse". Labels that the file leaves
    out are there as well, with what stands in for them."""
    yield "title", definition.title
    if definition.intro:
        yield "intro", definition.intro
    for breakdown in definition.breakdowns:
        yield from _of_breakdown(breakdown)
    for section in definition.sections:
        yield f"section.{section.id}.title", section.title
        for question in section.questions:
            yield from _of_question(question)


def _of_breakdown(breakdown: Breakdown) -> Iterator[tuple[str, Text]]:
    yield f"breakdown.{breakdown.id}.label", breakdown.label
    for group in breakdown.groups:
        yield f"breakdown.{breakdown.id}.group.{group.id}", group.label


def _of_question(question: Question) -> Iterator[tuple[str, Text]]:
    path = f"question.{question.id}"
    yield f"{path}.text", question.text
    if question.help:
        yield f"{path}.help", question.help
    for option in question.options:
        yield f"{path}.option.{option.id}", option.label
