"""Answers that do not come through the page: simulate and replay. They take the same fold."""

import sys
from pathlib import Path

import click

from survey.cli.base import open_store, plainly, progress, wanted_wave, wave_option
from survey.config import Config
from survey.intake.readers.map import load_map
from survey.intake.replay import replay as replay_rows
from survey.intake.simulate import simulate as make_up


@click.command()
@click.argument("number", type=click.IntRange(1, 1_000_000))
@click.option("--seed", type=int, required=True, help="The same seed makes the same answers.")
@wave_option
@click.pass_obj
@plainly
def simulate(config: Config, number: int, seed: int, slug: str | None) -> None:
    """Make N people up who answer. Refused unless the wave's origin is "simulated"."""
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    with progress("Answering", number) as advance:
        counted = make_up(engine, config, wave, number, seed, advance)
    click.echo(f"{counted} made-up answers counted in '{wave.slug}'")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "map_file", type=click.Path(path_type=Path), required=True)
@click.option("--dry-run", is_flag=True, help="Read and report; count nothing.")
@wave_option
@click.pass_obj
@plainly
def replay(config: Config, file: Path, map_file: Path, dry_run: bool, slug: str | None) -> None:
    """Fold the rows of a CSV file by a map. Refused unless the wave's origin is "imported"."""
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    survey_map = load_map(map_file, wave.definition)
    with progress("Replaying", None) as advance:
        report = replay_rows(engine, config, wave, file, survey_map, dry_run, advance)
    for row in report.refused:
        click.echo(f"{file}, {row}", err=True)
    verb = "could be counted" if dry_run else "were counted"
    click.echo(
        f"{report.counted} of {report.rows} rows {verb}, {report.already} had been before, "
        f"{len(report.refused)} refused."
    )
    if report.refused:
        sys.exit(1)
