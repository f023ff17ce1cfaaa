"""Forms of statements: delivery, dispute, settlement, voiding; files of money."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    DateTimeLocalField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.calendar import SHANGHAI
from tracker.domain.statement import Action, Delivery
from tracker.web.forms.action import ActionForm, PasswordForm
from tracker.web.forms.bulk import MOST, BulkForm
from tracker.web.forms.fields import CodeField, YuanField, trimmed


class IssueForm(PasswordForm):
    """What the print names beside the lines, where finance knows it; the password again."""

    contract_no = StringField(_("Contract no."), [Optional(), Length(max=40)], [trimmed])
    set_off_batch = StringField(
        _("Set off against payment batch"), [Optional(), Length(max=40)], [trimmed]
    )


class IssueManyForm(BulkForm, PasswordForm):
    """The drafts that are ticked; one password for all of them."""

    chosen = SelectMultipleField(
        _("Drafts"),
        name="nos",
        choices=[],
        validate_choice=False,
        validators=[InputRequired(_("Tick one draft at least.")), Length(max=MOST)],
    )


class DeliverForm(ActionForm):
    """How and when it arrived; left empty it is now."""

    how = CodeField(_("How it was delivered"), Delivery, [InputRequired()])
    delivered_at = DateTimeLocalField(
        _("When it arrived (Beijing time)"),
        [Optional()],
        description=_("Leave it empty for now. A set-off takes effect when its notice arrives."),
    )

    def values(self) -> dict[str, Any]:
        """Return the fields, the moment with its time zone."""
        found = super().values()
        moment: datetime | None = found.get("delivered_at")
        if moment is not None:
            found["delivered_at"] = moment.replace(tzinfo=SHANGHAI).astimezone(UTC)
        return found


class ReceiptForm(ActionForm):
    """The party confirms that the statement reached it here, now."""

    def values(self) -> dict[str, Any]:
        """Return how it was delivered: electronically."""
        return {**super().values(), "how": Delivery.PORTAL}


class ReasonForm(ActionForm):
    """Why, in words."""

    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])


class SettleForm(ActionForm):
    """What was paid or set off, when, and its reference."""

    amount_fen = YuanField(_("Amount (yuan)"), [InputRequired()])
    settled_on = DateField(_("Day"), [InputRequired()])
    reference = StringField(
        _("Voucher or transfer number"), [DataRequired(), Length(max=80)], [trimmed]
    )


class FileForm(ActionForm):
    """A file of rows: CSV in UTF-8, or Excel."""

    has_files = True
    file = FileField(_("File (CSV in UTF-8, or Excel)"), [FileRequired(_("Choose a file."))])

    def body(self) -> dict[str, Any]:
        """A file is no text to compare: its name stands for it."""
        sent = self.file.data
        return {"file": getattr(sent, "filename", "") or ""}


FORMS: dict[Action, type[ActionForm]] = {
    Action.ISSUE: IssueForm,
    Action.DELIVER: DeliverForm,
    Action.DISPUTE: ReasonForm,
    Action.SETTLE: SettleForm,
    Action.VOID: ReasonForm,
}
PARTY_FORMS: dict[Action, type[ActionForm]] = {**FORMS, Action.DELIVER: ReceiptForm}
"""What a party fills in of its own statement."""
