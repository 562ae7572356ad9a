"""Bring a database to the tables of this version, or back. Imports nothing of ours but the room."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from survey.store.errors import StoreError

FOLDER = Path(__file__).with_name("migrations")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Make what is missing. Runs in one transaction, so two servers may start at once.

    Raises StoreError where the database does not answer, or does not let us.
    """
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection), revision)
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        raise StoreError(f"The database cannot be used: {said}.") from error


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base" drops every table). Data of dropped tables is gone."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
