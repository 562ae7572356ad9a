"""Who holds a new wave's key, from the set-up form. What is wrong goes to the field that is."""

from dataclasses import dataclass, field

from survey.box.layout import build_layout
from survey.box.model import Quorum, StewardKey
from survey.box.stewards import StewardError, make_stewards, parse_line, require_quorum
from survey.desk.forms import NewWaveForm
from survey.desk.plan import Plan
from survey.desk.sheets import sheets_pdf
from survey.web.languages import _


@dataclass(frozen=True, slots=True)
class Keyholders:
    """The stewards' public key (None: a key file) and, if it was made here, their sheets (PDF)."""

    key: StewardKey | None = None
    sheets: bytes | None = field(default=None, repr=False)


def right_custody(form: NewWaveForm) -> bool:
    """Whether stewards can be had as the form asks for; where not, the form says why."""
    if form.custody.data != "stewards":
        return True
    try:
        offline = _offline_key(form)
    except StewardError as error:
        form.public_key.errors = [str(error)]
        return False
    if offline is None:
        return _right_quorum(form)
    if offline.slug == form.slug.data:
        return True
    form.public_key.errors = [
        _("This public key was made for a wave named %(name)s.", name=offline.slug)
    ]
    return False


def keyholders(form: NewWaveForm, plan: Plan) -> Keyholders:
    """Take the public key, or make one with its sheets; the key itself is forgotten at once.

    Raises StewardError where `right_custody` says no.
    """
    if form.custody.data != "stewards":
        return Keyholders()
    if (offline := _offline_key(form)) is not None:
        return Keyholders(offline)
    quorum = Quorum(form.threshold.data, form.count.data)
    key, sheets = make_stewards(form.slug.data or "", quorum)
    rules = build_layout(plan.definition).fingerprint
    return Keyholders(key, sheets_pdf(key, sheets, (form.campaign.data or "").strip(), rules))


def _offline_key(form: NewWaveForm) -> StewardKey | None:
    text = (form.public_key.data or "").strip()
    return parse_line(text) if text else None


def _right_quorum(form: NewWaveForm) -> bool:
    for asked in (form.count, form.threshold):
        if asked.data is None:
            asked.errors = [_("Write a number of stewards from 1 to 9.")]
            return False
    try:
        require_quorum(Quorum(form.threshold.data, form.count.data))
    except StewardError as error:
        form.threshold.errors = [str(error)]
        return False
    return True
