"""Nothing about anybody is left: no cookie, no log line, no byte on disk."""

import logging

import pytest
from browsing import check_page, heading, page, text
from factories import edited
from sqlalchemy import update

from survey.intake.sheet import LOOKED
from survey.store import tables

ODD = {
    "User-Agent": "Marker-Agent/77",
    "X-Forwarded-For": "203.0.113.77",
    "Referer": "https://marker.example/77",
    "Cookie": "marker=77",
    "From": "marker77@example.org",
}
TRACES = ("Marker-Agent", "203.0.113.77", "marker.example", "marker77")
"""What of them would tell who somebody is."""


def test_no_page_sets_a_cookie(coded):
    browser = coded.app.test_client()
    responses = [
        browser.get(coded.path),
        browser.get(coded.path + "?lang=es"),
        browser.get(coded.path + "/privacy"),
        browser.get("/thanks"),
        browser.post(coded.path, data={"code": "x"}),
        browser.post(coded.path, data={"form": coded.form_id(), "code": coded.codes[0]}),
        browser.post(coded.path, data={"form": coded.form_id(), "code": coded.codes[0], LOOKED: 1}),
        browser.get("/s/none"),
    ]
    assert [r.status_code for r in responses] == [200, 200, 200, 200, 422, 422, 303, 404]
    for response in responses:
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"].startswith("no-store")
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]


def test_after_thirty_answers_nothing_that_was_sent_is_on_disk(wave_in, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    worker = wave_in(codes=30)
    sent = []
    for code in worker.codes:
        data = {"form": worker.form_id(), "code": code, "pay": "23.4567", "role": "nurse"}
        assert worker.send(data, headers=ODD).status_code == 303
        sent += [data["form"], code, code.replace("-", "")]
    assert left_behind([*sent, "23.4567", *TRACES], tmp_path, caplog) == set()
    assert worker.count() == 30


def left_behind(traces, folder, caplog) -> set[str]:
    """Which of `traces` stand in any file below `folder`, or in the log."""
    everything = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    logged = " ".join(record.getMessage() for record in caplog.records)
    return {t for t in traces if t.encode() in everything or t in logged}


def test_the_search_would_find_what_was_kept(wave_in, engine, tmp_path, caplog):
    """An address in a table, an agent in the log, a code in a file beside the database."""
    worker = wave_in(codes=1)
    with engine.begin() as db:
        db.execute(update(tables.campaign).values(name="from 203.0.113.77"))
    logging.getLogger("survey").warning("asked by %s", ODD["User-Agent"])
    (tmp_path / "data" / "notes.txt").write_text(worker.codes[0], "utf-8")
    found = left_behind([worker.codes[0], *TRACES], tmp_path, caplog)
    assert found == {"203.0.113.77", "Marker-Agent", worker.codes[0]}


def test_the_thank_you_page_names_no_wave_and_no_code(client):
    for lang, thanks in (("en", "Thank you"), ("es", "Gracias")):
        soup = page(client, f"/thanks?lang={lang}")
        assert heading(soup) == thanks
        assert "/s/" not in str(soup)


@pytest.mark.parametrize(
    ("changes", "says", "never"),
    [
        ({}, "Each code counts once.", "has the link"),
        ({"access": "open"}, "Anybody who has the link can answer.", "Each code"),
        ({"access": "open"}, "whole workplace only", "slip"),
    ],
)
def test_the_label_follows_the_wave(wave_in, client, changes, says, never):
    worker = wave_in(**changes)
    label = text(page(client, "/s/fall/privacy"))
    assert says in label
    assert never not in label
    assert "fewer than 5 people" in label
    assert "at least 10 people" in label
    assert "one key file" in label
    assert worker.wave.fingerprint in label.replace(" ", "")


def test_the_label_speaks_of_k_as_it_is(wave_in, client):

    wave_in(definition=edited(("k: 5", "k: 8"), ("        sensitive: true\n", "")))
    label = text(page(client, "/s/fall/privacy"))
    assert "fewer than 8 people" in label
    assert "Sensitive questions" not in label


def test_the_label_in_spanish(worker):
    soup = check_page(worker.app.test_client().get("/s/fall/privacy?lang=es"))
    assert heading(soup) == "Cómo se protegen sus respuestas"
    assert soup.html["lang"] == "es"
