"""Whoever comes before the wave is open reads so, and whatever is sent to it is not counted."""

from pathlib import Path

import pytest
from browsing import check_page, heading, page, text
from sqlalchemy import update
from werkzeug.test import TestResponse

from survey.box.errors import NotYetOpen
from survey.box.start import start_wave
from survey.instrument.library import LIBRARY
from survey.intake.ballots import name_of, new_form_id
from survey.intake.readers.map import parse_map
from survey.intake.replay import replay
from survey.intake.simulate import simulate
from survey.store import tables
from survey.web.flood import PASSED_ON

CORE = LIBRARY["behavioral-health"].read_text(encoding="utf-8")
SAID = {
    "en": "This survey is not yet open",
    "es": "Esta encuesta todavía no está abierta",
    "vi": "Khảo sát này chưa mở",
    "zh-Hans": "这次调查还没有开始",
    "ru": "Этот опрос ещё не открыт",
}


@pytest.fixture(autouse=True)
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages say at once what is; they may be a second behind."""
    monkeypatch.setattr("survey.intake.known.FRESH", 0)


@pytest.fixture
def early(wave_in):
    """In front of a wave with two codes that is not yet open."""
    return wave_in(codes=2, open=False)


def filled(worker, **changes: str) -> dict[str, str]:
    """What somebody could send who has a form all the same: a signed form id and a good code."""
    services = worker.app.extensions["survey"]
    form_id = new_form_id(services.secret, name_of(worker.wave))
    return {"form": form_id, "code": worker.codes[0], "pay": "24.50"} | changes


def send(worker, data: dict[str, str], **headers: str) -> TestResponse:
    """Post it as it is: there is no page that a form id could be taken from."""
    return worker.app.test_client().post(worker.path, data=data, headers=headers)


def start(worker) -> None:
    services = worker.app.extensions["survey"]
    start_wave(services.engine, services.config, worker.wave)


@pytest.mark.parametrize("lang", SAID)
def test_the_page_says_so_in_each_language(wave_in, lang: str) -> None:
    worker = wave_in(open=False, origin="simulated", definition=CORE)
    found = check_page(worker.get(f"?lang={lang}"))
    assert heading(found) == SAID[lang]
    assert not found.select("form, script[src*=survey], #over")  # no draft on a device is deleted
    label = found.select_one("main a[href*='/privacy']")
    assert label is not None
    assert check_page(worker.app.test_client().get(str(label["href"]))).html["lang"] == lang


def test_the_label_is_there_before(early) -> None:
    found = page(early.app.test_client(), "/s/fall/privacy")
    assert "Totals only" in text(found)
    assert early.wave.fingerprint == text(found.select_one("code.fingerprint")).replace(" ", "")


def test_the_campaign_page_does_not_invite_yet(early) -> None:
    client = early.app.test_client()
    assert "/s/fall" not in client.get("/").text
    start(early)
    assert "/s/fall" in client.get("/").text


def test_what_is_sent_comes_back_with_nothing_lost_and_counts_later_once(early) -> None:
    data = filled(early)
    found = check_page(send(early, data), 409)
    assert "not yet open. Nothing was counted" in text(found)
    assert found.select_one("input[name=pay]")["value"] == "24.50"
    assert found.select_one("input[name=code]")["value"] == early.codes[0]
    assert found.select_one("input[name=form]")["value"] == data["form"]
    start(early)
    assert [send(early, data).status_code for _ in range(2)] == [303, 303]
    assert early.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"review": "1"}, {"form": "forged"}, {"code": "nonsense"}, {"pay": "-1"}, {"pay": "x" * 9000}],
)
def test_every_other_way_to_send_is_refused_alike(early, changes: dict[str, str]) -> None:
    assert send(early, filled(early, **changes)).status_code == 409
    start(early)
    assert early.count() == 0


def test_other_bodies_and_requests_that_say_they_were_passed_on(early) -> None:
    client = early.app.test_client()
    assert client.post("/s/fall", json=filled(early)).status_code == 415
    passed_on = send(early, filled(early), **{PASSED_ON: "1"})
    assert passed_on.status_code == 409
    start(early)
    assert early.count() == 0


def test_a_page_that_is_a_second_behind_is_overruled_by_the_box(
    wave_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = wave_in(codes=1)
    data = filled(worker)
    monkeypatch.setattr("survey.intake.known.FRESH", 60)
    assert worker.get().status_code == 200  # remembered as open
    services = worker.app.extensions["survey"]
    with services.engine.begin() as connection:  # as if an older database were put back
        connection.execute(update(tables.wave).values(state="ready"))
    assert "Nothing was counted" in text(check_page(send(worker, data), 409))
    start(worker)
    assert worker.count() == 0


def test_made_up_and_imported_answers_wait_as_well(wave_in, tmp_path: Path) -> None:
    practice = wave_in(open=False, origin="simulated")
    services = practice.app.extensions["survey"]
    with pytest.raises(NotYetOpen):
        simulate(services.engine, services.config, practice.wave, 5, 1)
    imported = wave_in(open=False, origin="imported", slug="old").wave
    file = tmp_path / "a.csv"
    file.write_text("wage\n20\n")
    by_map = parse_map(
        "format: survey-map/1\nreader: csv\nquestions:\n  pay: {column: wage, unit: USD/hour}\n",
        imported.definition,
    )
    with pytest.raises(NotYetOpen):
        replay(services.engine, services.config, imported, file, by_map)
