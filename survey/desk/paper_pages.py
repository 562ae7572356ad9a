"""Paper: the questionnaire to print, and codes that are taken back."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from survey.box.model import UNCLOSED
from survey.desk.forms import RevokeForm
from survey.desk.plan import code_groups
from survey.desk.work import standing, take_back, wave_or_404
from survey.intake.errors import CodeError
from survey.intake.paper import paper_pdf
from survey.intake.slips import PAPERS
from survey.staff.guard import organizer_only
from survey.web.errors import Page, error_page
from survey.web.languages import _

blueprint = Blueprint("paper", __name__, url_prefix="/desk")


@blueprint.get("/waves/<slug>/paper.pdf")
@organizer_only
def questionnaire(slug: str) -> Page:
    """The questionnaire on paper: ?language=, ?paper=letter or a4, ?large=yes."""
    found = wave_or_404(slug, *UNCLOSED)
    language = request.args.get("language", found.definition.languages[0])
    paper = request.args.get("paper", "letter")
    large = request.args.get("large") == "yes"
    try:
        made = paper_pdf(found, language, paper, large=large)
    except CodeError as error:
        if language in found.definition.languages and paper in PAPERS:
            return error_page(409, str(error))
        abort(404)
    size = "-large" if large else ""
    name = f"{slug}-{language}-{paper}{size}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, mimetype="application/pdf", headers=headers)


@blueprint.route("/waves/<slug>/codes/revoke", methods=["GET", "POST"])
@organizer_only
def revoke(slug: str) -> Page:
    """Take back every code of a batch (?batch=), once the box is checked."""
    found = wave_or_404(slug, *UNCLOSED)
    form = RevokeForm.of_request(batch=request.args.get("batch", ""))
    if form.submitted():
        take_back(found, form.batch.data or "")
        return redirect(url_for("desk.wave", slug=slug, revoked=1), 303)
    now, batch = standing(found), form.batch.data or ""
    used, issued = now.turnout.batches.get(batch, (0, 0))
    if not issued:
        abort(404)
    names = {"": _("Everybody"), **dict(code_groups(found.definition))}
    return render_template(
        "desk/revoke.html",
        wave=found,
        form=form,
        name=names.get(batch, batch),
        used=used,
        issued=issued,
    )
