"""Typing in filled paper sheets, by keyboard alone. Each is counted like any other answer.

Nothing is kept of a sheet, and nothing counts how many somebody typed or in which order: the log
says once a day that somebody did.
"""

from dataclasses import dataclass, replace

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from survey.box.errors import FoldUnavailable
from survey.box.fold import Folder, Outcome
from survey.box.layout import cells_of
from survey.box.model import UNCLOSED, Wave
from survey.desk.work import require_started, wave_or_404
from survey.intake.ballots import name_of, new_form_id
from survey.intake.printed import printed
from survey.intake.sheet import Sheet, empty_sheet, read_sheet
from survey.intake.typed import as_posted
from survey.staff.activity import record_once_a_day
from survey.staff.guard import current_account, organizer_only
from survey.web.errors import Page, error_page
from survey.web.languages import _, current_language
from survey.web.services import services

blueprint = Blueprint("sheets", __name__, url_prefix="/desk")

PREFIX = "q-"
"""Of the names of the inputs: a question may be called code or form."""
LONGEST = 200
"""Characters of an input that are shown again."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands beside one input."""

    typed: str
    errors: tuple[str, ...]


@blueprint.route("/waves/<slug>/sheets", methods=["GET", "POST"])
@organizer_only
def entry(slug: str) -> Page:
    """An empty sheet; what was typed in is counted, or shown again with what is wrong."""
    wave = wave_or_404(slug, *UNCLOSED)
    require_started(wave)
    if request.method == "GET":
        form_id = new_form_id(services().secret, name_of(wave))
        return _page(wave, empty_sheet(wave, current_language(), form_id), {})
    posted, errors = as_posted(wave.definition, _typed(wave))
    posted.add("code", request.form.get("code", ""))
    posted.add("form", request.form.get("form", ""))
    sheet = read_sheet(services().secret, wave, current_language(), posted)
    if sheet.note:
        sheet = replace(sheet, note=_("This page was out of date. Save the sheet once more."))
    if errors or sheet.ballots is None:
        return _again(wave, sheet, errors)
    return _count(wave, sheet)


def _count(wave: Wave, sheet: Sheet) -> Page:
    assert sheet.ballots is not None  # noqa: S101 - what read_sheet found nothing wrong with
    folder = Folder(services().engine, services().config, wave)
    try:
        outcome = folder.fold(cells_of(wave.layout, sheet.answers), sheet.ballots)
    except FoldUnavailable:
        note = _("This sheet could not be saved just now. Nothing typed is lost: save it again.")
        return _again(wave, replace(sheet, note=note), {}, 503)
    if outcome is Outcome.UNKNOWN_CODE:
        return _again(wave, sheet.unknown_code(), {})
    if outcome is Outcome.CLOSED:
        return error_page(409, _("This wave was closed. The sheet was not counted."))
    # The same for a code that was used before: the desk must not tell who has answered.
    record_once_a_day(services().engine, current_account().id, "entered sheets", wave.slug)
    return redirect(url_for("sheets.entry", slug=wave.slug, saved=1), 303)


def _again(wave: Wave, sheet: Sheet, errors: dict[str, str], status: int = 422) -> Page:
    return make_response(_page(wave, sheet, errors), status)


def _typed(wave: Wave) -> dict[str, str]:
    return {q.id: request.form.get(PREFIX + q.id, "") for q in wave.definition.questions}


def _page(wave: Wave, sheet: Sheet, errors: dict[str, str]) -> str:
    typed = _typed(wave)
    lines = {
        q.id: Line(
            typed[q.id][:LONGEST],
            (errors[q.id],) if q.id in errors else tuple(map(str, sheet.form[q.id].errors)),
        )
        for q in wave.definition.questions
    }
    return render_template(
        "desk/sheets.html",
        wave=wave,
        sections=printed(wave.definition, current_language()),
        sheet=sheet,
        lines=lines,
        prefix=PREFIX,
        wrong=bool(sheet.problems) or any(line.errors for line in lines.values()),
    )
