"""The questionnaire on paper, for whoever has no phone, or will not use one for this.

Every sheet of a wave is the same, byte for byte: nothing on it tells one from another.
"""

from collections.abc import Mapping

from survey.box.model import Wave
from survey.instrument.model import say
from survey.intake.codes import show_code
from survey.intake.errors import CodeError
from survey.intake.offered import offered
from survey.intake.printed import NOT_APPLICABLE, Printed, printed
from survey.intake.slips import PAPERS
from survey.typeset import compile_pdf
from survey.web.languages import translator

CODE_SHAPE = show_code("X" * 14)


def paper_pdf(wave: Wave, lang: str, paper: str = "letter", *, large: bool = False) -> bytes:
    """The questionnaire of a wave, in a language it offers. Raises CodeError for other wishes."""
    if paper not in PAPERS:
        raise CodeError(f"There is no paper '{paper}': write letter or a4.")
    if lang not in wave.definition.languages:
        known = ", ".join(wave.definition.languages)
        raise CodeError(f"This questionnaire has no language '{lang}': it has {known}.")
    if lang not in offered(wave):
        raise CodeError(
            f"The wave '{wave.slug}' does not offer the language '{lang}': confirm first that a "
            f"person who speaks it has read every page (`languages confirm {lang}`, or the desk)."
        )
    definition = wave.definition
    data = {
        "title": say(definition.title, lang),
        "lang": lang,
        "paper": paper,
        "large": large,
        "intro": say(definition.intro, lang) if definition.intro else None,
        "words": _words(wave, lang),
        "code": [len(part) for part in CODE_SHAPE.split("-")] if wave.access == "codes" else None,
        "sections": [
            {"title": section.title, "questions": [_question(q, lang) for q in section.questions]}
            for section in printed(definition, lang)
        ],
    }
    return compile_pdf("paper", data)


def _question(one: Printed, lang: str) -> Mapping[str, object]:
    _ = translator(lang)
    view = one.view
    how = {"choice": _("Mark one."), "scale": _("Mark one."), "number": None}.get(
        view.kind, view.hint or _("Mark all that apply.")
    )
    return {
        "number": one.number,
        "kind": view.kind,
        "text": view.text,
        "condition": view.condition,
        "help": view.help,
        "how": how,
        "options": [{"mark": str(mark), "label": label} for mark, _value, label in one.options],
        "unit": None if view.units else view.unit,
        "units": [{"mark": letter, "label": label} for letter, _value, label in one.units],
        "na": {"mark": NOT_APPLICABLE, "label": view.na_label} if view.na_name else None,
    }


def _words(wave: Wave, lang: str) -> dict[str, object]:
    _ = translator(lang)
    rules = [
        _("Do not write your name. You can skip any question."),
        _("Fill this in away from work, with any pen, and fold it when you are done."),
        _("Whoever types this sheet in sees what is on it. After that, the paper is burned."),
    ]
    codes = _("Copy the code from your slip here. Without it the sheet cannot be counted.")
    return {
        "rules": rules,
        "code": _("Code from your slip"),
        "code_rule": codes,
        "page": _("Page %(page)s of %(pages)s"),
        "practice": _("Made-up data / practice.") if wave.origin != "survey" else None,
        "thanks": _("Thank you. Please check that no name stands on this sheet."),
    }
