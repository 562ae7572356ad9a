"""Sign in and out, change the password, and the activity log."""

from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired

from survey.staff import guard
from survey.staff.accounts import (
    Account,
    AccountError,
    BusyError,
    end_sessions,
    find_account,
    set_password,
)
from survey.staff.activity import entries, record
from survey.staff.guard import current_account
from survey.staff.session import IDLE, DeskSessions, start_session
from survey.staff.signin import TooManyTriesError, Tries, sign_in
from survey.web.errors import Page, error_page
from survey.web.flood import bucket_of_this
from survey.web.forms import StaffForm
from survey.web.languages import _, lazy
from survey.web.services import services

blueprint = Blueprint("staff", __name__, url_prefix="/desk")


class SignInForm(StaffForm):
    """Address and password."""

    email = EmailField(
        lazy("Email address"),
        [InputRequired(lazy("Enter your email address."))],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        lazy("Password"),
        [InputRequired(lazy("Enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(StaffForm):
    """The password now, and the one to come."""

    current = PasswordField(
        lazy("Password now"),
        [InputRequired(lazy("Enter the password you use now."))],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        lazy("New password"),
        [InputRequired(lazy("Enter a new password."))],
        description=lazy(
            "At least 12 characters. Four words that do not belong together are easy to remember."
        ),
        render_kw={"autocomplete": "new-password"},
    )


def init_app(app: Flask) -> None:
    """Sessions below /desk, and the guard before every request."""
    app.session_interface = DeskSessions()
    app.config.update(
        SESSION_COOKIE_NAME="desk",
        SESSION_COOKIE_PATH="/desk",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=IDLE,
    )
    app.extensions["tries"] = Tries()
    app.register_error_handler(BusyError, _busy)
    guard.init_app(app)


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
def sign_in_page() -> Page:
    """The one page below /desk that a stranger may see."""
    form = SignInForm.of_request()
    status = 200
    if form.submitted():
        status = _try(form)
        if status == 303:
            return redirect(_next(), 303)
    return render_template("staff/sign-in.html", form=form), status


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End every session of the account, on other devices and in copies of the cookie, too."""
    end_sessions(services().engine, current_account().id)
    session.clear()
    return redirect(url_for("staff.sign_in"), 303)


@blueprint.route("/password", methods=["GET", "POST"])
def password() -> Page:
    """Change the password; every other session of the account ends."""
    form = PasswordForm.of_request()
    status = 200
    if form.submitted():
        status = _change_password(form)
        if status == 303:
            return redirect(url_for("staff.password", changed=1), 303)
    return render_template("staff/password.html", form=form), status


@blueprint.get("/activity")
def activity() -> Page:
    """What staff did, newest first."""
    return render_template("staff/activity.html", entries=entries(services().engine))


def _busy(_error: BusyError) -> Page:
    return error_page(
        429, _("Several passwords are being checked right now. Go back and try again in a minute.")
    )


def _try(form: SignInForm) -> int:
    """Sign in: 303, or the status of the page that says why not."""
    try:
        account = _account_of(form.email.data or "", form.password.data or "")
    except TooManyTriesError as error:
        form.email.errors = [_too_many(error)]
        return 429
    if account is None:
        form.email.errors = [_("Email address and password do not go together. Try again.")]
        return 200
    start_session(session, account)
    return 303


def _next() -> str:
    """Where the stranger wanted to go, as long as it is a page of ours below /desk."""
    wanted = request.args.get("next", "")
    fine = wanted.startswith("/desk/") and "//" not in wanted and "\\" not in wanted
    return wanted if fine else url_for("desk.overview")


def _change_password(form: PasswordForm) -> int:
    """Change it: 303, or the status of the page that says why not.

    Who has a copy of a cookie may guess no more often here than a stranger who signs in.
    """
    engine, account = services().engine, current_account()
    try:
        known = _account_of(account.email, form.current.data or "")
    except TooManyTriesError as error:
        form.current.errors = [_too_many(error)]
        return 429
    if known is None:
        form.current.errors = [_("This is not the password you use now.")]
        return 200
    try:
        set_password(engine, account.id, form.new.data or "")
    except AccountError as error:
        form.new.errors = [str(error)]
        return 200
    record(engine, account.id, "changed the password")
    if changed := find_account(engine, account.id):
        start_session(session, changed)
    return 303


def _account_of(email: str, password: str) -> Account | None:
    """Whose address and password these are. Raises TooManyTriesError, BusyError."""
    tries: Tries = current_app.extensions["tries"]
    return sign_in(services().engine, tries, email, password, bucket_of_this().name)


def _too_many(error: TooManyTriesError) -> str:
    return _("Too many tries. Wait %(seconds)s seconds and try again.", seconds=error.seconds)
