"""Setting a wave up: choose, check, look at what will be hidden, and only then make it."""

from flask import Blueprint, Response, redirect, render_template, request, url_for

from survey.box.layout import BoxError
from survey.box.waves import list_waves
from survey.desk.forms import NewWaveForm, people
from survey.desk.plan import OWN
from survey.desk.setup import Draft, draft_of, merged, take_text
from survey.desk.work import Made, make_wave
from survey.desk.worksites import made_up_sites
from survey.staff.guard import organizer_only
from survey.web.errors import Page
from survey.web.services import services

FIRST = {
    "questionnaire": "behavioral-health",
    "access": "codes",
    "custody": "stewards",
    "count": 3,
    "threshold": 2,
}
"""What is chosen to begin with."""

blueprint = Blueprint("setup", __name__, url_prefix="/desk")


@blueprint.route("/waves/new", methods=["GET", "POST"])
@organizer_only
def new_wave() -> Page:
    """Makes the wave with `do=create`; other buttons check it, merge groups or open the editor."""
    form = NewWaveForm.of_request(campaign=_last_campaign(), **FIRST)
    wanted = request.form.get("do", "check")
    if not form.is_sent():
        return _page(form)
    take_text(form, edit=wanted == "edit")
    draft = None if wanted == "edit" else draft_of(form)
    if draft is None:
        return _page(form)
    if wanted == "merge":
        draft = merged(draft, form)
    elif wanted == "create" and draft.ready and (made := _make(form, draft)):
        return _made_page(made)
    return _page(form, draft)


def _make(form: NewWaveForm, draft: Draft) -> Made | None:
    try:
        return make_wave(form, draft.plan)
    except BoxError as error:
        form.slug.errors = [str(error)]
        return None


def _made_page(made: Made) -> Page:
    """The wave's page; where sheets were made, the sheets instead: there is no second copy."""
    if made.sheets is None:
        return redirect(url_for("desk.wave", slug=made.wave.slug, made=1), 303)
    name = f'attachment; filename="{made.wave.slug}-stewards.pdf"'
    headers = {"Content-Disposition": name}
    return Response(made.sheets, mimetype="application/pdf", headers=headers)


def _page(form: NewWaveForm, draft: Draft | None = None) -> str:
    merged_now = request.form.get("do") == "merge" and draft is not None and draft.ready
    return render_template(
        "desk/new.html",
        form=form,
        draft=draft,
        people=people,
        own=OWN,
        merged=merged_now,
        made_up=made_up_sites(draft.plan.definition) if draft else (),
        sheets=form.custody.data == "stewards" and not form.public_key.data,
    )


def _last_campaign() -> str:
    waves = list_waves(services().engine)
    return waves[-1].campaign_name if waves else ""
