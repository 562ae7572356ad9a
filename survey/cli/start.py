"""start: a wave that was made with --not-yet-open, or at the desk, takes answers from now on."""

import click

from survey.box.start import start_wave
from survey.cli.base import open_store, plainly, wanted_wave, wave_option
from survey.config import Config
from survey.staff.activity import record


@click.command()
@wave_option
@click.pass_obj
@plainly
def start(config: Config, slug: str | None) -> None:
    """Open a wave for answers that is not yet open. It cannot be taken back."""
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    start_wave(engine, config, wave)
    record(engine, None, "opened the wave for answers", wave.slug)
    click.echo(f"Wave '{wave.slug}' takes answers at /s/{wave.slug}")
