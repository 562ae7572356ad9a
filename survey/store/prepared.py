"""Statements on the write path: SQLAlchemy writes them once, the driver runs them.

A fold runs a handful of them, and SQLAlchemy's way to each, with its look-ups, events and rows,
takes longer than the database does. Everything else goes through `Connection.execute`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

Values = Mapping[str, object]
_CURSOR: dict[str, dict[str, bool]] = {"postgresql": {"binary": True}}
"""As text each byte of a blob comes as two digits: to read one of 80 KB took five times as long."""


class Prepared:
    """One statement, whose parameters are all `bindparam`s of plain types: int, str or bytes.

    It is run in the connection's transaction. Each way to run it raises DBAPIError, as
    `Connection.execute` does.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._written: dict[str, tuple[str, tuple[str, ...] | None]] = {}
        """Per dialect: the text, and the order of its parameters where they have no names."""

    def run(self, connection: Connection, values: Values) -> None:
        """Once."""
        text, order = self._begun(connection)
        by_driver(connection, text, _given(values, order))

    def run_each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Once for each of these."""
        text, order = self._begun(connection)
        with _told(connection, text):
            connection.connection.cursor().executemany(text, [_given(v, order) for v in rows])

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """All rows that it returns."""
        text, order = self._begun(connection)
        with _told(connection, text):
            found: list[tuple[Any, ...]] = _run(connection, text, _given(values, order)).fetchall()
        return found

    def _begun(self, connection: Connection) -> tuple[str, tuple[str, ...] | None]:
        """What to run, in a transaction that has begun."""
        if not connection.in_transaction():
            connection.begin()
        name = connection.dialect.name
        if name not in self._written:
            compiled = self._statement.compile(dialect=connection.dialect)
            order = getattr(compiled, "positiontup", None)
            self._written[name] = str(compiled), None if order is None else tuple(order)
        return self._written[name]


def by_driver(connection: Connection, text: str, given: Any = ()) -> None:
    """Run it on a new cursor of the driver. Raises DBAPIError."""
    with _told(connection, text):
        _run(connection, text, given)


def _run(connection: Connection, text: str, given: Any) -> Any:
    cursor = connection.connection.cursor(**_CURSOR.get(connection.dialect.name, {}))
    cursor.execute(text, given)
    return cursor


def _given(values: Values, order: tuple[str, ...] | None) -> Any:
    return values if order is None else tuple(values[name] for name in order)


@contextmanager
def _told(connection: Connection, text: str) -> Iterator[None]:
    """The driver's errors, of running or of reading, in SQLAlchemy's words and without values."""
    dialect = connection.dialect
    try:
        yield
    except dialect.loaded_dbapi.Error as error:
        raw: Any = connection.connection.dbapi_connection
        lost = dialect.is_disconnect(error, raw, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            text,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error
