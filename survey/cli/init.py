"""init: a wave, and who will hold its key."""

from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import Engine

from survey.box.layout import build_layout
from survey.box.model import NewWave, Quorum, Wave
from survey.box.stewards import key_of, make_stewards, parse_line
from survey.box.waves import create_wave, key_file
from survey.cli.base import Refused, open_store, plainly
from survey.cli.keys import destroy_sheets, stewards_option, threshold_option, told, write_sheets
from survey.cli.setup import admin_password, definition_text, slug_of
from survey.config import Config
from survey.instrument.load import parse_definition, read_file
from survey.staff.accounts import create_account
from survey.web.secret import load_or_create_secret

CHOOSE = (
    "Stewards hold the key of a survey: say where their sheets go with --sheets FILE.pdf, or give "
    "--public-key that `keygen` printed; a key file on this server is --custody key-file."
)


@click.command()
@click.option("--definition", required=True, help="A file, or the name of a built-in one.")
@click.option("--wave", "slug", required=True, help="Short name; part of the survey's address.")
@click.option("--access", type=click.Choice(["codes", "open"]), default="codes", show_default=True)
@click.option(
    "--origin",
    type=click.Choice(["survey", "simulated", "imported"]),
    default="survey",
    show_default=True,
)
@click.option(
    "--custody",
    type=click.Choice(["stewards", "key-file"]),
    help="Who holds the key. [default: stewards; key-file for made-up and imported answers]",
)
@click.option("--sheets", type=click.Path(path_type=Path), help="Write stewards' sheets there.")
@click.option("--public-key", "line", help="Stewards' key that keygen made elsewhere.")
@stewards_option
@threshold_option
@click.option("--headcounts", type=click.Path(path_type=Path), help="YAML file.")
@click.option("--campaign", default="Our campaign", show_default=True, help="Its name.")
@click.option(
    "--confirm-language",
    "confirmed",
    multiple=True,
    help="A language that a person who speaks it has read in full. Repeat it for several.",
)
@click.option("--checkpoints", is_flag=True, help="Let sealed totals leave with backups.")
@click.option("--not-yet-open", "later", is_flag=True, help="Take answers only after `start`.")
@click.option("--admin", metavar="EMAIL", help="Also make an organizer's account.")
@click.pass_obj
@plainly
def init(  # noqa: PLR0913, PLR0917 - one parameter per option
    config: Config,
    definition: str,
    slug: str,
    access: str,
    origin: str,
    custody: str | None,
    sheets: Path | None,
    line: str | None,
    count: int,
    threshold: int,
    headcounts: Path | None,
    campaign: str,
    confirmed: tuple[str, ...],
    checkpoints: bool,
    later: bool,
    admin: str | None,
) -> None:
    """Make a wave: check its definition, make its key and its empty box."""
    text = definition_text(definition)
    parse_definition(text, definition)  # first of all, and with the file's name in its errors
    new = NewWave(
        slug=slug,
        definition=text,
        campaign=slug_of(campaign),
        campaign_name=campaign,
        access=access,  # type: ignore[arg-type]  # click.Choice vouches for these three
        origin=origin,  # type: ignore[arg-type]
        custody=custody_of(custody, origin, sheets, line),  # type: ignore[arg-type]
        headcounts=read_file(headcounts) if headcounts else "{}",
        confirmed=confirmed,
        checkpoints=checkpoints,
        stewards=parse_line(line) if line else None,
        open=not later,
    )
    engine = open_store(config)
    password = admin_password() if admin else None
    wave = _make(engine, config, new, Quorum(threshold, count), sheets)
    if admin and password:
        create_account(engine, admin, password)
        click.echo(f"Organizer: {admin}")
    load_or_create_secret(config.secret_file)
    _tell(config, wave, sheets)


def custody_of(asked: str | None, origin: str, sheets: Path | None, line: str | None) -> str:
    """Who holds the key. By default stewards, but for answers that are made up or lie elsewhere.

    Raises Refused for options that contradict one another, or leave out where the key comes from.
    """
    if asked == "key-file" and (sheets or line):
        raise Refused("--sheets and --public-key are for stewards: leave them or key-file out.")
    custody = asked or ("stewards" if sheets or line or origin == "survey" else "key-file")
    if custody == "stewards" and bool(sheets) == bool(line):
        raise Refused(CHOOSE)
    return custody


def _make(
    engine: Engine, config: Config, new: NewWave, quorum: Quorum, sheets: Path | None
) -> Wave:
    """With sheets, those first: a wave whose words nobody has could never be opened."""
    if sheets is None:
        return create_wave(engine, config, new)
    key, made = make_stewards(new.slug, quorum)
    rules = build_layout(parse_definition(new.definition)).fingerprint
    paths = write_sheets(sheets, key, made, new.campaign_name, rules)
    try:
        return create_wave(engine, config, replace(new, stewards=key))
    except BaseException:
        destroy_sheets(paths)
        raise


def _tell(config: Config, wave: Wave, sheets: Path | None) -> None:
    if wave.state == "ready":
        click.echo(f"Wave '{wave.slug}' is made. It takes answers once you run `start`.")
    else:
        click.echo(f"Wave '{wave.slug}' takes answers at /s/{wave.slug}")
    if wave.quorum:
        click.echo(told(key_of(wave)))
    else:
        click.echo(f"Key file: {key_file(config, wave.slug)}")
    if sheets:
        click.echo(
            f"Sheets: {sheets}\nPrint them, give one to each steward, and delete the file: this "
            "server keeps no copy.\nRehearse with `check-words` before you hand out codes."
        )
    click.echo(f"Fingerprint: {wave.fingerprint}")
