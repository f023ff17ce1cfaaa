"""Forms of notices: how one wants to be told, and the steps of escalation."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)

from tracker.domain.account import Role
from tracker.domain.escalation import FIRST, HOURS, LAST, Step
from tracker.domain.notice import Occasion
from tracker.domain.notice_wish import Wish
from tracker.domain.schedule import minute_of
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, SelectChoice, trimmed
from tracker.web.forms.liability_rule import CodesField

LANGUAGES = [SelectChoice("zh", _("Chinese")), SelectChoice("en", _("English"))]


def minute(field: Any) -> int | None:
    """Return the minute of the day that a time field holds."""
    return minute_of(field.data.strftime("%H:%M")) if field.data else None


class WishForm(ActionForm):
    """How the reader wants to be told."""

    unwanted = CodesField(_("Do not tell me of"), Occasion)
    mailed = CodesField(_("Send me by e-mail as well"), Occasion)
    address = StringField(
        _("E-mail address"),
        filters=[trimmed],
        validators=[Optional(), Length(max=120), Regexp(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$")],
    )
    language = SelectField(_("Language of the messages"), choices=LANGUAGES, default="zh")
    digest = TimeField(_("One e-mail a day at (empty: at once)"), validators=[Optional()])
    quiet_from = TimeField(_("No messages from"), validators=[Optional()])
    quiet_until = TimeField(_("until"), validators=[Optional()])

    def wish(self) -> Wish:
        """Return what was filled in."""
        return Wish(
            self.unwanted.chosen(),
            self.mailed.chosen(),
            self.address.data or None,
            self.language.data,
            minute(self.digest),
            minute(self.quiet_from),
            minute(self.quiet_until),
        )


class StepForm(ActionForm):
    """The next version of one step."""

    occasion = CodeField(_("Occasion"), Occasion, validators=[InputRequired()])
    ordinal = IntegerField(_("Step"), validators=[InputRequired(), NumberRange(FIRST, LAST)])
    role = CodeField(_("Whom it tells"), Role, validators=[InputRequired()])
    hours = IntegerField(
        _("Hours after the due moment (before it: negative)"),
        validators=[InputRequired(), NumberRange(-HOURS, HOURS)],
    )
    is_off = BooleanField(_("Switch this step off"))
    effective_from = DateField(_("In force from"), validators=[DataRequired()])
    reason = StringField(
        _("Reason"), filters=[trimmed], validators=[DataRequired(), Length(max=500)]
    )

    def step(self) -> Step:
        """Return the step as it was filled in; the form was checked."""
        day: Any = self.effective_from.data
        return Step(
            self.occasion.data,
            self.ordinal.data or 0,
            self.role.data,
            self.hours.data or 0,
            day,
            bool(self.is_off.data),
        )
