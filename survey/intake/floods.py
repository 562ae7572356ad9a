"""Answers that arrive in a flood are not tried; a worker among them keeps what was typed."""

from flask import Flask, Response, make_response, request

from survey.intake.pages import FORM, show_again, wanted_wave
from survey.web.errors import error_page
from survey.web.flood import Flood, judge_this


def init_app(app: Flask) -> None:
    """Look at posts before anything else does: neither passed on nor counted."""
    app.before_request(_judge)


def _judge() -> Response | None:
    """The page that says to wait; None where there is no flood."""
    if request.endpoint != "intake.send":
        return None
    flood = judge_this()
    if flood is Flood.FINE:
        return None
    # Showing the form again costs more than counting it: not for who goes on all the same.
    if flood is Flood.FAR_OVER or request.mimetype != FORM:
        return make_response(error_page(429))
    wave, lang = wanted_wave((request.view_args or {})["slug"])
    return show_again(wave, lang, crowded=True) if wave.state == "open" else None
