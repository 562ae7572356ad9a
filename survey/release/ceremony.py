"""The ceremony: close the wave, open its box in memory, look at the release, publish it.

Every step can be repeated: until something is published, opening the closed box again gives the
same release, byte for byte. Exact totals live only inside these functions.
"""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine

from survey.box.boxfile import BoxFile, open_box
from survey.box.close import ClosedBox, close_box
from survey.box.destroy import publish_and_destroy
from survey.box.errors import NotYetOpen
from survey.box.model import Wave
from survey.box.parallel import Told, silent
from survey.box.restart import close_with_checkpoint
from survey.box.unseal import open_totals
from survey.box.waves import find_wave
from survey.config import Config
from survey.release.build import WaveFacts, build_release
from survey.release.fits import require_fit
from survey.release.model import Release, ReleaseError
from survey.release.serialize import to_json


def close_wave(
    engine: Engine, config: Config, slug: str, *, from_checkpoint: bool = False
) -> ClosedBox:
    """Take no more answers, for good; the digest names what will be opened.

    `from_checkpoint`: the box is lost, and the totals are those that a backup holds. Raises
    ReleaseError where the wave is unknown or no longer open, BoxError where the box fails.
    """
    wave = _wave(engine, slug)
    month = datetime.now(UTC).strftime("%Y-%m")
    if from_checkpoint:
        return close_with_checkpoint(engine, config, wave, month)
    if wave.state == "closed":
        raise ReleaseError(f"The wave '{slug}' is already closed: open it to see its results.")
    return close_box(engine, config, wave, month)


def wave_to_open(engine: Engine, slug: str) -> Wave:
    """The closed wave of that slug: ask before you ask for its key.

    Raises ReleaseError where it is unknown, still open or already published; NotYetOpen.
    """
    wave = _wave(engine, slug)
    if wave.state == "ready":
        raise NotYetOpen(slug)
    if wave.state == "open":
        raise ReleaseError(f"The wave '{slug}' is still open: close it first.")
    return wave


def preview(
    engine: Engine, config: Config, slug: str, key: X25519PrivateKey, told: Told = silent
) -> Release:
    """What publishing would publish. Changes and stores nothing; `told` hears of the progress.

    Raises ReleaseError as `wave_to_open`; BoxError for a wrong key or a damaged box.
    """
    wave = wave_to_open(engine, slug)
    return build_release(wave.layout, open_totals(engine, config, wave, key, told), facts_of(wave))


def preview_file(box: BoxFile, key: X25519PrivateKey, told: Told = silent) -> Release:
    """The release of an exported box, the same as `preview` makes of it on its server.

    Raises BoxError for a wrong key or a damaged box.
    """
    facts = WaveFacts(
        campaign=box.campaign_name,
        wave=box.slug,
        origin=box.origin,
        access=box.access,
        closed=box.closed,
        responses=box.responses,
        headcounts=box.headcounts,
    )
    return build_release(box.layout, open_box(box, key, told), facts)


def publish(engine: Engine, config: Config, slug: str, key: X25519PrivateKey) -> Release:
    """Open and publish in one go. Raises as `preview`."""
    release = preview(engine, config, slug, key)
    publish_release(engine, config, slug, to_json(release))
    return release


def publish_release(engine: Engine, config: Config, slug: str, body: bytes) -> Release:
    """Publish what a preview made, here or elsewhere, then destroy the box and its key.

    Release and state are written together; a crash afterwards leaves only the destruction, which
    resumes at start-up. Raises ReleaseError as `wave_to_open`, and where the body is no release of
    this wave as it was closed.
    """
    wave = wave_to_open(engine, slug)
    release = require_fit(wave, facts_of(wave), body)
    publish_and_destroy(engine, config, wave, body)
    return release


def facts_of(wave: Wave) -> WaveFacts:
    """What a release says of a closed wave beside the answers. Raises ReleaseError."""
    if wave.closed is None or wave.responses is None:
        raise ReleaseError(f"The wave '{wave.slug}' was not closed properly: close it again.")
    return WaveFacts(
        campaign=wave.campaign_name,
        wave=wave.slug,
        origin=wave.origin,
        access=wave.access,
        closed=wave.closed,
        responses=wave.responses,
        headcounts=wave.headcounts,
    )


def _wave(engine: Engine, slug: str) -> Wave:
    wave = find_wave(engine, slug)
    if wave is None:
        raise ReleaseError(f"There is no wave '{slug}' here: check how it is written.")
    if wave.state == "published":
        raise ReleaseError("This wave is already published.")
    return wave
