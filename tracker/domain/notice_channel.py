"""Channels that leave the house: what each one is sent, how it is signed, when it said yes.

The chats answer HTTP 200 to what they refuse; their own code in the body counts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

from tracker.domain.errors import InvalidInput
from tracker.domain.named import NamedEnum


class ChannelKind(NamedEnum):
    """The ways out."""

    MAIL = "mail", "邮件", "E-mail"
    WECOM = "wecom", "企业微信群机器人", "WeCom robot"
    DINGTALK = "dingtalk", "钉钉群机器人", "DingTalk robot"
    FEISHU = "feishu", "飞书群机器人", "Feishu robot"
    WEBHOOK = "webhook", "Webhook", "Webhook"


class State(NamedEnum):
    """What became of a message."""

    WAITING = "waiting", "待发送", "Waiting"
    SENDING = "sending", "发送中", "Being sent"
    SENT = "sent", "已发送", "Sent"
    UNKNOWN = "unknown", "结果不明", "Not known"
    GIVEN_UP = "given_up", "发送失败", "Given up"


class Security(NamedEnum):
    """How the mail server is reached."""

    STARTTLS = "starttls", "STARTTLS", "STARTTLS"
    TLS = "tls", "TLS", "TLS"
    NONE = "none", "不加密（仅限内网）", "Plain (own network only)"


PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""After each try that failed; after the last of them a message is given up."""
LONG_TAIL = 20
"""A path longer than this ends with a token."""
WECOM_BYTES = 2000
"""WeCom takes 2,048 bytes of text."""
IDEMPOTENT = frozenset({ChannelKind.WEBHOOK})
"""Their receivers know a message by its id: one whose answer is unknown is sent again."""


@dataclass(frozen=True)
class Setup:
    """What a channel needs to reach its place, secrets included: never shown, never logged."""

    url: str = ""
    secret: str = ""
    host: str = ""
    port: int = 0
    security: str = Security.STARTTLS.value
    user: str = ""
    password: str = ""
    sender: str = ""
    address: str = ""
    """Where the system is reached, for links; none without it."""

    @property
    def place(self) -> str:
        """The host that it leads to, without anything secret."""
        return self.host or urlsplit(self.url).hostname or ""

    def hides(self, text: str) -> str:
        """Return a text without this channel's secrets: what an address ends with is one too."""
        parts = urlsplit(self.url)
        values = [value for _name, value in parse_qsl(parts.query)]
        tail = parts.path.rpartition("/")[2] if len(parts.path) > LONG_TAIL else ""
        found = {self.secret, self.password, self.url, parts.query, tail, *values}
        for secret in sorted(found, key=len, reverse=True):
            if secret:
                text = text.replace(secret, "***")
        return text


@dataclass(frozen=True)
class Request:
    """An HTTP request to be posted."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def check(kind: ChannelKind, setup: Setup) -> None:
    """Raise ``InvalidInput`` ``missing_field`` or ``bad_url`` for a channel that cannot work."""
    if kind is ChannelKind.MAIL:
        for name in ("host", "port", "sender"):
            if not getattr(setup, name):
                raise InvalidInput("missing_field", "请填写此项。", "Fill this in.", name)
        return
    if not _is_fit(setup.url):
        raise InvalidInput(
            "bad_url",
            "地址须以 https:// 开头；只有本机和内网 IP 可以用 http://。",
            "The address begins with https://; http:// is for this machine and private IPs only.",
            "url",
        )


def _is_fit(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or not host or any(ord(char) < 33 for char in url):
        return False
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ip_address(host).is_private
    except ValueError:
        return parts.scheme == "http" and host == "localhost"


def request_of(
    kind: ChannelKind, setup: Setup, no: str, text: str, content: Any, now: datetime
) -> Request:
    """Return what is posted for a message ``no``; ``content`` is the notices, for a webhook."""
    if kind is ChannelKind.WEBHOOK:
        return _webhook(setup, no, content, now)
    url = setup.url
    if kind is ChannelKind.FEISHU:
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if setup.secret:
            stamp = str(int(now.timestamp()))
            body |= {"timestamp": stamp, "sign": _signed(f"{stamp}\n{setup.secret}", "")}
    else:
        said = clip(text, WECOM_BYTES) if kind is ChannelKind.WECOM else text
        body = {"msgtype": "text", "text": {"content": said}}
        if kind is ChannelKind.DINGTALK and setup.secret:
            stamp = str(int(now.timestamp() * 1000))
            sign = quote_plus(_signed(setup.secret, f"{stamp}\n{setup.secret}"))
            url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"
    return Request(url, _json(body), {"Content-Type": "application/json; charset=utf-8"})


def _webhook(setup: Setup, no: str, content: Any, now: datetime) -> Request:
    body = _json({"id": no, "notices": content})
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Hangtag-Id": no,
        "Hangtag-Timestamp": stamp,
        "Hangtag-Signature": f"v1={signature(setup.secret, stamp, body)}",
    }
    return Request(setup.url, body, headers)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 of a webhook: over its timestamp, a full stop, and its body."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _signed(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def refusal(kind: ChannelKind, status: int, body: bytes) -> str | None:
    """Return why an answer is no yes, or ``None``: the HTTP status, or the chat's own code."""
    if not 200 <= status < 300:
        return f"HTTP {status}"
    if kind is ChannelKind.WEBHOOK:
        return None
    try:
        told = json.loads(body)
        code = told.get("errcode", told.get("code", told.get("StatusCode")))
    except (ValueError, AttributeError):
        return "no JSON"
    if code == 0:
        return None
    return f"{code}: {told.get('errmsg') or told.get('msg') or ''}"


def clip(text: str, most: int) -> str:
    """Return as many whole lines of a text as fit into ``most`` bytes, with a sign of the rest."""
    if len(text.encode()) <= most:
        return text
    kept: list[str] = []
    for line in text.split("\n"):
        if len("\n".join([*kept, line, "…"]).encode()) > most:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])
