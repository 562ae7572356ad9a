"""Statements to PostgreSQL in as few journeys as can be: libpq's pipeline mode, through psycopg.

Whoever sends something waits for a turn of the server on the processor, and then for one of its
own: on a busy machine a journey takes longer than what it asks for. So a statement without rows
waits, and travels with the next that has some, or with the COMMIT. The server prepares each text
once, and psycopg's cursors, which cost more than the journey, are not used.

https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from survey.store.prepared import Given

_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Pipeline:
    """The way to one connection of the driver, and what it has not been told yet."""

    # SQLAlchemy gives it no types.
    dialect: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._waiting: list[tuple[str, Given]] = []
        self._names: dict[str, bytes] = {}
        self._prepared = 0
        self.held = False
        """Whether what begins a transaction waits, too."""

    def put(self, text: str, given: Given = ()) -> None:
        """Have it wait for `send`."""
        self._waiting.append((text, given))

    def rows(self, text: str, given: Given) -> list[tuple[Any, ...]]:
        """All rows that it returns, after all that waited."""
        self.put(text, given)
        result = self.send()
        if result is None:
            return []
        reader = Transformer.from_context(self._driver)
        reader.set_pgresult(result)
        return reader.load_rows(0, result.ntuples, tuple)

    def send(self) -> PGresult | None:
        """All that waits, in one journey; the last one's result, or None where nothing waited.

        Raises psycopg.Error for the first that failed: those after it were not run.
        """
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return None
        try:
            results = self._exchange(waiting)
        except BaseException:
            self._driver.close()  # nobody knows what it has been told
            raise
        for result in results:
            if result.status not in _DONE:
                for text, _ in waiting:  # it may not have come to where they were to be prepared
                    self._names.pop(text, None)
                raise error_from_result(result)
        return results[-1]

    def finish(self, text: str) -> None:
        """Send what waits, if anything does, and this COMMIT after it.

        Raises as `send`; then too the transaction is over, as after any COMMIT.
        """
        if not self._waiting:
            return
        self.put(text)
        try:
            self.send()
        except psycopg.Error:
            with suppress(psycopg.Error):
                self._driver.rollback()
            raise

    def forget(self) -> None:
        """Drop what waits: its transaction is over."""
        self._waiting.clear()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Within it, what begins a transaction waits for the first statement."""
        self.held = True
        try:
            yield
        finally:
            self.held = False

    def _exchange(self, waiting: list[tuple[str, Given]]) -> list[PGresult]:
        connection = self._driver.pgconn
        connection.enter_pipeline_mode()
        for text, given in waiting:
            if text not in self._names:
                self._prepared += 1
                self._names[text] = b"survey_%d" % self._prepared
                connection.send_prepare(self._names[text], text.encode())
            _say(connection, self._names[text], given)
        connection.pipeline_sync()
        results = _results(connection)
        connection.exit_pipeline_mode()
        return results


def _say(connection: PGconn, name: bytes, given: Given) -> None:
    """Bytes as they are, all else as text: the statement says of which type it is."""
    written = [each if isinstance(each, bytes) else str(each).encode() for each in given]
    formats = [Format.BINARY if isinstance(each, bytes) else Format.TEXT for each in given]
    connection.send_query_prepared(name, written, formats, Format.BINARY)


def _results(connection: PGconn) -> list[PGresult]:
    """One for each that was sent; other threads go on meanwhile."""
    found: list[PGresult] = []
    while True:
        _wait(connection)
        result = connection.get_result()
        if result is None:  # the end of one statement's results
            if connection.status == ConnStatus.BAD:
                raise psycopg.OperationalError(connection.get_error_message())
        elif result.status == ExecStatus.PIPELINE_SYNC:
            return found
        else:
            found.append(result)


def _wait(connection: PGconn) -> None:
    """Until there is a result to get."""
    door = select.poll()
    door.register(connection.socket, select.POLLIN | select.POLLOUT)
    while connection.flush():
        door.poll()
        connection.consume_input()
    door.modify(connection.socket, select.POLLIN)
    while connection.is_busy():
        door.poll()
        connection.consume_input()
