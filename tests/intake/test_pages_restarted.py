"""A state key is lost in the middle of a wave: workers read it, and can answer again."""

import pytest
from browsing import check_page, heading, text

from survey import create_app
from survey.box.restart import restart_box


@pytest.fixture(autouse=True)
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages say at once what is; they may be a second behind."""
    monkeypatch.setattr("survey.intake.known.FRESH", 0)


def lose(worker) -> None:
    for slot in worker.app.extensions["survey"].config.state_keys.glob("fall.[01]"):
        slot.unlink()


def restart(worker) -> None:
    services = worker.app.extensions["survey"]
    restart_box(services.engine, services.config, worker.wave)


def test_the_same_form_and_the_same_code_count_again(coded) -> None:
    data = {"form": coded.form_id(), "code": coded.codes[0], "pay": "20"}
    assert coded.send(data).status_code == 303
    lose(coded)
    stopped = check_page(coded.send(data), 503)
    assert heading(stopped) == "This survey has to be started again"
    assert "please answer again here" in text(stopped)
    restart(coded)
    notice = text(check_page(coded.get()))
    assert "If you answered before, please answer again" in notice
    assert "You can use the same code again" in notice
    assert coded.send(data).status_code == 303
    assert coded.send(data | {"pay": "30"}).status_code == 303  # a double click
    assert coded.count() == 1


def test_nothing_of_it_where_nothing_was_lost(worker) -> None:
    assert "started again" not in text(check_page(worker.get()))


def test_an_open_link_speaks_of_no_code_and_does_so_in_spanish(worker) -> None:
    lose(worker)
    restart(worker)
    notice = text(check_page(worker.get("?lang=es")))
    assert "Si ya respondió, por favor responda otra vez." in notice
    assert "mismo código" not in notice


def test_an_app_that_starts_says_it_in_its_log_and_how_to_go_on(worker, caplog) -> None:
    lose(worker)
    create_app(worker.app.extensions["survey"].config)
    assert "restart-box --wave fall" in caplog.text
