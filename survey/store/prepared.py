"""Statements on the write path: SQLAlchemy writes them once, the driver runs them.

A fold runs a handful of them, and SQLAlchemy's way to each, with its look-ups, events and rows,
takes longer than the database does. Everything else goes through `Connection.execute`.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, cast

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql import ClauseElement

Values = Mapping[str, object]
Given = Sequence[object]
"""Values in the order in which a statement names them."""


class Way(Protocol):
    """How one connection of a driver is told something; each raises the driver's errors."""

    dialect: Dialect
    """Writes a statement with numbered or unnamed parameters."""

    def put(self, text: str, given: Given = ()) -> None:
        """Run it: now, or at the latest with the next that has rows, or with the commit."""

    def rows(self, text: str, given: Given) -> list[tuple[Any, ...]]:
        """All rows that it returns."""

    def together(self) -> AbstractContextManager[None]:
        """Within it, what begins a transaction may wait for the first statement."""


class Cursors:
    """The way of any driver: a cursor for each statement, at once."""

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self._driver = driver
        self.dialect = dialect

    def put(self, text: str, given: Given = ()) -> None:
        """Now."""
        self._driver.execute(text, given)

    def rows(self, text: str, given: Given) -> list[tuple[Any, ...]]:
        """All rows that it returns."""
        found: list[tuple[Any, ...]] = self._driver.execute(text, given).fetchall()
        return found

    def together(self) -> AbstractContextManager[None]:
        """It makes no difference."""
        return nullcontext()


def set_way(info: dict[Any, Any], way: Way) -> None:
    """For a connection that was just made, whose record has that `info`."""
    info[_WAY] = way


def way_of(connection: Connection) -> Way:
    """The way to the driver's connection under this one."""
    return cast("Way", connection.info[_WAY])


_WAY = "survey.way"


class Prepared:
    """One statement, whose parameters are all `bindparam`s of plain types: int, str or bytes.

    It is run in the connection's transaction. Each way to run it raises DBAPIError, as
    `Connection.execute` does; on a server that may be for one that `run` put on its way before.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._written: dict[str, tuple[str, tuple[str, ...]]] = {}
        """Per dialect: the text, and the order of its parameters."""

    def run(self, connection: Connection, values: Values) -> None:
        """Once; an error may also be said by the next `rows`, or by the commit."""
        way, text, order = self._begun(connection)
        try:
            way.put(text, [values[name] for name in order])
        except connection.dialect.loaded_dbapi.Error as error:
            raise in_sqlalchemys_words(connection, text, error) from error

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """All rows that it returns."""
        way, text, order = self._begun(connection)
        try:
            return way.rows(text, [values[name] for name in order])
        except connection.dialect.loaded_dbapi.Error as error:
            raise in_sqlalchemys_words(connection, text, error) from error

    def _begun(self, connection: Connection) -> tuple[Way, str, tuple[str, ...]]:
        """What to run and how, in a transaction that has begun."""
        way = way_of(connection)
        if not connection.in_transaction():
            with way.together():
                connection.begin()
        name = connection.dialect.name
        if name not in self._written:
            compiled: Any = self._statement.compile(dialect=way.dialect)
            self._written[name] = str(compiled), tuple(compiled.positiontup)
        return way, *self._written[name]


def in_sqlalchemys_words(connection: Connection, text: str, error: Exception) -> StatementError:
    """What the driver said of running or reading that text, without values, to be raised instead.

    A lost connection is not used again.
    """
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
