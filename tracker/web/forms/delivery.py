"""The form of a delivery that a store enters by hand: its number, its day, scanned tags."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, Field, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from tracker.db import utc_now
from tracker.domain.calendar import shanghai_date
from tracker.services.delivery import Goods
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import trimmed
from tracker.web.forms.registration import DAYS, FILL_IN

MAX_QUANTITY = 10_000


class ListField(Field):
    """Every value that came under one name, in their order."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the values as they were typed, without blanks at their ends."""
        self.data: Any = [value.strip() for value in valuelist]


class DeliveryForm(ActionForm):
    """``code`` and ``quantity`` come once for each line; ``scan`` is the tag just scanned."""

    delivery_no = StringField(
        _("Delivery number"), [DataRequired(FILL_IN), Length(max=40)], [trimmed]
    )
    received_on = DateField(
        _("Received on"),
        [InputRequired(FILL_IN)],
        default=lambda: shanghai_date(utc_now()),
        render_kw=DAYS,
    )
    code = ListField()
    quantity = ListField()
    scan = StringField(_("Hang tag"), filters=[trimmed])

    def rows(self) -> list[tuple[str, str]]:
        """Return code and quantity of each line as they were typed."""
        return list(zip(self.code.data or [], self.quantity.data or [], strict=False))

    def take_scan(self) -> None:
        """Put the scanned tag among the lines: one more of it, or a line of its own."""
        scanned, self.scan.data = self.scan.data, None
        if not scanned:
            return
        codes, quantities = list(self.code.data or []), list(self.quantity.data or [])
        if scanned in codes and quantities[codes.index(scanned)].isdigit():
            at = codes.index(scanned)
            quantities[at] = str(min(int(quantities[at]) + 1, MAX_QUANTITY))
        else:
            codes.append(scanned)
            quantities.append("1")
        self.code.data, self.quantity.data = codes, quantities

    def goods(self) -> list[Goods]:
        """Return the lines with their quantities; only after the form was found right."""
        return [Goods(code, int(quantity)) for code, quantity in self.rows()]

    def validate_quantity(self, field: Any) -> None:
        """Every line has a whole quantity from 1 to 10,000, and there is one line at least."""
        if not self.rows():
            raise ValidationError(_("Scan the hang tags of what came."))
        for _code, typed in self.rows():
            is_whole = typed.isascii() and typed.isdigit() and len(typed) <= 5
            if not is_whole or not 1 <= int(typed) <= MAX_QUANTITY:
                raise ValidationError(_("A quantity is a whole number from 1 to 10000."))
