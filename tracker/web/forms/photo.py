"""Forms of photos: adding some, removing one."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tracker.domain.photo import Kind
from tracker.web.forms.fields import CodeField, trimmed


class PhotoForm(FlaskForm):
    """One or more files of one kind; a phone's camera and its album fill the same field."""

    photos = MultipleFileField(_("Photos"))
    kind = CodeField(_("Kind of photo"), Kind, [InputRequired()])


class RemovePhotoForm(FlaskForm):
    """Why a photo goes; its author needs no reason while it is fresh."""

    reason = TextAreaField(_("Reason"), filters=[trimmed], validators=[Optional(), Length(max=500)])

    def shown_fields(self) -> list[Any]:
        """Return the fields that a person fills in."""
        return [self.reason]
