"""A real wave speaks only languages that somebody has read; an organizer says so, on the record."""

from typing import Any

import pytest
from browsing import page, post, text
from desk_waves import Make
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey.box.languages import confirm_language
from survey.box.layout import BoxError
from survey.box.model import Wave
from survey.box.waves import find_wave
from survey.staff.activity import entries

REVIEW = "/desk/waves/fall/languages/es"


def confirmed(engine: Engine) -> tuple[str, ...]:
    found = find_wave(engine, "fall")
    assert found is not None
    return found.confirmed


def test_confirming_needs_the_word_that_somebody_read_it(
    organizer: FlaskClient, engine: Engine, wave: Wave
) -> None:
    refused = post(organizer, REVIEW, status=200)
    assert "once somebody who speaks it has read every page" in refused.text
    assert confirmed(engine) == ()
    post(organizer, REVIEW, {"read": "y"})
    assert confirmed(engine) == ("es",)
    assert entries(engine)[0].action == "confirmed that a speaker has read the language es"


def test_it_can_be_taken_back(organizer: FlaskClient, engine: Engine, make_wave: Make) -> None:
    make_wave(confirmed=("es",))
    assert "confirmed, offered" in text(page(organizer, "/desk/waves/fall"))
    post(organizer, f"{REVIEW}/take-back")
    assert confirmed(engine) == ()
    assert entries(engine)[0].action == "took back that a speaker has read the language es"
    assert "not read yet" in text(page(organizer, "/desk/waves/fall"))


def test_every_text_stands_beside_its_source(organizer: FlaskClient, wave: Wave) -> None:
    found = page(organizer, REVIEW)
    rows = {cells[0]: cells[1] for r in found.select("tbody tr") if (cells := _cells(r))}
    assert rows["Which job is closest to yours?"] == "¿Qué puesto se parece más al suyo?"
    assert rows["Send my answers"] == "Enviar mis respuestas"
    assert {td["lang"] for td in found.select("tbody td:last-child")} == {"es"}


def _cells(row: Any) -> list[str]:
    return [text(cell) for cell in row.select("td")]


@pytest.mark.parametrize("language", ["en", "ru", "xx", "..%2fes"])
def test_only_translations_of_this_wave_can_be_read(
    organizer: FlaskClient, wave: Wave, language: str
) -> None:
    page(organizer, f"/desk/waves/fall/languages/{language}", 404)
    post(organizer, f"/desk/waves/fall/languages/{language}", {"read": "y"}, 404)


def test_readers_confirm_nothing(reader: FlaskClient, engine: Engine, wave: Wave) -> None:
    assert not page(reader, "/desk/waves/fall").select('a[href*="/languages/"]')
    page(reader, REVIEW, 403)
    post(reader, REVIEW, {"read": "y"}, 403)
    post(reader, f"{REVIEW}/take-back", status=403)
    assert confirmed(engine) == ()


def test_strangers_are_sent_to_sign_in(client: FlaskClient, wave: Wave) -> None:
    assert client.get(REVIEW).status_code == 303


def test_the_box_keeps_the_order_of_the_questionnaire(engine: Engine, make_wave: Make) -> None:
    wave = make_wave()
    for language in ("es", "es", "en"):
        confirm_language(engine, wave, language, True)
    assert confirmed(engine) == ("es",)
    with pytest.raises(BoxError, match="no texts in 'ru', only in en, es"):
        confirm_language(engine, wave, "ru", True)
    with pytest.raises(BoxError, match="no texts in 'ru'"):
        make_wave(slug="other", confirmed=("ru",))
