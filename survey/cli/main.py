"""The group that every command hangs on."""

import os
from importlib import import_module

import click

from survey.cli.base import plainly
from survey.config import load_config

COMMANDS = {
    "demo": "demo:demo",
    "init": "init:init",
    "start": "start:start",
    "check": "setup:check",
    "keygen": "keys:keygen",
    "check-words": "keys:check_words",
    "codes": "paper:codes",
    "paper": "paper:paper",
    "flyer": "paper:flyer",
    "languages": "languages:languages",
    "serve": "server:serve",
    "simulate": "answers:simulate",
    "replay": "answers:replay",
    "close": "ceremony:close",
    "open": "opening:open_box",
    "publish": "opening:publish_file",
    "box": "opening:box",
    "audit": "ceremony:audit",
    "export": "export:export_file",
    "users": "setup:users",
    "doctor": "upkeep:doctor",
    "backup": "upkeep:backup",
    "restore": "upkeep:restore",
    "checkpoint": "upkeep:move_on",
    "restart-box": "upkeep:restart",
}
"""By name: module in this room, and what it is called there."""


class Commands(click.Group):
    """Reads a command's module when it is asked for: all of them together take seconds."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """By name."""
        return sorted(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - as click calls it
        cmd_name: str,
    ) -> click.Command | None:
        """None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"survey.cli.{module}"), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
@plainly
def main(ctx: click.Context) -> None:
    """Anonymous workplace survey that keeps sealed totals only."""
    ctx.obj = load_config(os.environ)
