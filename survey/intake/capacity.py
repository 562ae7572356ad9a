"""Past capacity: answers that waited long for their turn are sent back instead of waiting on.

A web process takes in more requests than it has threads; the others wait. For a moment that is
right: thousands at once are counted within seconds. Where commits hang it is not, for each thread
then waits for PATIENCE until it says so, and whoever is behind it as long again, and so on until
browsers and proxies give up, with a page that holds nothing of what was typed.
"""

from flask import Flask, Response, abort, request

from survey.box.slots import PATIENCE
from survey.intake.pages import FORM, show_again, wanted_wave
from survey.web.queue import waited


def init_app(app: Flask) -> None:
    """Look at answers before they are passed on or counted."""
    app.before_request(_send_back)


def _send_back() -> Response | None:
    """The page with what was typed, and when to come again; None for who came a moment ago."""
    if request.endpoint != "intake.send" or waited() < PATIENCE:
        return None
    if request.mimetype != FORM:
        abort(415)
    wave, lang = wanted_wave((request.view_args or {})["slug"])
    return show_again(wave, lang) if wave.state == "open" else None
