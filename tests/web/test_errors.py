import logging

import pytest
from browsing import check_page, heading, page, text
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

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


def test_a_busy_box_says_what_to_do(broken: FlaskClient) -> None:
    assert "Many people answer at the moment" in text(page(broken, "/s/broken/busy", 503))


def test_lost_links(client: FlaskClient, organizer: FlaskClient) -> None:
    assert heading(page(client, "/no/such/page", 404)) == "Page not found"
    assert page(organizer, "/desk/no-such-page", 404).select_one("nav") is not None
