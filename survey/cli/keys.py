"""Stewards' keys: keygen makes one offline, check-words rehearses. Neither needs the database."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from survey.box.keys import destroy_key_file
from survey.box.layout import build_layout
from survey.box.model import Quorum, StewardKey
from survey.box.slots import sync_folder
from survey.box.stewards import (
    Sheet,
    StewardError,
    key_fingerprint,
    key_of,
    line_of,
    make_stewards,
    parse_line,
)
from survey.box.waves import require_slug
from survey.box.words import join
from survey.cli.base import Refused, open_store, plainly, wanted_wave, wave_option
from survey.cli.setup import definition_text
from survey.cli.words import ask_sheets, hidden_option
from survey.config import Config
from survey.desk.sheets import numbered, quorum_sentence, sheets_pdf, sheets_text
from survey.instrument.load import parse_definition

stewards_option = click.option(
    "--stewards", "count", type=int, default=3, show_default=True, help="How many there are."
)
threshold_option = click.option(
    "--threshold", type=int, default=2, show_default=True, help="How many of them open the box."
)


@click.command()
@click.option("--wave", "slug", required=True, help="The key is for the wave of this name only.")
@stewards_option
@threshold_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="FILE.pdf, FILE.txt, or a folder for one PDF each.",
)
@click.option(
    "--definition", help="Put the fingerprint of this questionnaire's rules on the sheets."
)
@click.option("--campaign", default="", help="Its name, for the sheets.")
@click.option("--words", "show", is_flag=True, help="Also print the words. Mind who can see them.")
@plainly
def keygen(
    slug: str,
    count: int,
    threshold: int,
    out: Path,
    definition: str | None,
    campaign: str,
    show: bool,
) -> None:
    """Make a wave's key for stewards, on a computer that is best offline. Stores nothing else."""
    require_slug(slug)
    rules = ""
    if definition:
        rules = build_layout(parse_definition(definition_text(definition), definition)).fingerprint
    key, sheets = make_stewards(slug, Quorum(threshold, count))
    for path in write_sheets(out, key, sheets, campaign, rules):
        click.echo(f"Sheets: {path}")
    if show:
        for sheet in sheets:
            click.echo(f"\nSteward {sheet.number} of {count}\n{numbered(sheet)}")
        click.echo()
    click.echo(told(key))
    click.echo(
        "Print the sheets, give one to each steward, delete the file, and make the wave with\n"
        f"  init --wave {slug} --public-key {line_of(key)} …"
    )


@click.command("check-words")
@wave_option
@click.option("--public-key", "line", help="Instead of a wave's: the line that keygen printed.")
@hidden_option
@click.pass_obj
@plainly
def check_words(config: Config, slug: str | None, line: str | None, hidden: bool) -> None:
    """Rehearse: are these the words of this wave? Opens nothing. Exit 1 if they are wrong.

    Type the words of one sheet or of several; an empty line ends it.
    """
    key = parse_line(line) if line else key_of(wanted_wave(open_store(config), slug))
    click.echo(told(key))
    try:
        sheets = ask_sheets(key, hidden, key.quorum.count)
        missing = key.quorum.threshold - len(sheets)
        if missing <= 0:
            join(sheets, key)
    except StewardError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    if not sheets:
        raise Refused("No words were typed: nothing was checked.")
    for sheet in sheets:
        click.echo(f"The words of steward {sheet.steward} are right.")
    click.echo(
        f"These sheets make the key of '{key.slug}': they will open its box. Nothing was opened."
        if missing <= 0
        else f"{missing} more would be needed to open the box of '{key.slug}'."
    )


def told(key: StewardKey) -> str:
    """What may be known of a key by everybody."""
    return (
        f"Key of wave '{key.slug}': {quorum_sentence(key)}\n"
        f"Key fingerprint, to read aloud: {key_fingerprint(key.public_key)}"
    )


def write_sheets(
    out: Path, key: StewardKey, sheets: Sequence[Sheet], campaign: str, rules: str
) -> tuple[Path, ...]:
    """Write the sheets to new files, mode 0600: all of them or none. Raises Refused, OSError."""
    written: list[Path] = []
    try:
        for path, content in _files(out, key, sheets, campaign, rules).items():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            written.append(path)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            sync_folder(path.parent)
    except BaseException as error:
        destroy_sheets(written)
        if isinstance(error, FileExistsError):
            raise Refused(f"{error.filename} exists already: choose another name.") from error
        raise
    return tuple(written)


def destroy_sheets(paths: Sequence[Path]) -> None:
    """Overwrite and remove them: their key is of no use."""
    for path in paths:
        destroy_key_file(path)


def _files(
    out: Path, key: StewardKey, sheets: Sequence[Sheet], campaign: str, rules: str
) -> Mapping[Path, bytes]:
    if out.suffix == ".pdf":
        return {out: sheets_pdf(key, sheets, campaign, rules)}
    if out.suffix == ".txt":
        return {out: sheets_text(key, sheets, campaign, rules).encode()}
    if out.suffix:
        raise Refused(f"Sheets are written as FILE.pdf, FILE.txt or into a folder, not as {out}.")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{key.slug}-steward-{{}}-of-{key.quorum.count}.pdf"
    return {
        out / name.format(sheet.number): sheets_pdf(key, [sheet], campaign, rules)
        for sheet in sheets
    }
