"""The form with which finance decides the nature of one line's loss."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from tracker.domain.loss_nature import LossNature
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, trimmed


class NatureForm(ActionForm):
    """The nature of the loss, and why."""

    registration: ClassVar[str] = ""

    nature = CodeField(_("Nature of the loss"), LossNature, [InputRequired()])
    note = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])

    def values(self) -> dict[str, Any]:
        """Return the nature, and the line that it is of."""
        return {"registration": self.registration, "nature": self.nature.data}


def nature_form(registration_no: str) -> type[NatureForm]:
    """Return the form of one line."""

    class LineForm(NatureForm):
        registration: ClassVar[str] = registration_no

    return LineForm
