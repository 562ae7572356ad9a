"""The app, put together in named steps."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask

from survey.box.destroy import resume_destruction
from survey.box.errors import FoldUnavailable, StateLost
from survey.box.recover import recover
from survey.config import Config
from survey.desk import opening_pages, pages, setup_pages
from survey.staff import pages as staff
from survey.store.engine import make_engine
from survey.store.migrate import upgrade
from survey.web import assets, errors, formats, headers, health, languages, limits
from survey.web.secret import derive, load_or_create_secret
from survey.web.services import Services

ROOT = Path(__file__).parents[1]


def create_app(config: Config) -> Flask:
    """The whole app on `config`. Raises SecretError, StateLost and what the engine raises."""
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
    """What holds on every page. The order counts: limits before anything reads a form."""
    for rule in (limits, headers, assets, languages, formats, errors):
        rule.init_app(app)
    app.register_error_handler(FoldUnavailable, lambda error: errors.error_page(503, str(error)))


def open_rooms(app: Flask) -> None:
    """Pages, room by room."""
    staff.init_app(app)
    for blueprint in (
        health.blueprint,
        pages.blueprint,
        setup_pages.blueprint,
        opening_pages.blueprint,
    ):
        app.register_blueprint(blueprint)
    for name in (
        "survey.intake.pages",
        "reports.public.pages",
        "reports.dashboards.pages",
        "reports.bargaining.pages",
        "reports.exports.pages",
    ):
        if find_spec(name):
            module = import_module(name)
            if hasattr(module, "init_app"):
                module.init_app(app)
            app.register_blueprint(module.blueprint)
