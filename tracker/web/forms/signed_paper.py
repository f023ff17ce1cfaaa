"""The form that takes a PDF to be compared with what was kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class CompareForm(FlaskForm):
    """A PDF; nothing of it is kept."""

    file = FileField(
        _("PDF to compare"),
        [FileRequired(_("Choose a file."))],
        render_kw={"accept": "application/pdf"},
    )
