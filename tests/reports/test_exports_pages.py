"""Downloads: the right bytes under the right name, for those who are signed in."""

import io
import zipfile
from dataclasses import replace

import pytest
from browsing import page, post, text
from publishing import publish_release
from pypdf import PdfReader
from release_factory import sample_release

from reports.exports.csv_ import csv_table
from reports.exports.registry import EXPORTS
from reports.findings import findings
from survey.release.serialize import to_json

RELEASE = sample_release()
BASE = f"/desk/results/{RELEASE.wave}/export"


@pytest.fixture
def wave(engine):
    """A published wave."""
    return publish_release(engine, RELEASE)


def test_the_page_offers_every_format_and_says_what_the_data_is(reader, wave):
    soup = page(reader, BASE)
    links = {a["href"]: a["download"] for a in soup.select("a.button")}
    assert links == {
        f"{BASE}/pdf": "riverside-2026-made-up-data.pdf",
        f"{BASE}/docx": "riverside-2026-made-up-data.docx",
        f"{BASE}/xlsx": "riverside-2026-made-up-data.xlsx",
        f"{BASE}/csv": "riverside-2026-made-up-data.zip",
        f"{BASE}/json": "riverside-2026-made-up-data.json",
    }
    assert "Made-up data. Every file says so." in text(soup)


@pytest.mark.parametrize(
    ("fmt", "mimetype", "name"),
    [
        ("json", "application/json", "json"),
        ("csv", "application/zip", "zip"),
        ("pdf", "application/pdf", "pdf"),
        ("docx", EXPORTS["docx"].mimetype, "docx"),
        ("xlsx", EXPORTS["xlsx"].mimetype, "xlsx"),
    ],
)
def test_a_file_comes_with_its_type_and_name(reader, wave, fmt, mimetype, name):
    response = reader.get(f"{BASE}/{fmt}")
    assert (response.status_code, response.mimetype) == (200, mimetype)
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="riverside-2026-made-up-data.{name}"'
    )
    assert response.headers["Cache-Control"] == "no-store"


def test_json_is_the_published_bytes(reader, wave):
    assert reader.get(f"{BASE}/json").data == to_json(RELEASE)


def test_the_zip_holds_the_table(reader, wave):
    with zipfile.ZipFile(io.BytesIO(reader.get(f"{BASE}/csv").data)) as archive:
        assert archive.read("riverside-2026-made-up-data.csv") == csv_table(RELEASE)


def test_the_brief_holds_the_demands_of_its_wave(organizer, wave):
    finding = next(f for f in findings(RELEASE, "en") if f.question == "pay")
    draft = f"/desk/results/{wave}/demands/draft?finding={finding.id}"
    post(organizer, draft, {"title": "Raise wages", "body": "For all."})
    brief = PdfReader(io.BytesIO(organizer.get(f"{BASE}/pdf").data))
    words = " ".join(p.extract_text() for p in brief.pages)
    assert "Raise wages" in words
    assert finding.statement.split(" ")[0] in words


def test_a_file_can_be_had_in_another_language(reader, wave):
    spanish = PdfReader(io.BytesIO(reader.get(f"{BASE}/pdf?lang=es").data))
    assert spanish.trailer["/Root"]["/Lang"] == "es"
    other = PdfReader(io.BytesIO(reader.get(f"{BASE}/pdf?lang=../x").data))
    assert other.trailer["/Root"]["/Lang"] == "en"


def test_a_wave_that_is_not_published_or_a_format_that_is_not_there(reader, wave):
    for path in (
        "/desk/results/nowhere/export",
        "/desk/results/nowhere/export/json",
        f"{BASE}/exe",
    ):
        page(reader, path, 404)


def test_strangers_get_nothing(client, wave):
    for path in (BASE, *(f"{BASE}/{fmt}" for fmt in EXPORTS)):
        response = client.get(path)
        assert response.status_code == 303
        assert RELEASE.fingerprint.encode() not in response.data


def test_a_real_survey_has_no_suffix_and_no_notice(reader, engine):
    slug = publish_release(engine, replace(RELEASE, origin="survey", wave="spring"))
    soup = page(reader, f"/desk/results/{slug}/export")
    assert not soup.select(".notice.warn")
    assert soup.select_one("a.button")["download"] == "spring.pdf"
