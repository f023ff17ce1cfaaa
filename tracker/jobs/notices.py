"""The runner's rounds of notices: what is due is told, what waits for a channel goes out."""

from __future__ import annotations

import signal
import threading
from functools import partial

import structlog
from flask import Flask

from tracker import edge
from tracker.db import utc_now, write
from tracker.domain.errors import HangtagError
from tracker.extensions import db
from tracker.jobs import child
from tracker.queries import notice_channel as channels
from tracker.services import job_files, notice, notice_channel, notice_post
from tracker.services import notice_sending as service

log = structlog.get_logger("hangtag.notices")

MINUTES = 5
"""How often the runner looks for what is due; a round missed is caught up by the next."""
LOCK = "notices"
"""The lock of the one sender."""
ROUND_SECONDS = 300
"""A round of sending ends by then, whatever a server out there is doing."""


def tell(app: Flask) -> None:
    """Tell of what is due."""
    with app.app_context():
        try:
            new = notice.tell(db.session(), utc_now())
            if new:
                log.info("told", notices=new)
        finally:
            db.session.remove()


def start(app: Flask) -> bool:
    """Send in a child what waits, without waiting for it: a server that hangs holds up nobody.

    Where no channel is open there is no child; return whether there is one.
    """
    if not _is_any_open(app):
        return False
    sending = child.begin(_child, app)
    threading.Thread(target=sending.join, daemon=True).start()
    return True


def _is_any_open(app: Flask) -> bool:
    with app.app_context():
        try:
            return channels.is_any_open(db.session())
        finally:
            db.session.remove()
            db.engine.dispose()  # No connection stays open that the child could inherit.


def _child(app: Flask) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(ROUND_SECONDS)
    send(app)


def send(app: Flask) -> int:
    """Send what waits, if no other sender is at work; return how many messages went out."""
    with job_files.held(edge.export_folder(app), LOCK) as is_mine:
        if not is_mine:
            return 0
        with app.app_context():
            try:
                return _round(app.config["SETTINGS"].secret_key)
            finally:
                db.session.remove()
                db.engine.dispose()


def _round(key: str) -> int:
    """Send message after message; a channel that fails rests until the next round."""
    session = db.session()
    write(session, lambda: service.recover(session, utc_now()))
    write(session, lambda: service.compose(session, key, utc_now()))
    failed: set[int] = set()
    sent = 0
    while found := write(session, lambda: service.claim(session, utc_now(), failed)):
        outcome = _sent(key, found)
        write(session, partial(service.finish, session, found.no, outcome, utc_now()))
        if outcome.is_sent:
            sent += 1
        else:
            failed.add(found.channel_id)
            log.warning("not sent", message=found.no, error=outcome.error)
    return sent


def _sent(key: str, found: service.Claim) -> notice_post.Outcome:
    session = db.session()
    try:
        setup = notice_channel.unseal(key, channels.get(session, found.channel_id))
    except HangtagError as refusal:
        return notice_post.Outcome(refusal.code)
    message = service.message_of(session, found.no)
    session.rollback()
    return notice_post.post(found.kind, setup, message, utc_now())
