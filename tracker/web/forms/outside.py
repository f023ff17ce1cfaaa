"""Forms of the outside repair: sent to a factory or a fabric maker, and come back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import SelectChoice, YuanField, trimmed
from tracker.web.forms.registration import CHOOSE


def send_out_form(vendors: Iterable[tuple[str, str]], usual: str | None) -> type[ActionForm]:
    """Return the form that sends one garment to one of ``vendors``, pairs of code and name."""
    known = [SelectChoice(code, f"{code} {name}") for code, name in vendors]

    class SendOutForm(ActionForm):
        vendor = SelectField(
            _("Sent to"), choices=known, default=usual, validators=[InputRequired(CHOOSE)]
        )
        carrier = StringField(
            _("Carrier"),
            [Optional(), Length(max=40)],
            [trimmed],
            render_kw={"list": "carriers", "autocomplete": "off"},
        )
        tracking_no = StringField(_("Tracking number"), [Optional(), Length(max=40)], [trimmed])

    return SendOutForm


class ReturnFromOutsideForm(ActionForm):
    """Whether they mended it, and what they charge."""

    repaired = RadioField(
        _("Did they mend it?"),
        choices=[
            SelectChoice("yes", _("Mended: it goes to its check")),
            SelectChoice("no", _("Not mended: it is assessed anew")),
        ],
        validators=[InputRequired(CHOOSE)],
    )
    cost_fen = YuanField(_("Their bill (yuan)"), [Optional()])

    def values(self) -> dict[str, Any]:
        """Return what came back as the service takes it."""
        values = super().values()
        values["repaired"] = values.get("repaired") == "yes"
        return values
