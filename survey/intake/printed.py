"""How a questionnaire stands on paper: questions by number, their options by number too.

The printed sheet and the page on which sheets are typed in both go by this, so that they agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

from survey.instrument.model import Definition, say
from survey.instrument.wording import FieldView, make_view
from survey.web.languages import translator

NOT_APPLICABLE = "n"
"""What is typed for "does not apply to me"."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One question on paper. `number` counts from 1 through the whole questionnaire."""

    number: int
    view: FieldView

    @property
    def options(self) -> tuple[tuple[int, str, str], ...]:
        """(number from 1, value, label); "prefer not to say" is the last where it is offered."""
        return tuple((at, o.value, o.label) for at, o in enumerate(self.view.options, start=1))

    @property
    def units(self) -> tuple[tuple[str, str, str], ...]:
        """(letter from a, value, label) where there is more than one unit."""
        return tuple(
            (letter, unit.value, unit.label)
            for letter, unit in zip(ascii_lowercase, self.view.units, strict=False)
        )


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """A section on paper."""

    title: str
    questions: tuple[Printed, ...]


def printed(definition: Definition, lang: str) -> tuple[PrintedSection, ...]:
    """The questionnaire as it stands on paper in that language."""
    return tuple(_sections(definition, lang))


def _sections(definition: Definition, lang: str) -> Iterator[PrintedSection]:
    translate, number = translator(lang), 0
    for section in definition.sections:
        found = []
        for question in section.questions:
            number += 1
            found.append(Printed(number, make_view(definition, question, lang, translate)))
        yield PrintedSection(say(section.title, lang), tuple(found))
