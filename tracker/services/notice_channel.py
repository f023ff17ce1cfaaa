"""Channels: kept by the administrator, off until he opens them, their secrets sealed.

The seal's key comes from SECRET_KEY, which no backup of the database holds: with another key the
secrets are to be typed anew.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select

from tracker.domain.account import Role
from tracker.domain.errors import Forbidden, RuleViolation
from tracker.domain.notice import Occasion
from tracker.domain.notice_channel import ChannelKind, Setup, check
from tracker.models.notice_channel import NoticeChannel
from tracker.models.site import Site
from tracker.queries import notice_channel as queries
from tracker.services.act import Act

KEEPERS = (Role.ADMINISTRATOR,)


@dataclass(frozen=True)
class Plan:
    """What the administrator says of a channel beside how it is reached."""

    name: str
    occasions: frozenset[Occasion]
    site: str | None = None
    language: str = "zh"
    quiet_from: int | None = None
    quiet_until: int | None = None


def seal(key: str, setup: Setup) -> str:
    """Return a setup encrypted for the table."""
    return _box(key).encrypt(json.dumps(asdict(setup)).encode()).decode()


def unseal(key: str, channel: NoticeChannel) -> Setup:
    """Return a channel's setup. Raises ``RuleViolation`` ``sealed`` under another SECRET_KEY."""
    try:
        return Setup(**json.loads(_box(key).decrypt(channel.sealed.encode())))
    except InvalidToken:
        raise RuleViolation(
            "sealed",
            "SECRET_KEY 已更换，通道“{name}”的密钥无法读取，请重新填写。",
            "SECRET_KEY was changed: type the secrets of channel “{name}” anew.",
            name=channel.name,
        ) from None


def _box(key: str) -> Fernet:
    derived = hashlib.sha256(b"hangtag notice channels\0" + key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(derived))


def add(act: Act, key: str, kind: ChannelKind, plan: Plan, setup: Setup) -> tuple[str, str]:
    """Add a channel, off; return its name and a webhook's new secret, shown this once.

    Raises ``Forbidden``, ``InvalidInput`` and ``RuleViolation`` ``name_taken``.
    """
    _check_keeper(act)
    if kind is ChannelKind.WEBHOOK:
        setup = replace(setup, secret=secrets.token_urlsafe(32))
    check(kind, setup)
    channel = NoticeChannel(kind=kind.value, sealed="", open_from=None)
    _fill(act, channel, key, plan, setup)
    act.session.add(channel)
    act.session.flush()
    return channel.name, setup.secret if kind is ChannelKind.WEBHOOK else ""


def change(act: Act, key: str, number: int, plan: Plan, setup: Setup) -> None:
    """Keep a channel anew; a secret or address left empty stays as it was.

    Raises what ``add`` raises, ``NotFound``.
    """
    _check_keeper(act)
    channel = queries.get(act.session, number)
    try:
        old = unseal(key, channel)
    except RuleViolation:
        old = Setup()
    kept = {
        name: getattr(old, name)
        for name in ("url", "secret", "password")
        if not getattr(setup, name)
    }
    setup = replace(setup, **kept)
    check(ChannelKind(channel.kind), setup)
    _fill(act, channel, key, plan, setup)
    act.session.flush()


def _fill(act: Act, channel: NoticeChannel, key: str, plan: Plan, setup: Setup) -> None:
    same = select(NoticeChannel.id).where(NoticeChannel.name == plan.name)
    with act.session.no_autoflush:
        if act.session.scalar(same) not in (None, channel.id):
            raise RuleViolation(
                "name_taken",
                "已有名为“{name}”的通道，请换一个名称。",
                "There is a channel “{name}” already: choose another name.",
                name=plan.name,
            )
        site = act.session.scalar(select(Site.id).where(Site.code == plan.site))
    channel.name, channel.sealed, channel.host = plan.name, seal(key, setup), setup.place
    channel.occasions = _codes(plan.occasions)
    channel.site_id, channel.language = site, plan.language
    channel.quiet_from, channel.quiet_until = plan.quiet_from, plan.quiet_until
    channel.kept_at, channel.kept_by_id = act.now, act.actor.account_id


def _codes(occasions: Iterable[Occasion]) -> list[str]:
    return sorted(occasion.value for occasion in occasions)


def switch(act: Act, number: int, *, is_open: bool) -> None:
    """Open or close a channel; only what is told from now on goes out. Raises ``NotFound``."""
    _check_keeper(act)
    channel = queries.get(act.session, number)
    if is_open != (channel.open_from is not None):
        channel.open_from = act.now if is_open else None
    act.session.flush()


def _check_keeper(act: Act) -> None:
    if not act.actor.is_any(frozenset(KEEPERS)):
        raise Forbidden(
            "wrong_role",
            "外部通道由系统管理员配置，请联系管理员。",
            "The channels are kept by the administrator. Ask there.",
        )
