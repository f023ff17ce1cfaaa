"""Forms of the registration: the scan page and the actions in store, at the bench, by the owner."""

from __future__ import annotations

from typing import Any, Literal
from uuid import uuid4

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from tracker.db import utc_now
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import (
    Cause,
    Defect,
    Demand,
    NonQualityReason,
    Position,
    RefusalReason,
    Resolution,
    Source,
)
from tracker.domain.registration import Action, Choice, HandedTo
from tracker.web.filters import ruled
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import AreaField, CodeField, SelectChoice, YuanField, trimmed
from tracker.web.forms.provisional import ByHandFields

CHOOSE, FILL_IN = _("Choose one of these."), _("Fill this in.")
YES_NO = [SelectChoice("yes", _("Intact")), SelectChoice("no", _("Not intact"))]

DAYS = {"min": "2000-01-01", "max": "2099-12-31"}
"""Bounds of a typed date: they keep the year at four digits."""


class ScanForm(ByHandFields):
    """The scan page: every mandatory fact of rules 1.16 and 1.18 in a few keystrokes."""

    scan_id = HiddenField(default=lambda: str(uuid4()))
    code = StringField(
        _("Hang tag or repair tag"),
        filters=[trimmed],
        validators=[Length(max=4096)],
    )
    piece = HiddenField()
    review = HiddenField()
    repair_tag = StringField(
        _("Blank repair tag"),
        [Optional(), Length(max=128)],
        [trimmed],
        description=_("Scan it after the hang tag. Without one, a tag is printed afterwards."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "lang": "en"},
    )
    delivery = StringField(validators=[Optional(), Length(max=20)], filters=[trimmed])
    source = RadioField(
        _("Whose garment"),
        choices=[
            SelectChoice("stock", _("Store stock")),
            SelectChoice("customer", _("Customer's garment")),
        ],
        default="stock",
    )
    defect = CodeField(_("Defect"), Defect, [InputRequired(_("Choose the defect."))])
    position = CodeField(_("Position"), Position, [InputRequired(_("Choose the position."))])
    area_mm2 = AreaField(_("Area (cm²)"), [InputRequired(_("Write the area in cm², such as 2.5."))])
    cause = CodeField(_("Cause"), Cause, [InputRequired(_("Choose the cause."))])
    tag_intact = RadioField(_("Hang tag"), choices=YES_NO, default="yes")
    accessories_intact = RadioField(_("Accessories"), choices=YES_NO, default="yes")
    number_intact = RadioField(_("Product number"), choices=YES_NO, default="yes")
    production_year = IntegerField(_("Production year"), [Optional(), NumberRange(2000, 2100)])
    purchased_on = DateField(_("Purchase date"), [Optional()], render_kw=DAYS)
    receipt_no = StringField(_("Receipt number"), [Optional(), Length(max=40)], filters=[trimmed])
    customer_name = StringField(_("Customer's name"), [Optional(), Length(max=40)], [trimmed])
    customer_phone = StringField(
        _("Customer's phone"),
        [Optional(), Regexp(r"^\+?[0-9-]{7,20}$", message=_("Write a phone number in digits."))],
        [trimmed],
    )
    demand = CodeField(_("The customer asks for"), Demand, [Optional()], prompt=_("not said"))
    promised_on = DateField(_("Promised day"), [Optional()], render_kw=DAYS)
    gore_card_no = StringField(
        _("GORE-TEX registration card"),
        [Optional(), Length(max=40)],
        [trimmed],
        description=_("For a leak or a fault of the fabric the fabric maker wants it (6.02)."),
    )
    sold_as_imperfect = BooleanField(_("Was sold as imperfect"))
    note = TextAreaField(_("Note"), [Optional(), Length(max=500)], [trimmed])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("customer_name", "customer_phone", "purchased_on", "receipt_no"):
            self[
                name
            ].flags.required = True  # of a customer's garment: the rest of the form hides it

    def validate_code(self, field: Any) -> None:
        """A tag is scanned; a worn garment without one is entered by hand."""
        if not field.data and not self.manual_style_no.data:
            raise ValidationError(_("Scan the hang tag, or type its number."))

    def validate_purchased_on(self, field: Any) -> None:
        """A purchase lies in the past."""
        if field.data and field.data > shanghai_date(utc_now()):
            raise ValidationError(_("The purchase date lies in the future."))

    def is_customers(self) -> bool:
        """Return whether the garment is a customer's own."""
        return bool(self.source.data == Source.CUSTOMER)

    def answer(self) -> Literal["another", "same"] | None:
        """Return whether this is another garment or the same one, where that was asked."""
        answers: dict[str | None, Literal["another", "same"]] = {
            "another": "another",
            "same": "same",
        }
        return answers.get(self.piece.data)

    def refuse(self, field: str | None, sentence: str) -> bool:
        """Put a refusal's sentence at the field that it names; return whether there is one."""
        name = {"area_cm2": "area_mm2", "customer": self._empty_half()}.get(field or "", field)
        name = name.replace(".", "_") if name else None
        if name not in self or isinstance(self[name], HiddenField):
            return False
        self[name].errors = [*self[name].errors, sentence]
        return True

    def _empty_half(self) -> str:
        return "customer_phone" if self.customer_name.data else "customer_name"


class SettleForm(ActionForm):
    resolution = CodeField(_("Settled by"), Resolution, [InputRequired(CHOOSE)])
    defective = BooleanField(_("Defective: ships to after-sales"), default=True)


class FinishLocalRepairForm(ActionForm):
    cost_fen = YuanField(_("Cost (yuan)"), [InputRequired(FILL_IN)])


def reason_choices() -> list[SelectChoice]:
    """Return the reason codes with their rule numbers, in the reader's language."""
    return [
        SelectChoice("", str(_("Please choose"))),
        *(SelectChoice(known.value, ruled(known)) for known in (*RefusalReason, *NonQualityReason)),
    ]


class RefuseForm(ActionForm):
    reason = SelectField(_("Reason"), choices=reason_choices, validators=[InputRequired(CHOOSE)])


class VoidForm(ActionForm):
    reason = StringField(_("Reason"), [DataRequired(FILL_IN), Length(max=200)], [trimmed])


class DecideForm(ActionForm):
    choice = CodeField(_("The customer chose"), Choice, [InputRequired(CHOOSE)])


class HandOverForm(ActionForm):
    to = CodeField(_("Handed to"), HandedTo, [InputRequired(CHOOSE)])


def hand_over_form(whom: HandedTo) -> type[ActionForm]:
    """Return the form that hands a garment to the one whom it belongs to."""

    class Form(HandOverForm):
        to = CodeField(_("Handed to"), [whom], [InputRequired(CHOOSE)], prompt="", default=whom)

    return Form


FORMS: dict[Action, type[ActionForm]] = {
    Action.SETTLE: SettleForm,
    Action.FINISH_LOCAL_REPAIR: FinishLocalRepairForm,
    Action.REFUSE: RefuseForm,
    Action.VOID: VoidForm,
    Action.DECIDE: DecideForm,
    Action.HAND_OVER: HandOverForm,
}
