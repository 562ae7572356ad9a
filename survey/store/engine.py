"""The database engine: durable, or refused. Imports nothing of ours but the room's own.

The same code runs on both engines, since both keep the same rules: a transaction that may write is
the only one of its kind from its first statement to its end; one that reads sees one moment, waits
for nobody and holds nobody up.
"""

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from survey.store.errors import StoreError
from survey.store.sqlite import empty_log, sqlite_engine

__all__ = ["StoreError", "make_engine", "reading", "shed_log"]


def make_engine(url: str) -> Engine:
    """An engine whose transactions take the write lock at BEGIN and are on disk at COMMIT.

    A new SQLite file gets mode 0600, its folder 0700; a PostgreSQL server is asked at the first
    connection only. An engine must not cross a fork: make one per process. Raises StoreError where
    the database cannot be opened or is not durable.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(  # without the text, which may hold a password
            "SURVEY_DATABASE_URL is not a database URL: write sqlite:////path/survey.db or "
            "postgresql://user@host/survey."
        ) from error
    match parsed.get_backend_name():
        case "sqlite":
            return sqlite_engine(parsed)
        case "postgresql":
            from survey.store.postgres import postgres_engine  # late: its driver is not needed else

            return postgres_engine(parsed)
        case other:
            raise StoreError(
                f"SURVEY_DATABASE_URL names '{other}', but answers are stored in SQLite or "
                "PostgreSQL only: write sqlite:////path/survey.db or postgresql://user@host/survey."
            )


def reading(engine: Engine) -> Connection:
    """A connection for transactions that only read: they never wait for a fold, nor hold one up.

    Every other transaction takes the write lock when it begins.
    """
    return engine.connect().execution_options(begin="read")


def shed_log(engine: Engine) -> None:
    """Get deleted rows out of the files: call it after rows of a wave were deleted.

    On SQLite they are overwritten at once, and this empties the log. On PostgreSQL it writes the
    tables anew; what its write-ahead log keeps, and for how long, is up to that server.
    """
    if engine.dialect.name == "sqlite":
        empty_log(engine)
    else:
        from survey.store.postgres import vacuum

        vacuum(engine)
