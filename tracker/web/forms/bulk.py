"""The form with which one action is taken on many garments."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, Length

from tracker.web.forms.action import ActionForm

MOST = 200
"""As many as one press takes."""


class BulkForm(ActionForm):
    """The garments that are ticked."""

    chosen = SelectMultipleField(
        _("Garments"),
        name="nos",
        choices=[],
        validate_choice=False,
        validators=[InputRequired(_("Tick one garment at least.")), Length(max=MOST)],
    )

    def nos(self) -> list[str]:
        """Return the numbers of the garments ticked."""
        return [str(no)[:20] for no in self.chosen.data or ()]
