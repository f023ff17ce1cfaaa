"""The form of one action: its fields become the keyword arguments of the action's service."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from tracker.web.forms.fields import trimmed

_UNSEEN = {"csrf_token", "action_id", "if_version"}
_OWN = _UNSEEN | {"note", "password"}
_LAST = {"password": 1, "note": 2}
_NOT_COMPARED = {"csrf_token", "password"}
"""A digest of the body is kept: nobody shall guess a password from it."""


class ActionForm(FlaskForm):
    """What every action carries: the key made for this page, the version shown, a note."""

    action_id = HiddenField(default=lambda: str(uuid4()))
    if_version = HiddenField()
    note = TextAreaField(_("Note"), filters=[trimmed], validators=[Optional(), Length(max=500)])

    def values(self) -> dict[str, Any]:
        """Return the fields of the service; what was left empty is left out."""
        return {
            name: value
            for name, value in self.data.items()
            if name not in _OWN and value is not None and value != ""
        }

    def version(self) -> int | None:
        """Return the version of the record that the page showed."""
        typed = self.if_version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None

    def typed_password(self) -> str | None:
        """Return the password where the form asks for it."""
        return None

    def body(self) -> dict[str, Any]:
        """Return what is compared when the same key comes again."""
        raw = {
            name: [str(value) for value in field.raw_data or ()]
            for name, field in self._fields.items()
            if name not in _NOT_COMPARED
        }
        return {"form": raw}

    def shown_fields(self) -> list[Any]:
        """Return the fields that a person fills in, in order; password and note come last."""
        shown = [field for field in self if field.name not in _UNSEEN]
        return sorted(shown, key=lambda field: _LAST.get(field.name, 0))


class PasswordForm(ActionForm):
    """A step of money: whoever takes it types the password again."""

    password = PasswordField(
        _("Your password"),
        [DataRequired(_("Fill in your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )

    def typed_password(self) -> str | None:
        """Return the password as it was typed."""
        return self.password.data
