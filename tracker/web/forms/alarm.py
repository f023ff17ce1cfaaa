"""The form of an alarm: what its desk found out and did."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.web.forms.fields import trimmed


class AlarmNoteForm(FlaskForm):
    """What came of an alarm, in words."""

    note = TextAreaField(_("What you found and did"), [DataRequired(), Length(max=500)], [trimmed])
