"""From set up to open for answers: what can be done before, by whom, and what is refused."""

from dataclasses import replace

import pytest
from browsing import check_page, heading, page, post, text
from desk_waves import Make
from factories import EXAMPLE
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey.box.model import NewWave, Origin, Wave
from survey.box.waves import create_wave, find_wave
from survey.config import Config
from survey.instrument.library import LIBRARY
from survey.staff.activity import entries


@pytest.fixture
def ready(make_wave: Make) -> Wave:
    """A wave with codes, none of them made, that is not yet open."""
    return make_wave(open=False)


def state(engine: Engine) -> str:
    found = find_wave(engine, "fall")
    assert found is not None
    return found.state


def test_the_list_and_the_page_say_what_comes_next(organizer: FlaskClient, ready: Wave) -> None:
    card = text(page(organizer, "/desk/").select_one(".waves > li"))
    assert "Not yet open" in card
    assert "open it for answers" in card
    found = page(organizer, "/desk/waves/fall")
    assert "Nobody can answer yet" in text(found)
    assert "people answered" not in text(found)
    for later in ("/close", "/sheets"):
        assert not found.select(f'a[href$="{later}"]')


def test_it_is_opened_by_one_button_on_a_page_of_its_own(
    organizer: FlaskClient, ready: Wave, engine: Engine
) -> None:
    asked = page(organizer, "/desk/waves/fall/start")
    assert heading(asked) == "Open fall for answers?"
    assert "No codes are made yet" in text(asked)
    assert "Español" in text(asked)  # which no speaker has read
    assert state(engine) == "ready"
    opened = post(organizer, "/desk/waves/fall/start")
    assert "The wave is open for answers" in text(page(organizer, opened.location))
    assert state(engine) == "open"
    assert entries(engine)[0].action == "opened the wave for answers"
    page(organizer, "/desk/waves/fall/start", 404)
    post(organizer, "/desk/waves/fall/start", status=404)
    assert [e.action for e in entries(engine)].count("opened the wave for answers") == 1


@pytest.mark.parametrize(("origin", "warned"), [("survey", True), ("simulated", False)])
def test_made_up_worksites_are_said_before_it_is_too_late(
    organizer: FlaskClient, engine: Engine, config: Config, origin: Origin, warned: bool
) -> None:
    for slug, definition in (("built-in", LIBRARY["pulse"].read_text()), ("own", EXAMPLE)):
        new = NewWave(slug, definition, "harbor", "Bright Harbor", origin=origin, open=False)
        create_wave(engine, config, new)
    shown = page(organizer, "/desk/waves/built-in/start")
    assert ("North clinic, South clinic, East clinic" in text(shown)) == warned
    assert bool(shown.select(".notice.warn a[href='/desk/waves/new']")) == warned
    assert not page(organizer, "/desk/waves/own/start").select(".notice.warn")


@pytest.mark.parametrize(("origin", "made_up"), [("survey", 1), ("survey", 0), ("simulated", 1)])
def test_a_campaign_page_that_is_made_up_is_said_to_be(
    organizer: FlaskClient, app: Flask, make_wave: Make, origin: str, made_up: bool
) -> None:
    make_wave(open=False, origin=origin)
    words = app.extensions["campaign"]
    words.content = replace(words.content, made_up=bool(made_up))
    for path in ("/desk/waves/fall", "/desk/waves/fall/start"):
        said = text(page(organizer, path))
        assert ("campaign page is still the made-up example" in said) == (
            made_up and origin == "survey"
        )


def test_nobody_else_opens_it(
    reader: FlaskClient, organizer: FlaskClient, client: FlaskClient, ready: Wave, engine: Engine
) -> None:
    page(reader, "/desk/waves/fall/start", 403)
    post(reader, "/desk/waves/fall/start", status=403)
    assert client.post("/desk/waves/fall/start").status_code == 303  # to the sign-in
    assert organizer.post("/desk/waves/fall/start").status_code == 400  # without a token
    assert state(engine) == "ready"
    assert not page(reader, "/desk/waves/fall").select("main form, main a.button")


def test_slips_paper_and_flyer_are_had_before(organizer: FlaskClient, ready: Wave) -> None:
    for form in ("csv", "pdf"):
        wanted = {"number": "3", "group": "", "form": form}
        assert len(post(organizer, "/desk/waves/fall/codes", wanted, 200).data) > 30
    found = text(page(organizer, "/desk/waves/fall"))
    assert "6 0" in found  # made and used
    assert "6 codes are made." in text(page(organizer, "/desk/waves/fall/start"))
    for path in ("paper.pdf", "flyer.pdf"):
        assert organizer.get(f"/desk/waves/fall/{path}").data.startswith(b"%PDF")
    post(organizer, "/desk/waves/fall/codes/revoke", {"batch": "", "sure": "y"})


@pytest.mark.parametrize("path", ["close", "sheets"])
def test_closing_and_typing_sheets_in_are_refused_with_a_sentence(
    organizer: FlaskClient, ready: Wave, engine: Engine, path: str
) -> None:
    assert "not yet open" in text(page(organizer, f"/desk/waves/fall/{path}", 409))
    sent = {"typed": "fall", "q-pay": "20"}
    assert "not yet open" in text(
        check_page(post(organizer, f"/desk/waves/fall/{path}", sent, 409), 409)
    )
    assert state(engine) == "ready"


def test_the_box_is_not_there_to_be_opened(organizer: FlaskClient, ready: Wave) -> None:
    page(organizer, "/desk/waves/fall/open", 404)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_preview_shows_every_language_and_sends_nothing(
    reader: FlaskClient, ready: Wave, lang: str
) -> None:
    found = page(reader, f"/desk/waves/fall/preview?lang={lang}")
    assert found.html["lang"] == lang
    assert len(found.select("fieldset.question")) == len(ready.definition.questions)
    assert found.select_one("a[href='/desk/waves/fall']")
    assert [form["method"] for form in found.select("main form")] == ["dialog"]
    assert not found.select("script[src*=survey], button[type=submit], button:not([type])")
    assert found.select_one("input[name=form]")["value"] == ""


def test_a_preview_is_not_for_strangers(client: FlaskClient, ready: Wave) -> None:
    assert client.get("/desk/waves/fall/preview").status_code == 303
