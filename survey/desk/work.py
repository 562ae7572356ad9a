"""What the desk's pages do: thin steps that call box, intake and release, and keep the log."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import abort
from sqlalchemy import update
from werkzeug.datastructures import FileStorage

from survey.box.codes import revoke
from survey.box.errors import NotYetOpen, StateLost
from survey.box.keys import parse_key, read_key_file
from survey.box.start import start_wave
from survey.box.turnout import Turnout, turnout
from survey.box.waves import NewWave, Wave, create_wave, elsewhere, find_wave, key_file
from survey.desk.custody import keyholders
from survey.desk.forms import NewWaveForm
from survey.desk.plan import Plan, code_groups, slug_of
from survey.intake.codes import codes_csv, codes_links
from survey.intake.issue import issue_new_codes
from survey.intake.slips import slips_pdf
from survey.staff.activity import record
from survey.staff.guard import current_account
from survey.store import tables
from survey.web.services import services


@dataclass(frozen=True, slots=True)
class Standing:
    """A wave with what can be said about it now. `lost`: why its answers are gone, or None.

    `host`: the address of the one that takes its answers and knows its turnout, where another does.
    """

    wave: Wave
    turnout: Turnout
    lost: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A wave that was just made, and its stewards' sheets (PDF) if they were made here."""

    wave: Wave
    sheets: bytes | None = field(default=None, repr=False)


def wave_or_404(slug: str, *states: str) -> Wave:
    """The wave of that slug in one of the states (any by default), or the 404 page."""
    wave = find_wave(services().engine, slug)
    if wave is None or (states and wave.state not in states):
        abort(404)
    return wave


def require_started(wave: Wave) -> None:
    """Raises NotYetOpen, which is shown as a page, where the wave takes no answers yet."""
    if wave.state == "ready":
        raise NotYetOpen(wave.slug)


def standing(wave: Wave) -> Standing:
    """Look at the turnout. Raises FoldUnavailable where the box is busy."""
    if wave.state != "published" and (host := elsewhere(services().config, wave)):
        return Standing(wave, Turnout(0, {}), host=host)
    try:
        return Standing(wave, turnout(services().engine, services().config, wave))
    except StateLost as error:
        return Standing(wave, Turnout(0, {}), str(error))


def log(action: str, slug: str) -> None:
    """Write to the activity log as the one who is signed in."""
    record(services().engine, current_account().id, action, slug)


def make_wave(form: NewWaveForm, plan: Plan) -> Made:
    """Make the wave, which is not yet open. Raises BoxError for a taken slug.

    The sheets are made first: a wave whose words nobody has could never be opened.
    """
    name = (form.campaign.data or "").strip()
    holders = keyholders(form, plan)
    new = NewWave(
        slug=form.slug.data or "",
        definition=plan.text,
        campaign=slug_of(name),
        campaign_name=name,
        access=form.access.data,
        custody=form.custody.data,
        headcounts=plan.headcounts,
        stewards=holders.key,
        open=False,
    )
    wave = create_wave(services().engine, services().config, new)
    log("made the wave", wave.slug)
    return Made(wave, holders.sheets)


def has_key(wave: Wave) -> bool:
    """Whether the wave's key file lies on this server."""
    return key_file(services().config, wave.slug).exists()


def take_key(wave: Wave, source: str, uploaded: FileStorage | None) -> X25519PrivateKey:
    """The wave's private key. Raises KeyFileError."""
    if source == "server":
        return read_key_file(key_file(services().config, wave.slug), wave)
    return parse_key(uploaded.read(64 * 1024) if uploaded else b"", wave)


@dataclass(frozen=True, slots=True)
class File:
    """A download."""

    body: bytes | str = field(repr=False)
    mimetype: str
    ending: str


def codes_file(wave: Wave, number: int, batch: str, form: str, address: str) -> File:
    """Make codes; the file that has them: slips ("pdf", "pdf-a4"), "links" or "csv"."""
    codes = issue_new_codes(services().engine, services().secret, wave, number, batch)
    if form.startswith("pdf"):
        paper = "a4" if form == "pdf-a4" else "letter"
        slips = slips_pdf(
            wave, codes, address, dict(code_groups(wave.definition)).get(batch, batch), paper
        )
        return File(slips, "application/pdf", "pdf")
    if form == "links":
        return File(codes_links(codes, address, wave.slug), "text/plain", "txt")
    return File(codes_csv(codes), "text/csv", "csv")


def open_for_answers(wave: Wave) -> None:
    """Let people answer from now on. Raises BoxError, StateLost."""
    start_wave(services().engine, services().config, wave)
    log("opened the wave for answers", wave.slug)


def take_back(wave: Wave, batch: str) -> None:
    """Take back a batch of codes. Raises BoxError where it has none."""
    revoke(services().engine, services().config, wave, batch)
    log("took back a batch of codes", wave.slug)


def set_shared(wave: Wave, shared: bool) -> None:
    """Show a published wave's results to everybody, or no longer."""
    changed = update(tables.wave).where(tables.wave.c.id == wave.id).values(shared=shared)
    with services().engine.begin() as db:
        db.execute(changed)
    log("shared the results with everybody" if shared else "stopped sharing the results", wave.slug)
