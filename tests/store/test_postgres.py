"""PostgreSQL: durable and silent, or refused; one writer at a time; and it may go away."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from boxkit import config_in
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bench.postgres import OWNER, Server
from survey.store import postgres as room
from survey.store.demanded import ASKED, problem
from survey.store.engine import StoreError, make_engine, reading
from survey.store.migrate import upgrade
from survey.store.pipeline import Pipeline
from survey.store.prepared import way_of

SOUND = dict.fromkeys(ASKED) | {
    "transaction_read_only": "off",
    "track_commit_timestamp": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "-1",
}


@pytest.fixture
def engine(on_postgres: Server, tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(config_in(tmp_path).database_url)
    yield made
    made.dispose()


@pytest.fixture
def database(engine: Engine) -> str:
    return str(engine.url.database)


def value(engine: Engine, query: str) -> object:
    with reading(engine) as connection:
        return connection.execute(text(query)).scalar_one()


@contextmanager
def server_setting(server: Server, name: str, setting: str) -> Iterator[None]:
    """The whole server runs with it for a while."""
    server.command(f"ALTER SYSTEM SET {name} = {setting}")
    server.command("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        server.command(f"ALTER SYSTEM RESET {name}")
        server.command("SELECT pg_reload_conf()")


def test_a_sound_server_is_taken() -> None:
    assert problem(SOUND) is None
    assert problem(SOUND | {"log_statement": "ddl", "synchronous_commit": "remote_apply"}) is None
    assert problem(SOUND | {"log_statement": "all", "log_parameter_max_length": "0"}) is None
    quiet = {"auto_explain.log_min_duration": "-1", "pgaudit.log_parameter": "off"}
    assert problem(SOUND | quiet) is None


@pytest.mark.parametrize(
    ("name", "setting", "says"),
    [
        ("transaction_read_only", "on", "takes no writes"),
        ("fsync", "off", "could lose answers: set fsync = on"),
        ("full_page_writes", "off", "could lose answers"),
        ("synchronous_commit", "off", "could lose answers"),
        ("synchronous_commit", "local", "could lose answers"),
        ("track_commit_timestamp", "on", "tells when each answer came"),
        ("log_statement", "mod", "logs statements with their values .log_statement = mod."),
        ("log_min_duration_statement", "1s", "with their values .log_min_duration_statement = 1s."),
        ("log_min_duration_sample", "0", "SET log_parameter_max_length = 0"),
        ("log_transaction_sample_rate", "0.1", "with their values"),
        ("auto_explain.log_min_duration", "0", "SET auto_explain.log_parameter_max_length = 0"),
        ("pgaudit.log_parameter", "on", "with their values"),
    ],
)
def test_a_server_that_loses_or_tells_is_refused(name: str, setting: str, says: str) -> None:
    found = problem(SOUND | {name: setting})
    assert found is not None
    assert found.count(". ") == 0
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(found)


def test_every_connection_is_durable_whatever_the_role_is_set_to(
    engine: Engine, on_postgres: Server, database: str
) -> None:
    on_postgres.command(f"ALTER ROLE {OWNER} IN DATABASE {database} SET synchronous_commit = off")
    assert value(engine, "SHOW synchronous_commit") == "on"
    assert value(engine, "SHOW fsync") == "on"


def test_a_server_that_could_lose_answers_is_refused(engine: Engine, on_postgres: Server) -> None:
    with (
        server_setting(on_postgres, "full_page_writes", "off"),
        pytest.raises(StoreError, match="runs with full_page_writes = off"),
        engine.connect(),
    ):
        pass
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_database_that_logs_values_is_refused(
    engine: Engine, on_postgres: Server, database: str
) -> None:
    on_postgres.command(f"ALTER DATABASE {database} SET log_statement = 'all'")
    with pytest.raises(StoreError, match="logs statements with their values"), engine.connect():
        pass
    on_postgres.command(f"ALTER DATABASE {database} SET log_parameter_max_length = 0")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_no_value_reaches_the_servers_log(
    on_postgres: Server, engine: Engine, database: str
) -> None:
    """Not even of a statement that fails, which servers log by default, some with its values."""
    on_postgres.command(f"ALTER DATABASE {database} SET log_parameter_max_length_on_error = -1")
    values = {"wave_id": 77, "hash": b"marker" + bytes(26)}
    log = on_postgres.folder / "log"
    before = log.stat().st_size
    with server_setting(on_postgres, "log_min_messages", "warning"):
        insert = text("INSERT INTO spent VALUES (:wave_id, :hash)")
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(insert, values)
        with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
            connection.execute(text("SELECT 1 / (:n - 77)"), {"n": 77})
    written = log.read_bytes()[before:]
    assert b"division by zero" in written
    assert b"marker" not in written
    assert b"6d61726b6572" not in written  # in hexadecimal
    assert "77}" not in str(caught.value)


@pytest.mark.parametrize("whose", ["DATABASE {}", f"ROLE {OWNER} IN DATABASE {{}}"])
def test_no_connection_lets_values_of_failed_statements_be_logged(
    engine: Engine, on_postgres: Server, database: str, whose: str
) -> None:
    """Whatever database or role are set to: the server would write them down beside the time."""
    show = "SELECT current_setting('log_parameter_max_length_on_error')"
    on_postgres.command(
        f"ALTER {whose.format(database)} SET log_parameter_max_length_on_error = -1"
    )
    with psycopg.connect(host=str(on_postgres.folder), user=OWNER, dbname=database) as other:
        assert other.execute(show.encode()).fetchone() == ("-1",)
    assert value(engine, show) == "0"


def test_one_writer_at_a_time_from_its_beginning(engine: Engine) -> None:
    order: list[str] = []

    def second() -> None:
        with engine.begin() as connection:
            order.append("second")
            connection.execute(text("SELECT 1"))

    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))
        thread = Thread(target=second)
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_writer_sees_what_was_committed_while_it_waited(engine: Engine) -> None:
    seen: list[object] = []

    def second() -> None:
        with engine.begin() as connection:
            seen.append(connection.scalar(text("SELECT count(*) FROM campaign")))

    with engine.begin() as connection:
        connection.execute(text("INSERT INTO campaign (slug, name) VALUES ('c', 'C')"))
        thread = Thread(target=second)
        thread.start()
        thread.join(0.2)
        assert seen == []
    thread.join()
    assert seen == [1]


def test_a_transaction_begins_as_often_as_wanted(engine: Engine) -> None:
    """Each text is prepared once on a connection, and told again by name."""
    for number in range(12):
        with engine.begin() as connection:
            assert connection.scalar(text("SELECT :n + 0"), {"n": number}) == number


def test_blobs_of_a_fold_come_as_bytes_and_not_as_digits(engine: Engine) -> None:
    with reading(engine) as connection:
        way = way_of(connection)
        assert isinstance(way, Pipeline)
        way.put("SELECT $1::bytea", [bytes(range(256))])
        result = way.send()
        assert result is not None
        assert result.get_value(0, 0) == bytes(range(256))


def test_readers_do_not_wait_and_see_one_moment(engine: Engine) -> None:
    count = text("SELECT count(*) FROM campaign")
    with engine.begin() as writer, reading(engine) as reader:
        writer.execute(text("INSERT INTO campaign (slug, name) VALUES ('c', 'C')"))
        assert reader.scalar(count) == 0
        writer.commit()
        assert reader.scalar(count) == 0
    assert value(engine, count.text) == 1


def test_a_reader_writes_nothing(engine: Engine) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"), reading(engine) as reader:
        reader.execute(text("DELETE FROM campaign"))


def test_who_waits_too_long_for_the_lock_is_told(engine: Engine) -> None:
    with engine.begin() as first, engine.connect().execution_options(begin=None) as second:
        first.execute(text("SELECT 1"))
        second.exec_driver_sql("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            second.exec_driver_sql(room._TAKE_LOCK)
        second.invalidate()


def test_the_lock_of_a_host_that_is_gone_is_freed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said nothing for IDLE_SECONDS, which is less than others wait."""
    assert room.IDLE_SECONDS < room.LOCK_SECONDS
    begin, take_lock = room._BEGIN["write"]
    soon = take_lock.replace(f"'{room.IDLE_SECONDS}s'", "'200ms'")
    monkeypatch.setitem(room._BEGIN, "write", (begin, soon))
    gone = engine.connect()
    gone.execute(text("SELECT 1"))
    with engine.begin() as other:
        assert other.scalar(text("SELECT 1")) == 1
    with pytest.raises(DBAPIError, match="idle-in-transaction"):
        gone.execute(text("SELECT 1"))
    gone.close()


def test_connections_that_the_server_ended_are_not_used_again(
    engine: Engine, on_postgres: Server, database: str
) -> None:
    several = [engine.connect() for _ in range(4)]
    for connection in several:
        connection.execute(text("SELECT 1"))
        connection.close()
    on_postgres.command(
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'"
    )
    assert [value(engine, "SELECT 1") for _ in range(6)] == [1] * 6


def test_a_server_that_is_not_there_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    engine = make_engine(f"postgresql://survey:secret@/survey?host={tmp_path}")
    with pytest.raises(StoreError, match="cannot be used") as caught:
        upgrade(engine)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_role_that_may_not_make_tables_is_one_sentence(on_postgres: Server) -> None:
    on_postgres.make_database("anothers")
    on_postgres.command("ALTER DATABASE anothers OWNER TO postgres")
    try:
        with pytest.raises(StoreError, match="permission denied"):
            upgrade(make_engine(on_postgres.url("anothers")))
    finally:
        on_postgres.drop_database("anothers")


def test_nothing_is_said_of_the_password(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = engine.url.set(password="secret").render_as_string(hide_password=False)
    with make_engine(url).connect() as connection:
        connection.execute(text("SELECT 1"))
    assert "secret" not in caplog.text
