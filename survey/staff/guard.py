"""Everything below /desk is refused without sign-in; the exceptions are a list of one."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, abort, g, redirect, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from survey.staff.accounts import Account
from survey.staff.session import session_account
from survey.web.forms import StaffForm
from survey.web.languages import choose_language
from survey.web.services import services

OPEN = frozenset({"staff.sign_in"})
"""Endpoints below /desk that a stranger may use."""

READERS_MAY_POST = frozenset({"staff.sign_out", "staff.password"})
"""Everything else that changes something is the organizers'."""

LANGUAGES = ("en",)
"""The desk speaks English for now, whatever the browser asks for."""

P = ParamSpec("P")
R = TypeVar("R")


def init_app(app: Flask) -> None:
    """Stand before every request."""
    app.before_request(_guard)
    app.jinja_env.globals.update(
        account=lambda: g.get("account"),
        token=token_field,
    )


def token_field() -> Markup:
    """The hidden field that every form below /desk must carry: {{ token() }}."""
    token = StaffForm().csrf_token.current_token
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token)


def current_account() -> Account:
    """Who is signed in. Below /desk there always is somebody, sign-in apart."""
    account: Account = g.account
    return account


def organizer_only(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse readers (403)."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_account().role != "organizer":
            abort(403)
        return view(*args, **kwargs)

    return guarded


def _guard() -> Response | None:
    if not _below_desk():
        return None
    choose_language(LANGUAGES)
    g.account = session_account(session, services().engine)
    if request.endpoint in OPEN:
        return None
    if g.account is None:
        wanted = request.path if request.method == "GET" and request.endpoint else None
        return redirect(url_for("staff.sign_in", next=wanted), 303)
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        _check_post(g.account)
    return None


def _check_post(account: Account) -> None:
    """No view can forget it: a token of this session, and an organizer's account."""
    if not StaffForm.of_request().validate():
        abort(400)
    if account.role != "organizer" and request.endpoint not in READERS_MAY_POST:
        abort(403)


def _below_desk() -> bool:
    """By path and by rule, so that no spelling of one escapes the other."""
    rule = request.url_rule.rule if request.url_rule else ""
    return any(p == "/desk" or p.startswith("/desk/") for p in (request.path, rule))
