"""The opening: the key is taken, the box is opened in memory, and what was seen is published."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Blueprint, redirect, render_template, url_for

from survey.box.errors import KeyFileError
from survey.box.model import Wave
from survey.desk.forms import KeyForm
from survey.desk.outline import outline
from survey.desk.work import has_key, log, name_of, take_key, wave_or_404
from survey.release.ceremony import preview, publish
from survey.release.model import Release
from survey.staff.guard import organizer_only
from survey.web.errors import Page
from survey.web.languages import _
from survey.web.services import services

blueprint = Blueprint("opening", __name__, url_prefix="/desk")


@blueprint.route("/waves/<slug>/open", methods=["GET", "POST"])
@organizer_only
def look(slug: str) -> Page:
    """Explains the opening; with the key, shows what would be published. Nothing is stored."""
    wave, form = wave_or_404(slug, "closed"), _key_form(slug)
    key = _key(wave, form)
    if key is None:
        return render_template("desk/open.html", wave=wave, form=form)
    release = preview(services().engine, services().config, slug, key)
    log("opened the box to look at what can be shown", slug)
    return _preview_page(wave, form, release)


@blueprint.post("/waves/<slug>/publish")
@organizer_only
def publish_release(slug: str) -> Page:
    """Publishes what the preview showed, and destroys box and key."""
    wave, form = wave_or_404(slug, "closed"), _key_form(slug)
    key = _key(wave, form)
    if key is None:
        return render_template("desk/open.html", wave=wave, form=form)
    release = preview(services().engine, services().config, slug, key)
    if form.seen.data != name_of(release):
        return _preview_page(wave, form, release)
    publish(services().engine, services().config, slug, key)
    log("published the results", slug)
    return redirect(url_for("desk.wave", slug=slug, published=1), 303)


def _key_form(slug: str) -> KeyForm:
    wave = wave_or_404(slug)
    form = KeyForm.of_request(source="server" if has_key(wave) else "upload")
    if not has_key(wave):
        form.source.choices = [c for c in form.source.choices if c.value == "upload"]
    return form


def _key(wave: Wave, form: KeyForm) -> X25519PrivateKey | None:
    """The key that was given; None where none was, and the form says why."""
    if not form.submitted():
        return None
    if form.source.data == "upload" and not form.file.data:
        form.file.errors = [_("Choose the key file of this wave.")]
        return None
    try:
        return take_key(wave, form.source.data, form.file.data)
    except KeyFileError as error:
        form.file.errors = [str(error)]
        return None


def _preview_page(wave: Wave, form: KeyForm, release: Release) -> str:
    form.seen.data = name_of(release)
    return render_template(
        "desk/preview.html", wave=wave, form=form, release=release, outline=outline(release)
    )
