"""A document opens, is tagged, comes out the same each time, and takes text as text."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from survey.typeset import Svg, TypesetError, compile_pdf, pdf
from survey.typeset.pdf import UNKNOWN, printable

PICTURE = Svg('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9"/></svg>')
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: none)
#set text(font: ("Source Sans 3", "Noto Sans SC"), lang: data.lang)
#title()
#data.at("body", default: "")
#image(bytes(data.picture), format: "svg", alt: "A line.")
"""


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Typesets one page of its own template and reads it back."""
    (tmp_path / "page.typ").write_text(TEMPLATE)
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)

    def make(**data: object) -> PdfReader:
        made = compile_pdf("page", {"title": "A page", "lang": "en", "picture": PICTURE, **data})
        return PdfReader(io.BytesIO(made))

    return make


def test_the_document_is_tagged_titled_and_in_a_language(document):
    root = document(title="Réunión", lang="es").trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 (a PDF object)
    assert root["/Lang"] == "es"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_it_says_neither_when_nor_by_whom(document):
    assert set(document().metadata) == {"/Title", "/Creator"}


@pytest.mark.parametrize(
    "hostile",
    [
        "#panic()",
        '#read("/etc/passwd")',
        "*b* _i_ $x$ @ref <label>",
        "<script>",
        '"); #{',
        "\\u{1}",
    ],
)
def test_markup_in_a_text_stays_text(document, hostile: str):
    made = document(title=hostile, body=hostile)
    assert made.metadata.title == hostile
    assert made.pages[0].extract_text().count(hostile) == 2


def test_what_the_font_cannot_draw_does_not_stop_the_document(document):
    made = document(title="ጀሀ \ue000", body="ok\x00\x07 \u202egnp.exe e\u0301 a\u20dd \ud83d")
    assert made.metadata.title == f"{UNKNOWN * 2} {UNKNOWN}"
    assert "ok gnp.exe é a" in made.pages[0].extract_text()


@pytest.mark.parametrize("text", ["日\u0301", "Ж\uff9e", "日\ufe00", "語\u3099", "a\u3099", "ﾊﾞ"])
def test_a_mark_on_what_its_font_lacks_does_not_stop_the_document(document, text: str):
    assert document(body=text).pages[0].extract_text()


def test_every_language_of_the_pages_is_drawn(document):
    text = "Español, Tiếng Việt, 简体中文，“您”, Русский"
    assert text in document(body=text).pages[0].extract_text()


def test_line_ends_of_every_system_are_one_newline():
    assert printable("a\r\nb\rc\u2028d\te") == "a\nb\nc\nd e"


def test_only_the_font_that_comes_with_the_program_is_embedded(document):
    fonts = document().pages[0]["/Resources"]["/Font"].values()
    assert {font.get_object()["/BaseFont"].split("+")[1] for font in fonts} == {"SourceSans3-Roman"}


def test_another_process_makes_the_same_bytes(tmp_path: Path):
    (tmp_path / "page.typ").write_text(TEMPLATE.replace("#image", "// #image"))
    script = (
        "import sys, hashlib, pathlib; from survey.typeset import pdf;"
        "pdf.TEMPLATES = pathlib.Path(sys.argv[1]);"
        "made = pdf.compile_pdf('page', {'title': 'T', 'lang': 'en'});"
        "print(hashlib.sha256(made).hexdigest())"
    )
    run = [sys.executable, "-c", script, str(tmp_path)]
    assert subprocess.check_output(run) == subprocess.check_output(run)


@pytest.mark.parametrize("name", ["missing", "../base", "/etc/passwd"])
def test_a_template_outside_the_folder_is_refused(name: str):
    with pytest.raises(TypesetError, match="no print template"):
        compile_pdf(name, {"title": "T", "lang": "en"})


def test_a_document_without_title_or_language_is_refused(document):
    with pytest.raises(TypesetError, match="has no title"):
        document(title=" ")
    with pytest.raises(TypesetError, match="has no lang"):
        document(lang="")


def test_what_typst_cannot_do_is_one_sentence(document):
    with pytest.raises(TypesetError, match=r"page\.typ could not be typeset"):
        document(picture=Svg("not a picture"))


def test_words_in_a_picture_are_words_whatever_their_characters(document):
    words = '<text y="8">under $16 &lt; ጀ</text><text y="9" font-weight="bold">#panic()</text>'
    drawn = PICTURE.replace("<path", f"{words}<path")
    text = document(picture=Svg(drawn)).pages[0].extract_text()
    assert f"under $16 < {UNKNOWN}" in text
    assert "#panic()" in text


@pytest.mark.parametrize(
    ("given", "weight"),
    [("", 400), (' font-weight="bold"', 700), (' style="font-weight: 700"', 700)],
)
def test_letters_in_a_picture_are_as_heavy_as_they_should_be(document, monkeypatch, given, weight):
    # Left to itself typst takes the thinnest face of the font for normal text in a picture.
    drawn = PICTURE.replace("<path", f"<text{given}>a</text><path")
    asked = PICTURE.replace(
        "<path", f"<text font-variation-settings=\"'wght' {weight}\"{given}>a</text><path"
    )
    made = [document(picture=Svg(drawn)).stream.getvalue()]
    monkeypatch.setattr(pdf, "_weighted", lambda element: element[0])
    made += [document(picture=Svg(svg)).stream.getvalue() for svg in (asked, drawn)]
    assert made[0] == made[1]
    assert (made[0] != made[2]) == (weight == 400)
