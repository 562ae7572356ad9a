"""What a worker's browser asks for: the survey, its privacy label, and the thank-you page.

No cookie, no session, nothing logged; the page works without scripts. What a worker sent is either
counted, or shown again with everything in it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from wtforms.fields.core import Field

from survey.box.errors import FoldUnavailable
from survey.box.fold import Ballots, Outcome
from survey.box.layout import BoxError, cells_of
from survey.box.model import UNCLOSED, Wave
from survey.instrument.model import say
from survey.instrument.wording import PREFER_NOT
from survey.intake.ballots import name_of, new_form_id
from survey.intake.folders import Folders
from survey.intake.known import KnownWaves
from survey.intake.label import grouped, label
from survey.intake.messages import closed, message, not_yet_open, stopped
from survey.intake.offered import offered
from survey.intake.padding import padded
from survey.intake.rendered import PLACE, Page, Pages
from survey.intake.review import looked_over, nothing_said
from survey.intake.sheet import LOOKED, Sheet, empty_sheet, read_sheet
from survey.web.errors import RETRY
from survey.web.headers import worker_page
from survey.web.languages import SUPPORTED, _, choose_language
from survey.web.services import services

FORM = "application/x-www-form-urlencoded"
"""The only kind of body that is read: parts of a multipart body could be put on disk."""
Contact = Callable[[bool], tuple[str, str] | None]
"""Address (mailto: or https:) and name of whom a worker can ask, in the language of the request;
None where there is nobody but a made-up campaign's. It is given whether the wave is practice."""

blueprint = Blueprint("intake", __name__)


@dataclass(frozen=True, slots=True)
class Room:
    """What this room keeps for the life of a process: nothing about anybody."""

    pages: Pages = field(default_factory=Pages)
    folders: Folders = field(default_factory=Folders)
    waves: KnownWaves = field(default_factory=KnownWaves)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an organizer's look at the form has beside it."""

    languages: tuple[str, ...]
    back: str
    """Address of the page to go back to."""


def init_app(app: Flask) -> None:
    """Give the app its cache of pages and its folders, and the frame where "Leave quickly" goes."""
    app.extensions["survey.intake"] = Room()
    app.jinja_env.globals["leave_to"] = app.extensions["survey"].config.leave_to


@blueprint.get("/s/<slug>")
def survey(slug: str) -> Response:
    """The form, with a fresh form id."""
    wave, lang = wanted_wave(slug)
    if wave.state != "open":
        return not_yet_open(wave, lang) if wave.state == "ready" else closed(wave)
    worker_page()
    page = _blank(wave, lang)
    form_id = new_form_id(services().secret, name_of(wave))
    if not request.accept_encodings["gzip"]:
        return make_response(page.plain(form_id))
    response = make_response(page.gzipped(form_id))
    response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    return response


@blueprint.post("/s/<slug>")
def send(slug: str) -> Response:
    """Count what was sent, once; or show it again and say what is wrong.

    A form with no answer at all is shown to be looked over first: most often it was sent by
    mistake, and a code counts once.
    """
    wave, lang = wanted_wave(slug)
    if wave.state not in UNCLOSED:
        return closed(wave)
    if request.mimetype != FORM:
        abort(415)
    sheet = read_sheet(services().secret, wave, lang, request.form)
    if wave.state == "ready":
        return _too_early(wave, lang, sheet)
    if sheet.ballots is None:
        return _again(wave, lang, sheet, 422)
    if "review" in request.form:
        return _again(wave, lang, replace(sheet, review=True), 200)
    if nothing_said(sheet.form) and not sheet.looked:
        return _again(wave, lang, replace(sheet, review=True), 422)
    return _count(wave, lang, sheet, sheet.ballots)


@blueprint.get("/s/<slug>/privacy")
def privacy(slug: str) -> str:
    """The label of this wave."""
    wave, lang = wanted_wave(slug)
    return render_template(
        "survey/privacy.html",
        wave=wave,
        languages=offered(wave),
        title=say(wave.definition.title, lang),
        label=label(wave),
        fingerprint=grouped(wave.fingerprint),
        survey_url=url_for("intake.survey", slug=slug, lang=lang),
    )


@blueprint.get("/thanks", defaults={"practice": False})
@blueprint.get("/thanks/practice", defaults={"practice": True})
def thanks(practice: bool) -> str:
    """The same page for everybody, whether the answers came for the first time or not.

    Who answered a real wave is not sent to a campaign that is made up.
    """
    lang = choose_language(SUPPORTED)
    campaign = _contact(practice)
    return message(
        _("Thank you"),
        _("What you sent has arrived. Nobody can tell which answers are yours."),
        _("Each code and each form counts once. If it was sent before, the first answers count."),
        _("You can close this page now. On a shared phone, also delete it from the history."),
        _("Does somebody else want to answer on this phone? Open the link again for a new form."),
        contact=campaign,
        links=((f"/?lang={lang}", _("About our campaign")),) if campaign else (),
    )


def wanted_wave(slug: str) -> tuple[Wave, str]:
    """The wave, and the language of this request among those it offers; 404 if there is none."""
    wave = _room().waves.find(services().engine, slug)
    if wave is None:
        abort(404)
    return wave, choose_language(offered(wave))


def show_again(wave: Wave, lang: str, *, crowded: bool = False) -> Response:
    """What this request sent was not counted, as far as anybody knows: it can be sent again.

    The form id stays whatever it was, so that it counts once in any case. `crowded`: it was not
    even tried, as too much comes from the same place.
    """
    sheet = read_sheet(services().secret, wave, lang, request.form)
    same = replace(sheet, form_id=request.form.get("form", ""))
    sheet = same.too_many() if crowded else same.not_stored()
    return _later(wave, lang, sheet, 429 if crowded else 503)


def _count(wave: Wave, lang: str, sheet: Sheet, ballots: Ballots) -> Response:
    try:
        cells = cells_of(wave.layout, sheet.answers)
        outcome = _room().folders.of(services(), wave).fold(cells, ballots)
    except FoldUnavailable:
        return _later(wave, lang, sheet.not_stored())
    except BoxError as error:
        return stopped(wave, error)
    if outcome is Outcome.UNKNOWN_CODE:
        return _again(wave, lang, sheet.unknown_code(), 422)
    if outcome is Outcome.NOT_YET_OPEN:
        return _too_early(wave, lang, sheet)
    return closed(wave) if outcome is Outcome.CLOSED else _thank(wave, lang)


def preview_page(wave: Wave, lang: str, preview: Preview) -> str:
    """The form as workers will see it, in a language that may not be offered yet; sends nothing."""
    return _form(wave, lang, empty_sheet(wave, lang, ""), preview)


def _room() -> Room:
    room: Room = current_app.extensions["survey.intake"]
    return room


@dataclass(frozen=True, slots=True)
class _Section:
    id: str
    title: str
    fields: tuple[Field, ...]


def _form(wave: Wave, lang: str, sheet: Sheet, preview: Preview | None = None) -> str:
    definition = wave.definition
    languages = preview.languages if preview else offered(wave)
    return render_template(
        "survey/form.html",
        wave=wave,
        # Another language is another page: what was typed would be lost on the way there.
        languages=() if sheet.problems or sheet.review else languages,
        preview=preview,
        title=say(definition.title, lang),
        intro=say(definition.intro, lang) if definition.intro else "",
        sections=[
            _Section(s.id, say(s.title, lang), tuple(sheet.form[q.id] for q in s.questions))
            for s in definition.sections
        ],
        problems=sheet.problems,
        code=sheet.code,
        code_error=sheet.code_error,
        form_id=sheet.form_id,
        review=looked_over(sheet.form, definition, lang) if sheet.review else (),
        nothing_said=sheet.review and nothing_said(sheet.form),
        looked=LOOKED if sheet.review or sheet.looked else "",
        prefer_not=PREFER_NOT,
        action=url_for("intake.send", slug=wave.slug, lang=lang),
        privacy_url=url_for("intake.privacy", slug=wave.slug, lang=lang),
        thanks_url=_thanks_url(wave),
    )


def _contact(practice: bool) -> tuple[str, str] | None:
    """Whom the campaign names; handed over by create_app, as this room knows no campaign page."""
    named: Contact | None = current_app.extensions.get("survey.contact")
    return named(practice) if named else None


def _thanks_url(wave: Wave, lang: str | None = None) -> str:
    return url_for("intake.thanks", practice=wave.origin != "survey", lang=lang)


def _thank(wave: Wave, lang: str) -> Response:
    # Not a page of its own, so that reloading it sends nothing again.
    return Response(status=303, headers={"Location": _thanks_url(wave, lang)})


def _blank(wave: Wave, lang: str) -> Page:
    """The form as everybody is first shown it."""
    return _room().pages.of(wave, lang, lambda: _form(wave, lang, empty_sheet(wave, lang, PLACE)))


def _again(wave: Wave, lang: str, sheet: Sheet, status: int) -> Response:
    """Show what was sent once more; the length of the page tells nothing of it."""
    page = _form(wave, lang, sheet).encode()
    return make_response(padded(page, _blank(wave, lang).length), status)


def _later(wave: Wave, lang: str, sheet: Sheet, status: int = 503) -> Response:
    response = _again(wave, lang, sheet, status)
    response.headers["Retry-After"] = RETRY
    return response


def _too_early(wave: Wave, lang: str, sheet: Sheet) -> Response:
    """Nobody is given a form of such a wave; but one may be at hand that was opened before an old
    copy of the database was put back. 409: the same can be sent again once the wave is open.
    """
    return _again(wave, lang, sheet.not_yet_open(), 409)
