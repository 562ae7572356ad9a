"""Forms of the demand pages: they read and check fields, and decide nothing."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from reports.bargaining.costing import FICA, FULL_TIME, CostError, CostInput, Pay, Raise
from reports.bargaining.demands import BODY_LENGTH, TITLE_LENGTH, Words
from reports.bargaining.typed import TwoWaysError, read_number
from survey.web.forms import StaffForm
from survey.web.languages import _, lazy

DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}
WHOLE = {"inputmode": "numeric", "autocomplete": "off"}
TWO_WAYS = lazy(
    "This can be read as two numbers: write it like 1,250 if it is above a thousand, like 1.2500 "
    "if it is not."
)


class DemandForm(StaffForm):
    """The words of a demand."""

    title = StringField(
        lazy("What do you ask for?"),
        [
            DataRequired(lazy("Say in one line what you ask for.")),
            Length(max=TITLE_LENGTH, message=lazy("At most 120 characters. Make it shorter.")),
        ],
        description=lazy("One line, as it should stand in the contract talks."),
        render_kw={"maxlength": TITLE_LENGTH},
    )
    body = TextAreaField(
        lazy("Why? (optional)"),
        [Length(max=BODY_LENGTH, message=lazy("At most 5,000 characters. Make it shorter."))],
        description=lazy("Plain text. An empty line starts a new paragraph."),
        render_kw={"rows": 10},
    )

    def words(self) -> Words:
        """What was written, line breaks as one character each."""
        title = " ".join((self.title.data or "").split())
        return Words(title, "\n".join((self.body.data or "").splitlines()))


class DeleteForm(StaffForm):
    """Nothing but the token."""


class CostForm(StaffForm):
    """What a cost is worked out from. Fields are named as the inputs of costing are."""

    people_low = StringField(
        lazy("People, low"),
        [DataRequired(lazy("Write how many people get the raise, at least."))],
        description=lazy("Not sure? Give a low and a high number."),
        render_kw=WHOLE,
    )
    people_high = StringField(
        lazy("People, high"),
        [DataRequired(lazy("Write how many people get the raise, at most."))],
        description=lazy("The same number again if you know it."),
        render_kw=WHOLE,
    )
    hours = StringField(
        lazy("Paid hours a year for each person"),
        [DataRequired(lazy("Write how many hours a year one person is paid for."))],
        description=lazy("Full time is 2,080: 52 weeks of 40 hours."),
        default=str(FULL_TIME),
        render_kw=DECIMAL,
    )
    kind = RadioField(
        lazy("The raise is in"),
        [InputRequired(lazy("Choose what the raise is in."))],
        choices=[
            SelectChoice("hour", lazy("Dollars an hour")),
            SelectChoice("percent", lazy("Percent of pay now")),
        ],
        default="hour",
    )
    amount = StringField(
        lazy("How much"),
        [DataRequired(lazy("Write how much the raise is."))],
        description=lazy("For example 1.50 dollars, or 4 percent."),
        render_kw=DECIMAL,
    )
    p25 = StringField(
        lazy("A quarter earns less than"),
        description=lazy("Dollars an hour. Leave it empty if you do not know it."),
        render_kw=DECIMAL,
    )
    p50 = StringField(
        lazy("Half earn less than"),
        description=lazy("Dollars an hour. Needed for a raise in percent."),
        render_kw=DECIMAL,
    )
    p75 = StringField(
        lazy("Three quarters earn less than"),
        description=lazy("Dollars an hour. Leave it empty if you do not know it."),
        render_kw=DECIMAL,
    )
    pay_source = StringField(
        lazy("Where the pay figures are from"),
        [Length(max=200, message=lazy("At most 200 characters."))],
    )
    payroll_share = StringField(
        lazy("What the employer pays on top, in percent of pay"),
        description=lazy("Payroll taxes and the like. Leave it empty to leave it out."),
        default=str(FICA),
        render_kw=DECIMAL,
    )
    payroll_source = StringField(
        lazy("Where that figure is from"),
        [Length(max=300, message=lazy("At most 300 characters."))],
    )

    def given(self) -> CostInput | None:
        """The inputs, or None where a field has an error now."""
        low, high = self._people("people_low"), self._people("people_high")
        hours, amount = self._needed("hours"), self._needed("amount")
        pay, share = self._pay(), self._number("payroll_share")
        if self.errors:
            return None
        raised = Raise("percent" if self.kind.data == "percent" else "hour", amount)
        source = (self.payroll_source.data or "").strip()
        return self._or_fault(lambda: CostInput(low, high, hours, raised, pay, share, source))

    def typed(self) -> dict[str, str]:
        """What was typed, to fill the form again later."""
        return {
            field.short_name: str(field.data or "")
            for field in self
            if field.short_name != "csrf_token"
        }

    def _pay(self) -> Pay | None:
        p25, p50, p75 = (self._number(name) for name in ("p25", "p50", "p75"))
        if p50 is None:
            return None
        source = (self.pay_source.data or "").strip() or _("as typed")
        return Pay(p25, p50, p75, source)

    def _or_fault(self, make: Callable[[], CostInput]) -> CostInput | None:
        try:
            return make()
        except CostError as error:
            self._fault(error.field, _(str(error)))
            return None

    def _people(self, name: str) -> int:
        number = self._needed(name)
        if number != number.to_integral_value():
            self._fault(name, _("Write a whole number, such as 120."))
        return int(number)

    def _needed(self, name: str) -> Decimal:
        """A field as a number; zero where it has an error."""
        number = self._number(name)
        if number is None and not self[name].errors:
            self._fault(name, _("Write a number, such as 1.50."))
        return number or Decimal(0)

    def _number(self, name: str) -> Decimal | None:
        """A field as a number; None where it is empty or, with an error, where it is not one."""
        typed = str(self[name].data or "")
        if not typed.strip():
            return None
        try:
            return read_number(typed)
        except TwoWaysError:
            self._fault(name, str(TWO_WAYS))
        except InvalidOperation:
            self._fault(name, _("Write a number, such as 1.50."))
        return None

    def _fault(self, name: str, sentence: str) -> None:
        self[name].errors = [*self[name].errors, sentence]
