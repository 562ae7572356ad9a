"""A published wave as a file. By itself, for what draws charts takes a second to read."""

from pathlib import Path

import click

from reports.bargaining.demands import list_demands
from reports.exports.registry import EXPORTS, export_files
from survey.cli.base import open_store, plainly, wanted_wave, wave_option
from survey.cli.ceremony import released
from survey.config import Config
from survey.release.published import published_body


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
    release = released(engine, wave.slug)
    demands = list_demands(engine, wave.slug)
    body = published_body(engine, wave.slug)
    for path, content in export_files(release, form, out, lang, demands, body).items():
        path.write_bytes(content)
        click.echo(f"Wrote {path}")
