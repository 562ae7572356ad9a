"""doctor, backup, restore: looking after an installation."""

import sqlite3
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Engine, make_url

from survey.box.layout import BoxError
from survey.box.turnout import turnout
from survey.box.waves import key_file, list_waves
from survey.cli.base import Refused, open_store, plainly
from survey.config import Config

EMPTIED = ("box", "seed", "code", "spent")
"""Tables that a backup leaves out: nobody could open them, and nobody should keep them."""


@click.command()
@click.pass_obj
@plainly
def doctor(config: Config) -> None:
    """Look at folders, permissions, the database and every wave. Exit 1 if something is wrong."""
    engine = open_store(config)
    problems = [*_loose(config), *_waves(engine, config)]
    for problem in problems:
        click.echo(problem)
    click.echo(f"{len(problems)} problems found." if problems else "All is well.")
    if problems:
        sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
@plainly
def backup(config: Config, file: Path) -> None:
    """Copy the database to FILE: releases, accounts, demands. No answers of running waves."""
    engine = open_store(config)
    source = _sqlite_path(config)
    if file.exists():
        raise Refused(f"{file} exists already: choose another name.")
    file.touch(mode=0o600)
    with sqlite3.connect(source) as live, sqlite3.connect(file) as copy:
        live.backup(copy)
        for table in EMPTIED:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - our own four names
        copy.commit()
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("VACUUM")
    for connection in (live, copy):
        connection.close()
    click.echo(f"Wrote {file}")
    for wave in list_waves(engine):
        if wave.state != "published":
            click.echo(f"'{wave.slug}' is not published: this backup holds none of its answers.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.pass_obj
@plainly
def restore(config: Config, file: Path) -> None:
    """Put a backup into an empty data folder."""
    target = _sqlite_path(config)
    if target.exists():
        raise Refused(f"{target} exists already: restore into an empty SURVEY_DATA.")
    content = file.read_bytes()
    if not content.startswith(b"SQLite format 3\0"):
        raise Refused(f"{file} is not a backup: give a file that `backup` wrote.")
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.write_bytes(content)
    for wave in list_waves(open_store(config)):
        if wave.state != "published":
            click.echo(f"'{wave.slug}' ran when this backup was made: its answers are not in it.")
    click.echo(f"Restored {target}")


def _loose(config: Config) -> Iterator[str]:
    """Sentences about what others on this machine could read."""
    wanted = [config.data, config.private, config.state_keys, config.secret_file]
    if config.database_url.startswith("sqlite"):
        wanted.append(_sqlite_path(config))
    for path in wanted:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            kind = "700" if path.is_dir() else "600"
            yield f"{path} may be read by others: chmod {kind} {path}"


def _waves(engine: Engine, config: Config) -> Iterator[str]:
    for wave in list_waves(engine):
        if wave.state == "published":
            continue
        if wave.custody == "key-file" and not key_file(config, wave.slug).exists():
            yield f"'{wave.slug}': its key file is not in {config.private}; you need it to open."
        try:
            turnout(engine, config, wave)
        except BoxError as error:
            yield str(error)


def _sqlite_path(config: Config) -> Path:
    url = make_url(config.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Refused("The database is not SQLite: use the backup tools of its server.")
    return Path(url.database)
