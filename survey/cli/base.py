"""What every command shares: settings, the wave that is meant, errors as one sentence."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from reports.bargaining.demands import DemandError
from reports.exports.context import ExportError
from reports.public.yamlfile import ContentError
from survey.box.layout import BoxError
from survey.box.waves import Wave, find_wave, list_waves
from survey.config import Config, ConfigError
from survey.instrument.errors import DefinitionError
from survey.intake.errors import IntakeError
from survey.release.model import ReleaseError
from survey.staff.accounts import AccountError
from survey.store.engine import StoreError, make_engine
from survey.store.migrate import upgrade
from survey.web.secret import SecretError

P = ParamSpec("P")
R = TypeVar("R")

KNOWN = (
    AccountError,
    BoxError,
    IntakeError,
    ConfigError,
    ContentError,
    DefinitionError,
    DemandError,
    ExportError,
    ReleaseError,
    SecretError,
    StoreError,
)
"""Errors whose text is already one sentence for the person at the keyboard."""


class Refused(click.ClickException):
    """Wrong use, or refused: one sentence on standard error, exit 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        click.echo(self.format_message(), err=True)


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Turn every expected failure of a command into one sentence and exit 2."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KNOWN as error:
            raise Refused(str(error)) from error
        except UnicodeEncodeError as error:
            raise Refused(_not_text(error)) from error
        except click.Abort as error:
            raise Refused("Stopped: nothing was changed.") from error
        except OperationalError as error:
            raise Refused(f"The database cannot be used: {error.orig}.") from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise Refused(f"{where}{error.strerror or error}.") from error

    return run


def _not_text(error: UnicodeEncodeError) -> str:
    """Bytes of an argument or a variable that are no text come to us as lone surrogates."""
    if any("\ud800" <= character <= "\udfff" for character in error.object):
        return (
            "An argument, or a variable such as SURVEY_ADMIN_PASSWORD, is not text in UTF-8: "
            "type it anew."
        )
    return f"Text cannot be shown in {error.encoding}: set PYTHONUTF8=1 and run the command again."


def open_store(config: Config) -> Engine:
    """The engine, with the schema brought up to date."""
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = make_engine(config.database_url)
    upgrade(engine)
    return engine


def wanted_wave(engine: Engine, slug: str | None) -> Wave:
    """The wave of that slug, or the only one there is. Raises Refused otherwise."""
    if slug:
        found = find_wave(engine, slug)
        if found is None:
            names = ", ".join(f"'{wave.slug}'" for wave in list_waves(engine))
            here = f"choose {names}." if names else "make it with `python -m survey init`."
            raise Refused(f"There is no wave '{slug}': {here}")
        return found
    waves = list_waves(engine)
    if len(waves) == 1:
        return waves[0]
    if not waves:
        raise Refused("There is no wave yet: make one with `python -m survey init`.")
    names = ", ".join(w.slug for w in waves)
    raise Refused(f"There are several waves ({names}): say which with --wave.")


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error; yields a function that takes how many more are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)


wave_option = click.option("--wave", "slug", help="Which wave, where there are several.")
