"""Carries one message out of the house: by HTTP or by SMTP, each within its time.

Nothing here knows the database; what comes back is one of three: yes, no, or nobody knows.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from tracker.domain.notice_channel import (
    ChannelKind,
    Request,
    Security,
    Setup,
    refusal,
    request_of,
)

SECONDS = 10.0
"""A server may take so long to say a word."""
MOST_ANSWER = 4096
MOST_ERROR = 300


@dataclass(frozen=True)
class Message:
    """A message as its channel needs it."""

    no: str
    to: str
    title: str
    body: str
    content: Any


@dataclass(frozen=True)
class Outcome:
    """What came of a try. ``is_known`` is false where it may have arrived all the same."""

    error: str | None = None
    is_known: bool = True

    @property
    def is_sent(self) -> bool:
        """The other side said yes."""
        return self.error is None


def post(
    kind: ChannelKind, setup: Setup, message: Message, now: datetime, seconds: float = SECONDS
) -> Outcome:
    """Send a message; return what came of it, its error without any secret."""
    if kind is ChannelKind.MAIL:
        outcome = _mailed(setup, message, seconds)
    else:
        text = f"{message.title}\n{message.body}"
        request = request_of(kind, setup, message.no, text, message.content, now)
        outcome = _posted(kind, request, seconds)
    if outcome.error is None:
        return outcome
    return Outcome(setup.hides(outcome.error)[:MOST_ERROR], outcome.is_known)


def _posted(kind: ChannelKind, request: Request, seconds: float) -> Outcome:
    parts = urlsplit(request.url)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = make(parts.hostname or "", parts.port, timeout=seconds)
    try:
        line.connect()
    except (OSError, ssl.SSLError) as error:
        line.close()
        return Outcome(_told(error))
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request("POST", path, request.body, dict(request.headers))
        answer = line.getresponse()
        return Outcome(refusal(kind, answer.status, answer.read(MOST_ANSWER)))
    except (OSError, HTTPException) as error:
        return Outcome(_told(error), is_known=False)
    finally:
        line.close()


def _mailed(setup: Setup, message: Message, seconds: float) -> Outcome:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = setup.sender, message.to, message.title
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(message.no, "hangtag.invalid")
    mail.set_content(message.body, cte="base64")
    try:
        server = _server(setup, seconds)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(_told(error))
    try:
        server.send_message(mail)
    except smtplib.SMTPServerDisconnected as error:
        return Outcome(_told(error), is_known=False)
    except smtplib.SMTPException as error:
        return Outcome(_told(error))
    except OSError as error:
        return Outcome(_told(error), is_known=False)
    finally:
        server.close()
    return Outcome()


def _server(setup: Setup, seconds: float) -> smtplib.SMTP:
    """Return the mail server, ready to take a message."""
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if setup.security == Security.TLS:
        server = smtplib.SMTP_SSL(setup.host, setup.port, timeout=seconds, context=context)
    else:
        server = smtplib.SMTP(setup.host, setup.port, timeout=seconds)
    try:
        if setup.security == Security.STARTTLS:
            server.starttls(context=context)
        if setup.user:
            server.login(setup.user, setup.password)
    except BaseException:
        server.close()
        raise
    return server


def _told(error: BaseException) -> str:
    """Return an error in a line: its kind, and what it says."""
    return " ".join(f"{type(error).__name__}: {error}".split())
