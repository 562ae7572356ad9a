"""The desk's forms. They read and check fields; what to do with them is decided elsewhere."""

from typing import Any

from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)
from wtforms.widgets import TextInput

from survey.box.stewards import MOST
from survey.box.waves import find_wave
from survey.box.words import ordinal
from survey.desk.plan import OWN, asked_groups, code_groups, describe
from survey.desk.worksites import site_id, site_names
from survey.instrument.library import LIBRARY, load_builtin
from survey.instrument.model import Definition, say
from survey.intake.codes import MOST_CODES
from survey.intake.slips import MOST_SLIPS
from survey.web.forms import StaffForm
from survey.web.languages import _, lazy
from survey.web.services import services

SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"


MOST_DIGITS = 20


class WholeNumber(IntegerField):
    """An integer with a message that says what to write; typed as text, so that nothing is lost."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 1,200 as well as 1200."""
        plain = [value.replace(",", "").strip() for value in valuelist]
        try:
            if any(len(value) > MOST_DIGITS for value in plain):
                raise ValueError("a number that no validator can compare")
            super().process_formdata(plain)
        except ValueError as error:
            raise ValueError(_("Write a whole number, such as 120.")) from error


PEOPLE = [
    Optional(),
    NumberRange(0, 1_000_000, lazy("Write a number of people from 0 to 1,000,000.")),
]


STEWARDS = [
    Optional(),
    NumberRange(1, MOST, lazy("Write a number of stewards from 1 to 9.")),
]


def each_once(_form: StaffForm, field: TextAreaField) -> None:
    """Raise ValidationError where two lines would be the same worksite."""
    ids = [site_id(name) for name in site_names(field.data or "")]
    if len(set(ids)) < len(ids):
        raise ValidationError(_("Two of these worksites have the same name. Write each one once."))


class NewWaveForm(StaffForm):
    """A questionnaire, how people get in, and how many there are."""

    campaign = StringField(
        lazy("Campaign"),
        [InputRequired(lazy("Give your campaign a name.")), Length(max=120)],
        description=lazy("The employer or unit, as workers know it. It stands above the survey."),
    )
    slug = StringField(
        lazy("Short name of this wave"),
        [
            InputRequired(lazy("Give this wave a short name, such as fall-2026.")),
            Regexp(SLUG, message=lazy("Use small letters, digits and hyphens, as in fall-2026.")),
        ],
        description=lazy("Part of the survey's link, as in fall-2026. It cannot be changed later."),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    questionnaire = RadioField(
        lazy("Questionnaire"), [InputRequired(lazy("Choose a questionnaire."))]
    )
    worksites = TextAreaField(
        lazy("Your worksites, one on each line"),
        [each_once],
        description=lazy(
            "The built-in questionnaires ask about made-up worksites: North clinic, South clinic "
            "and East clinic. Yours take their place, with the same name in every language. "
            "“In the community or from home” and “Several sites, or not listed” stay."
        ),
        render_kw={"rows": 5},
    )
    file = FileField(
        lazy("Questionnaire file"),
        description=lazy("A YAML file. What you upload replaces the text below."),
    )
    text = TextAreaField(
        lazy("Questionnaire as text"),
        render_kw={"rows": 16, "spellcheck": "false", "autocapitalize": "none"},
    )
    access = RadioField(
        lazy("How do people get in?"),
        [InputRequired(lazy("Choose how people get in."))],
        choices=[
            SelectChoice("codes", lazy("One code for each person")),
            SelectChoice("open", lazy("One link for all")),
        ],
    )
    unit = WholeNumber(
        lazy("How many people work in the unit?"),
        PEOPLE,
        description=lazy("Leave it empty if you do not know."),
    )
    estimate = BooleanField(lazy("These numbers are estimates"))
    custody = RadioField(
        lazy("Who holds the key?"),
        [InputRequired(lazy("Choose who holds the key."))],
        choices=[
            SelectChoice("stewards", lazy("Several people, each a part of it")),
            SelectChoice("key-file", lazy("A key file on this server")),
        ],
    )
    count = WholeNumber(lazy("How many stewards are there?"), STEWARDS)
    threshold = WholeNumber(lazy("How many of them open the box?"), STEWARDS)
    public_key = StringField(
        lazy("Public key that was made offline"),
        description=lazy("Leave it empty to have the key made here."),
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )

    def validate_slug(self, field: StringField) -> None:
        """A name serves one wave. Looked at with the first check: the last step is late for it."""
        if find_wave(services().engine, field.data) is not None:
            raise ValidationError(_("There is already a wave with this name. Choose another."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        built_in = [SelectChoice(n, describe(load_builtin(n))) for n in sorted(LIBRARY)]
        own = SelectChoice(OWN, _("A questionnaire of our own"))
        self.questionnaire.choices = [*built_in, own]


def headcount_form(definition: Definition) -> type[StaffForm]:
    """A form with one field per group, named as `people` says."""
    fields = {
        people(breakdown.id, group.id): WholeNumber(say(group.label, "en"), PEOPLE)
        for breakdown, group in asked_groups(definition)
    }
    return type("HeadcountForm", (StaffForm,), fields)


def people(breakdown: str, group: str) -> str:
    """The name of a group's headcount field."""
    return f"people-{breakdown}-{group}"


class CodesForm(StaffForm):
    """How many codes, and for whom."""

    number = WholeNumber(
        lazy("How many codes?"),
        [
            InputRequired(lazy("Say how many codes you need.")),
            NumberRange(1, MOST_CODES, lazy("Ask for 1 to 100,000 codes at a time.")),
        ],
    )
    group = SelectField(
        lazy("For whom?"),
        description=lazy("Codes for one group let you see that group's turnout."),
    )

    form = RadioField(
        lazy("As what?"),
        choices=[
            SelectChoice("pdf", lazy("Slips to print and cut (PDF, Letter paper)")),
            SelectChoice("pdf-a4", lazy("Slips to print and cut (PDF, A4 paper)")),
            SelectChoice("links", lazy("A list of links, to send one to each person")),
            SelectChoice("csv", lazy("A list of codes (CSV)")),
        ],
        default="pdf",
    )

    def validate_number(self, field: WholeNumber) -> None:
        """Fewer slips than codes fit into one file."""
        printed = str(self.form.data).startswith("pdf")
        if printed and isinstance(field.data, int) and field.data > MOST_SLIPS:
            raise ValidationError(_("Ask for at most 500 slips at a time."))

    @classmethod
    def for_wave(cls, definition: Definition) -> "CodesForm":
        """The form of this request with the groups of that questionnaire."""
        form = cls.of_request()
        form.group.choices = [
            SelectChoice("", _("Everybody")),
            *(SelectChoice(*group) for group in code_groups(definition)),
        ]
        return form


class RevokeForm(StaffForm):
    """Which codes to take back, and that it is meant."""

    batch = HiddenField()
    sure = BooleanField(
        lazy("Take back every code for this group"),
        [InputRequired(lazy("Check the box if you mean it."))],
    )


class CloseForm(StaffForm):
    """The wave's short name, typed."""

    typed = StringField(
        lazy("Type the short name of the wave to close it"),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class KeyForm(StaffForm):
    """Where the key file comes from."""

    source = RadioField(
        lazy("Where is the key?"),
        choices=[
            SelectChoice("server", lazy("On this server")),
            SelectChoice("upload", lazy("In a key file that I have")),
        ],
        validators=[InputRequired(lazy("Say where the key is."))],
    )
    file = FileField(lazy("Key file"))


class WordsForm(StaffForm):
    """Stewards' words. What was typed is never put back on a page."""

    def typed(self) -> list[str]:
        """The sheets as they were typed, in their order; the form forgets them."""
        sheets = [field for field in self if isinstance(field, TextAreaField)]
        found = [str(field.data or "") for field in sheets]
        for field in sheets:
            field.data = ""
        return found


def words_form(sheets: int) -> type[WordsForm]:
    """A form with that many areas, sheet-1 and so on."""
    quiet = {"rows": 4, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}
    fields = {
        f"sheet-{at + 1}": TextAreaField(
            _("Words of the %(which)s sheet", which=ordinal(at)), render_kw=quiet
        )
        for at in range(sheets)
    }
    return type("SheetsForm", (WordsForm,), fields)


class PublishForm(StaffForm):
    """What was looked at and shall be published, sealed by this server."""

    release = HiddenField()
