"""Before a wave is open: a look at the survey, a trial of the stewards' words, and the button that
opens it for answers.
"""

from flask import Blueprint, abort, redirect, render_template, url_for

from survey.box.model import UNCLOSED
from survey.box.stewards import key_fingerprint, key_of, line_of
from survey.box.words import WORD_LIST
from survey.desk.forms import words_form
from survey.desk.unlock import tried_words
from survey.desk.work import open_for_answers, standing, wave_or_404
from survey.desk.worksites import made_up_sites
from survey.intake.pages import Preview, preview_page
from survey.staff.guard import organizer_only
from survey.web.errors import Page
from survey.web.forms import StaffForm
from survey.web.languages import SUPPORTED, choose_language

blueprint = Blueprint("start", __name__, url_prefix="/desk")


@blueprint.route("/waves/<slug>/start", methods=["GET", "POST"])
@organizer_only
def start(slug: str) -> Page:
    """What to look at before people answer. POST opens the wave."""
    found, form = wave_or_404(slug, "ready"), StaffForm.of_request()
    if form.submitted():
        open_for_answers(found)
        return redirect(url_for("desk.wave", slug=slug, started=1), 303)
    unread = [code for code in found.definition.languages if not found.reviewed(code)]
    return render_template(
        "desk/start.html",
        form=form,
        wave=found,
        codes=sum(issued for _used, issued in standing(found).turnout.batches.values()),
        unread=unread,
        made_up=made_up_sites(found.definition) if found.origin == "survey" else (),
    )


@blueprint.route("/waves/<slug>/words", methods=["GET", "POST"])
@organizer_only
def words(slug: str) -> Page:
    """Whether these are the stewards' words of this wave. Opens nothing and stores nothing."""
    found = wave_or_404(slug, *UNCLOSED)
    if found.quorum is None:
        abort(404)
    form = words_form(found.quorum.threshold).of_request()
    return render_template(
        "desk/words.html",
        wave=found,
        form=form,
        tried=tried_words(found, form),
        key_fingerprint=key_fingerprint(found.public_key),
        public_key=line_of(key_of(found)),
        word_list=WORD_LIST,
    )


@blueprint.get("/waves/<slug>/preview")
def preview(slug: str) -> str:
    """The survey as workers see it, in ?lang= any of its languages. Nothing can be sent."""
    found = wave_or_404(slug)
    first, *others = found.definition.languages
    languages = (first, *(code for code in others if code in SUPPORTED))
    back = url_for("desk.wave", slug=slug)
    return preview_page(found, choose_language(languages), Preview(languages, back))
