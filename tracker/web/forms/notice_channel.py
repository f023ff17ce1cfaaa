"""The form of a channel: how it is reached, and what goes out over it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, PasswordField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from tracker.domain.notice import Occasion
from tracker.domain.notice_channel import ChannelKind, Security, Setup
from tracker.services.notice_channel import Plan
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, SelectChoice, trimmed
from tracker.web.forms.liability_rule import CodesField
from tracker.web.forms.notice import LANGUAGES, minute

_ROBOT = ("url", "secret")
FIELDS = {
    ChannelKind.MAIL: ("host", "port", "security", "user", "password", "sender"),
    ChannelKind.WECOM: ("url",),
    ChannelKind.DINGTALK: _ROBOT,
    ChannelKind.FEISHU: _ROBOT,
    ChannelKind.WEBHOOK: ("url",),
}
"""What each kind asks for beside what all of them do."""
_CHAT = ("occasions", "site", "language", "quiet_from", "quiet_until")


class ChannelForm(ActionForm):
    """A channel; secrets left empty stay as they were."""

    name = StringField(_("Name"), filters=[trimmed], validators=[DataRequired(), Length(max=40)])
    url = PasswordField(
        _("Webhook address"), filters=[trimmed], validators=[Optional(), Length(max=500)]
    )
    secret = PasswordField(
        _("Signing secret (if the robot has one)"),
        filters=[trimmed],
        validators=[Optional(), Length(max=200)],
    )
    host = StringField(
        _("Mail server"), filters=[trimmed], validators=[Optional(), Length(max=255)]
    )
    port = IntegerField(_("Port"), validators=[Optional(), NumberRange(1, 65535)], default=587)
    security = CodeField(_("Encryption"), Security, prompt="", default=Security.STARTTLS)
    user = StringField(_("User"), filters=[trimmed], validators=[Optional(), Length(max=120)])
    password = PasswordField(_("Password"), validators=[Optional(), Length(max=200)])
    sender = StringField(
        _("Sender’s address"), filters=[trimmed], validators=[Optional(), Length(max=120)]
    )
    address = StringField(
        _("Address of this system, for links"),
        filters=[trimmed],
        validators=[Optional(), Length(max=200)],
    )
    occasions = CodesField(_("What goes out"), Occasion)
    site = SelectField(_("Only of this site"), choices=[], default="")
    language = SelectField(_("Language of the messages"), choices=LANGUAGES, default="zh")
    quiet_from = TimeField(_("No messages from"), validators=[Optional()])
    quiet_until = TimeField(_("until"), validators=[Optional()])

    def offer(self, sites: Any) -> ChannelForm:
        """Offer the sites; return the form."""
        codes = [SelectChoice(site.code, f"{site.code} {site.name}") for site in sites]
        self.site.choices = [SelectChoice("", _("every site")), *codes]
        return self

    def shown(self, kind: ChannelKind) -> list[Any]:
        """Return the fields of a kind, in their order."""
        chat = () if kind is ChannelKind.MAIL else _CHAT
        return [self[name] for name in ("name", *FIELDS[kind], "address", *chat)]

    def setup(self, kind: ChannelKind) -> Setup:
        """Return how the channel is reached."""
        names = FIELDS[kind]
        given = {name: self[name].data for name in (*names, "address") if self[name].data}
        if "security" in given:
            given["security"] = given["security"].value
        return Setup(**given)

    def plan(self) -> Plan:
        """Return what goes out over it, and when not."""
        return Plan(
            self.name.data or "",
            self.occasions.chosen(),
            self.site.data or None,
            self.language.data,
            minute(self.quiet_from),
            minute(self.quiet_until),
        )
