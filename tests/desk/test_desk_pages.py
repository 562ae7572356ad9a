import csv
import io
from dataclasses import replace

import pytest
from browsing import check_page, heading, page, post, text
from desk_waves import Make
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from survey.box.fold import StateLost
from survey.box.model import Wave
from survey.box.slots import Slots
from survey.box.waves import find_wave
from survey.config import Config
from survey.intake.codes import parse_code
from survey.staff.activity import entries
from survey.store import tables


def test_a_newcomer_reads_how_it_goes(organizer: FlaskClient, reader: FlaskClient) -> None:
    found = page(organizer, "/desk/")
    assert "One slip for each person" in text(found)
    assert found.select_one('a[href="/desk/waves/new"]')
    assert not page(reader, "/desk/").select_one('a[href="/desk/waves/new"]')


def test_every_wave_shows_its_next_step(organizer: FlaskClient, make_wave: Make) -> None:
    make_wave(slug="one")
    make_wave(slug="two", access="open", origin="simulated")
    cards = [text(card) for card in page(organizer, "/desk/").select(".waves > li")]
    assert "two" in cards[0]
    assert "Spread the link" in cards[0]
    assert "Made-up data" in cards[0]
    assert "Hand out codes" in cards[1]


def test_turnout_is_all_there_is_to_see(organizer: FlaskClient, wave: Wave) -> None:
    found = page(organizer, "/desk/waves/fall")
    assert "40 people answered, rounded down to fives" in text(found)
    answered = found.select_one(".grid")
    assert answered is not None
    assert "43 40" in text(answered)  # so many codes were made, and so many are said to be used
    assert text(answered).count("43") == 1
    assert "http://localhost/s/fall" in text(found)


def test_a_reader_sees_turnout_and_no_buttons(reader: FlaskClient, wave: Wave) -> None:
    found = page(reader, "/desk/waves/fall")
    assert "40 people answered" in text(found)
    assert not found.select("main form, main a.button")


def test_a_host_that_passes_answers_on_says_where_the_turnout_is(
    app: Flask, config: Config, organizer: FlaskClient, wave: Wave
) -> None:
    """The key is over there: nothing is lost, and nothing is known here of how many answered."""
    other = replace(config, state_keys=config.data / "none", forward_to="https://intake.internal")
    app.extensions["survey"] = replace(app.extensions["survey"], config=other)
    found = page(organizer, "/desk/waves/fall")
    assert "Another server takes this wave's answers: https://intake.internal." in text(found)
    assert not found.select("[role=alert], .stat-value, .danger-zone")
    assert "lost" not in text(found)


def test_few_answers_are_not_counted_out(organizer: FlaskClient, make_wave: Make) -> None:
    make_wave(4)
    assert "fewer than 5 people answered" in text(page(organizer, "/desk/waves/fall"))


@pytest.mark.parametrize("path", ["", "/close", "/open"])
def test_no_such_wave(organizer: FlaskClient, path: str) -> None:
    page(organizer, f"/desk/waves/nothing{path}", 404)


@pytest.mark.parametrize("path", ["waves/new", "waves/fall/close", "waves/fall/open"])
def test_readers_do_not_run_waves(reader: FlaskClient, wave: Wave, path: str) -> None:
    assert heading(page(reader, f"/desk/{path}", 403)) == "You may not do this"


def test_codes_come_once_as_a_file(organizer: FlaskClient, wave: Wave, engine: Engine) -> None:
    data = {"number": "12", "group": "role=therapist", "form": "csv"}
    response = post(organizer, "/desk/waves/fall/codes", data, 200)
    assert response.mimetype == "text/csv"
    assert response.headers["Cache-Control"] == "no-store"
    assert "fall-codes.csv" in response.headers["Content-Disposition"]
    codes = [row["code"] for row in csv.DictReader(io.StringIO(response.text))]
    assert len({parse_code(code) for code in codes}) == 12
    with engine.connect() as db:
        stored = db.execute(
            select(tables.code).where(tables.code.c.batch == "role=therapist")
        ).all()
    assert len(stored) == 12
    assert not any(parse_code(code).encode() in bytes(row.hash) for row in stored for code in codes)
    shown = text(page(organizer, "/desk/waves/fall"))
    assert "Therapist 12 0" in shown
    assert entries(engine)[0].action == "made 12 codes"


def test_links_carry_their_code_where_no_server_sees_it(organizer: FlaskClient, wave: Wave) -> None:
    data = {"number": "2", "group": "", "form": "links"}
    lines = post(organizer, "/desk/waves/fall/codes", data, 200).text.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("http://localhost/s/fall#") for line in lines)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "Say how many codes you need."),
        ("many", "Write a whole number"),
        ("0", "Ask for 1 to 100,000"),
        ("100001", "Ask for 1 to 100,000"),
    ],
)
def test_wrong_numbers_of_codes(
    organizer: FlaskClient, wave: Wave, number: str, sentence: str
) -> None:
    data = {"number": number, "group": "", "form": "csv"}
    found = check_page(post(organizer, "/desk/waves/fall/codes", data, 200))
    assert sentence in text(found)
    field = found.select_one("#number")
    assert field is not None
    assert field["value"] == number


def test_codes_for_a_group_that_is_none(organizer: FlaskClient, wave: Wave) -> None:
    data = {"number": "3", "group": "role=boss"}
    assert check_page(post(organizer, "/desk/waves/fall/codes", data, 200)).select(".error")


def test_an_open_link_says_what_it_costs(organizer: FlaskClient, make_wave: Make) -> None:
    make_wave(access="open")
    found = page(organizer, "/desk/waves/fall")
    assert "only results of the whole unit will be published" in text(found)
    assert "Make codes" not in text(found)
    refused = post(
        organizer, "/desk/waves/fall/codes", {"number": "3", "group": "", "form": "csv"}, 409
    )
    assert "takes no codes" in text(check_page(refused, 409))


def test_closing_needs_the_name(organizer: FlaskClient, wave: Wave, engine: Engine) -> None:
    assert "cannot be undone" in text(page(organizer, "/desk/waves/fall/close"))
    for typed in ("", "Fall", "fall-2026"):
        wrong = post(organizer, "/desk/waves/fall/close", {"typed": typed}, 200)
        assert "Type: fall" in text(check_page(wrong))
    still = find_wave(engine, "fall")
    assert still is not None
    assert still.state == "open"
    post(organizer, "/desk/waves/fall/close", {"typed": " fall "})
    assert "43 people answered" in text(page(organizer, "/desk/waves/fall"))
    page(organizer, "/desk/waves/fall/close", 404)
    assert entries(engine)[0].action == "closed the wave"


def test_no_answers_are_mistaken_for_lost_ones(
    organizer: FlaskClient, wave: Wave, config: Config
) -> None:
    Slots(config.state_keys, "fall").remove()
    found = page(organizer, "/desk/waves/fall")
    assert str(StateLost("fall")) in text(found)
