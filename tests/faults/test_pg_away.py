"""PostgreSQL ends connections, or is away for a while: nothing acknowledged is lost or doubled."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from boxkit import World, config_in, make_world, wide_definition
from browsing import check_page, text
from bs4 import BeautifulSoup
from factories import EXAMPLE
from flask.testing import FlaskClient
from senders import all_the_while, every_ballot_counted_once, send_all

from bench.postgres import Server
from survey import create_app
from survey.box.close import close_box
from survey.box.waves import NewWave, create_wave, find_wave
from survey.web.services import Services


@pytest.fixture
def world(on_postgres: Server, tmp_path: Path) -> Iterator[World]:
    """A wave of some thousand cells: ballot n adds one to cell n."""
    made = make_world(tmp_path, definition=wide_definition(questions=2))
    yield made
    made.engine.dispose()


def test_connections_are_ended_all_the_while(world: World, on_postgres: Server) -> None:
    query = f"""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = '{world.engine.url.database}'"""
    with on_postgres.connect() as superuser:

        def end_all() -> None:
            superuser.execute(query.encode())

        with all_the_while(end_all, pause=0.01):
            workers = send_all(world)
    assert workers.refused > 0
    every_ballot_counted_once(world)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_the_server_is_restarted_all_the_while(
    world: World, on_postgres: Server, how: signal.Signals
) -> None:
    """SIGQUIT is as a power cut for it: it recovers from its log."""

    def restart() -> None:
        on_postgres.stop(how)
        time.sleep(0.05)
        on_postgres.start()

    with all_the_while(restart, pause=0.1):
        workers = send_all(world)
    assert workers.refused > 0
    every_ballot_counted_once(world)


@contextmanager
def away(server: Server) -> Iterator[None]:
    """No server for a while."""
    server.stop()
    try:
        yield
    finally:
        server.start()


def fields(soup: BeautifulSoup) -> dict[str, str]:
    """What stands in the text fields of a form."""
    tags = soup.select("input[type=text], input[type=hidden]")
    return {tag["name"]: tag.get("value", "") for tag in tags}


@pytest.fixture
def visitor(
    on_postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    """A worker's, in front of an open wave on the server."""
    monkeypatch.setattr("survey.intake.known.FRESH", 0)  # no page is saved by having just been seen
    app = create_app(config_in(tmp_path))
    services: Services = app.extensions["survey"]
    wave = NewWave("fall", EXAMPLE, "c", "C", access="open")
    create_wave(services.engine, services.config, wave)
    yield app.test_client()
    services.engine.dispose()


def page_says_try_again_and_then_works(
    visitor: FlaskClient, server: Server, seconds: float
) -> None:
    services: Services = visitor.application.extensions["survey"]
    data = fields(check_page(visitor.get("/s/fall"))) | {"pay": "23.50"}
    with away(server):
        sent = visitor.post("/s/fall", data=data)
        assert sent.headers["Retry-After"]
        soup = check_page(sent, 503)
        assert "Nothing was counted" in text(soup.select_one(".error-summary"))
        assert fields(soup) == data
        check_page(visitor.get("/s/fall"))  # whoever comes now may already answer
        check_page(visitor.get("/s/other"), 503)
        assert visitor.get("/healthz").status_code == 503
        time.sleep(seconds)
        assert visitor.post("/s/fall", data=data).status_code == 503
    assert visitor.post("/s/fall", data=data).status_code == 303
    assert visitor.post("/s/fall", data=data).status_code == 303
    assert visitor.get("/healthz").status_code == 200
    wave = find_wave(services.engine, "fall")
    assert wave is not None
    assert close_box(services.engine, services.config, wave, "2026-11").responses == 1


def test_the_page_says_try_again_while_the_server_is_away_and_then_works(
    visitor: FlaskClient, on_postgres: Server
) -> None:
    page_says_try_again_and_then_works(visitor, on_postgres, seconds=1)


@pytest.mark.long
def test_the_server_is_away_for_a_minute(visitor: FlaskClient, on_postgres: Server) -> None:
    page_says_try_again_and_then_works(visitor, on_postgres, seconds=60)


@pytest.mark.long
def test_the_server_is_away_for_a_minute_while_many_answer(
    world: World, on_postgres: Server
) -> None:
    def go_and_come() -> None:
        with away(on_postgres):
            time.sleep(60)

    with ThreadPoolExecutor(1) as pool:
        gone = pool.submit(go_and_come)
        workers = send_all(world)
        gone.result()
    assert workers.refused > 100
    every_ballot_counted_once(world)
