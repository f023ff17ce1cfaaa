"""Forms of a one-time link's holder: each answer carries the name of who gives it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import MultipleFileField, StringField
from wtforms.validators import DataRequired, Length

from tracker.domain.access_link import Noun
from tracker.domain.loss import Action as FormAction
from tracker.domain.statement import Action as StatementAction
from tracker.web.forms.action import ActionForm
from tracker.web.forms.dispute import DisputeForm
from tracker.web.forms.fields import trimmed
from tracker.web.forms.statement import ReasonForm, ReceiptForm


class SignerForm(ActionForm):
    """Who answers for the party."""

    signer = StringField(
        _("Your name and position"),
        [DataRequired(_("Write your name.")), Length(max=40)],
        [trimmed],
        render_kw={"autocomplete": "name"},
    )

    def values(self) -> dict[str, Any]:
        """Return the fields of the service: the name is kept with the link."""
        apart = ("signer", "photos")
        return {name: value for name, value in super().values().items() if name not in apart}


class LinkDisputeForm(SignerForm, DisputeForm):
    """The dispute of a loss form, its evidence with it: the link opens nothing afterwards."""

    has_files = True
    photos = MultipleFileField(_("Photos of the evidence (if any)"))

    def body(self) -> dict[str, Any]:
        """A file is no text to compare: its name stands for it."""
        told = super().body()
        told["form"]["photos"] = [file.filename or "" for file in self.files()]
        return told

    def files(self) -> list[Any]:
        """Return the files that were chosen."""
        return [file for file in self.photos.data or () if getattr(file, "filename", "")]


class LinkReceiptForm(SignerForm, ReceiptForm):
    """The statement arrived."""


class LinkObjectionForm(SignerForm, ReasonForm):
    """What the party objects to in a statement."""


FORMS: dict[Noun, dict[Any, type[SignerForm]]] = {
    Noun.LOSS_FORM: {FormAction.SIGN: SignerForm, FormAction.DISPUTE: LinkDisputeForm},
    Noun.STATEMENT: {
        StatementAction.DELIVER: LinkReceiptForm,
        StatementAction.AGREE: SignerForm,
        StatementAction.DISPUTE: LinkObjectionForm,
    },
}
