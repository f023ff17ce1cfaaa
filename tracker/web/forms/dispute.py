"""Forms of a dispute: what the liable party says, and what after-sales answers."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.loss import Verdict
from tracker.domain.x12 import Answer
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, trimmed
from tracker.web.forms.loss import LiabilityForm


class DisputeForm(ActionForm):
    """Why the party does not sign, as element 1294 of X12 and in words, and of which garments."""

    x12 = CodeField(_("What you object to"), Answer, [InputRequired()])
    lines = SelectMultipleField(_("Garments disputed"), validate_choice=False)
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])


class DisputeOnPaperForm(DisputeForm):
    """The business department records what a supplier put on paper."""

    on_paper = BooleanField(_("The supplier disputed it on paper"), [DataRequired()])


class AnswerForm(LiabilityForm):
    """Whether the charge stands; if not, who is liable for the disputed garments now."""

    answer = CodeField(_("Answer"), Verdict, [InputRequired()])
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])
    note = TextAreaField(_("Note"), [Optional(), Length(max=500)], [trimmed])

    def values(self) -> dict[str, Any]:
        """Return verdict, reason and shares; a code left empty is the garment's own party."""
        return {**super().values(), "answer": self.answer.data, "reason": self.reason.data}
