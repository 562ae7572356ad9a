"""demo: a published wave to explore and a running one to answer, both made up, then serve."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import Engine

from survey.box.keys import read_key_file
from survey.box.model import NewWave
from survey.box.waves import create_wave, key_file
from survey.cli.base import open_store, plainly, progress
from survey.cli.server import Server, require_free
from survey.cli.setup import new_codes
from survey.config import Config, load_config
from survey.instrument.library import LIBRARY
from survey.intake.codes import link, show_code
from survey.intake.simulate import simulate
from survey.release.ceremony import close_wave, publish
from survey.staff.accounts import create_account

CAMPAIGN = "Cascade Behavioral Health Workers"
PUBLISHED, RUNNING = "spring", "fall"
ANSWERED, RUNNING_ANSWERED = 194, 140
CODES = 40
EMAIL = "organizer@example.org"
HEADCOUNTS = """\
unit: 260
role: {therapist: 84, case-manager: 66, peer: 38, nurse: 24, residential: 28, others: 20}
site: {north: 84, south: 70, east: 42, elsewhere: 64}
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the terminal tells; the password is drawn anew each time."""

    code: str
    password: str


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Keep the demo in this (new) folder; by default it is thrown away.",
)
@plainly
def demo(port: int, data: Path | None) -> None:
    """Sample data in a throwaway folder: a published wave, a running one, a sign-in; then serve."""
    require_free("127.0.0.1", port)
    folder = data or Path(tempfile.mkdtemp(prefix="survey-demo-"))
    config = load_config({"SURVEY_DATA": str(folder / "data")})
    parent = os.getpid()
    try:
        with progress("Making up a wave", ANSWERED + RUNNING_ANSWERED) as advance:
            shown = build(config, advance)
        click.echo(welcome(shown, port, folder if data else None))
        Server(config, "127.0.0.1", port, workers=2).run()
    finally:
        # The server's workers are forks that leave through here as well.
        if data is None and os.getpid() == parent:
            shutil.rmtree(folder, ignore_errors=True)


def build(config: Config, advance: Callable[[int], None]) -> Shown:
    """Fill a new data folder. Raises BoxError if the folder holds these waves already."""
    engine = open_store(config)
    try:
        _published_wave(engine, config, advance)
        code = _running_wave(engine, config, advance)
        password = "-".join(secrets.token_hex(3) for _ in range(3))
        create_account(engine, EMAIL, password)
    finally:
        engine.dispose()
    return Shown(code, password)


def welcome(shown: Shown, port: int, kept: Path | None) -> str:
    """What to do now, for somebody who has never seen it."""
    site = f"http://127.0.0.1:{port}"
    where = f"kept in {kept}" if kept else "thrown away when you stop it"
    return f"""
  The demo runs at {site}     (all answers are made up; {where})

  Answer the survey    {link(site, RUNNING, shown.code)}
                       code: {show_code(shown.code)}
  Sign in              {site}/desk/
                       {EMAIL}   password: {shown.password}
  Read results         {site}/desk/results/{PUBLISHED}/   (after signing in)

  Stop it with Ctrl+C.
"""


def _new_wave(slug: str, questionnaire: str) -> NewWave:
    return NewWave(
        slug=slug,
        definition=LIBRARY[questionnaire].read_text("utf-8"),
        campaign="demo",
        campaign_name=CAMPAIGN,
        origin="simulated",
        headcounts=HEADCOUNTS,
    )


def _published_wave(engine: Engine, config: Config, advance: Callable[[int], None]) -> None:
    wave = create_wave(engine, config, _new_wave(PUBLISHED, "behavioral-health-full"))
    simulate(engine, config, wave, ANSWERED, seed=2026, progress=advance)
    close_wave(engine, config, wave.slug)
    publish(engine, config, wave.slug, read_key_file(key_file(config, wave.slug), wave))


def _running_wave(engine: Engine, config: Config, advance: Callable[[int], None]) -> str:
    wave = create_wave(engine, config, _new_wave(RUNNING, "behavioral-health"))
    codes = new_codes(engine, config, wave, CODES, "")
    simulate(engine, config, wave, RUNNING_ANSWERED, seed=11, progress=advance)
    return codes[0]
