"""What is printed or sent before a wave runs: codes, and the questionnaire on paper."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from reports.public.content import content_file, load_content
from reports.public.flyer import flyer_pdf
from survey.box.codes import revoke as take_back
from survey.box.model import Wave
from survey.cli.base import Refused, open_store, plainly, wanted_wave, wave_option
from survey.cli.setup import new_codes
from survey.config import Config
from survey.desk.plan import code_groups
from survey.intake.codes import codes_csv, codes_links, survey_address
from survey.intake.offered import offered
from survey.intake.paper import paper_pdf
from survey.intake.slips import PAPERS, require_printable, slips_pdf
from survey.staff.activity import record

EVERYBODY = "everybody"
"""What the batch of codes that are for no group is called on the command line."""

paper_option = click.option("--paper", type=click.Choice(PAPERS), default="letter")
out_option = click.option("--out", type=click.Path(path_type=Path), help="The file to write.")


@click.command()
@click.argument("number", type=click.IntRange(1, 100_000), required=False)
@wave_option
@click.option("--group", "batch", default="", help="For a group, such as role=therapist.")
@click.option("--format", "form", type=click.Choice(["csv", "links", "pdf"]), default="csv")
@paper_option
@click.option("--address", default="http://127.0.0.1:8000", help="For links: the site's address.")
@out_option
@click.option("--revoke", metavar="GROUP", help="Take back the codes of a group, or everybody's.")
@click.option("--yes", is_flag=True, help="With --revoke: do not ask.")
@click.pass_obj
@plainly
def codes(config: Config, /, number: int | None, slug: str | None, **how: object) -> None:
    """Make N codes and print them, or as slips (PDF) to cut. They are shown this once."""
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    if how["revoke"] is not None:
        if number is not None:
            raise Refused("Either make codes or take them back: leave the number or --revoke out.")
        revoke(engine, config, wave, str(how["revoke"]), bool(how["yes"]))
        return
    if number is None:
        raise Refused("Say how many codes: `codes 240`.")
    make_codes(engine, config, wave, number, how)


def make_codes(
    engine: Engine, config: Config, wave: Wave, number: int, how: dict[str, object]
) -> None:
    """Issue the codes and write them down. What is wrong is said before any code is made."""
    batch, form, address = batch_of(wave, str(how["batch"])), how["form"], str(how["address"])
    out, paper = how["out"], str(how["paper"])
    survey_address(address, wave.slug)
    if form == "pdf":
        require_printable(number, paper)
        if not isinstance(out, Path):
            raise Refused("Say where the PDF goes: --out slips.pdf.")
    if isinstance(out, Path) and out.exists():
        raise Refused(f"{out} is there already: write to another file, or delete it first.")
    made = new_codes(engine, config, wave, number, batch)
    if form == "pdf":
        words = dict(code_groups(wave.definition)).get(batch, batch)
        text: str | bytes = slips_pdf(wave, made, address, words, paper)
    else:
        text = codes_links(made, address, wave.slug) if form == "links" else codes_csv(made)
    if isinstance(out, Path):
        write_secret(out, text.encode() if isinstance(text, str) else text)
    else:
        click.echo(text, nl=False)


def batch_of(wave: Wave, group: str) -> str:
    """The batch of codes for a group, "" for everybody's. Raises Refused for a group it lacks."""
    known = [name for name, _label in code_groups(wave.definition)]
    if group in {"", EVERYBODY}:
        return ""
    if group not in known:
        names = ", ".join((*known, EVERYBODY))
        raise Refused(f"The wave '{wave.slug}' has no group '{group}': choose one of {names}.")
    return group


def revoke(engine: Engine, config: Config, wave: Wave, group: str, sure: bool) -> None:
    """Take back a batch, once the person at the keyboard says yes."""
    if not sure:
        question = f"Take back every code for {group} in '{wave.slug}', also unused ones in hands?"
        click.confirm(question, abort=True)
    batch = "" if group == EVERYBODY else group
    take_back(engine, config, wave, batch)
    record(engine, None, "took back a batch of codes", wave.slug)
    click.echo(f"Taken back: every code for {group}. Answers that were counted stay counted.")


@click.command()
@wave_option
@click.option("--lang", "language", help="A language of the questionnaire; its first by default.")
@paper_option
@click.option("--large", is_flag=True, help="Large print.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The PDF to write.")
@click.pass_obj
@plainly
def paper(
    config: Config, slug: str | None, language: str | None, paper: str, large: bool, out: Path
) -> None:
    """The questionnaire on paper, as a PDF. Every sheet of a wave is the same."""
    wave = wanted_wave(open_store(config), slug)
    wanted = language or wave.definition.languages[0]
    out.write_bytes(paper_pdf(wave, wanted, paper, large=large))
    click.echo(f"Written: {out}")


@click.command()
@click.option("--wave", "slug", help="An open-link wave to lead to; else the campaign page.")
@click.option("--lang", "language", help="A language of the campaign page; its first by default.")
@paper_option
@click.option("--address", default="http://127.0.0.1:8000", help="The site's address.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The PDF to write.")
@click.pass_obj
@plainly
def flyer(
    config: Config, slug: str | None, language: str | None, paper: str, address: str, out: Path
) -> None:
    """A flyer of one page about the campaign, as a PDF, with a QR code."""
    content = load_content(content_file(config))
    wanted = language or content.languages[0]
    if wanted not in content.languages:
        known = ", ".join(content.languages)
        raise Refused(f"The campaign page has no language '{wanted}': it has {known}.")
    survey_address(address, "x")
    if slug is not None:
        require_open_link(wanted_wave(open_store(config), slug), wanted)
    today = datetime.now(UTC).date()
    out.write_bytes(flyer_pdf(content, wanted, address, today, paper, slug or ""))
    click.echo(f"Written: {out}")


def require_open_link(wave: Wave, language: str) -> None:
    """Raises Refused where a flyer in that language must not lead to the wave."""
    if wave.access != "open":
        raise Refused(f"The wave '{wave.slug}' takes codes, which no flyer has: leave --wave out.")
    if language not in offered(wave):
        raise Refused(
            f"The wave '{wave.slug}' does not offer the language '{language}', so nobody could "
            "answer in it: confirm that language first, or choose another one."
        )


def write_secret(path: Path, body: bytes) -> None:
    """Write a new file that nobody else on this machine can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
