"""What a worker sent: read once, checked, and ready to be folded or to be shown again."""

from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from survey.box.fold import Ballots
from survey.box.model import Wave
from survey.instrument.form import AnswerForm, blank_form
from survey.instrument.model import Answers
from survey.intake.ballots import ballot_hash, check_form_id, name_of, new_form_id
from survey.intake.codes import parse_code
from survey.intake.errors import CodeError
from survey.web.languages import _

LONGEST_CODE = 300
"""A pasted link fits in; what is longer is not shown again."""
LOOKED = "-looked"
"""What a form has that was shown to be looked over. No question can have that id."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One posted form. `form_id` is the one to show again: the same, unless it was not ours.

    `ballots` is None where something is wrong; then `code_error`, `note` or the form's errors say
    what.
    """

    form: AnswerForm
    form_id: str
    code: str = ""
    code_error: str = ""
    note: str = ""
    """A sentence about the form as a whole."""
    ballots: Ballots | None = None
    review: bool = False
    """Only to be looked over: nothing is counted yet."""
    looked: bool = False
    """It was looked over before: if nothing is answered, that is meant."""

    @property
    def problems(self) -> tuple[tuple[str, str, str], ...]:
        """(id of the control, or "", sentence, question, or "") from top to bottom of the page."""
        top = [("", self.note, "")] if self.note else []
        code = [("code", self.code_error, "")] if self.code_error else []
        fields = [
            (f"a-{field.name}", str(error), field.view.text)
            for field in self.form
            for error in field.errors
        ]
        return (*top, *code, *fields)

    @property
    def answers(self) -> Answers:
        """The real answers."""
        return self.form.answers

    def unknown_code(self) -> "Sheet":
        """The same sheet, whose code the box does not know."""
        sentence = _(
            "We do not know this code. Check it against your slip, or ask for another one."
        )
        return replace(self, code_error=sentence, ballots=None)

    def not_stored(self) -> "Sheet":
        """The same sheet, which could not be counted just now."""
        sentence = _(
            "We could not save your answers just now. Nothing was counted, and nothing you typed "
            "is lost. Wait a minute, then press “Send my answers” again."
        )
        return replace(self, note=sentence, ballots=None)

    def not_yet_open(self) -> "Sheet":
        """The same sheet, which came before the wave was open."""
        sentence = _(
            "This survey is not yet open. Nothing was counted, and nothing you typed is lost. Ask "
            "an organizer when it opens, then press “Send my answers” again."
        )
        return replace(self, note=sentence, ballots=None)

    def too_many(self) -> "Sheet":
        """The same sheet, which was not even tried."""
        sentence = _(
            "Too many forms came from your network in a short time. Nothing was counted, and "
            "nothing you typed is lost. Wait a minute, then press “Send my answers” again."
        )
        return replace(self, note=sentence, ballots=None)


def empty_sheet(wave: Wave, lang: str, form_id: str) -> Sheet:
    """The form as it is first shown."""
    return Sheet(blank_form(wave.definition, lang, _), form_id)


def read_sheet(secret: bytes, wave: Wave, lang: str, posted: MultiDict[str, str]) -> Sheet:
    """Read and check what was posted, in the language of this request."""
    form = blank_form(wave.definition, lang, _).filled(posted)
    typed = posted.get("code", "")[:LONGEST_CODE].strip() if wave.access == "codes" else ""
    form_id = posted.get("form", "")
    nonce = check_form_id(secret, name_of(wave), form_id)
    kept = form_id if nonce else new_form_id(secret, name_of(wave))
    sheet = Sheet(form, kept, typed, looked=LOOKED in posted)
    code, sheet = _with_code(wave, sheet)
    if nonce is None:
        sheet = replace(sheet, note=_not_ours())
    if not form.validate() or sheet.problems or nonce is None:
        return sheet
    return replace(sheet, ballots=_ballots(secret, wave, nonce, code))


def _ballots(secret: bytes, wave: Wave, nonce: bytes, code: str) -> Ballots:
    name = name_of(wave)
    return Ballots(
        form=ballot_hash(secret, name, "form", nonce),
        code=ballot_hash(secret, name, "code", code.encode()) if code else None,
    )


def _with_code(wave: Wave, sheet: Sheet) -> tuple[str, Sheet]:
    if wave.access != "codes":
        return "", sheet
    if not sheet.code:
        return "", replace(sheet, code_error=_("Type the code from your slip."))
    try:
        return parse_code(sheet.code), sheet
    except CodeError:
        sentence = _("This code has a typing mistake. Check it and try again.")
        return "", replace(sheet, code_error=sentence)


def _not_ours() -> str:
    return _(
        "This page was out of date, so your answers were not counted yet. Nothing you typed is "
        "lost. Press “Send my answers” once more."
    )
