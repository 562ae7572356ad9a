"""Statements travel together to PostgreSQL, and it makes no difference but to the time it takes."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Thread

import pytest
from boxkit import ballot, engine_in, make_world
from sqlalchemy import Connection, Engine, bindparam, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bench.postgres import Server
from survey.box.fold import Outcome
from survey.box.state import FLUSH
from survey.store import pipeline as room
from survey.store import tables
from survey.store.engine import reading
from survey.store.pipeline import Pipeline
from survey.store.prepared import Given, Prepared

ADD = Prepared(insert(tables.campaign).values(slug=bindparam("a_slug"), name=bindparam("a_name")))
SLUGS = Prepared(select(tables.campaign.c.slug).order_by(tables.campaign.c.slug))
ECHO = Prepared(text("SELECT CAST(:blob AS bytea), CAST(:word AS text), CAST(:number AS integer)"))
COUNT = text("SELECT count(*) FROM campaign")


@pytest.fixture
def engine(on_postgres: Server, tmp_path: Path) -> Iterator[Engine]:
    made = engine_in(tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def journeys(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What went together, each time."""
    found: list[list[str]] = []
    exchange = Pipeline._exchange

    def count(self: Pipeline, waiting: Sequence[tuple[str, Given]]) -> object:
        found.append([text.split()[0] for text, _ in waiting])
        return exchange(self, list(waiting))

    monkeypatch.setattr(Pipeline, "_exchange", count)
    return found


def add(connection: Connection, *slugs: str) -> None:
    for slug in slugs:
        ADD.run(connection, {"a_slug": slug, "a_name": "Its name"})


def slugs(connection: Connection) -> list[str]:
    return [slug for (slug,) in SLUGS.rows(connection, {})]


def test_a_fold_makes_three_journeys(
    on_postgres: Server, tmp_path: Path, journeys: list[list[str]]
) -> None:
    world = make_world(tmp_path)
    folder = world.folder()
    assert folder.fold(world.cells({}), ballot(0)) is Outcome.COUNTED
    journeys.clear()
    assert folder.fold(world.cells({}), ballot(1)) is Outcome.COUNTED
    assert journeys == [
        ["BEGIN", "SELECT", "SELECT"],  # the lock, and the row
        ["SELECT"],  # whose ballots were counted before
        ["INSERT", "UPDATE", "COMMIT"],
    ]


def test_hashes_leave_the_box_in_few_statements(
    on_postgres: Server, tmp_path: Path, journeys: list[list[str]]
) -> None:
    world = make_world(tmp_path)
    folder = world.folder()
    for number in range(FLUSH):
        journeys.clear()
        assert folder.fold(world.cells({}), ballot(number)) is Outcome.COUNTED
    of_hashes = ["INSERT"] * len([16, 8, 1])
    assert journeys[-1] == ["INSERT", *of_hashes, "UPDATE", "COMMIT"]
    with world.engine.connect() as connection:
        left = connection.execute(select(tables.spent.c.hash)).scalars().all()
    assert sorted(left) == sorted(ballot(number).form for number in range(FLUSH))


def test_rows_see_what_was_put_before_them(engine: Engine) -> None:
    with engine.connect() as connection:
        add(connection, "b", "a")
        assert slugs(connection) == ["a", "b"]


def test_so_does_a_statement_of_sqlalchemys(engine: Engine) -> None:
    with engine.connect() as connection:
        add(connection, "a")
        assert connection.scalar(COUNT) == 1
        add(connection, "b")
        assert connection.execute(COUNT).scalar() == 2


def test_the_commit_takes_along_what_waits(engine: Engine, journeys: list[list[str]]) -> None:
    with engine.connect() as connection:
        add(connection, "a")
        assert journeys == []
        connection.commit()
    assert journeys == [["BEGIN", "SELECT", "INSERT", "COMMIT"]]
    with reading(engine) as connection:
        assert slugs(connection) == ["a"]


def test_what_waits_is_gone_with_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        add(connection, "a")
        connection.rollback()
        add(connection, "b")
        connection.commit()
        add(connection, "c")
    with reading(engine) as connection:
        assert slugs(connection) == ["b"]


def test_a_transaction_that_is_begun_by_hand_has_its_lock_at_once(
    engine: Engine, journeys: list[list[str]]
) -> None:
    with engine.begin():
        assert journeys == [["BEGIN", "SELECT"]]


def test_the_first_error_is_told_and_nothing_after_it_is_done(engine: Engine) -> None:
    with engine.connect() as connection:
        add(connection, "a", "a", "b")
        with pytest.raises(IntegrityError) as caught:
            connection.commit()
        assert not caught.value.connection_invalidated
        connection.rollback()
        assert slugs(connection) == []
        add(connection, "a")  # prepared in vain a moment ago
        connection.commit()
        assert slugs(connection) == ["a"]


def test_an_error_says_no_value(engine: Engine) -> None:
    with engine.connect() as connection:
        add(connection, "secret", "secret")
        with pytest.raises(IntegrityError) as caught:
            SLUGS.rows(connection, {})
    assert caught.value.params is None


def test_values_of_every_kind_come_back_as_they_were(engine: Engine) -> None:
    # More than a socket takes at once, so that it is sent in parts.
    given = {"blob": bytes(range(256)) * 40_000, "word": "a 'word' % é", "number": -70_000}
    with reading(engine) as connection:
        assert ECHO.rows(connection, given) == [(given["blob"], given["word"], given["number"])]


def test_other_threads_go_on_while_one_waits_for_the_lock(engine: Engine) -> None:
    def second() -> None:
        with engine.connect() as connection:
            add(connection, "b")
            connection.commit()

    with engine.connect() as connection:
        add(connection, "a")
        assert slugs(connection) == ["a"]
        thread = Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        connection.commit()
        thread.join()
        assert slugs(connection) == ["a", "b"]


@pytest.mark.parametrize("ends", [slugs, Connection.commit])
def test_a_connection_that_is_ended_is_said_to_be_lost(
    engine: Engine, on_postgres: Server, ends: Callable[[Connection], object]
) -> None:
    with engine.connect() as connection:
        assert slugs(connection) == []
        pid = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
        on_postgres.command(f"SELECT pg_terminate_backend({pid}, 5000)")
        add(connection, "a")
        with pytest.raises(OperationalError) as caught:
            ends(connection)
        assert caught.value.connection_invalidated
    with reading(engine) as connection:
        assert slugs(connection) == []


def test_a_connection_that_nobody_knows_the_state_of_is_not_used_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_connection: object) -> None:
        raise KeyboardInterrupt

    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        with monkeypatch.context() as patch:
            patch.setattr(room, "_results", interrupted)
            with pytest.raises(KeyboardInterrupt):
                slugs(connection)
        assert driver.closed  # type: ignore[union-attr]
        with pytest.raises(DBAPIError):
            slugs(connection)
    with reading(engine) as connection:
        assert slugs(connection) == []


def test_rollbacks_leave_no_heap_of_statements_on_the_server(engine: Engine) -> None:
    with engine.connect() as connection:
        for _ in range(20):
            slugs(connection)
            connection.rollback()
        prepared = text("SELECT count(*) FROM pg_prepared_statements")
        assert connection.scalar(prepared) == len(["BEGIN", "the lock", "SLUGS"])
