"""The session of a member of staff: a signed cookie that exists below /desk and nowhere else."""

import hashlib
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from sqlalchemy import Engine

from survey.staff.accounts import Account, find_account

IDLE = timedelta(hours=12)
"""A session ends after this long without a page; every page renews it."""


class DeskSessions(SecureCookieSessionInterface):
    """Opens no session outside /desk, so no worker page can set or read a cookie."""

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None, Flask's sign for a session that cannot be written, for every other page."""
        below = request.path == "/desk" or request.path.startswith("/desk/")
        return super().open_session(app, request) if below else None

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002, Flask hands it in
        """Secure where the request came over https; a demo on localhost has none."""
        return request.is_secure


def start_session(session: MutableMapping[str, Any], account: Account) -> None:
    """Sign in: a fresh session, so that one fixed before sign-in is worth nothing."""
    session.clear()
    session["account"] = account.id
    session["password"] = _mark(account)
    session.permanent = True  # type: ignore[attr-defined]


def session_account(session: MutableMapping[str, Any], engine: Engine) -> Account | None:
    """Who is signed in; None where nobody is, password changed or somebody signed out."""
    if "account" not in session:
        return None
    account = find_account(engine, session["account"])
    return account if account and session.get("password") == _mark(account) else None


def _mark(account: Account) -> str:
    """Changes with the password and with each signing out.

    It says nothing about the password (the hash has a salt of its own).
    """
    state = f"{account.session_number} {account.password_hash}"
    return hashlib.sha256(state.encode()).hexdigest()[:32]
