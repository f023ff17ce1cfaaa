"""Forms of the box: opening, packing and sealing it, sending it, counting it, what went wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import TextInput

from tracker.domain.codes import Cause, Defect, Position
from tracker.domain.shipment import Action, Kind
from tracker.services.packing import CartonSeal
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import AreaField, CodeField, YuanField, trimmed
from tracker.web.forms.registration import FILL_IN, YES_NO
from tracker.web.forms.scan import HandlingScanForm

MAX_CARTONS = 99
_KILOGRAMS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")


class OpenBoxForm(ActionForm):
    """Between which sites the box travels; without a sender it is the reader's own site."""

    from_site = StringField(_("From"), [Optional(), Length(max=16)], [trimmed])
    to_site = StringField(_("To"), [DataRequired(), Length(max=16)], [trimmed])
    kind = CodeField(_("Kind"), Kind, [InputRequired()])


def _carton(typed: Any) -> int | None:
    """Filter: the number of a carton, ``None`` for anything that is none."""
    text = str(typed or "")
    is_number = text.isascii() and text.isdigit() and len(text) <= 2
    return int(text) if is_number and 1 <= int(text) <= MAX_CARTONS else None


class CartonScanForm(HandlingScanForm):
    """A scan of a garment, and the carton that lies before who scans."""

    carton = StringField(filters=[_carton])


class VendorScanForm(CartonScanForm):
    """A garment that comes back from outside repair: mended or not, and what is billed for it."""

    not_mended = BooleanField(_("This one was not mended"))
    cost_fen = YuanField(_("Bill for this one (yuan)"), [Optional()])

    def values(self) -> dict[str, Any]:
        """Return the scan with the vendor's result."""
        values = super().values()
        not_mended = values.pop("not_mended", False)
        return {**values, "repaired": not not_mended}


@dataclass(frozen=True)
class SealRow:
    """One carton as the form shows it: what was typed, or what stands."""

    carton: str
    weight: str = ""
    seal_no: str = ""


class CartonSeals(Field):
    """Each carton's weight, typed in kg and read into grams, and the number of its seal."""

    widget = TextInput()
    names = ("carton", "weight", "seal_no")

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the rows that were posted."""
        self.process_errors: list[str] = []
        self.object_data = data
        self.data: list[CartonSeal] | None = None
        lists = [formdata.getlist(name) if formdata else [] for name in self.names]
        self.raw_data = [value for values in lists for value in values]
        length = min(max(map(len, lists)), MAX_CARTONS)
        self.rows = [
            SealRow(*(values[i].strip() if i < len(values) else "" for values in lists))
            for i in range(length)
        ]
        if formdata:
            try:
                self.data = [self._read(row) for row in self.rows]
            except ValueError as sentence:
                self.process_errors.append(str(sentence))

    def offer(self, cartons: list[Any]) -> None:
        """Show these cartons, if nothing was typed yet."""
        self.rows = self.rows or [
            SealRow(str(c.ordinal), kilograms(c.weight_g), c.seal_no or "") for c in cartons
        ]

    def _read(self, row: SealRow) -> CartonSeal:
        carton = _carton(row.carton)
        if carton is None or len(row.seal_no) > 40:
            raise ValueError(gettext("A seal number has at most 40 characters."))
        return CartonSeal(carton, grams(row.weight), row.seal_no or None)


def grams(typed: str) -> int | None:
    """Return kilograms such as ``3.25`` in grams, ``None`` for nothing. Raises ``ValueError``."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    if not _KILOGRAMS.fullmatch(text) or not text.strip("0."):
        raise ValueError(gettext("Write the weight in kg, such as 3.25."))
    whole, _dot, part = text.partition(".")
    return int(whole) * 1000 + int((part + "000")[:3])


def kilograms(weight_g: int | None) -> str:
    """Return grams as they are typed, in kg; nothing for none."""
    return f"{weight_g / 1000:g}" if weight_g else ""


class SealForm(ActionForm):
    """What each carton weighs and the number of its seal; both may stay empty."""

    cartons = CartonSeals(_("Each carton"))


class DispatchForm(ActionForm):
    """The carrier's facts and the freight, in yuan; left empty it is zero."""

    carrier = StringField(
        _("Carrier"),
        [DataRequired(FILL_IN), Length(max=40)],
        [trimmed],
        render_kw={"list": "carriers", "autocomplete": "off"},
    )
    tracking_no = StringField(
        _("Tracking number"), [DataRequired(FILL_IN), Length(max=40)], [trimmed]
    )
    freight_fen = YuanField(
        _("Freight (yuan)"),
        [Optional()],
        description=_("Freight collect: leave it empty and amend it when the bill is known."),
    )


class ExtraDispatchForm(DispatchForm):
    """A second box of the week: somebody must want it to leave now (rule 1.32).

    That answer is the page's, not the service's.
    """

    as_extra = BooleanField(_("Send it now as an extra box; its freight is our store’s"))

    def validate_as_extra(self, field: Any) -> None:
        """It does not leave by habit."""
        if not field.data and not ("urgent" in self and self["urgent"].data):
            sentence = gettext("Tick this to send it now, or let it wait for next week.")
            raise ValidationError(sentence)

    def values(self) -> dict[str, Any]:
        """Return the fields of the service."""
        return {name: value for name, value in super().values().items() if name != "as_extra"}


class UrgentDispatchForm(ExtraDispatchForm):
    """A second box in which only customers' garments lie: it may be urgent (C-03)."""

    urgent = BooleanField(_("Urgent: the customers are waiting (C-03)"))


class SurplusForm(ActionForm):
    """A garment that nobody registered, as it lies before the clerk (rules 1.15, 1.16, 1.18)."""

    code = StringField(
        _("Hang tag"),
        [DataRequired(_("Scan the hang tag, or type its number.")), Length(max=4096)],
        [trimmed],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    defect = CodeField(_("Defect"), Defect, [InputRequired(_("Choose the defect."))])
    position = CodeField(_("Position"), Position, [InputRequired(_("Choose the position."))])
    area_mm2 = AreaField(_("Area (cm²)"), [InputRequired(_("Write the area in cm², such as 2.5."))])
    cause = CodeField(_("Cause"), Cause, [InputRequired(_("Choose the cause."))])
    tag_intact = RadioField(_("Hang tag"), choices=YES_NO, default="yes")
    accessories_intact = RadioField(_("Accessories"), choices=YES_NO, default="yes")
    number_intact = RadioField(_("Product number"), choices=YES_NO, default="yes")
    production_year = IntegerField(_("Production year"), [Optional(), NumberRange(2000, 2100)])
    repair_tag = StringField(
        _("Blank repair tag"),
        [Optional(), Length(max=128)],
        [trimmed],
        description=_("Scan it after the hang tag. Without one, a tag is printed afterwards."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    folds = ((_("Give it a blank tag of our own roll"), ("repair_tag",)),)

    def values(self) -> dict[str, Any]:
        """Return the fields of the service, the three flags as yes or no."""
        flags = ("tag_intact", "accessories_intact", "number_intact")
        return super().values() | {name: self[name].data == "yes" for name in flags}


def _said(label: Any) -> TextAreaField:
    return TextAreaField(label, [DataRequired(FILL_IN), Length(max=500)], [trimmed])


class DamageForm(ActionForm):
    """How the box is damaged, in words."""

    note = _said(_("How the box is damaged"))


class LostForm(ActionForm):
    """What the carrier answered, in words."""

    note = _said(_("What the carrier says"))


class AmendFreightForm(ActionForm):
    """The freight as the carrier billed it, and why it changes."""

    freight_fen = YuanField(_("Freight (yuan)"), [InputRequired(FILL_IN)])
    note = _said(_("Why it changes"))


class MisdeliveredForm(ActionForm):
    """A box that is not ours: any number on it, and where it is kept."""

    code = StringField(
        _("Box, carton or tracking number"),
        [DataRequired(_("Scan the label on the box, or type the number of the waybill."))],
        [trimmed],
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": "120"},
    )


class CarrierForm(ActionForm):
    """The name of a carrier."""

    name = StringField(_("Carrier"), [DataRequired(FILL_IN), Length(max=40)], [trimmed])


class RetireForm(ActionForm):
    """Which carrier is offered no more."""

    name = HiddenField(validators=[DataRequired(), Length(max=40)])


FORMS: dict[Action, type[ActionForm]] = {
    Action.PACK: CartonScanForm,
    Action.UNPACK: HandlingScanForm,
    Action.SEAL: SealForm,
    Action.RECEIVE: CartonScanForm,
    Action.DISPATCH: DispatchForm,
    Action.REGISTER_SURPLUS: SurplusForm,
    Action.REPORT_DAMAGE: DamageForm,
    Action.DECLARE_LOST: LostForm,
    Action.AMEND_FREIGHT: AmendFreightForm,
}
