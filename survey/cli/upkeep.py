"""doctor, backup, checkpoint, restore, restart-box: looking after an installation."""

import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from alembic.util import CommandError
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from survey.box.checkpoint import checkpoint, read_checkpoint
from survey.box.commit import open_state, read_row
from survey.box.errors import StateLost
from survey.box.layout import BoxError
from survey.box.model import Wave
from survey.box.restart import restart_box
from survey.box.waves import box_of, elsewhere, key_file, list_waves
from survey.cli.base import Refused, open_store, plainly, wanted_wave, wave_option
from survey.cli.opening import yes_option
from survey.config import Config
from survey.store.engine import StoreError, reading

EMPTIED = ("box", "seed", "code", "spent", "next_checkpoint")
"""Tables that a backup leaves out: nobody could open them, and nobody should keep them."""


@click.command()
@click.pass_obj
@plainly
def doctor(config: Config) -> None:
    """Look at folders, permissions, the database and every wave. Exit 1 if something is wrong."""
    engine = open_store(config)
    problems = [*_loose(config), *_waves(engine, config)]
    for sentence in _passed_on(engine, config):
        click.echo(sentence)
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
    """Copy the database to FILE: releases, accounts, demands. No answers of running waves.

    Where a wave allows checkpoints, its sealed totals of some time ago go along.
    """
    engine = open_store(config)
    source = _sqlite_path(config)
    if file.exists():
        raise Refused(f"{file} exists already: choose another name.")
    waves = [wave for wave in list_waves(engine) if wave.state != "published"]
    said = [_backed_up(engine, config, wave) for wave in waves]
    file.touch(mode=0o600)
    _copy_without(source, file)
    click.echo(f"Wrote {file}")
    for sentence in said:
        click.echo(sentence)


@click.command("checkpoint")
@click.pass_obj
@plainly
def move_on(config: Config) -> None:
    """Move checkpoints on, as `backup` does: before a database server's own backup tools run."""
    engine = open_store(config)
    waves = [wave for wave in list_waves(engine) if wave.state != "published"]
    for wave in waves:
        click.echo(_backed_up(engine, config, wave))


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
    with TemporaryDirectory(prefix=".restore-", dir=target.parent) as folder:
        draft = Path(folder) / target.name
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        said = _checked(config, draft, file)
        draft.rename(target)
    for sentence in said:
        click.echo(sentence)
    click.echo(f"Restored {target}")


@click.command("restart-box")
@wave_option
@yes_option
@click.pass_obj
@plainly
def restart(config: Config, slug: str | None, yes: bool) -> None:
    """Start a box anew whose state key is lost. Forms and codes can all be used again.

    Nobody can read what was in it. The survey's page then asks everybody to answer again.
    """
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    question = (
        f"Start the box of '{wave.slug}' anew? If the database is an old copy, put the right one "
        "back instead: its answers are lost for good after this."
    )
    if not yes and not click.confirm(question):
        raise Refused("Nothing was changed.")
    restart_box(engine, config, wave)
    if wave.state == "ready":
        click.echo(f"'{wave.slug}' has a new box. It takes answers once you run `start`.")
    else:
        click.echo(f"'{wave.slug}' takes answers anew. Tell everybody to answer again.")
    if wave.access == "codes":
        click.echo("Codes that were handed out work again, unless a backup was restored: then make")
        click.echo("new ones with `codes`.")


def _copy_without(source: Path, file: Path) -> None:
    """By way of memory, so that nothing which is left out was ever in the file."""
    live, copy = sqlite3.connect(source), sqlite3.connect(":memory:")
    try:
        live.backup(copy)
        for table in EMPTIED:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - our own five names
        copy.commit()
        copy.execute("VACUUM INTO ?", (str(file),))
    finally:
        live.close()
        copy.close()


def _backed_up(engine: Engine, config: Config, wave: Wave) -> str:
    """Move the wave's checkpoints on, and say what of its answers a backup holds."""
    more = ""
    if wave.checkpoints and (host := elsewhere(config, wave)):
        more = f" Its answers go to {host}: run `checkpoint` there."
    else:
        try:
            checkpoint(engine, config, wave)
        except StateLost as error:
            more = f" {error}"
    held = _in_checkpoint(engine, wave)
    what = f"{held} of its answers, sealed, as they were then" if held else "none of its answers"
    return f"'{wave.slug}' is not published: a backup holds {what}.{more}"


def _checked(config: Config, draft: Path, file: Path) -> list[str]:
    """Bring a copy of a backup up to date, and say what of its waves it holds. Raises Refused."""
    url = make_url(config.database_url).set(database=str(draft))
    try:
        with closing(sqlite3.connect(draft)) as copy:
            _require_whole(copy)
        engine = open_store(replace(config, database_url=url.render_as_string()))
        waves = [wave for wave in list_waves(engine) if wave.state != "published"]
        said = [_came_back(engine, wave) for wave in waves]
        engine.dispose()  # which puts what it wrote into the file itself
    except (sqlite3.Error, SQLAlchemyError, CommandError, StoreError) as error:
        raise Refused(
            f"{file} is damaged, or of a newer version than this one: give another backup."
        ) from error
    return said


def _require_whole(copy: sqlite3.Connection) -> None:
    """Raises sqlite3.DatabaseError where a page is damaged or the tables are not ours."""
    copy.execute("SELECT version_num FROM alembic_version").fetchone()
    if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("damaged")


def _came_back(engine: Engine, wave: Wave) -> str:
    held = _in_checkpoint(engine, wave)
    if wave.state == "ready":
        return (
            f"'{wave.slug}' was not yet open when this backup was made. Start its box anew with "
            f"`restart-box --wave {wave.slug}`, and make new codes."
        )
    if not held:
        return (
            f"'{wave.slug}' ran when this backup was made: its answers are not in it. Start its "
            f"box anew with `restart-box --wave {wave.slug}`, and make new codes."
        )
    return (
        f"'{wave.slug}' ran when this backup was made: {held} of its answers are in it. Close it "
        f"with them by `close --from-checkpoint --wave {wave.slug}`, or start its box anew with "
        f"`restart-box --wave {wave.slug}` and make new codes."
    )


def _in_checkpoint(engine: Engine, wave: Wave) -> int:
    with reading(engine) as connection:
        found = read_checkpoint(connection, wave)
    return 0 if found is None else found.responses


def _loose(config: Config) -> Iterator[str]:
    """Sentences about what others on this machine could read."""
    wanted = [config.data, config.private, config.state_keys, config.secret_file]
    if config.database_url.startswith("sqlite"):
        wanted.append(_sqlite_path(config))
    for path in wanted:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            kind = "700" if path.is_dir() else "600"
            yield f"{path} may be read by others: chmod {kind} {path}"


def _passed_on(engine: Engine, config: Config) -> Iterator[str]:
    """Sentences about waves that cannot be looked into from here, which is as it should be."""
    for wave in list_waves(engine):
        if wave.state != "published" and (host := elsewhere(config, wave)):
            yield f"'{wave.slug}': its keys are not here, answers go to {host}: run `doctor` there."


def _waves(engine: Engine, config: Config) -> Iterator[str]:
    for wave in list_waves(engine):
        if wave.state == "published" or elsewhere(config, wave):
            continue
        if wave.custody == "key-file" and not key_file(config, wave.slug).exists():
            yield f"'{wave.slug}': its key file is not in {config.private}; you need it to open."
        box = box_of(engine, config, wave)
        try:
            with box.slots.lock(), reading(engine) as connection:
                open_state(box, read_row(connection, box))
        except BoxError as error:
            yield str(error)


def _sqlite_path(config: Config) -> Path:
    url = make_url(config.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Refused("The database is not SQLite: use the backup tools of its server.")
    return Path(url.database)
