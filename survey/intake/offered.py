"""In which languages a wave speaks to workers."""

from survey.box.model import Wave
from survey.web.languages import SUPPORTED


def offered(wave: Wave) -> tuple[str, ...]:
    """The definition's first language, and those of both the questions and the pages around."""
    first, *others = wave.definition.languages
    return (first, *(code for code in others if code in SUPPORTED and wave.offers(code)))
