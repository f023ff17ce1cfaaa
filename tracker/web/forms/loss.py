"""Forms of the loss form: listing, liability by hand, signing, returning, voiding."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    IntegerField,
    MultipleFileField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from tracker.domain.codes import LiableKind
from tracker.domain.loss import Action, Share
from tracker.web.forms.action import ActionForm, PasswordForm
from tracker.web.forms.fields import CodeField, trimmed

ROWS = (1, 2, 3)


class ListForm(ActionForm):
    """The garments ticked on the list of those that wait for a loss form."""

    codes = SelectMultipleField(_("Garments"), validate_choice=False)


class LiabilityForm(ActionForm):
    """Up to three liable parties of one garment, in whole percent, and the reason."""

    own: ClassVar[dict[LiableKind, str]] = {}

    kind1 = CodeField(_("Liable party"), LiableKind, [Optional()], prompt="—")
    party1 = StringField(_("Its code"), [Optional(), Length(max=16)], [trimmed])
    percent1 = IntegerField(_("Share (%)"), [Optional(), NumberRange(1, 100)])
    kind2 = CodeField(_("Liable party"), LiableKind, [Optional()], prompt="—")
    party2 = StringField(_("Its code"), [Optional(), Length(max=16)], [trimmed])
    percent2 = IntegerField(_("Share (%)"), [Optional(), NumberRange(1, 100)])
    kind3 = CodeField(_("Liable party"), LiableKind, [Optional()], prompt="—")
    party3 = StringField(_("Its code"), [Optional(), Length(max=16)], [trimmed])
    percent3 = IntegerField(_("Share (%)"), [Optional(), NumberRange(1, 100)])
    note = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each party: kind, code, percent."""
        return [(self[f"kind{n}"], self[f"party{n}"], self[f"percent{n}"]) for n in ROWS]

    def fill(self, shares: list[Share]) -> None:
        """Show the shares as they stand."""
        for (kind, party, percent), share in zip(self.rows(), shares, strict=False):
            kind.data, party.data, percent.data = share.kind, share.party, share.percent

    def values(self) -> dict[str, Any]:
        """Return the shares; a code left empty means the garment's own supplier or store."""
        shares = [
            Share(kind.data, percent.data or 0, self._code(kind.data, party.data))
            for kind, party, percent in self.rows()
            if kind.data
        ]
        return {"liabilities": shares}

    def _code(self, kind: LiableKind, typed: str | None) -> str | None:
        return (typed or self.own.get(kind, "")).upper() or None


def liability_form(supplier: str, store: str) -> type[LiabilityForm]:
    """Return the form of a garment whose own supplier and store have these codes."""

    class OwnLiabilityForm(LiabilityForm):
        own: ClassVar[dict[LiableKind, str]] = {
            LiableKind.SUPPLIER: supplier,
            LiableKind.STORE: store,
        }

    return OwnLiabilityForm


class SignOnPaperForm(ActionForm):
    """The business department records what a supplier signed on paper."""

    has_files = True
    on_paper = BooleanField(_("The supplier signed the paper form"), [DataRequired()])
    papers = MultipleFileField(
        _("Photo or scan of the signed form"),
        description=_("JPEG, PNG or WebP. What stands under Photos as such already counts too."),
        render_kw={"accept": "image/*"},
    )

    def values(self) -> dict[str, Any]:
        """The pictures are photos of the form before it is signed, no field of the signature."""
        return {"on_paper": bool(self.on_paper.data)}

    def body(self) -> dict[str, Any]:
        """A file is no text to compare: its photo is."""
        body = super().body()
        body["form"].pop("papers")
        return body


class ReasonForm(ActionForm):
    """Why a form goes back or is voided."""

    reason = StringField(_("Reason"), [DataRequired(), Length(max=200)], [trimmed])


FORMS: dict[Action, type[ActionForm]] = {
    Action.CONFIRM: PasswordForm,
    Action.REVIEW: PasswordForm,
    Action.APPROVE: PasswordForm,
    Action.RETURN: ReasonForm,
    Action.VOID: ReasonForm,
}
