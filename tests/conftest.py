"""Fixtures that every test may use: an app on a throwaway folder, and those who visit it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey import create_app
from survey.config import Config, load_config
from survey.staff.accounts import create_account

PASSWORD = "correct horse battery staple"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings below tmp_path."""
    return load_config({"SURVEY_DATA": str(tmp_path / "data")})


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The whole app; exceptions reach the test."""
    app = create_app(config)
    app.testing = True
    yield app
    app.extensions["survey"].engine.dispose()


@pytest.fixture
def engine(app: Flask) -> Engine:
    """The app's database."""
    found: Engine = app.extensions["survey"].engine
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, engine: Engine) -> Callable[[str], FlaskClient]:
    """signed_in("organizer") or signed_in("reader"): a browser with such an account signed in."""

    def sign_in(role: str) -> FlaskClient:
        account = create_account(engine, f"{role}@example.org", PASSWORD, role)
        browser = app.test_client()
        data = {"email": account.email, "password": PASSWORD, "csrf_token": token(browser)}
        assert browser.post("/desk/sign-in", data=data).status_code == 303
        return browser

    return sign_in


@pytest.fixture
def organizer(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An organizer's browser."""
    return signed_in("organizer")


@pytest.fixture
def reader(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """A reader's browser."""
    return signed_in("reader")


def token(browser: FlaskClient, path: str = "/desk/sign-in") -> str:
    """The CSRF token on the page at `path`."""
    page = BeautifulSoup(browser.get(path).text, "html.parser")
    field = page.select_one("input[name=csrf_token]")
    assert field is not None, path
    return str(field["value"])
