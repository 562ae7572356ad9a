"""The engine on PostgreSQL: a store that several hosts share. Imports nothing of ours but the room.

docs/decisions/0007 says why one lock is taken for all writing, and why it is needed at all.
"""

import select
from contextlib import suppress
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from survey.store.demanded import ASKED, problem
from survey.store.errors import StoreError
from survey.store.pipeline import Pipeline
from survey.store.prepared import in_sqlalchemys_words, set_way, way_of

LOCK = int.from_bytes(b"survey")
"""The advisory lock that a writing transaction holds from its first statement to its end."""
LOCK_SECONDS = 10
"""How long a writing transaction waits for another one."""
IDLE_SECONDS = 8
"""After so long without a statement the server ends a writing transaction: its host is gone.

Less than LOCK_SECONDS, so that whoever waits gets the lock after all.
"""
VACUUM_SECONDS = 2
"""How long writing a table anew waits for those who read it: folds wait behind it meanwhile."""
CONNECTION_SECONDS = 600
"""Age at which a connection is made anew, so that the server's settings are looked at anew."""

_TAKE_LOCK = (
    f"SELECT pg_advisory_xact_lock({LOCK}), "
    f"set_config('idle_in_transaction_session_timeout', '{IDLE_SECONDS}s', true)"
)
_BEGIN = {
    # Sent together; each statement sees all that was committed before it began.
    "write": ("BEGIN ISOLATION LEVEL READ COMMITTED", _TAKE_LOCK),
    "read": ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",),
}
_COMMIT_DURABLY = (  # remote_apply is stronger: the standby, too, has it by then
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') <> 'remote_apply'"
)
_SET = (
    _COMMIT_DURABLY,
    f"SET lock_timeout = '{LOCK_SECONDS}s'",
    "SET log_parameter_max_length_on_error = 0",
)
_ASK = "SELECT " + ", ".join(f"current_setting('{name}', true)" for name in ASKED)
_NETWORK = {
    # A server that is gone must be noticed within seconds, also in the middle of a statement.
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "application_name": "survey",
}
_EMPTIED = ("box", "seed", "code", "spent", "checkpoint", "next_checkpoint")


def postgres_engine(url: URL) -> Engine:
    """An engine on a server, which is not asked yet. Raises StoreError for another driver.

    Whenever a connection is made, StoreError is raised where the server's settings could lose an
    answer, or write down when it came.
    """
    if url.drivername not in ("postgresql", "postgresql+psycopg"):
        raise StoreError(
            f"SURVEY_DATABASE_URL names the driver '{url.get_driver_name()}', which this program "
            "does not bring along: write postgresql://user@host/survey."
        )
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=16,
        max_overflow=16,
        pool_timeout=LOCK_SECONDS,
        pool_recycle=CONNECTION_SECONDS,
        use_native_hstore=False,
        hide_parameters=True,
        connect_args={
            # What it prepares it may drop, all at once and ours with it.
            "prepare_threshold": None,
            **{k: v for k, v in _NETWORK.items() if k not in url.query},
        },
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _require_alive)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _send)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", _forget)
    return engine


def vacuum(engine: Engine) -> None:
    """Write the tables of boxes and ballots anew, without the rows that were deleted.

    Where somebody reads a table for long, dead rows only become free space: they are gone once
    that is used again, or the next time. A server that is gone is no error.
    """
    with (
        suppress(DBAPIError, StoreError),
        engine.connect().execution_options(begin=None) as connection,
    ):
        connection.exec_driver_sql(f"SET lock_timeout = '{VACUUM_SECONDS}s'")
        for table in _EMPTIED:
            try:
                connection.exec_driver_sql(f"VACUUM (FULL) {table}")
            except DBAPIError:
                connection.exec_driver_sql(f"VACUUM {table}")
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_SECONDS}s'")


def _prepare(connection: Any, record: ConnectionPoolEntry) -> None:
    # As on SQLite: the driver begins no transaction, `_begin` does.
    connection.autocommit = True
    set_way(record.info, Pipeline(connection))
    for statement in _SET:
        connection.execute(statement)
    found = connection.execute(_ASK).fetchone()
    wrong = problem(dict(zip(ASKED, found, strict=True)))
    if wrong is not None:
        connection.close()
        raise StoreError(wrong)


def _require_alive(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """An idle connection on which something arrived was ended: then all are made anew.

    That costs no round trip. What a dead network did not say is noticed at the next statement.
    A new connection is not looked at, for the pool gives up after a few.
    """
    if not record.info.get("used"):
        record.info["used"] = True
        return
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    if poll.poll(0):
        raise InvalidatePoolError("the server ended the connection")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "write")
    if mode is not None:
        for text in _BEGIN[mode]:
            _pipeline(connection).put(text)
        if not _pipeline(connection).held:
            _send(connection)


def _send(connection: Connection, *_statement: object) -> None:
    try:
        _pipeline(connection).send()
    except psycopg.Error as error:
        raise in_sqlalchemys_words(connection, "BEGIN", error) from error


def _commit(connection: Connection) -> None:
    try:
        _pipeline(connection).finish("COMMIT")
    except psycopg.Error as error:
        raise in_sqlalchemys_words(connection, "COMMIT", error) from error


def _forget(connection: Connection) -> None:
    if not connection.invalidated:  # else it is forgotten as a whole
        _pipeline(connection).forget()


def _pipeline(connection: Connection) -> Pipeline:
    return cast("Pipeline", way_of(connection))
