"""The app, put together in named steps."""

from pathlib import Path

from flask import Flask

from reports.bargaining import pages as demands
from reports.dashboards import pages as dashboards
from reports.exports import pages as exports
from reports.public import flyer_pages
from reports.public import pages as public
from survey.box.destroy import resume_destruction
from survey.box.errors import FoldUnavailable, StateLost
from survey.box.recover import recover
from survey.config import Config
from survey.desk import (
    language_pages,
    opening_pages,
    paper_pages,
    setup_pages,
    sheets_pages,
    start_pages,
)
from survey.desk import pages as desk
from survey.intake import capacity, floods, forward
from survey.intake import pages as intake
from survey.staff import pages as staff
from survey.store.engine import StoreError, make_engine
from survey.store.migrate import upgrade
from survey.web import assets, errors, flood, formats, headers, health, languages, limits
from survey.web.secret import derive, load_or_create_secret
from survey.web.services import Services

ROOT = Path(__file__).parents[1]


def create_app(config: Config) -> Flask:
    """The whole app on `config`. Raises SecretError, StoreError and BoxError."""
    app = errors.App(
        "survey",
        template_folder=str(ROOT / "templates"),
        static_folder=str(assets.FOLDER),
        static_url_path="/static",
    )
    make_services(app, config)
    finish_what_a_crash_left(app)
    set_rules(app)
    open_rooms(app)
    return app


def make_services(app: Flask, config: Config) -> None:
    """Database, secret and session key."""
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(config.database_url)
    upgrade(engine)
    secret = load_or_create_secret(config.secret_file)
    app.secret_key = derive(secret, "staff sessions")
    app.extensions["survey"] = Services(config, engine, secret)


def finish_what_a_crash_left(app: Flask) -> None:
    """Clean the state keys, and destroy what a published wave should have lost."""
    made: Services = app.extensions["survey"]
    for slug in recover(made.engine, made.config):
        app.logger.error("%s", StateLost(slug))
    resume_destruction(made.engine, made.config)


def set_rules(app: Flask) -> None:
    """What holds on every page. The order counts: what another host takes goes on untouched, and
    limits come before anything reads a form.
    """
    first = (flood, floods, capacity, forward, limits)
    for rule in (*first, headers, assets, languages, formats, errors):
        rule.init_app(app)
    app.register_error_handler(FoldUnavailable, lambda error: errors.error_page(503, str(error)))
    app.register_error_handler(StoreError, lambda _error: errors.error_page(503))


def open_rooms(app: Flask) -> None:
    """Pages, room by room. Staff first: its guard stands before everything below /desk."""
    staff.init_app(app)
    for room in (intake, dashboards, public):
        room.init_app(app)
    # The thank-you page names an organizer; intake itself knows nothing of the campaign's page.
    app.extensions["survey.contact"] = public.contact
    for room in (
        health,
        intake,
        staff,
        desk,
        setup_pages,
        start_pages,
        opening_pages,
        language_pages,
        paper_pages,
        sheets_pages,
        dashboards,
        demands,
        exports,
        public,
        flyer_pages,
    ):
        app.register_blueprint(room.blueprint)
