"""The form that closes a discrepancy: what was found, and how."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from tracker.domain.shipment import FINDINGS, DiscrepancyKind
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, trimmed


def _form_for(kind: DiscrepancyKind) -> type[ActionForm]:
    class ResolveForm(ActionForm):
        """The findings that this kind of discrepancy may have; the note is mandatory."""

        finding = CodeField(_("What it turned out to be"), FINDINGS[kind], [InputRequired()])
        note = TextAreaField(
            _("How it was found out"), [DataRequired(), Length(max=500)], [trimmed]
        )

    return ResolveForm


RESOLVE_FORMS: dict[DiscrepancyKind, type[ActionForm]] = {
    kind: _form_for(kind) for kind in DiscrepancyKind
}
