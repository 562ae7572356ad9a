"""Answers that waited too long for a thread are sent back; all others are not noticed."""

import time

import pytest
from browsing import check_page, text
from test_pages_send import ANSWERS, same, shown

from survey.box.slots import PATIENCE
from survey.web.queue import say_when_it_came


@pytest.fixture(autouse=True)
def at_once():
    """What this thread was told is not for other tests."""
    yield
    say_when_it_came(time.monotonic())


def test_what_waited_too_long_comes_back_with_what_was_typed(worker):
    data = {"form": worker.form_id(), **ANSWERS}
    say_when_it_came(time.monotonic() - PATIENCE)
    response = worker.send(data)
    soup = check_page(response, 503)
    assert response.headers["Retry-After"] == "60"
    assert "nothing you typed is lost" in text(soup.select_one(".error-summary"))
    assert shown(soup) == same(data)
    say_when_it_came(time.monotonic())
    assert worker.send(shown(soup)).status_code == 303
    assert worker.count() == 1


def test_what_waited_for_less_is_counted(worker):
    data = {"form": worker.form_id(), **ANSWERS}
    say_when_it_came(time.monotonic() - PATIENCE + 5)
    assert worker.send(data).status_code == 303
    assert worker.count() == 1


def test_pages_are_shown_however_late(worker):
    say_when_it_came(time.monotonic() - 9 * PATIENCE)
    check_page(worker.get())


def test_what_is_no_form_stays_none(worker):
    say_when_it_came(time.monotonic() - PATIENCE)
    assert worker.send({}, content_type="text/plain").status_code == 415
