"""Two hosts share a PostgreSQL; one takes the wave's answers, the other passes them on."""

import logging
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from boxkit import config_in
from browsing import check_page, heading, text
from bs4 import BeautifulSoup
from factories import EXAMPLE
from flask import Flask
from sqlalchemy import update
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bench.postgres import Server
from survey import create_app
from survey.box.close import close_box
from survey.box.languages import confirm_language
from survey.box.waves import NewWave, create_wave, find_wave
from survey.config import Config, ConfigError, load_config
from survey.intake import forward
from survey.store import tables
from survey.web.errors import RETRY
from survey.web.flood import PASSED_ON, Bucket, Flood, passing_mark

FORM = "application/x-www-form-urlencoded"
TELLING = {
    "User-Agent": "Marker-Agent/77",
    "X-Forwarded-For": "203.0.113.77",
    "Referer": "https://marker.example/77",
    "Cookie": "marker=77",
    "Accept-Language": "es-MX,es;q=0.9",
    "Accept-Encoding": "br, gzip;q=0.5",
}


class Quiet(WSGIRequestHandler):
    """Prints no line per request."""

    def log(self, *_: object) -> None:
        """Nothing."""


@dataclass
class IntakeHost:
    """The host that holds the key, listening; it notes what reaches it."""

    app: Flask
    seen: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    server: BaseWSGIServer | None = None
    port: int = 0

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        """WSGI."""
        self.seen.append({k: v for k, v in environ.items() if isinstance(v, str)})
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.bodies.append(body)
        return self.app.wsgi_app(environ | {"wsgi.input": _Body(body)}, start)

    def start(self) -> None:
        """Listen, on the port of last time if there was one."""
        server = make_server("127.0.0.1", self.port, self, threaded=True, request_handler=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.server, self.port = server, server.server_port

    def stop(self) -> None:
        """Nobody listens any more."""
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()

    @property
    def config(self) -> Config:
        """Its settings."""
        found: Config = self.app.extensions["survey"].config
        return found


class _Body:
    def __init__(self, content: bytes) -> None:
        self._left = content

    def read(self, size: int = -1) -> bytes:
        size = len(self._left) if size < 0 else size
        part, self._left = self._left[:size], self._left[size:]
        return part


@pytest.fixture
def intake(on_postgres: Server, tmp_path: Path) -> Iterator[IntakeHost]:
    """It holds the key of the open wave 'fall'."""
    config = config_in(tmp_path)
    app = create_app(config)
    services = app.extensions["survey"]
    new = NewWave("fall", EXAMPLE, "c", "C", access="open")
    confirm_language(services.engine, create_wave(services.engine, config, new), "es", True)
    host = IntakeHost(app)
    host.start()
    yield host
    host.stop()
    services.engine.dispose()


def web_config(intake: IntakeHost, tmp_path: Path, **changes: object) -> Config:
    """Another host: the same database and secret, keys of its own."""
    config = load_config(
        {
            "SURVEY_DATA": str(tmp_path / "web"),
            "SURVEY_DATABASE_URL": intake.config.database_url,
            "SURVEY_SECRET_FILE": str(intake.config.secret_file),
            "SURVEY_FORWARD_TO": f"http://127.0.0.1:{intake.port}",
        }
    )
    return replace(config, **changes)  # type: ignore[arg-type]


@contextmanager
def running(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    yield app
    app.extensions["survey"].engine.dispose()


@pytest.fixture
def web(intake: IntakeHost, tmp_path: Path) -> Iterator[Flask]:
    """The host that workers see."""
    with running(web_config(intake, tmp_path)) as app:
        yield app


def form_of(app: Flask) -> dict[str, str]:
    soup = check_page(app.test_client().get("/s/fall"))
    tag = soup.select_one("input[name=form]")
    assert tag is not None
    return {"form": str(tag["value"]), "role": "nurse", "pay": "23.50"}


def pay_in(soup: BeautifulSoup) -> str:
    tag = soup.select_one("input[name=pay]")
    assert tag is not None
    return str(tag["value"])


def count(intake: IntakeHost) -> int:
    services = intake.app.extensions["survey"]
    wave = find_wave(services.engine, "fall")
    assert wave is not None
    return close_box(services.engine, services.config, wave, "2026-11").responses


def test_what_one_host_is_sent_the_other_counts(intake: IntakeHost, web: Flask) -> None:
    data = form_of(web)
    for _ in range(2):
        sent = web.test_client().post("/s/fall?lang=es", data=data)
        assert (sent.status_code, sent.location) == (303, "/thanks?lang=es")
        assert sent.headers["Cache-Control"] == "no-store, no-transform"
        assert "Content-Security-Policy" in sent.headers
    assert len(intake.seen) == 2
    assert not (web.extensions["survey"].config.state_keys).exists()
    assert count(intake) == 1


def test_the_body_goes_on_as_it_came_and_nothing_that_tells_about_the_worker(
    intake: IntakeHost, web: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = f"role=nurse&form={form_of(web)['form']}&odd=%20+%2B&&pay=&role".encode()
    web.test_client().post("/s/fall", data=body, content_type=FORM, headers=TELLING)
    assert intake.bodies == [body]
    (seen,) = intake.seen
    sent = {k for k in seen if k.startswith(("HTTP_", "CONTENT"))}
    assert sent == {
        *("HTTP_HOST", "HTTP_ACCEPT_ENCODING", "HTTP_SURVEY_FORWARDED"),
        *("CONTENT_LENGTH", "CONTENT_TYPE"),
    }
    assert seen["HTTP_SURVEY_FORWARDED"] == passing_mark(intake.app.extensions["survey"].secret)
    assert (seen["HTTP_ACCEPT_ENCODING"], seen["QUERY_STRING"]) == ("gzip", "lang=es")
    telling = re.compile(r"marker|203\.0\.113|es-MX", re.IGNORECASE)
    assert all(telling.search(v) for k, v in TELLING.items() if k != "Accept-Encoding")
    assert not [v for v in seen.values() if telling.search(v)]
    assert "nurse" not in caplog.text
    assert "/s/fall" not in caplog.text


def test_a_wave_that_is_not_yet_open_is_so_on_every_host(
    intake: IntakeHost, web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.intake.known.FRESH", 0)
    data = form_of(web)
    with intake.app.extensions["survey"].engine.begin() as connection:
        connection.execute(update(tables.wave).values(state="ready"))
    assert web.test_client().post("/s/fall", data=data).status_code == 409
    assert intake.seen == []  # it is not even passed on
    told = {PASSED_ON: passing_mark(intake.app.extensions["survey"].secret)}
    assert intake.app.test_client().post("/s/fall", data=data, headers=told).status_code == 409
    with intake.app.extensions["survey"].engine.begin() as connection:
        connection.execute(update(tables.wave).values(state="open"))
    assert count(intake) == 0


def test_what_is_wrong_is_said_as_by_the_host_itself(intake: IntakeHost, web: Flask) -> None:
    data = form_of(web) | {"pay": "mucho"}
    through = web.test_client().post("/s/fall?lang=es", data=data)
    direct = intake.app.test_client().post("/s/fall?lang=es", data=data)
    assert pay_in(check_page(through, 422)) == "mucho"
    assert through.data == direct.data
    assert list(through.headers) == list(direct.headers)
    assert count(intake) == 0


def test_what_was_typed_shows_through_another_host_as_little_as_from_the_host_itself(
    intake: IntakeHost, web: Flask
) -> None:
    data = form_of(web) | {"pay": "mucho"}
    more = {"role": "therapist", "benefits": ["leave", "pension"], "caseload": "1234"}
    few, many = (web.test_client().post("/s/fall", data=data | some) for some in ({}, more))
    assert (few.status_code, many.status_code) == (422, 422)
    assert few.data.count(b" checked") < many.data.count(b" checked")
    assert list(few.headers) == list(many.headers)  # the length among them
    assert few.headers["Cache-Control"] == "no-store, no-transform"
    assert len(intake.seen) == 2


def test_when_the_other_host_cannot_store_it_says_so_and_when_to_come_back(
    intake: IntakeHost, web: Flask
) -> None:
    data = form_of(web)
    spare = intake.config.state_keys / "fall.1"
    spare.unlink()
    spare.mkdir()  # the next state key cannot be written, as on a full disk
    through = web.test_client().post("/s/fall", data=data)
    assert len(intake.seen) == 1
    direct = intake.app.test_client().post("/s/fall", data=data)
    assert "nothing you typed is lost" in text(check_page(through, 503))
    assert through.headers["Retry-After"] == RETRY  # without it the page would take it for final
    assert through.data == direct.data
    assert list(through.headers) == list(direct.headers)
    spare.rmdir()
    assert web.test_client().post("/s/fall", data=data).status_code == 303
    assert count(intake) == 1


def test_a_host_that_is_away_loses_nothing(intake: IntakeHost, web: Flask, monkeypatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    data = form_of(web)
    intake.stop()
    sent = web.test_client().post("/s/fall", data=data)
    soup = check_page(sent, 503)
    assert sent.headers["Retry-After"]
    assert "nothing you typed is lost" in text(soup)
    assert (pay_in(soup), soup.select_one("input[name=form]")["value"]) == ("23.50", data["form"])
    intake.start()
    assert web.test_client().post("/s/fall", data=data).status_code == 303
    assert count(intake) == 1


def test_an_answer_that_comes_too_late_counts_once(
    intake: IntakeHost, web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forward, "TIMEOUT", 0.3)
    late = threading.Event()
    intake.app.before_request(lambda: late.wait(1) and None)
    data = form_of(web)
    check_page(web.test_client().post("/s/fall", data=data), 503)
    late.set()
    assert web.test_client().post("/s/fall", data=data).status_code == 303
    assert count(intake) == 1


def test_a_crash_over_there_is_no_lost_page(intake: IntakeHost, web: Flask) -> None:
    def crash() -> None:
        raise RuntimeError("a bug")

    data = form_of(web)
    intake.app.before_request(crash)
    assert pay_in(check_page(web.test_client().post("/s/fall", data=data), 503)) == "23.50"


def test_a_host_without_the_key_that_is_told_of_no_other_folds_nothing(
    intake: IntakeHost, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(web_config(intake, tmp_path, forward_to=None)) as alone:
        assert "another host takes its answers" in caplog.text
        soup = check_page(alone.test_client().post("/s/fall", data=form_of(alone)), 503)
        assert heading(soup) == "This survey has to be started again"
    assert intake.app.test_client().post("/s/fall", data=form_of(intake.app)).status_code == 303
    assert count(intake) == 1


def test_a_host_that_passes_on_starts_without_a_complaint(
    web: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    assert caplog.text == ""


@pytest.mark.parametrize("secret", ["its own", "another"])
def test_nobody_passes_on_what_was_passed_on(web: Flask, intake: IntakeHost, secret: str) -> None:
    """Two hosts that name each other, and a key that is gone: it is said, not sent round."""
    data = form_of(web)
    ours = web.extensions["survey"].secret
    mark = passing_mark(ours if secret == "its own" else bytes(32))
    passed_on = web.test_client().post("/s/fall", data=data, headers={PASSED_ON: mark})
    soup = check_page(passed_on, 503)
    assert heading(soup) == "This survey has to be started again"
    assert intake.seen == []


def test_all_that_comes_through_another_host_shares_the_wide_limit(
    intake: IntakeHost, web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets: list[str] = []

    def judged(bucket: Bucket, _count: int) -> Flood:
        buckets.append(bucket.name)
        return Flood.FINE

    data = form_of(web)
    monkeypatch.setattr(Bucket, "judge", judged)
    home = {"X-Forwarded-For": "9.9.9.9"}
    assert web.test_client().post("/s/fall", data=data, headers=home).status_code == 303
    forged = home | {PASSED_ON: "1"}
    assert intake.app.test_client().post("/s/fall", data=data, headers=forged).status_code == 303
    assert buckets == ["9.9.9.9", "passed on", "9.9.9.9"]


def test_a_wave_moves_with_its_two_files(intake: IntakeHost, web: Flask) -> None:
    """As docs/operations.md says: stop, copy, delete there, start."""
    data = form_of(web)
    assert web.test_client().post("/s/fall", data=data).status_code == 303
    old, new = intake.config.state_keys, web.extensions["survey"].config.state_keys
    new.mkdir(mode=0o700)
    for name in ("fall.0", "fall.1"):
        shutil.move(old / name, new / name)
    with running(web.extensions["survey"].config) as moved:
        assert moved.test_client().post("/s/fall", data=data).status_code == 303
        assert moved.test_client().post("/s/fall", data=form_of(moved)).status_code == 303
        assert len(intake.seen) == 1
        services = moved.extensions["survey"]
        wave = find_wave(services.engine, "fall")
        assert wave is not None
        assert close_box(services.engine, services.config, wave, "2026-11").responses == 2


def test_only_plain_forms_of_open_waves_are_passed_on(intake: IntakeHost, web: Flask) -> None:
    browser = web.test_client()
    check_page(browser.get("/s/fall"))
    check_page(browser.get("/s/fall/privacy"))
    check_page(browser.post("/s/none", data={}), 404)
    check_page(browser.post("/s/fall", data="{}", content_type="application/json"), 415)
    check_page(browser.post("/s/fall", data={"role": "x" * 300_000}), 413)
    data = form_of(web)
    assert count(intake) == 0
    web.extensions["survey.intake"].waves._found.clear()  # as a second later
    check_page(browser.post("/s/fall", data=data), 410)
    assert intake.seen == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://intake.internal", "https://intake.internal"),
        ("https://intake.internal:8443/", "https://intake.internal:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("", None),
    ],
)
def test_where_to_pass_on_to(text: str, kept: str | None) -> None:
    assert load_config({"SURVEY_FORWARD_TO": text}).forward_to == kept


@pytest.mark.parametrize(
    "text",
    [
        *("http://intake.internal", "intake.internal", "ftp://127.0.0.1", "https://"),
        *("https://user:secret@intake.internal", "https://intake.internal/s", "https://h:99999"),
    ],
)
def test_answers_never_travel_in_the_clear(text: str) -> None:
    with pytest.raises(ConfigError, match="in the clear"):
        load_config({"SURVEY_FORWARD_TO": text})
