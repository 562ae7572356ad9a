import logging

import pytest
from browsing import check_page, heading, page, text
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError, IntegrityError, InternalError, OperationalError

from survey.box.errors import FoldUnavailable

SECRET = "what-a-worker-typed"


@pytest.fixture
def broken(app: Flask) -> FlaskClient:
    """A browser of an app with pages that fail."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.route("/s/broken/<status>", methods=["GET", "POST"])
    def fail(status: str) -> None:
        if status == "disk":
            raise OperationalError(SECRET, {}, Exception("database or disk is full"))
        if status == "text":
            raise DataError(SECRET, {}, Exception("text fields cannot contain NUL"))
        if status == "ended":
            raise InternalError(SECRET, {}, Exception("ended"), connection_invalidated=True)
        if status == "twice":
            raise IntegrityError(SECRET, {}, Exception(SECRET))
        if status == "busy":
            raise FoldUnavailable("Many people answer at the moment: try again.")
        if status == "crash":
            raise ValueError(SECRET)
        abort(int(status))

    return app.test_client()


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 503])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_error_has_its_page(broken: FlaskClient, status: int, language: str) -> None:
    found = page(broken, f"/s/broken/{status}?lang={language}", status)
    assert found.html is not None
    assert found.html["lang"] == language
    assert len(text(found)) > 60


def test_wrong_method(client: FlaskClient) -> None:
    assert heading(check_page(client.post("/healthz"), 405)) == "That does not work here"


def test_a_crash_tells_nobody_anything(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        found = check_page(broken.post("/s/broken/crash", data={"pay": SECRET}), 500)
    assert "nothing was saved" in text(found)
    log = caplog.text + "".join(str(r.__dict__) for r in caplog.records)
    assert "ValueError" in log
    assert "test_errors.py" in log
    for trace in (SECRET, "/s/broken", "127.0.0.1", "Traceback"):
        assert trace not in log + found.text


def test_a_full_disk_is_a_page(broken: FlaskClient) -> None:
    assert heading(page(broken, "/s/broken/disk", 503)) == "We cannot save right now"


def test_a_database_that_is_away_refuses_a_text_or_finds_a_bug(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert heading(page(broken, "/s/broken/ended", 503)) == "We cannot save right now"
    assert heading(page(broken, "/s/broken/text", 400)) == "We could not read that"
    found = page(broken, "/s/broken/twice", 500)
    assert SECRET not in found.text + caplog.text
    assert "IntegrityError" in caplog.text


def test_a_busy_box_says_what_to_do(broken: FlaskClient) -> None:
    assert "Many people answer at the moment" in text(page(broken, "/s/broken/busy", 503))


def test_lost_links(client: FlaskClient, organizer: FlaskClient) -> None:
    assert heading(page(client, "/no/such/page", 404)) == "Page not found"
    assert page(organizer, "/desk/no-such-page", 404).select_one("nav") is not None


@pytest.mark.parametrize("path", ["/", "/desk/", "/nowhere", "/s/none"])
@pytest.mark.parametrize("host", ["a" * 64 + ".onion", "a..b", "é", "x" * 300])
def test_a_host_that_can_be_no_name_gets_pages_like_any_other(
    app: Flask, path: str, host: str
) -> None:
    client = app.test_client()
    usual = client.get(path)
    odd = client.get(path, environ_overrides={"HTTP_HOST": host})
    assert (odd.status_code, odd.location) == (usual.status_code, usual.location)
