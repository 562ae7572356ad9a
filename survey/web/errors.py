"""Error pages: one clear sentence each, never a traceback, and a log without request data."""

import traceback
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import IO, Any

from flask import Flask, Request, render_template, request
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.wrappers import Response

from survey.web.languages import lazy

PAGES = {
    400: (
        lazy("We could not read that"),
        lazy(
            "The form was open for too long or arrived damaged. Go back, reload, and send it again."
        ),
    ),
    403: (
        lazy("You may not do this"),
        lazy("Your account can read results only. Ask an organizer to do it."),
    ),
    404: (
        lazy("Page not found"),
        lazy("There is nothing at this address. Check the link, or ask whoever sent it to you."),
    ),
    405: (
        lazy("That does not work here"),
        lazy("This page cannot be used in that way. Go back and use its own buttons."),
    ),
    409: (
        lazy("That is not possible now"),
        lazy("Something changed in the meantime. Go back, reload the page, and look again."),
    ),
    413: (
        lazy("Too much at once"),
        lazy("This is more than the page can take. Go back, make it smaller, and send it again."),
    ),
    429: (
        lazy("Please wait a moment"),
        lazy("There were too many tries. Wait a minute and try again."),
    ),
    500: (
        lazy("Something went wrong on our side"),
        lazy(
            "It is not your fault, and nothing was saved. Go back and try again in a few minutes."
        ),
    ),
    503: (
        lazy("We cannot save right now"),
        lazy("Nothing was saved. Go back and try again in a minute."),
    ),
}
"""Title and sentence by status."""

DRAIN = 8 * 1024 * 1024
"""Bytes of a refused body that are read and dropped, so that the browser gets to see the page."""

RETRY = "60"
"""Seconds after which a browser may try again, where waiting helps."""
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
"""What views return."""
ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class App(Flask):
    """A Flask whose log never holds what somebody sent, and that minds no Host header."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Addresses are made under whatever name this host was called by, were it none at all.

        Flask leaves a request whose Host can be no name without addresses, so that even its error
        page could not be made.
        """
        try:
            return super().create_url_adapter(request)
        except BadHost:
            if request is None:
                raise
            request.environ["HTTP_HOST"] = "localhost"
            return super().create_url_adapter(request)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The same: nothing of ours is async, and Flask would look into each function each time."""
        return func

    def log_exception(self, exc_info: ExcInfo) -> None:
        """Log the exception's type and the places it passed: no message, path or address."""
        kind, _error, trace = exc_info
        places = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
        self.logger.error("%s at %s", kind.__name__ if kind else "Error", " > ".join(places))


def error_page(
    status: int, sentence: str | None = None
) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    """The page of that status, with its usual sentence or a closer one."""
    title, usual = PAGES.get(status, PAGES[500] if status >= 500 else PAGES[400])
    frame = "base.html" if request.path.startswith("/desk") else "worker.html"
    page = render_template(
        "errors/error.html", frame=frame, title=title, sentence=sentence or usual
    )
    return (page, status, {"Retry-After": RETRY}) if status in {429, 503} else (page, status)


def init_app(app: Flask) -> None:
    """Give every HTTP error its page."""
    app.register_error_handler(HTTPException, _show)
    app.register_error_handler(DBAPIError, _database_failed)
    # A body in chunks that are none is found out by the server, while a page reads it; the server
    # then ends the connection, as nobody knows where the next request would begin.
    app.register_error_handler(ParseException, lambda _error: error_page(400))
    app.register_error_handler(PoolTimeout, lambda _error: error_page(503))


def _show(error: HTTPException) -> Page | HTTPException:
    status = error.code or 500
    if status < 400:
        return error  # a redirect of the router
    if status == 413:
        _drain(request.environ["wsgi.input"])
    return error_page(status)


def _database_failed(error: DBAPIError) -> Page:
    """What it refused to store is the sender's mistake; that it is away is nobody's."""
    if isinstance(error, DataError):
        return error_page(400)
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return error_page(503)
    raise error


def _drain(body: IO[bytes]) -> None:
    left = DRAIN
    with suppress(OSError, ParseException):
        while left > 0 and (chunk := body.read(min(left, 65536))):
            left -= len(chunk)
