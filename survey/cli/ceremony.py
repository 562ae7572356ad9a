"""After a wave: close, audit."""

import sys
from pathlib import Path

import click
from sqlalchemy import Engine

from survey.cli.base import Refused, open_store, plainly, progress, wanted_wave, wave_option
from survey.cli.opening import yes_option
from survey.config import Config
from survey.release.attack import RARE, attack_as_outsider
from survey.release.audit import audit as problems_of
from survey.release.ceremony import close_wave
from survey.release.model import Release
from survey.release.published import published
from survey.release.serialize import from_json


@click.command()
@wave_option
@click.option("--from-checkpoint", is_flag=True, help="Its box is lost: with what a backup holds.")
@yes_option
@click.pass_obj
@plainly
def close(config: Config, slug: str | None, from_checkpoint: bool, yes: bool) -> None:
    """Close a wave for good: no more answers, and all code hashes are deleted."""
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    question = f"Close '{wave.slug}'? It cannot be opened for answers again."
    if not yes and not click.confirm(question):
        raise Refused("Nothing was closed.")
    box = close_wave(engine, config, wave.slug, from_checkpoint=from_checkpoint)
    click.echo(f"Closed with {box.responses} answers.\nDigest of the box: {box.digest}")


@click.command()
@wave_option
@click.argument("release", required=False, type=click.Path(path_type=Path))
@click.pass_obj
@plainly
def audit(config: Config, slug: str | None, release: Path | None) -> None:
    """Check and attack a published release as an outsider would. Exit 1 if something is found."""
    definition = None
    if release:
        subject = from_json(release.read_bytes())
    else:
        engine = open_store(config)
        wave = wanted_wave(engine, slug)
        subject, definition = released(engine, wave.slug), wave.definition
    problems = problems_of(subject)
    with progress("Attacking", len(subject.questions)) as advance:
        given_away = attack_as_outsider(subject, definition, advance)
    for problem in problems:
        where = f"{problem.question}: " if problem.question else ""
        click.echo(f"{where}{problem.sentence}")
    for one in given_away:
        click.echo(f"{one.question}: {one.kind}. {one.sentence}")
    # Rare answers need more than the tables (docs/disclosure-control.md): said, but no fault.
    found = len(problems) + sum(one.kind != RARE for one in given_away)
    click.echo(f"{found} problems found." if found else "Nothing found.")
    if found:
        sys.exit(1)


def released(engine: Engine, slug: str) -> Release:
    """The published release of that wave. Raises Refused where it is not published."""
    found = published(engine, slug)
    if found is None:
        raise Refused(f"The wave '{slug}' is not published yet: close it, then open it.")
    return found
