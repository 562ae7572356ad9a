"""The organizers' pages: the list of waves, and one page per wave with its next step."""

from flask import Blueprint, Response, redirect, render_template, request, url_for

from survey.box.layout import BoxError
from survey.box.model import UNCLOSED
from survey.box.stewards import key_fingerprint
from survey.box.waves import key_file, list_waves
from survey.desk.forms import CloseForm, CodesForm
from survey.desk.plan import code_groups
from survey.desk.steps import next_step
from survey.desk.work import (
    Standing,
    codes_file,
    has_key,
    log,
    require_started,
    set_shared,
    standing,
    wave_or_404,
)
from survey.instrument.errors import DefinitionError
from survey.intake.codes import survey_address
from survey.intake.offered import offered
from survey.release.ceremony import close_wave
from survey.release.model import ReleaseError
from survey.staff.guard import organizer_only
from survey.web.errors import Page, error_page
from survey.web.languages import _
from survey.web.services import services

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.app_errorhandler(BoxError)
@blueprint.app_errorhandler(ReleaseError)
@blueprint.app_errorhandler(DefinitionError)
def refused(error: Exception) -> Page:
    """What box, release or instrument refuse: their own sentence, on a page."""
    return error_page(409, str(error))


@blueprint.get("/")
def overview() -> Page:
    """Every wave with its next step, the newest first."""
    waves = [(wave, next_step(wave)) for wave in reversed(list_waves(services().engine))]
    return render_template("desk/overview.html", waves=waves)


@blueprint.get("/waves/<slug>")
def wave(slug: str) -> Page:
    """One wave: what stands, and what can be done."""
    return _wave_page(standing(wave_or_404(slug)))


@blueprint.post("/waves/<slug>/codes")
@organizer_only
def codes(slug: str) -> Page:
    """New codes as a file. It is the only copy: the server keeps keyed hashes."""
    found = wave_or_404(slug, *UNCLOSED)
    form = CodesForm.for_wave(found.definition)
    if not form.submitted():
        return _wave_page(standing(found), form)
    number = form.number.data
    made = codes_file(found, number, form.group.data, form.form.data, _address())
    log(f"made {number} {'code' if number == 1 else 'codes'}", slug)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-codes.{made.ending}"'}
    return Response(made.body, mimetype=made.mimetype, headers=headers)


@blueprint.route("/waves/<slug>/close", methods=["GET", "POST"])
@organizer_only
def close(slug: str) -> Page:
    """Close a wave for good, once its short name is typed."""
    found, form = wave_or_404(slug, *UNCLOSED), CloseForm.of_request()
    require_started(found)
    right = form.submitted() and (form.typed.data or "").strip() == slug
    if form.is_sent() and not right:
        form.typed.errors = [_("This is not the short name of the wave. Type: %(slug)s", slug=slug)]
    if not right:
        return render_template("desk/close.html", standing=standing(found), form=form)
    close_wave(services().engine, services().config, slug)
    log("closed the wave", slug)
    return redirect(url_for("desk.wave", slug=slug), 303)


@blueprint.post("/waves/<slug>/share")
@organizer_only
def share(slug: str) -> Page:
    """Show the results to everybody, or no longer."""
    set_shared(wave_or_404(slug, "published"), request.form.get("shared") == "yes")
    return redirect(url_for("desk.wave", slug=slug), 303)


def _wave_page(now: Standing, form: CodesForm | None = None) -> str:
    wave = now.wave
    return render_template(
        "desk/wave.html",
        now=now,
        wave=wave,
        form=form or CodesForm.for_wave(wave.definition),
        batch_names={"": _("Everybody"), **dict(code_groups(wave.definition))},
        key=key_file(services().config, wave.slug) if has_key(wave) else None,
        key_fingerprint=key_fingerprint(wave.public_key),
        link=survey_address(_address(), wave.slug),
        offered=offered(wave),
    )


def _address() -> str:
    """https://host, as this browser reached us."""
    return request.url_root.rstrip("/")
