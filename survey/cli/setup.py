"""Before a wave runs: check, users."""

import os
import sys
from pathlib import Path

import click
from sqlalchemy import Engine

from survey.box.model import Wave
from survey.cli.base import Refused, open_store, plainly
from survey.cli.planning import tell_chances
from survey.config import Config
from survey.instrument.library import LIBRARY
from survey.instrument.load import parse_definition, parse_headcounts, read_file
from survey.instrument.predict import Prediction, predict
from survey.intake.issue import issue_new_codes
from survey.release.plan import RUNS
from survey.staff.accounts import create_account, list_accounts, set_password
from survey.web.secret import load_or_create_secret

PASSWORD_VARIABLE = "SURVEY_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


@click.command()
@click.argument("definition")
@click.option("--headcounts", type=click.Path(path_type=Path), help="YAML file.")
@click.option("--runs", type=click.IntRange(0, 10_000), default=RUNS, show_default=True)
@plainly
def check(definition: str, headcounts: Path | None, runs: int) -> None:
    """Check a definition and predict which groups will be hidden. Exit 1 if something is found.

    With headcounts, the release is tried out with made-up answers as often as --runs says.
    """
    parsed = parse_definition(definition_text(definition), definition)
    text = read_file(headcounts) if headcounts else "{}"
    people = parse_headcounts(text, parsed, str(headcounts or "headcounts"))
    click.echo(
        f"{len(parsed.questions)} questions in {', '.join(parsed.languages)}; k is {parsed.k}."
    )
    found = predict(parsed, people)
    for prediction in found:
        click.echo(predicted(prediction))
    tell_chances(parsed, people, runs)
    if any(prediction.refused for prediction in found):
        sys.exit(1)


@click.group()
def users() -> None:
    """Accounts of organizers and readers."""


@users.command("list")
@click.pass_obj
@plainly
def users_list(config: Config) -> None:
    """Who can sign in."""
    for account in list_accounts(open_store(config)):
        click.echo(f"{account.email}\t{account.role}")


@users.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(["organizer", "reader"]), default="organizer")
@click.pass_obj
@plainly
def users_add(config: Config, email: str, role: str) -> None:
    """Make an account; the password is asked for."""
    create_account(open_store(config), email, admin_password(), role)
    click.echo(f"{role.capitalize()}: {email}")


@users.command("password")
@click.argument("email")
@click.pass_obj
@plainly
def users_password(config: Config, email: str) -> None:
    """Set a new password; whoever is signed in with the old one is signed out."""
    engine = open_store(config)
    found = next((a for a in list_accounts(engine) if a.email == email.strip().lower()), None)
    if found is None:
        raise Refused(f"There is no account {email}: `users list` shows them.")
    set_password(engine, found.id, admin_password())
    click.echo(f"New password for {found.email}")


def predicted(one: Prediction) -> str:
    """A prediction as a line or two, and the YAML to paste where groups should be merged."""
    where = f"{one.breakdown}={one.group}" if one.group else "everybody"
    if one.expected is None:
        line = f"{where}: headcount unknown, so nothing is predicted."
    else:
        guess = " (an estimate)" if one.estimate else ""
        fate = {(True, True): "shown", (True, False): "shown, but not for sensitive questions"}
        shown = fate.get((bool(one.shown), bool(one.shown_sensitive)), "probably not shown")
        line = f"{where}: {one.headcount} people{guess}, about {one.expected:.0f} answers: {shown}."
    return "\n".join(part for part in (line, one.refused, one.merge) if part)


def definition_text(name: str) -> str:
    """The text of a definition file, or of a built-in questionnaire of that name."""
    path = Path(name)
    if not path.exists() and name in LIBRARY:
        path = LIBRARY[name]
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is not a text file in UTF-8: save it as UTF-8.") from error


def new_codes(
    engine: Engine, config: Config, wave: Wave, number: int, batch: str
) -> tuple[str, ...]:
    """Make and issue codes under the server's secret."""
    secret = load_or_create_secret(config.secret_file)
    return issue_new_codes(engine, secret, wave, number, batch)


def admin_password() -> str:
    """From SURVEY_ADMIN_PASSWORD, else asked for twice."""
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    asked: str = click.prompt(
        "Password (12 characters or more)", hide_input=True, confirmation_prompt=True
    )
    return asked


def slug_of(name: str) -> str:
    """A campaign's short name: letters, digits and hyphens."""
    plain = "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower())
    return "-".join(part for part in plain.split("-") if part)[:64].strip("-") or "campaign"
