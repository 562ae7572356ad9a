"""Bring a database to the tables of this version, or back. Imports nothing of ours but the room."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from survey.store.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).with_name("migrations")
HEAD = max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py"))[:4]
"""The newest revision: files are named after theirs."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Make what is missing. Runs in one transaction, so two servers may start at once.

    Raises StoreError where the database does not answer, or does not let us.
    """
    try:
        with engine.begin() as connection:
            if revision != "head" or _revision(connection) != HEAD:
                from alembic import command  # late: most starts find the tables as they should be

                command.upgrade(_config(connection), revision)
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        raise StoreError(f"The database cannot be used: {said}.") from error


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base" drops every table). Data of dropped tables is gone."""
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def _revision(connection: Connection) -> str | None:
    """What the database says of itself; None if it has no table yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
