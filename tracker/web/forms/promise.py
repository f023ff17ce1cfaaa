"""Forms of the promises: which one holds for whom, and the law of a store."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.law_packs import Pack
from tracker.domain.promise import Channel
from tracker.domain.promise_profiles import CHOICES
from tracker.services.promise_words import profile_words
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, SelectChoice, trimmed


class ChooseForm(ActionForm):
    """A promise for a channel, in a region or in all, from a day on, and why."""

    channel = CodeField(_("Sold"), Channel, [InputRequired()])
    region = SelectField(_("Region"), [Optional()], default="")
    profile = SelectField(_("Promise"), [InputRequired()])
    effective_from = DateField(_("In force from"), [InputRequired()])
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])

    def offer(self, locale: str, regions: list[str]) -> ChooseForm:
        """Return the form with the regions and promises to choose from."""
        everywhere = SelectChoice("", _("the whole chain"))
        self.region.choices = [everywhere, *(SelectChoice(one, one) for one in regions)]
        self.profile.choices = [SelectChoice(one, profile_words(one, locale)) for one in CHOICES]
        return self


class PlaceForm(ActionForm):
    """The law under which a store stands, and how that is known."""

    store = SelectField(_("Store"), [InputRequired()])
    pack = CodeField(_("Law"), Pack, [InputRequired()])
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])

    def offer(self, stores: list[tuple[str, str]]) -> PlaceForm:
        """Return the form with the stores to choose from."""
        self.store.choices = [SelectChoice(code, f"{code} {name}") for code, name in stores]
        return self
