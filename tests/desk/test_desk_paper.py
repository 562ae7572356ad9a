"""On the desk: slips and questionnaires to print, and codes taken back."""

import io
import re

import pytest
from browsing import check_page, page, post, text
from desk_waves import Make
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, select

from survey.box.languages import confirm_language
from survey.box.model import Wave
from survey.staff.activity import entries
from survey.store import tables

CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{2}\b")


def words(pdf: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("form", ["pdf", "pdf-a4"])
def test_slips_come_as_a_pdf(organizer: FlaskClient, wave: Wave, form: str) -> None:
    data = {"number": "12", "group": "role=therapist", "form": form}
    response = post(organizer, "/desk/waves/fall/codes", data, 200)
    assert response.mimetype == "application/pdf"
    assert "fall-codes.pdf" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"
    found = words(response.data)
    assert len(set(CODE.findall(found))) == 12
    assert "Therapist" in found


def test_too_many_slips_make_no_codes(organizer: FlaskClient, wave: Wave, engine: Engine) -> None:
    data = {"number": "501", "group": "", "form": "pdf"}
    found = check_page(post(organizer, "/desk/waves/fall/codes", data, 200))
    assert "at most 500 slips" in text(found)
    assert [e.action for e in entries(engine)] == []


def test_paper_and_flyer_are_offered_in_languages_that_a_speaker_has_read(
    organizer: FlaskClient, wave: Wave, engine: Engine
) -> None:
    def choices(menu: str) -> list[str]:
        shown = page(organizer, "/desk/waves/fall").select(f"#{menu} option")
        return [str(option["value"]) for option in shown]

    assert choices("paper-language") == choices("flyer-language") == ["en"]
    asked = organizer.get("/desk/waves/fall/paper.pdf?language=es")
    assert "does not offer the language" in text(check_page(asked, 409))
    confirm_language(engine, wave, "es", True)
    assert choices("paper-language") == choices("flyer-language") == ["en", "es"]


@pytest.mark.parametrize("query", ["", "?language=es&paper=a4&large=yes"])
def test_the_questionnaire_can_be_downloaded(
    organizer: FlaskClient, wave: Wave, engine: Engine, query: str
) -> None:
    confirm_language(engine, wave, "es", True)
    response = organizer.get(f"/desk/waves/fall/paper.pdf{query}")
    assert response.mimetype == "application/pdf"
    wanted = "Trabajar en salud conductual" if query else "Working in behavioral health"
    assert wanted in words(response.data)


@pytest.mark.parametrize("query", ["?language=fr", "?paper=a5", "?language="])
def test_no_such_paper(organizer: FlaskClient, wave: Wave, query: str) -> None:
    page(organizer, f"/desk/waves/fall/paper.pdf{query}", 404)


def test_taking_codes_back_needs_a_checked_box(
    organizer: FlaskClient, make_wave: Make, engine: Engine
) -> None:
    make_wave()
    post(
        organizer,
        "/desk/waves/fall/codes",
        {"number": "9", "group": "role=therapist", "form": "csv"},
        200,
    )
    link = page(organizer, "/desk/waves/fall").select_one('a[href*="revoke"]')
    assert link is not None
    path = str(link["href"])
    assert "9 codes made" in text(page(organizer, path))
    refused = check_page(post(organizer, path, {"batch": "role=therapist"}, 200))
    assert "Check the box if you mean it." in text(refused)
    post(organizer, path, {"batch": "role=therapist", "sure": "y"})
    with engine.connect() as db:
        assert db.execute(select(tables.code)).all() == []
    shown = text(page(organizer, "/desk/waves/fall?revoked=1"))
    assert "The codes are taken back." in shown
    assert "Therapist taken back" in shown
    assert entries(engine)[0].action == "took back a batch of codes"
    page(organizer, path, 404)


def test_readers_neither_print_nor_take_back(reader: FlaskClient, wave: Wave) -> None:
    for path in ("paper.pdf", "codes/revoke?batch="):
        page(reader, f"/desk/waves/fall/{path}", 403)
