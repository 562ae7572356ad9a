"""The group that every command hangs on."""

import os

import click

from survey.cli.answers import replay, simulate
from survey.cli.base import plainly
from survey.cli.ceremony import audit, close, export_file
from survey.cli.demo import demo
from survey.cli.init import init
from survey.cli.keys import check_words, keygen
from survey.cli.languages import languages
from survey.cli.opening import box, open_box, publish_file
from survey.cli.paper import codes, flyer, paper
from survey.cli.server import serve
from survey.cli.setup import check, users
from survey.cli.start import start
from survey.cli.upkeep import backup, doctor, move_on, restart, restore
from survey.config import load_config


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
@plainly
def main(ctx: click.Context) -> None:
    """Anonymous workplace survey that keeps sealed totals only."""
    ctx.obj = load_config(os.environ)


for command in (
    demo,
    init,
    start,
    check,
    keygen,
    check_words,
    codes,
    paper,
    flyer,
    languages,
    serve,
    simulate,
    replay,
    close,
    open_box,
    publish_file,
    box,
    audit,
    export_file,
    users,
    doctor,
    backup,
    restore,
    move_on,
    restart,
):
    main.add_command(command)
