"""Languages of a wave: read every text beside its source, then confirm the language or not."""

from dataclasses import dataclass

import polib
from flask import Blueprint, abort, redirect, render_template, url_for
from wtforms import BooleanField
from wtforms.validators import InputRequired

from survey.box.languages import confirm_language
from survey.box.model import Wave
from survey.desk.work import log, wave_or_404
from survey.instrument.texts import texts
from survey.staff.guard import organizer_only
from survey.web.errors import Page
from survey.web.forms import StaffForm
from survey.web.languages import NAMES, catalog_path, lazy
from survey.web.services import services

blueprint = Blueprint("languages", __name__, url_prefix="/desk")


class ConfirmForm(StaffForm):
    """The organizer's word for it."""

    read = BooleanField(
        lazy("A person who speaks it has read every page"),
        [InputRequired(lazy("Check the box once somebody who speaks it has read every page."))],
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """A text in the source language and in the other one, one line for each plural form."""

    source: tuple[str, ...]
    other: tuple[str, ...]


@blueprint.route("/waves/<slug>/languages/<language>", methods=["GET", "POST"])
@organizer_only
def review(slug: str, language: str) -> Page:
    """Every text of the language beside its source. POST confirms it."""
    wave, form = _wave(slug, language), ConfirmForm.of_request()
    if form.submitted():
        confirm_language(services().engine, wave, language, True)
        log(f"confirmed that a speaker has read the language {language}", slug)
        return redirect(url_for("desk.wave", slug=slug, _anchor="languages"), 303)
    return render_template(
        "desk/language.html",
        wave=wave,
        form=form,
        language=language,
        questions=_questions(wave, language),
        around=_around(language),
    )


@blueprint.post("/waves/<slug>/languages/<language>/take-back")
@organizer_only
def take_back(slug: str, language: str) -> Page:
    """Offer the language no longer."""
    confirm_language(services().engine, _wave(slug, language), language, False)
    log(f"took back that a speaker has read the language {language}", slug)
    return redirect(url_for("desk.wave", slug=slug, _anchor="languages"), 303)


def _wave(slug: str, language: str) -> Wave:
    """The wave, if the language is one of its translations that pages can be shown in."""
    wave = wave_or_404(slug)
    if language not in wave.definition.languages[1:] or language not in NAMES:
        abort(404)
    return wave


def _questions(wave: Wave, language: str) -> tuple[Pair, ...]:
    source = wave.definition.languages[0]
    pairs = (Pair((t[source],), (t[language],)) for _path, t in texts(wave.definition))
    return tuple(dict.fromkeys(pairs))


def _around(language: str) -> tuple[Pair, ...]:
    """The words of the pages around the questions; none for the language they are written in."""
    path = catalog_path(language)
    if not path.is_file():
        return ()
    return tuple(
        Pair((e.msgid, e.msgid_plural), tuple(e.msgstr_plural.values()))
        if e.msgid_plural
        else Pair((e.msgid,), (e.msgstr,))
        for e in polib.pofile(str(path))
    )
