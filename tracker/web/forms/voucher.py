"""The form of an account code."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.site import Ownership
from tracker.domain.voucher import BOOKED, Bearer
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, trimmed

_BEARERS = [bearer for bearer in Bearer if bearer is not Bearer.ANY]


class AccountCodeForm(ActionForm):
    """Our account, who bears it, whose the store is; the chain's own code and its name."""

    account = CodeField(_("Account of the ledger"), BOOKED, [InputRequired()])
    liable_kind = CodeField(_("Borne by"), _BEARERS, [Optional()], prompt=_("any"))
    ownership = CodeField(_("Whose the store is"), Ownership, [Optional()], prompt=_("any"))
    code = StringField(_("Account code"), [DataRequired(), Length(max=20)], [trimmed])
    name = StringField(_("Account name"), [DataRequired(), Length(max=40)], [trimmed])
