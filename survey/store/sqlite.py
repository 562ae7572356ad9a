"""The engine on SQLite: one file on a local disk. Imports nothing of ours but the room's own."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from survey.store.errors import StoreError
from survey.store.prepared import Cursors, in_sqlalchemys_words, set_way, way_of

BUSY_SECONDS = 10
"""How long a transaction waits for another one's write lock."""

_PRAGMAS: tuple[tuple[str, str, str | int], ...] = (
    # Name, what to set, what it must then read back as.
    ("busy_timeout", str(BUSY_SECONDS * 1000), BUSY_SECONDS * 1000),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),  # an acknowledged answer survives a power cut
    ("foreign_keys", "ON", 1),
    ("secure_delete", "ON", 1),  # deleted hashes are overwritten with zeros
)
_BEGIN = {"write": "BEGIN IMMEDIATE", "read": "BEGIN DEFERRED"}


def sqlite_engine(url: URL) -> Engine:
    """An engine on a file. Raises StoreError."""
    if url.database in (None, "", ":memory:"):
        raise StoreError(
            "SURVEY_DATABASE_URL names a database in memory, which loses every answer: give a file."
        )
    _make_private_file(Path(str(url.database)))
    engine = create_engine(url, pool_size=16, max_overflow=48, hide_parameters=True)
    event.listen(engine, "connect", _make_durable)
    event.listen(engine, "begin", _begin)
    return engine


def empty_log(engine: Engine) -> None:
    """Empty the write-ahead log, which still holds deleted rows; somebody at work may keep it."""
    with suppress(OperationalError), engine.connect().execution_options(begin=None) as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _make_private_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"The database {path} cannot be opened: {error.strerror}.") from error


def _make_durable(connection: Any, record: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin late and DEFERRED, so that two readers who both go on to
    # write would fail: it begins none, and `_begin` does.
    connection.isolation_level = None
    set_way(record.info, Cursors(connection, SQLiteDialect_pysqlite()))
    for name, value, expected in _PRAGMAS:
        connection.execute(f"PRAGMA {name}={value}")
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != expected:
            raise StoreError(
                f"The database refuses the setting {name}={value} (it stays {found}), without "
                "which answers could be lost: put SURVEY_DATA on a local disk."
            )


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "write")
    if mode is not None:
        try:
            way_of(connection).put(_BEGIN[mode])
        except connection.dialect.loaded_dbapi.Error as error:
            raise in_sqlalchemys_words(connection, _BEGIN[mode], error) from error
