"""A flood of answers: told to wait with nothing lost, then told to wait, and nobody remembered."""

import logging

import pytest
from browsing import check_page, heading, text
from test_pages_send import ANSWERS, same, shown

from survey.web import flood

FLOODING = {"X-Forwarded-For": "9.9.9.9"}
OTHER = {"X-Forwarded-For": "9.9.8.8"}


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """Two forms in five minutes."""
    monkeypatch.setattr(flood, "EACH", 2)


def test_over_the_limit_what_was_typed_is_kept(worker):
    data = {"form": worker.form_id(), **ANSWERS}
    for _ in range(2):
        assert worker.send({"role": "peer"}, headers=FLOODING).status_code == 303
    response = worker.send(data, headers=FLOODING)
    soup = check_page(response, 429)
    assert response.headers["Retry-After"] == "60"
    assert "nothing you typed is lost" in text(soup.select_one(".error-summary"))
    assert shown(soup) == same(data)
    assert worker.send(shown(soup), headers=OTHER).status_code == 303
    assert worker.count() == 3


def test_who_goes_on_gets_a_short_page(worker):
    answers = [worker.send({"role": "peer"}, headers=FLOODING) for _ in range(5)]
    assert [a.status_code for a in answers] == [303, 303, 429, 429, 429]
    assert heading(check_page(answers[-1], 429)) == "Please wait a moment"
    assert answers[-1].headers["Retry-After"]
    assert "<form" in answers[-2].text
    assert "<form" not in answers[-1].text


def test_reading_is_not_limited(worker):
    assert {worker.get(**FLOODING).status_code for _ in range(9)} == {200}


def test_an_address_leaves_no_trace(worker, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    for _ in range(6):
        worker.send({"role": "peer"}, headers=FLOODING)
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"9.9.9.9" not in everything
    assert "9.9.9.9" not in caplog.text
