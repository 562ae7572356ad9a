"""What docs/ceremony.md tells people to type is what the program takes."""

import re
import shlex
from pathlib import Path

import click
import pytest

from survey.cli import main

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "ceremony.md").read_text("utf-8") + (DOCS / "operations.md").read_text("utf-8")
TYPED = re.findall(r"python -m survey ((?:[^\n`\\]|\\\n)+)", TEXT)


def command_of(words: list[str]) -> click.Command:
    """The command, or the one below a group, that the words begin with."""
    found: click.Command = main
    while isinstance(found, click.Group):
        below = found.get_command(click.Context(found), words.pop(0))
        assert below is not None, words
        found = below
    return found


@pytest.mark.parametrize("typed", TYPED)
def test_every_command_and_option_is_there(typed: str) -> None:
    words = shlex.split(typed.replace("\\\n", " "), comments=True)
    command = command_of(words)
    known = {name for p in command.params for name in p.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_ceremony_names_each_of_its_commands() -> None:
    named = {shlex.split(typed, comments=True)[0] for typed in TYPED}
    assert {"keygen", "check-words", "box", "open", "publish", "init"} <= named
