"""Fixtures that every test may use: an app on a throwaway folder, and those who visit it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import boxkit
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, insert
from werkzeug.routing import Rule

from bench.postgres import NoServer, Server, throwaway
from survey import create_app
from survey.config import Config, load_config
from survey.staff.accounts import Account, hash_password
from survey.staff.session import start_session
from survey.store.engine import make_engine
from survey.store.migrate import upgrade
from survey.store.tables import account

PASSWORD = "correct horse battery staple"
Builder = Callable[..., tuple[str, str]]

# A busy machine is no fault of what is tested. (In CI Hypothesis has such a profile of its own.)
settings.register_profile("slow", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if settings.get_current_profile_name() == "default":
    settings.load_profile("slow")


class Compiled(BytecodeCache):
    """Templates that another app of this process has compiled: that takes longer than a test."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Nothing where the template is new, or its text another."""
        if found := self._known.get(bucket.key):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """For the next app."""
        self._known[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}


def compiled_once(compile_builder: Callable[[Rule, bool], Builder]) -> Callable[..., Builder]:
    """What builds an address depends on its rule alone; to compile it takes half of an app."""
    known: dict[tuple[object, ...], Builder] = {}

    def found(rule: Rule, append_unknown: bool = True) -> Builder:
        key = (rule.rule, *rule._trace, repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    return found


Rule._compile_builder = compiled_once(Rule._compile_builder)  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def bare_postgres() -> Iterator[Server]:
    """A real server, started when the first test needs it and stopped after the last."""
    try:
        with throwaway(in_memory=True) as server:
            yield server
    except NoServer as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def postgres(bare_postgres: Server) -> Server:
    """The same, with a database "migrated" to copy: it has the tables of this version."""
    engine = make_engine(bare_postgres.make_database("migrated"))
    upgrade(engine)
    engine.dispose()
    return bare_postgres


@pytest.fixture
def on_postgres(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Every installation that boxkit makes has a database of its own on the server."""
    with boxkit.databases_of(postgres) as url_of:
        monkeypatch.setattr(boxkit, "url_of", url_of)
        yield postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def each_store(request: pytest.FixtureRequest) -> str:
    """Run the test on either engine; its name."""
    if request.param == "postgresql":
        request.getfixturevalue("on_postgres")
    return str(request.param)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings below tmp_path."""
    return load_config({"SURVEY_DATA": str(tmp_path / "data")})


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The whole app; exceptions reach the test."""
    boxkit.give_tables(config.database_url)
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
    """A stranger's or a worker's browser."""
    return app.test_client()


@pytest.fixture(scope="session")
def hashed() -> str:
    """Hashing is slow on purpose, so it is done once."""
    return hash_password(PASSWORD)


@pytest.fixture
def signed_in(app: Flask, engine: Engine, hashed: str) -> Callable[[str], FlaskClient]:
    """signed_in("organizer") or signed_in("reader"): a browser of somebody with that role."""

    def sign_in(role: str) -> FlaskClient:
        row = {"email": f"{role}@example.org", "role": role, "password_hash": hashed}
        browser = app.test_client()
        with engine.begin() as db:
            made = db.execute(insert(account).returning(account.c.id), row).scalar_one()
        with browser.session_transaction("/desk/") as session:
            start_session(session, Account(made, **row))
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
