"""Reads the set-up form into a plan. Sentences about what is wrong go to the field that is."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import FileStorage

from survey.desk.custody import right_custody
from survey.desk.forms import NewWaveForm, headcount_form, people
from survey.desk.plan import (
    OWN,
    Plan,
    asked_groups,
    definition_text,
    headcounts_text,
    make_plan,
    merge_small,
)
from survey.desk.worksites import site_names, with_sites
from survey.instrument.errors import DefinitionError
from survey.instrument.library import LIBRARY
from survey.instrument.load import parse_definition
from survey.instrument.model import Definition
from survey.instrument.nodes import decode
from survey.web.forms import StaffForm
from survey.web.languages import _


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan, and the form of its groups' headcounts."""

    plan: Plan
    groups: StaffForm
    ready: bool
    """Nothing is left to be put right, so the wave may be made."""


def take_text(form: NewWaveForm, edit: bool) -> None:
    """Put an uploaded file into the text field, or with `edit` the built-in that was chosen."""
    upload = form.file.data
    if isinstance(upload, FileStorage) and upload.filename:
        form.questionnaire.data = OWN
        form.text.data = _read(form, upload)
    elif edit and form.questionnaire.data in LIBRARY and form.worksites.validate(form):
        text = _with_worksites(form)
        if text is not None:
            _make_own(form, text)


def draft_of(form: NewWaveForm) -> Draft | None:
    """The plan that the form describes; None where there is none, and the form says why."""
    if form.text.errors or not form.submitted():
        return None
    text = _with_worksites(form)
    if text is None or not right_custody(form):
        return None
    if not text.strip():
        form.text.errors = [_("Upload a file or paste the questionnaire here.")]
        return None
    try:
        definition = parse_definition(text, "questionnaire")
    except DefinitionError as error:
        form.text.errors = [str(error)]
        return None
    groups = headcount_form(definition).of_request()
    return _with_headcounts(form, text, definition, groups)


def merged(draft: Draft, form: NewWaveForm) -> Draft:
    """The draft with its small groups merged; the questionnaire becomes one of your own."""
    if not draft.plan.merges:
        return draft
    plan = merge_small(draft.plan)
    _make_own(form, plan.text)
    known = {
        people(p.breakdown, p.group): p.headcount
        for p in plan.predictions
        if p.breakdown and p.group
    }
    return Draft(plan, headcount_form(plan.definition)(data=known), not plan.small)


def _make_own(form: NewWaveForm, text: str) -> None:
    form.questionnaire.data, form.text.data, form.worksites.data = OWN, text, ""


def _with_worksites(form: NewWaveForm) -> str | None:
    """The chosen questionnaire; None where worksites cannot be put in, and the form says why."""
    choice, names = form.questionnaire.data, site_names(form.worksites.data or "")
    if not names:
        return definition_text(choice, form.text.data or "")
    if choice == OWN:
        sentence = _("Empty this, and write your worksites into the text of your questionnaire.")
        form.worksites.errors = [sentence]
        return None
    try:
        return with_sites(choice, names)
    except DefinitionError as error:
        form.worksites.errors = [_sentence(error)]
        return None


def _with_headcounts(
    form: NewWaveForm, text: str, definition: Definition, groups: StaffForm
) -> Draft:
    whole_only = form.access.data == "open"
    wrong = not groups.validate()
    known = {} if wrong else _known(definition, groups)
    counts = headcounts_text(form.unit.data, known, form.estimate.data)
    try:
        plan = make_plan(text, counts, whole_only)
    except DefinitionError as error:
        form.unit.errors = [_sentence(error)]
        plan, wrong = make_plan(text, "{}", whole_only), True
    return Draft(plan, groups, not wrong and not plan.small)


def _sentence(error: DefinitionError) -> str:
    """What is wrong and what to do, without a line: no text is to be seen."""
    return f"{error.message[:1].upper()}{error.message[1:]}. {error.fix}."


def _known(definition: Definition, groups: StaffForm) -> dict[str, dict[str, int]]:
    known: dict[str, dict[str, int]] = {}
    for breakdown, group in asked_groups(definition):
        value: Any = groups[people(breakdown.id, group.id)].data
        if value is not None:
            known.setdefault(breakdown.id, {})[group.id] = value
    return known


def _read(form: NewWaveForm, upload: FileStorage) -> str:
    try:
        return decode(upload.read(), upload.filename or "file")
    except DefinitionError as error:
        form.text.errors = [str(error)]
        return ""
