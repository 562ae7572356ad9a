"""Takes a wave's key from the form of its custody: a key file, or stewards' words. Also tries words
without taking a key from them.
"""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey.box.errors import KeyFileError
from survey.box.model import StewardKey, Wave
from survey.box.stewards import StewardError, key_of
from survey.box.words import Words, join, read_sheet, require_different, words_in
from survey.desk.forms import KeyForm, WordsForm, words_form
from survey.desk.work import has_key, take_key
from survey.web.forms import StaffForm
from survey.web.languages import _


def unlock_form(wave: Wave, *, fresh: bool = False) -> StaffForm:
    """The form that asks for the key; `fresh`: without what this request has sent."""
    if wave.quorum is not None:
        kind = words_form(wave.quorum.threshold)
        return kind() if fresh else kind.of_request()
    here = has_key(wave)
    first = {"source": "server" if here else "upload"}
    form = KeyForm(data=first) if fresh else KeyForm.of_request(**first)
    if not here:
        form.source.choices = [c for c in form.source.choices if c.value == "upload"]
    return form


def given_key(wave: Wave, form: StaffForm) -> X25519PrivateKey | None:
    """The key that was given; None where none was, and the form says why."""
    if isinstance(form, WordsForm):
        return _from_words(wave, form)
    if isinstance(form, KeyForm):
        return _from_file(wave, form)
    return None


def tried_words(wave: Wave, form: WordsForm) -> tuple[Words, ...] | None:
    """The sheets that were typed, fewer than open the box or enough: all of them are right.

    None where one is wrong, or they do not fit together, or there is none; the form says what.
    """
    right, typed = form.submitted(), form.typed()
    if not right:
        return None
    given = {at: text for at, text in enumerate(typed) if words_in(text)}
    if not given:
        form["sheet-1"].errors = [_("Type the words of at least one sheet.")]
        return None
    key = key_of(wave)
    read = _read(form, given, key)
    try:
        if len(read) == len(typed):
            join(read, key)
        require_different(read)
    except StewardError as error:
        form["sheet-1"].errors = [str(error)]
        return None
    return tuple(read) if len(read) == len(given) else None


def _from_words(wave: Wave, form: WordsForm) -> X25519PrivateKey | None:
    right, typed = form.submitted(), form.typed()
    if not right:
        return None
    key = key_of(wave)
    read = _read(form, dict(enumerate(typed)), key)
    try:
        return join(read, key) if len(read) == len(typed) else None
    except StewardError as error:
        form["sheet-1"].errors = [str(error)]
        return None


def _read(form: WordsForm, typed: Mapping[int, str], key: StewardKey) -> list[Words]:
    """The sheets that are right; at each of the others the form says what is wrong."""
    read = []
    for at, text in typed.items():
        try:
            read.append(read_sheet(text, key, at))
        except StewardError as error:
            form[f"sheet-{at + 1}"].errors = [str(error)]
    return read


def _from_file(wave: Wave, form: KeyForm) -> X25519PrivateKey | None:
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
