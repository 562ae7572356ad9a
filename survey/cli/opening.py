"""The opening: here with the key, or elsewhere from an exported box, and the publishing of it."""

import hashlib
import json
import os
from pathlib import Path

import click

from survey.box.boxfile import BoxFile, export_box, read_box
from survey.box.layout import BoxError
from survey.box.model import Wave
from survey.box.stewards import key_fingerprint, key_of, short
from survey.box.unseal import count_sealed
from survey.box.waves import key_file
from survey.cli.base import Refused, open_store, plainly, progress, wanted_wave, wave_option
from survey.cli.words import hidden_option, key_from
from survey.config import Config
from survey.release.ceremony import preview, preview_file, publish_release, wave_to_open
from survey.release.model import Release
from survey.release.serialize import from_json, to_json

NOTE = "survey-opening/1"
"""Format of the note that lies beside a release: of which box it is, and that it is whole."""

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command("open")
@wave_option
@click.option("--key-file", "key", type=click.Path(path_type=Path), help="If it was moved.")
@click.option("--box", "box_path", type=click.Path(path_type=Path), help="An exported box.")
@click.option("--out", type=click.Path(path_type=Path), help="With --box: where the release goes.")
@hidden_option
@yes_option
@click.pass_obj
@plainly
def open_box(
    config: Config,
    slug: str | None,
    key: Path | None,
    box_path: Path | None,
    out: Path | None,
    hidden: bool,
    yes: bool,
) -> None:
    """Open a closed box, say what can be shown, and publish it; box and key are then destroyed.

    With --box and --out: open an exported box on any computer, and write the release to a file for
    `publish`. Stewards' words are asked for.
    """
    if (box_path is None) != (out is None):
        raise Refused("Give --box and --out together: an exported box, and where the release goes.")
    if box_path and out:
        _open_elsewhere(read_box(box_path), out, slug, key, hidden, yes)
    else:
        _open_here(config, slug, key, hidden, yes)


@click.command("publish")
@click.argument("file", type=click.Path(path_type=Path))
@wave_option
@click.option("--digest", help="Of the box that was opened, if the note beside FILE is lost.")
@yes_option
@click.pass_obj
@plainly
def publish_file(
    config: Config, file: Path, slug: str | None, digest: str | None, yes: bool
) -> None:
    """Publish a release that was opened elsewhere, as it is; the box is then destroyed."""
    body = file.read_bytes()
    release = from_json(body)
    engine = open_store(config)
    wave = wave_to_open(engine, slug or release.wave)
    require_box(wave, digest or noted_digest(file, body))
    click.echo(f"Release {fingerprint_of(body)} of box {wave.digest}\n{summary(release)}")
    if not yes and not click.confirm("Publish this, and destroy the box?"):
        click.echo("Not published. The box is as it was.")
        return
    publish_release(engine, config, wave.slug, body)
    click.echo(ending(wave))


@click.group()
def box() -> None:
    """A closed wave's box as a file."""


@box.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@wave_option
@click.pass_obj
@plainly
def export(config: Config, file: Path, slug: str | None) -> None:
    """Write the box of a closed wave to FILE, to be opened on a computer that is offline."""
    engine = open_store(config)
    wave = wanted_wave(engine, slug)
    export_box(engine, config, wave, file)
    click.echo(f"Wrote {file}\nDigest of the box: {wave.digest}")


def summary(release: Release) -> str:
    """What a release shows and hides, in a few lines."""
    shown = sum(1 for q in release.questions if q.tables)
    groups = sum(1 for h in release.hidden if h.group)
    return (
        f"{release.responses} answers. {shown} of {len(release.questions)} questions can be shown; "
        f"{groups} group tables stay hidden.\nHidden means: Not shown, to protect people."
    )


def ending(wave: Wave) -> str:
    """What is left to be done by people once a wave is published."""
    keys = "Burn the stewards' sheets" if wave.quorum else "Destroy every copy of the key file"
    return (
        f"Published: sign in and read it at /desk/results/{wave.slug}/\n"
        f"{keys}, delete every copy of the exported box, and let old checkpoints expire."
    )


def fingerprint_of(body: bytes) -> str:
    """A release's fingerprint, to be compared by two people at two computers."""
    return short(hashlib.sha256(body).hexdigest())


def require_box(wave: Wave, digest: str) -> None:
    """Raises BoxError where the box that was opened is not the one that this wave closed with."""
    if "".join(digest.split()).lower() != wave.digest:
        raise BoxError(
            f"This release is of another box than the one that '{wave.slug}' closed with: open the "
            f"box with digest {str(wave.digest)[:16]}…."
        )


def noted_digest(file: Path, body: bytes) -> str:
    """The digest in the note beside a release. Raises Refused where either was changed or lost."""
    try:
        note = json.loads(note_path(file).read_bytes())
        box_digest, release_digest = str(note["box"]), note["release"]
    except FileNotFoundError as error:
        raise Refused(
            f"There is no {note_path(file).name} beside the release: bring it along, or give the "
            "digest of the box with --digest."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"{note_path(file)} is damaged: bring it along anew.") from error
    if release_digest != hashlib.sha256(body).hexdigest():
        raise Refused(f"{file} was changed after it was opened: bring it along anew.")
    return box_digest


def note_path(file: Path) -> Path:
    """Where the note of a release lies."""
    return file.with_name(file.name + ".opening")


def _open_here(config: Config, slug: str | None, key: Path | None, hidden: bool, yes: bool) -> None:
    engine = open_store(config)
    wave = wave_to_open(engine, wanted_wave(engine, slug).slug)
    stewards = key_of(wave) if wave.quorum else None
    where = key if stewards else key or key_file(config, wave.slug)
    private = key_from(where, stewards, wave, hidden)
    with progress("Opening", count_sealed(engine, wave)) as advance:
        release = preview(engine, config, wave.slug, private, advance)
    click.echo(summary(release))
    if not yes and not click.confirm("Publish this, and destroy the box and its key?"):
        click.echo("Not published. The box is as it was; open it again at any time.")
        return
    publish_release(engine, config, wave.slug, to_json(release))
    click.echo(ending(wave))


def _open_elsewhere(
    box_file: BoxFile, out: Path, slug: str | None, key: Path | None, hidden: bool, yes: bool
) -> None:
    if slug not in (None, box_file.slug):
        raise Refused(f"This box is of the wave '{box_file.slug}', not of '{slug}'.")
    for path in (out, note_path(out)):
        if path.exists():
            raise Refused(f"{path} exists already: choose another name.")
    click.echo(_about(box_file))
    question = "Is this the digest that was shown when the wave was closed?"
    if not yes and not click.confirm(question):
        raise Refused("Nothing was opened: get the right box.")
    private = key_from(key, box_file.stewards, box_file, hidden)
    with progress("Opening", box_file.seeds) as advance:
        body = to_json(preview_file(box_file, private, advance))
    click.echo(summary(from_json(body)))
    note = {
        "format": NOTE,
        "wave": box_file.slug,
        "box": box_file.digest,
        "release": hashlib.sha256(body).hexdigest(),
    }
    _write(note_path(out), json.dumps(note, indent=1).encode() + b"\n")
    _write(out, body)
    click.echo(
        f"Wrote {out} and {note_path(out)}\nRelease {fingerprint_of(body)}\nTake both files to the "
        f"server and run `publish {out.name}`: it must say the same."
    )


def _about(box_file: BoxFile) -> str:
    return (
        f"Campaign           {box_file.campaign_name}\n"
        f"Wave               {box_file.slug} ({box_file.origin}), closed {box_file.closed}\n"
        f"Answers            {box_file.responses}\n"
        f"Key fingerprint    {key_fingerprint(box_file.public_key)}\n"
        f"Rules fingerprint  {box_file.layout.fingerprint}\n"
        f"Digest of the box  {box_file.digest}"
    )


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, so that a crash leaves no half release."""
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
