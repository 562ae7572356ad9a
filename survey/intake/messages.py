"""Pages of a few sentences: what happened, and what to do next."""

from flask import Response, make_response, render_template, request, url_for

from survey.box.errors import StateLost
from survey.box.layout import BoxError
from survey.box.model import Wave
from survey.intake.label import grouped
from survey.intake.offered import offered
from survey.web.languages import SUPPORTED, _, current_language, ngettext


def message(
    title: str,
    lead: str,
    *paragraphs: str,
    wave: Wave | None = None,
    links: tuple[tuple[str, str], ...] = (),
    contact: tuple[str, str] | None = None,
    early: bool = False,
) -> str:
    """One plain page. `early`: there may be a draft on the device that is still to be sent."""
    return render_template(
        "survey/message.html",
        title=title,
        lead=lead,
        paragraphs=paragraphs,
        wave=wave,
        links=links,
        contact=contact,
        early=early,
        languages=offered(wave) if wave else SUPPORTED,
    )


def not_yet_open(wave: Wave, lang: str) -> Response:
    """An ordinary page, as whoever comes early did nothing wrong, and nothing is out of order."""
    page = message(
        _("This survey is not yet open"),
        _("It does not take answers yet."),
        _("Keep your slip or your link. Ask an organizer when it opens, then come back here."),
        wave=wave,
        links=(
            (
                url_for("intake.privacy", slug=wave.slug, lang=lang),
                _("How your answers stay private"),
            ),
            (f"/?lang={lang}", _("About our campaign")),
        ),
        early=True,
    )
    return make_response(page)


def closed(wave: Wave) -> Response:
    """The wave is over; what everybody may know of its box."""
    lang = current_language()
    links = [(f"/?lang={lang}", _("About our campaign"))]
    if wave.shared and wave.state == "published":
        links.insert(0, (f"/results/{wave.slug}?lang={lang}", _("See the results")))
    late = _("What you just sent came too late and was not counted.")
    page = message(
        _("This survey has closed"),
        _("It does not take answers any more."),
        *_sealed(wave),
        *([late] if request.method == "POST" else []),
        _("Ask an organizer when the results come out, and how to take part in the next survey."),
        wave=wave,
        links=tuple(links),
    )
    return make_response(page, 410)


def _sealed(wave: Wave) -> tuple[str, ...]:
    """What everybody may know of a closed box, to compare it later with the one that is opened."""
    if wave.responses is None or wave.digest is None:
        return ()  # it was closed a moment ago; the next visit knows
    answered = ngettext("%(num)s person answered", "%(num)s people answered", wave.responses)
    seal = _("The totals are sealed under this number: %(digest)s", digest=grouped(wave.digest))
    return answered, seal


def stopped(wave: Wave, error: BoxError) -> Response:
    """Why nobody's answers can be counted until an organizer does something."""
    if isinstance(error, StateLost):
        lead = _("The server lost the key to the answers so far. Nobody can read or count them.")
        then = _(
            "Please tell an organizer. When they have started it again, please answer again here."
        )
    else:
        lead = _("The program behind it was changed, and cannot go on with this survey.")
        then = _(
            "Please tell an organizer: they have to make a new survey and hand out a new link."
        )
    page = message(
        _("This survey has to be started again"),
        lead,
        _("Your answers were not counted."),
        then,
        wave=wave,
    )
    return make_response(page, 503)
