"""The Word file holds what the brief holds, can be read by all, and gives nothing else away."""

import io
from dataclasses import replace

import pytest
from docx import Document
from docx.document import Document as Doc
from docx.oxml.ns import qn
from release_factory import sample_release, shows_nothing
from test_brief import HOSTILE, demand

from reports.bargaining.demands import Demand
from reports.exports.brief import brief_data
from reports.exports.context import ExportContext
from reports.exports.docx_ import write_docx
from reports.exports.office import unzipped
from reports.wording import HIDDEN
from survey.release.model import Release

RELEASE = sample_release()
NOTHING = shows_nothing(RELEASE)


def made(release: Release = RELEASE, *demands: Demand, lang: str = "en") -> bytes:
    return write_docx(release, ExportContext(lang, demands))


def opened(release: Release = RELEASE, *demands: Demand, lang: str = "en") -> Doc:
    return Document(io.BytesIO(made(release, *demands, lang=lang)))


def words_of(doc: Doc) -> list[str]:
    """Every text of the body in its order, a table's cells one by one."""
    return [
        "".join(t.text or "" for t in paragraph.iter(qn("w:t")))
        for paragraph in doc.element.body.iter(qn("w:p"))
    ]


@pytest.fixture(scope="module")
def whole() -> Doc:
    return opened(RELEASE, demand())


def test_it_says_all_that_the_brief_says(whole: Doc):
    said = words_of(whole)
    data = brief_data(RELEASE, (demand(),), "en")
    statements = [found["statement"] for found in data["findings"]]
    for statement in (*statements, *data["gaps"]):
        assert any(statement in words for words in said), statement
    cells = [
        cell
        for table in (*data["charts"], data["wages"], *data["demands"])
        for row in (table["columns"], *table["rows"])
        for cell in row
    ]
    cost = data["demands"][0]["cost"]
    cells += [part for step in cost["steps"] for part in step]
    cells += [fact["value"] for fact in (*data["facts"], *data["prints"])]
    assert [cell for cell in cells if not any(cell in words for words in said)] == []


def test_its_parts_can_be_found_by_headings(whole: Doc):
    heads = [p.text for p in whole.paragraphs if p.style.name == "Heading 1"]
    assert heads == [
        *("What we found", "Pay beside public wages", "The answers", "What we ask for"),
        "How to read this",
    ]
    assert [p.text for p in whole.paragraphs if p.style.name == "Title"] == [RELEASE.campaign]


def test_every_picture_says_what_it_shows_and_every_table_has_a_head(whole: Doc):
    told = [shape.get("descr") for shape in whole.element.body.iter(qn("wp:docPr"))]
    assert told == [chart["alt"] for chart in brief_data(RELEASE, (), "en")["charts"]]
    assert len(whole.tables) > 8
    for table in whole.tables:
        assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows] == [
            True,
            *[False] * (len(table.rows) - 1),
        ]


def test_a_hidden_group_has_the_one_sentence_over_its_row():
    small = opened(sample_release(60))
    rows = [row for table in small.tables for row in table.rows]
    hidden = [row for row in rows if HIDDEN in row.cells[-1].text]
    assert hidden
    for row in hidden:
        assert {cell.text for cell in row.cells[1:]} == {HIDDEN}


@pytest.mark.parametrize(
    ("origin", "label"), [("simulated", "Made-up data"), ("imported", "Imported answers")]
)
def test_its_origin_stands_on_every_page_and_in_its_properties(origin: str, label: str):
    doc = opened(replace(RELEASE, origin=origin))
    (section,) = doc.sections
    assert label in section.header.paragraphs[0].text
    assert any(words.startswith(label) for words in words_of(doc))
    assert doc.core_properties.comments == label
    real = opened(replace(RELEASE, origin="survey"))
    assert label not in "".join(words_of(real)) + real.sections[0].header.paragraphs[0].text


def test_the_same_brief_is_the_same_file_and_tells_no_time_or_person():
    first = made(RELEASE, demand())
    assert first == made(RELEASE, demand())
    about = Document(io.BytesIO(first)).core_properties
    assert (about.author, about.last_modified_by) == (RELEASE.campaign, "")
    assert {about.created.isoformat()[:10], about.modified.isoformat()[:10]} == {"2026-11-01"}
    assert "python" not in unzipped(first)["docProps/core.xml"].decode()


def test_hostile_words_stay_words():
    doc = opened(
        replace(RELEASE, campaign=HOSTILE), demand(HOSTILE[:100], f"{HOSTILE}\n\n\x00\x07")
    )
    assert [p.text for p in doc.paragraphs if p.style.name == "Title"] == [HOSTILE]
    assert sum(HOSTILE in words for words in words_of(doc)) > 1
    instructions = [i.text for i in doc.sections[0].footer._element.iter(qn("w:instrText"))]
    assert instructions == ["PAGE", "NUMPAGES"]
    assert not list(doc.element.body.iter(qn("w:instrText")))


def test_any_characters_can_be_typed():
    typed = f"日本語 🙂 \u202ea \ufffe {'x' * 90}"
    labelled = tuple(
        replace(q, options=tuple(replace(o, label={"en": typed}) for o in q.options))
        for q in RELEASE.questions
    )
    doc = opened(replace(RELEASE, questions=labelled), demand(typed, typed))
    assert typed.replace("\ufffe", "") in words_of(doc)


@pytest.mark.parametrize(
    ("lang", "tag"),
    [("en", "en-US"), ("es", "es-US"), ("vi", "vi-VN"), ("ru", "ru-RU"), ("zh-Hans", "zh-CN")],
)
def test_it_is_in_its_language(lang: str, tag: str):
    doc = opened(NOTHING, lang=lang)
    (body,) = doc.styles.element.xpath("w:docDefaults//w:lang")
    (fonts,) = doc.settings.element.xpath("w:themeFontLang")
    kinds = ("w:val", "w:eastAsia")
    assert {element.get(qn(kind)) for element in (body, fonts) for kind in kinds} == {tag}
    assert doc.core_properties.language == lang


def test_a_release_that_shows_nothing_is_still_a_brief():
    doc = opened(NOTHING)
    assert "No figure can be shown." in words_of(doc)
    assert not doc.inline_shapes
