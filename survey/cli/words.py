"""Stewards' words from the keyboard or standard input: never printed, never kept."""

import sys
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey.box.errors import KeyFileError
from survey.box.keys import Keyed, read_key_file
from survey.box.model import StewardKey
from survey.box.stewards import StewardError, key_fingerprint
from survey.box.words import WORDS, Words, join, ordinal, read_sheet, require_different, words_in

hidden_option = click.option("--hidden", is_flag=True, help="Do not show words while typing.")


def ask_key(key: StewardKey, hidden: bool) -> X25519PrivateKey:
    """The private key, from as many sheets as open it. Raises StewardError."""
    if sys.stdin.isatty():
        click.echo(
            f"The key of '{key.slug}' ({key_fingerprint(key.public_key)}) needs "
            f"{key.quorum.threshold} of {key.quorum.count} stewards.",
            err=True,
        )
    return join(ask_sheets(key, hidden, key.quorum.threshold), key)


def ask_sheets(key: StewardKey, hidden: bool, most: int) -> tuple[Words, ...]:
    """Up to `most` sheets; nothing typed ends it. At a terminal a wrong sheet can be typed again.

    Raises StewardError for a wrong sheet that comes from a file or pipe.
    """
    sheets: list[Words] = []
    while len(sheets) < most and words_in(typed := _typed(len(sheets), hidden)):
        try:
            sheet = read_sheet(typed, key, len(sheets))
            require_different([*sheets, sheet])
        except StewardError as error:
            if not sys.stdin.isatty():
                raise
            click.echo(f"{error} Type this sheet again.", err=True)
            continue
        sheets.append(sheet)
        if sys.stdin.isatty():
            click.echo(f"Steward {sheet.steward} of {key.quorum.count}: right.", err=True)
    return tuple(sheets)


def key_from(
    path: Path | None, stewards: StewardKey | None, owner: Keyed, hidden: bool
) -> X25519PrivateKey:
    """The private key of a wave or box: from its stewards, or from the file at `path`."""
    if stewards is not None:
        if path is not None:
            raise KeyFileError(
                f"The key of wave '{owner.slug}' is in no file: its stewards hold it, so leave "
                "--key-file out."
            )
        return ask_key(stewards, hidden)
    if path is None:
        raise KeyFileError(f"The key of wave '{owner.slug}' is in a file: give it with --key-file.")
    return read_key_file(path, owner)


def _typed(at: int, hidden: bool) -> str:
    """Lines until there are enough words; an empty line or the end of the input ends it early."""
    lines: list[str] = []
    while (count := len(words_in(" ".join(lines)))) < WORDS:
        line = _line(
            f"  {count} words so far" if count else f"Words of the {ordinal(at)} sheet", hidden
        )
        if not line.strip():
            break
        lines.append(line)
    return " ".join(lines)


def _line(ask: str, hidden: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    asked: str = click.prompt(ask, default="", show_default=False, hide_input=hidden, err=True)
    return asked
