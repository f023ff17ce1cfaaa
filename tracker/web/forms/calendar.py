"""Forms of the company's calendar: days of its own, and a notice as a file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.calendar import DayWord
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, trimmed


class DaysForm(ActionForm):
    """What the chain does on a day, or on all days up to another."""

    first_on = DateField(_("Day"), [InputRequired(_("Enter the day."))])
    last_on = DateField(_("Up to (if several days)"), [Optional()])
    word = CodeField(_("The chain"), DayWord, [InputRequired(_("Please choose"))])
    reason = StringField(
        _("Reason"), [DataRequired(_("Write the reason.")), Length(max=200)], [trimmed]
    )
