"""The opening: the key is taken, the box is opened in memory, and what was seen is published.

The key lives as long as the request that opens the box. Publishing needs it no more: it publishes
what the preview made.
"""

from flask import Blueprint, redirect, render_template, url_for

from survey.box.model import Wave
from survey.box.stewards import key_fingerprint
from survey.box.words import WORD_LIST
from survey.desk.forms import PublishForm
from survey.desk.outline import outline
from survey.desk.seen import open_seen, seal_seen
from survey.desk.unlock import given_key, unlock_form
from survey.desk.work import log, wave_or_404
from survey.release.ceremony import preview, publish_release
from survey.release.model import Release
from survey.release.serialize import to_json
from survey.staff.guard import organizer_only
from survey.web.errors import Page
from survey.web.forms import StaffForm
from survey.web.languages import _
from survey.web.services import services

blueprint = Blueprint("opening", __name__, url_prefix="/desk")


@blueprint.route("/waves/<slug>/open", methods=["GET", "POST"])
@organizer_only
def look(slug: str) -> Page:
    """Explains the opening; with the key, shows what would be published. Nothing is stored."""
    wave = wave_or_404(slug, "closed")
    form = unlock_form(wave)
    key = given_key(wave, form)
    if key is None:
        return _key_page(wave, form)
    release = preview(services().engine, services().config, slug, key)
    log("opened the box to look at what can be shown", slug)
    return _preview_page(wave, release)


@blueprint.post("/waves/<slug>/publish")
@organizer_only
def publish(slug: str) -> Page:
    """Publishes what the preview showed, and destroys box and key."""
    wave, form = wave_or_404(slug, "closed"), PublishForm.of_request()
    body = open_seen(wave, form.release.data or "") if form.submitted() else None
    if body is None:
        form.release.errors = [*form.release.errors, _("Open the box once more, and publish then.")]
        return _key_page(wave, unlock_form(wave, fresh=True), form)
    publish_release(services().engine, services().config, slug, body)
    log("published the results", slug)
    return redirect(url_for("desk.wave", slug=slug, published=1), 303)


def _key_page(wave: Wave, form: StaffForm, refused: PublishForm | None = None) -> str:
    return render_template(
        "desk/open.html",
        wave=wave,
        form=form,
        refused=refused,
        key_fingerprint=key_fingerprint(wave.public_key),
        word_list=WORD_LIST if wave.quorum else (),
    )


def _preview_page(wave: Wave, release: Release) -> str:
    form = PublishForm(data={"release": seal_seen(wave, to_json(release))})
    return render_template(
        "desk/preview.html", wave=wave, form=form, release=release, outline=outline(release)
    )
