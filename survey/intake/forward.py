"""A host that does not hold a wave's state key passes what workers send on to the one that does.

The body goes on as it came. Nothing goes with it that tells about the worker: no address, no
browser, no list of languages. Nothing is logged, and nothing touches the disk.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, make_response, request

from survey.box.slots import Slots
from survey.config import Config
from survey.intake.pages import FORM, show_again, wanted_wave
from survey.web.flood import PASSED_ON, passing_mark
from survey.web.headers import worker_page
from survey.web.services import services

TIMEOUT = 15.0
"""Seconds without a word from the other host. Where its commits hang it may take longer; then this
one sends the form back, which counts once, whatever became of it there."""
LARGEST = 4 * 1024 * 1024
"""Bytes of an answer: a page."""
PASSED_BACK = ("Content-Type", "Content-Encoding", "Location", "Retry-After", "Vary")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other host answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def init_app(app: Flask) -> None:
    """Pass posts on, before anything reads the form: the body must go on as it came."""
    config: Config = app.extensions["survey"].config
    if config.forward_to is not None:
        app.before_request(_pass_on)


def _pass_on() -> Response | None:
    """The other host's answer; None where this request is for this host."""
    host = services().config.forward_to
    # Whatever the header says: who makes it up stops nobody's answer but their own, and two hosts
    # that name each other never send an answer round, not even with different secrets.
    if request.endpoint != "intake.send" or PASSED_ON in request.headers or host is None:
        return None
    slug = (request.view_args or {})["slug"]
    wave, lang = wanted_wave(slug)
    if wave.state != "open" or Slots(services().config.state_keys, slug).exist():
        return None
    if request.mimetype != FORM:
        abort(415)
    body = request.get_data()
    squeezed = bool(request.accept_encodings["gzip"])
    try:
        mark = passing_mark(services().secret)
        answer = post(host, f"/s/{quote(slug)}?lang={quote(lang)}", body, squeezed, mark)
    except (OSError, HTTPException):
        return show_again(wave, lang)
    if answer.status >= 500 and answer.status != 503:
        return show_again(wave, lang)
    worker_page()
    response = make_response(answer.body, answer.status)
    response.headers.update(answer.headers)
    return response


def post(host: str, path: str, body: bytes, squeezed: bool, mark: str) -> Answer:
    """POST a form to `host` (https://name or http://127.0.0.1:port). Raises OSError, HTTPException.

    `mark` shows that a host of ours sends it.

    A connection of its own for each: what takes time here is the commit, not the handshake.
    """
    connection = _connect(host)
    headers = {
        "Content-Type": FORM,
        "Accept-Encoding": "gzip" if squeezed else "identity",
        PASSED_ON: mark,
    }
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        content = response.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise HTTPException("an answer that is no page of ours")
        found = {name: response.headers[name] for name in PASSED_BACK if name in response.headers}
        return Answer(response.status, found, content)
    finally:
        connection.close()


def _connect(host: str) -> HTTPConnection:
    parts = urlsplit(host)
    name = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(name, parts.port, timeout=TIMEOUT, context=context)
    return HTTPConnection(name, parts.port, timeout=TIMEOUT)
