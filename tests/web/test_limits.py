from io import BytesIO

import pytest
from browsing import check_page, heading
from flask import Flask, request
from flask.testing import FlaskClient

from survey.web.limits import DESK_BYTES, FIELDS, WORKER_BYTES


@pytest.fixture
def box(app: Flask) -> FlaskClient:
    """A browser of an app that takes posts at /s/box."""

    @app.post("/s/box")
    def take() -> str:
        return str(len(request.form))

    return app.test_client()


def test_a_body_over_the_limit_is_told_what_to_do(box: FlaskClient) -> None:
    page = check_page(box.post("/s/box", data={"a": "x" * WORKER_BYTES}), 413)
    assert heading(page) == "Too much at once"
    assert "make it smaller" in page.text


def test_a_multipart_body_too(box: FlaskClient) -> None:
    data = {f"f{i}": "x" for i in range(FIELDS + 1)}
    check_page(box.post("/s/box", data=data, content_type="multipart/form-data"), 413)


def test_too_many_fields(box: FlaskClient) -> None:
    check_page(box.post("/s/box", data={f"f{i}": "1" for i in range(FIELDS + 1)}), 413)


def test_as_many_as_may_be(box: FlaskClient) -> None:
    assert box.post("/s/box", data={f"f{i}": "1" for i in range(FIELDS)}).text == str(FIELDS)


def test_a_refused_body_is_read_to_its_end(box: FlaskClient) -> None:
    """Else the server closes on the browser while it still sends, and the page is never seen."""
    body = BytesIO(b"a=" + b"x" * (WORKER_BYTES * 4))
    form, size = "application/x-www-form-urlencoded", len(body.getvalue())
    check_page(box.post("/s/box", input_stream=body, content_type=form, content_length=size), 413)
    assert body.read() == b""


def test_the_desk_takes_a_definition(organizer: FlaskClient) -> None:
    token = {"csrf_token": "x", "text": "y" * (DESK_BYTES // 2)}
    assert organizer.post("/desk/sign-out", data=token).status_code == 400
    token["text"] *= 3
    assert organizer.post("/desk/sign-out", data=token).status_code == 413
