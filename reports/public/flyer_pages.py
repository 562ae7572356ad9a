"""The flyer on the desk: who runs a wave downloads it there."""

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, request

from reports.public.flyer import PAPERS, flyer_pdf
from reports.public.pages import campaign_words
from reports.public.waves import unclosed_waves
from reports.public.yamlfile import ContentError
from survey.web.errors import Page, error_page
from survey.web.services import services

blueprint = Blueprint("flyer", __name__, url_prefix="/desk")


@blueprint.get("/waves/<slug>/flyer.pdf")
def flyer(slug: str) -> Page:
    """The flyer of a wave that is not closed: ?language=, ?paper=letter or a4.

    Its QR code leads to the survey where that is an open link, else to the campaign page: a flyer
    has no code for anybody.
    """
    wave = next((w for w in unclosed_waves(services().engine) if w.slug == slug), None)
    paper, content = request.args.get("paper", "letter"), campaign_words()
    if wave is None or paper not in PAPERS:
        abort(404)
    asked = request.args.get("language", "")
    language = asked if asked in content.languages else content.languages[0]
    target = slug if wave.access == "open" else ""
    today = datetime.now(UTC).date()
    try:
        made = flyer_pdf(content, language, request.url_root, today, paper, target)
    except ContentError as error:
        return error_page(409, str(error))
    headers = {"Content-Disposition": f'attachment; filename="flyer-{language}-{paper}.pdf"'}
    return Response(made, mimetype="application/pdf", headers=headers)
