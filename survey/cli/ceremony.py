"""After a wave: close, open, audit, export."""

import sys
from pathlib import Path

import click

from reports.bargaining.demands import list_demands
from reports.exports.registry import EXPORTS, export_files
from survey.box.keys import read_key_file
from survey.box.waves import key_file
from survey.cli.base import Refused, open_store, plainly, wanted_wave, wave_option
from survey.config import Config
from survey.release.audit import audit as problems_of
from survey.release.ceremony import close_wave, preview, publish, wave_to_open
from survey.release.model import Release
from survey.release.published import published, published_body
from survey.release.serialize import from_json

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command()
@wave_option
@yes_option
@click.pass_obj
@plainly
def close(config: Config, slug: str | None, yes: bool) -> None:
    """Close a wave for good: no more answers, and all code hashes are deleted."""
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    question = f"Close '{wave.slug}'? It cannot be opened for answers again."
    if not yes and not click.confirm(question):
        raise Refused("Nothing was closed.")
    box = close_wave(engine, config, wave.slug)
    click.echo(f"Closed with {box.responses} answers.\nDigest of the box: {box.digest}")


@click.command("open")
@wave_option
@click.option("--key-file", "key", type=click.Path(path_type=Path), help="If it was moved.")
@yes_option
@click.pass_obj
@plainly
def open_box(config: Config, slug: str | None, key: Path | None, yes: bool) -> None:
    """Open a closed box, say what can be shown, and publish it; box and key are then destroyed."""
    engine = open_store(config)
    wave = wave_to_open(engine, wanted_wave(engine, slug).slug)
    private = read_key_file(key or key_file(config, wave.slug), wave)
    click.echo(summary(preview(engine, config, wave.slug, private)))
    if not yes and not click.confirm("Publish this, and destroy the box and its key?"):
        click.echo("Not published. The box is as it was; open it again at any time.")
        return
    publish(engine, config, wave.slug, private)
    click.echo(f"Published: sign in and read it at /desk/results/{wave.slug}/")


@click.command()
@wave_option
@click.argument("release", required=False, type=click.Path(path_type=Path))
@click.pass_obj
@plainly
def audit(config: Config, slug: str | None, release: Path | None) -> None:
    """Check a published release as an outsider would. Exit 1 if something is found."""
    found = problems_of(from_json(release.read_bytes()) if release else _published(config, slug))
    for problem in found:
        where = f"{problem.question}: " if problem.question else ""
        click.echo(f"{where}{problem.sentence}")
    click.echo(f"{len(found)} problems found." if found else "Nothing found.")
    if found:
        sys.exit(1)


@click.command("export")
@wave_option
@click.option("--format", "form", type=click.Choice(sorted(EXPORTS)), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--lang", default="en", show_default=True)
@click.pass_obj
@plainly
def export_file(config: Config, slug: str | None, form: str, out: Path, lang: str) -> None:
    """Write a published wave as a file."""
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    release = _published(config, wave.slug)
    demands = list_demands(engine, wave.slug)
    body = published_body(engine, wave.slug)
    for path, content in export_files(release, form, out, lang, demands, body).items():
        path.write_bytes(content)
        click.echo(f"Wrote {path}")


def summary(release: Release) -> str:
    """What a release shows and hides, in a few lines."""
    shown = sum(1 for q in release.questions if q.tables)
    groups = sum(1 for h in release.hidden if h.group)
    return (
        f"{release.responses} answers. {shown} of {len(release.questions)} questions can be shown; "
        f"{groups} group tables stay hidden.\nHidden means: Not shown, to protect people."
    )


def _published(config: Config, slug: str | None) -> Release:
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    found = published(engine, wave.slug)
    if found is None:
        raise Refused(f"The wave '{wave.slug}' is not published yet: close it, then open it.")
    return found
