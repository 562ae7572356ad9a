"""The questionnaire on paper: all of it, in each language, and every sheet the same."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from survey.instrument.library import LIBRARY
from survey.instrument.model import say
from survey.intake.errors import CodeError
from survey.intake.paper import paper_pdf

OTHERS = ("es", "vi", "zh-Hans", "ru")


def words(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def squeezed(text: str) -> str:
    """Without blanks: a line may break anywhere."""
    return "".join(text.split())


def test_it_has_all_kinds_with_filter_unit_and_ways_out(wave_in: Callable[..., Any]) -> None:
    text = words(paper_pdf(wave_in().wave, "en"))
    for piece in (
        *("1 Therapist", "5 Support staff", "people", "n Does not apply to me"),
        *("5 Prefer not to say", "a dollars an hour", "b dollars a year", "Pick at most 3."),
        *("Mark one.", "Mark all that apply.", "Code from your slip", "Page 1 of"),
        "Answer this only if you picked “Likely” or “Very likely” for",
    ):
        assert piece in text, piece


@pytest.mark.parametrize("lang", ["en", "es", "vi", "zh-Hans", "ru"])
def test_every_question_and_option_of_the_core_in_every_language(
    wave_in: Callable[..., Any], lang: str
) -> None:
    definition = LIBRARY["behavioral-health"].read_text(encoding="utf-8")
    wave = wave_in(definition=definition, confirmed=OTHERS).wave
    text = squeezed(words(paper_pdf(wave, lang, "a4")))
    for question in wave.definition.questions:
        for said in (question.text, *(option.label for option in question.options)):
            assert squeezed(say(said, lang)) in text
    assert "□" not in text


def test_every_sheet_is_the_same_byte_for_byte(wave_in: Callable[..., Any]) -> None:
    wave = wave_in().wave
    assert paper_pdf(wave, "en") == paper_pdf(wave, "en")


def test_large_print_takes_more_pages(wave_in: Callable[..., Any]) -> None:
    wave = wave_in().wave
    made = (paper_pdf(wave, "en", large=large) for large in (False, True))
    usual, large = (len(PdfReader(io.BytesIO(one)).pages) for one in made)
    assert large > usual


def test_an_open_link_has_no_code_on_paper(wave_in: Callable[..., Any]) -> None:
    assert "Code from your slip" not in words(paper_pdf(wave_in(access="open").wave, "en"))


def test_it_is_accessible(wave_in: Callable[..., Any]) -> None:
    root = PdfReader(io.BytesIO(paper_pdf(wave_in().wave, "es"))).trailer["/Root"]
    assert root["/Lang"] == "es"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


@pytest.mark.parametrize(("lang", "paper"), [("fr", "letter"), ("en", "a5")])
def test_other_wishes_are_refused(wave_in: Callable[..., Any], lang: str, paper: str) -> None:
    with pytest.raises(CodeError):
        paper_pdf(wave_in().wave, lang, paper)


def test_a_real_wave_is_printed_in_languages_that_a_speaker_has_read(
    wave_in: Callable[..., Any],
) -> None:
    wave = wave_in(confirmed=()).wave
    with pytest.raises(CodeError, match="languages confirm es"):
        paper_pdf(wave, "es")
    assert paper_pdf(wave, "en").startswith(b"%PDF")
    practice = wave_in(confirmed=(), origin="simulated", slug="practice").wave
    assert paper_pdf(practice, "es").startswith(b"%PDF")
