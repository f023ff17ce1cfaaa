"""Forms of a discrepancy: what the carrier is asked for, what was found, and how."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.discrepancy import FINDINGS, Action, Kind
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, YuanField, trimmed
from tracker.web.forms.registration import FILL_IN

CLAIMABLE = frozenset({Kind.SHORT, Kind.DAMAGED_BOX, Kind.WRONG_SITE})
"""What may be the carrier's doing."""


class ClaimForm(ActionForm):
    """What the carrier is asked for, and under which number."""

    claimed_fen = YuanField(_("Amount claimed (yuan)"), [InputRequired(FILL_IN)])
    claim_no = StringField(_("Claim number"), [Optional(), Length(max=40)], [trimmed])


class FoundForm(ActionForm):
    """Where a garment that was written off turned up."""

    note = TextAreaField(_("Where it was found"), [DataRequired(), Length(max=500)], [trimmed])


def _form_for(kind: Kind) -> type[ActionForm]:
    class ResolveForm(ActionForm):
        """The findings that this kind of discrepancy may have; the note is mandatory."""

        finding = CodeField(_("What it turned out to be"), FINDINGS[kind], [InputRequired()])
        note = TextAreaField(
            _("How it was found out"), [DataRequired(), Length(max=500)], [trimmed]
        )

    class PaidResolveForm(ResolveForm):
        compensation_fen = YuanField(_("Paid by the carrier (yuan)"), [Optional()])

    return PaidResolveForm if kind in CLAIMABLE else ResolveForm


FORMS: dict[Kind, dict[Action, type[ActionForm]]] = {
    kind: {Action.CLAIM: ClaimForm, Action.RESOLVE: _form_for(kind), Action.FOUND: FoundForm}
    for kind in Kind
}
