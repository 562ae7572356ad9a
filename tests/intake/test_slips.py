"""Slips: nothing on one tells it from another but its code, and nothing says whom it is for."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from factories import EXAMPLE
from pypdf import PageObject, PdfReader

from survey.instrument.library import LIBRARY
from survey.intake import slips
from survey.intake.codes import link, make_codes, parse_code, show_code
from survey.intake.errors import CodeError
from survey.intake.slips import slip_words, slips_pdf

SITE = "https://survey.example.org"
BATCH = "Worksite: North clinic"
SHOWN = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{2}\b")


def read(pdf: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(pdf)).pages)


def words(page: PageObject) -> str:
    return " ".join(page.extract_text().split())


@pytest.mark.parametrize(("paper", "width"), [("letter", 612), ("a4", 595)])
def test_ten_a_page_after_the_instructions_in_the_order_given(
    wave_in: Callable[..., Any], paper: str, width: int
) -> None:
    wave, codes = wave_in(codes=0).wave, make_codes(23)
    first, *sheets = read(slips_pdf(wave, codes, SITE, BATCH, paper))
    assert "How to hand out the slips" in words(first)
    assert "23 slips" in words(first)
    assert not SHOWN.search(words(first))
    assert [len(SHOWN.findall(words(sheet))) for sheet in sheets] == [10, 10, 3]
    found = [code for sheet in sheets for code in SHOWN.findall(words(sheet))]
    assert found == [show_code(code) for code in codes]
    assert round(float(sheets[0].mediabox.width)) == width


def test_in_five_languages_fewer_a_page_stay_readable(wave_in: Callable[..., Any]) -> None:
    text = LIBRARY["behavioral-health"].read_text("utf-8")
    wave = wave_in(codes=0, definition=text, origin="simulated").wave
    _first, *sheets = read(slips_pdf(wave, make_codes(7), SITE, BATCH))
    assert [len(SHOWN.findall(words(sheet))) for sheet in sheets] == [6, 1]
    sizes: set[float] = set()
    sheets[0].extract_text(
        visitor_text=lambda text, _c, matrix, _f, size: (
            sizes.add(round(abs(matrix[3]) * size, 1)) if "Sin nombres" in text else None
        )
    )
    assert min(sizes) >= 7


def test_codes_come_in_an_order_that_nobody_chose() -> None:
    orders = {tuple(sorted(range(6), key=make_codes(6).__getitem__)) for _ in range(20)}
    assert len(orders) > 5


def test_the_batch_stands_in_the_margin_and_on_no_slip(wave_in: Callable[..., Any]) -> None:
    _, sheet = read(slips_pdf(wave_in().wave, make_codes(10), SITE, BATCH))
    assert words(sheet).count("North clinic") == 1
    assert words(sheet).split(SITE.removeprefix("https://"))[0].count("North clinic") == 1


def test_a_slip_says_the_same_in_every_language_of_the_wave(wave_in: Callable[..., Any]) -> None:
    wave = wave_in(definition=EXAMPLE, confirmed=("es",)).wave
    spoken = slip_words(wave)
    assert [one.lang for one in spoken] == ["en", "es"]
    _, sheet = read(slips_pdf(wave, make_codes(3), SITE))
    for one in spoken:
        assert words(sheet).count(one.title) == 3
    assert words(sheet).count("not work Wi-Fi") == 3
    assert words(sheet).count("Use su propio teléfono") == 3
    assert words(sheet).count("survey.example.org/s/fall") == 3


def test_an_unread_language_is_not_on_the_slips_of_a_real_wave(wave_in: Callable[..., Any]) -> None:
    assert [one.lang for one in slip_words(wave_in(confirmed=()).wave)] == ["en"]


def test_the_qr_code_is_the_link_with_the_code_behind_the_hash(
    wave_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    real = slips.qr_svg
    monkeypatch.setattr(slips, "qr_svg", lambda text: drawn.append(text) or real(text))
    codes = make_codes(3)
    slips_pdf(wave_in().wave, codes, SITE)
    assert drawn == [link(SITE, "fall", code) for code in codes]
    assert [parse_code(text) for text in drawn] == list(codes)


def test_practice_says_so_on_every_slip(wave_in: Callable[..., Any]) -> None:
    _, sheet = read(slips_pdf(wave_in(origin="simulated").wave, make_codes(4), SITE))
    assert words(sheet).count("made-up data") == 4


def test_the_file_is_accessible_and_says_neither_when_nor_by_whom(
    wave_in: Callable[..., Any],
) -> None:
    made = PdfReader(io.BytesIO(slips_pdf(wave_in().wave, make_codes(1), SITE)))
    assert set(made.metadata or {}) == {"/Title", "/Creator"}
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made.trailer["/Root"]["/Metadata"].get_data()


@pytest.mark.parametrize(
    ("number", "paper", "address"),
    [(slips.MOST_SLIPS + 1, "letter", SITE), (1, "a5", SITE), (1, "a4", "survey.example.org")],
)
def test_what_cannot_be_printed_is_refused(
    wave_in: Callable[..., Any], number: int, paper: str, address: str
) -> None:
    with pytest.raises(CodeError):
        slips_pdf(wave_in().wave, make_codes(number), address, paper=paper)
