"""Downloads of one wave's results. Everybody who is signed in may have them."""

from flask import Blueprint, Response, abort, render_template, request

from reports.bargaining.demands import list_demands
from reports.exports.context import ExportError
from reports.exports.registry import EXPORTS, download_name, export
from reports.wording import origin_label, say
from survey.release.model import Release
from survey.release.published import published, published_body
from survey.web.errors import Page, error_page
from survey.web.languages import NAMES, SUPPORTED, current_language
from survey.web.services import services

blueprint = Blueprint("exports", __name__, url_prefix="/desk/results/<slug>/export")


@blueprint.errorhandler(ExportError)
def refused(error: ExportError) -> Page:
    """A file that cannot be made: its own sentence, on a page."""
    return error_page(500, str(error))


@blueprint.get("")
def index(slug: str) -> Page:
    """Which formats there are, and what each is for."""
    release, lang = _release(slug), current_language()
    return render_template(
        "exports/index.html",
        slug=slug,
        tab="exports",
        release=release,
        survey=say(release.title, lang),
        origin=origin_label(release, lang),
        languages={code: NAMES[code] for code in _languages(release)},
        names={fmt: download_name(release, fmt) for fmt in EXPORTS},
    )


@blueprint.get("/<fmt>")
def download(slug: str, fmt: str) -> Response:
    """The file, in ?lang= where the questionnaire has that language."""
    if fmt not in EXPORTS:
        abort(404)
    engine, release = services().engine, _release(slug)
    asked = request.args.get("lang", "")
    lang = asked if asked in _languages(release) else current_language()
    body = export(release, fmt, lang, list_demands(engine, slug), published_body(engine, slug))
    attachment = f'attachment; filename="{download_name(release, fmt)}"'
    headers = {"Content-Disposition": attachment}
    return Response(body, mimetype=EXPORTS[fmt].mimetype, headers=headers)


def _release(slug: str) -> Release:
    release = published(services().engine, slug)
    if release is None:
        abort(404)
    return release


def _languages(release: Release) -> tuple[str, ...]:
    """Languages of the questionnaire that the program speaks as well."""
    return tuple(code for code in SUPPORTED if code in release.title)
