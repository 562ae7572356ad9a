"""The database is durable, private, and its transactions do not deadlock."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from survey.store.engine import StoreError, make_engine, reading


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return make_engine(f"sqlite:///{tmp_path}/data/survey.db")


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_every_connection_is_durable(engine: Engine, pragma: str, value: object) -> None:
    with engine.connect() as one, engine.connect().execution_options(begin="read") as two:
        assert one.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        assert two.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_file_and_folder_are_private(engine: Engine, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE t (x)"))
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "data").iterdir()}
    assert set(modes.values()) == {0o600}
    assert "survey.db-wal" in modes


def test_a_transaction_takes_the_write_lock_at_its_beginning(engine: Engine) -> None:
    with engine.begin(), engine.connect().execution_options(begin="read") as second:
        second.exec_driver_sql("SELECT 1")
        second.rollback()
        raw = second.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA busy_timeout=1")
        with pytest.raises(Exception, match="locked"):
            raw.execute("BEGIN IMMEDIATE")
        second.invalidate()


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
    with engine.begin() as writer:
        writer.execute(text("INSERT INTO t VALUES (1)"))
        with reading(engine) as reader:
            assert reader.execute(text("SELECT count(*) FROM t")).scalar() == 0


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    def write() -> None:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE t (x)"))
            connection.execute(text("SELECT * FROM missing"))

    with pytest.raises(OperationalError):
        write()
    with reading(engine) as reader:
        assert reader.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="loses every answer"):
        make_engine(url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://u:secret@localhost/survey", "names 'mysql', but answers are stored in SQLite or"),
        ("postgresql+psycopg2://u:secret@localhost/survey", "names the driver 'psycopg2'"),
        ("survey:secret", "is not a database URL"),
        ("", "is not a database URL"),
    ],
)
def test_another_database_is_refused_in_a_sentence(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        make_engine(url)
    assert "secret" not in str(caught.value)


def test_a_folder_that_is_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        make_engine(f"sqlite:///{tmp_path}/data/survey.db")
