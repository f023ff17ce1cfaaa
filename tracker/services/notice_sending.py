"""What goes out: composed of what was told, sent by one sender at a time, never twice.

A message's lines (channel, reader, matter, step) are unique, so no step goes out twice over a
channel. It is marked ``sending`` before it leaves: one that its sender did not live to mark is of
unknown fate, and is sent again only where the receiver knows it by its id, or a person says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, aliased

from tracker.domain.errors import RuleViolation
from tracker.domain.notice import ABOUT, Occasion, page_of, sentence
from tracker.domain.notice_channel import IDEMPOTENT, PAUSES, ChannelKind, State
from tracker.domain.notice_wish import Told, body, title
from tracker.domain.schedule import is_quiet, last_digest
from tracker.models.account import Account
from tracker.models.notice import Notice, NoticeWish
from tracker.models.notice_channel import NoticeChannel, NoticeSending, NoticeSendingLine
from tracker.queries import notice_channel as queries
from tracker.services.act import Act
from tracker.services.notice_channel import unseal
from tracker.services.notice_post import Message, Outcome

FRESH = timedelta(days=3)
"""What was told longer ago goes out no more: a channel that was silent brings no flood."""
MOST = 500
"""So many notices a message; the rest follows in the next."""


@dataclass(frozen=True)
class Claim:
    """A message that is this sender's to send now."""

    no: str
    channel_id: int
    kind: ChannelKind


def compose(session: Session, key: str, now: datetime) -> int:
    """Make the messages of what was told and has not gone out yet; return how many.

    A channel whose secrets cannot be read makes none.
    """
    made = 0
    query = select(NoticeChannel).where(NoticeChannel.open_from.is_not(None))
    for channel in session.scalars(query.order_by(NoticeChannel.id)).all():
        try:
            address = unseal(key, channel).address.rstrip("/")
        except RuleViolation:
            continue
        if channel.kind == ChannelKind.MAIL:
            made += _compose_mail(session, address, channel, now)
        elif not is_quiet(now, channel.quiet_from, channel.quiet_until):
            told = _unsent(session, channel, now)
            made += _made(session, address, channel, None, channel.language, told, now)
    session.flush()
    return made


def _compose_mail(session: Session, address: str, channel: NoticeChannel, now: datetime) -> int:
    made = 0
    rows = session.execute(
        select(NoticeWish, Account.id)
        .join(Account, Account.id == NoticeWish.account_id)
        .where(Account.is_active, NoticeWish.address.is_not(None))
        .order_by(Account.id)
    )
    for wish, account in rows.all():
        if not wish.mailed or is_quiet(now, wish.quiet_from, wish.quiet_until):
            continue
        until = now if wish.digest_minute is None else last_digest(now, wish.digest_minute)
        told = _unsent(session, channel, now, wish, until)
        made += _made(session, address, channel, account, wish.language, told, now)
    return made


def _unsent(
    session: Session,
    channel: NoticeChannel,
    now: datetime,
    wish: NoticeWish | None = None,
    until: datetime | None = None,
) -> Sequence[Told]:
    """Return what was told since the channel opened, stands still, and has not gone out over it.

    What is due longest first; in the order of the steps, for of one matter a message says the last.
    """
    reader = wish.account_id if wish else 0
    gone = exists().where(
        NoticeSendingLine.channel_id == channel.id,
        NoticeSendingLine.reader == reader,
        NoticeSendingLine.matter == Notice.matter,
        NoticeSendingLine.step == Notice.step,
    )
    since = max(channel.open_from or now, now - FRESH)
    query = select(Notice).where(Notice.told_at >= since, Notice.settled_at.is_(None), ~gone)
    query = query.where(Notice.occasion.in_(wish.mailed if wish else channel.occasions))
    if wish is not None:
        query = query.where(Notice.account_id == reader, Notice.read_at.is_(None))
    else:
        query = query.where(~_told_before(since))
    if until is not None:
        query = query.where(Notice.told_at <= until)
    if channel.site_id is not None:
        query = query.where(Notice.site_id == channel.site_id)
    order = (Notice.due_at, Notice.record, Notice.id)
    rows = session.scalars(query.order_by(*order).limit(MOST)).all()
    single = {(row.matter, row.step): row for row in sorted(rows, key=lambda row: row.step)}
    return [
        Told(Occasion(row.occasion), row.record, row.step, row.facts, row.matter, row.due_at)
        for row in single.values()
    ]


def _told_before(since: datetime) -> ColumnElement[bool]:
    """Return whether a step was told to somebody else earlier: a chat, which has no reader of its
    own, hears nothing old because somebody new was told of it."""
    first = aliased(Notice)
    return exists().where(
        first.matter == Notice.matter,
        first.step == Notice.step,
        first.settled_at.is_(None),
        first.told_at < since,
    )


def _made(
    session: Session,
    address: str,
    channel: NoticeChannel,
    account: int | None,
    language: str,
    told: Sequence[Told],
    now: datetime,
) -> int:
    if not told:
        return 0
    last = list({notice.matter: notice for notice in told}.values())
    sending = NoticeSending(
        no=secrets.token_hex(16),
        channel_id=channel.id,
        account_id=account,
        state=State.WAITING.value,
        made_at=now,
        next_at=now,
        title=title(last, language),
        body=body(last, language, address),
        content=[_value(notice) for notice in last],
    )
    session.add(sending)
    session.flush()
    session.add_all(
        NoticeSendingLine(
            sending_id=sending.id,
            channel_id=channel.id,
            reader=account or 0,
            matter=notice.matter,
            step=notice.step,
        )
        for notice in told
    )
    return 1


def _value(notice: Told) -> dict[str, object]:
    return {
        "occasion": notice.occasion.value,
        "severity": ABOUT[notice.occasion].severity.value,
        "record": notice.record,
        "step": notice.step,
        "zh": sentence(notice.occasion, notice.facts, "zh"),
        "en": sentence(notice.occasion, notice.facts, "en"),
        "page": page_of(notice.occasion, notice.record),
        "due_at": notice.due_at.isoformat(),
    }


def recover(session: Session, now: datetime) -> None:
    """Settle what a sender left behind that did not live to say what came of it.

    Call it only while no other sender can be at work.
    """
    rows = session.scalars(select(NoticeSending).where(NoticeSending.state == State.SENDING))
    for row in rows.all():
        lost = Outcome("interrupted", is_known=False)
        _end(row, ChannelKind(row.channel.kind), lost, now)
    session.flush()


def claim(session: Session, now: datetime, without: Iterable[int] = ()) -> Claim | None:
    """Take the next message that may go out and mark it as on its way, if there is one."""
    no = queries.waiting(session, now, list(without))
    if no is None:
        return None
    taken = session.execute(
        update(NoticeSending)
        .where(NoticeSending.no == no, NoticeSending.state == State.WAITING)
        .values(state=State.SENDING.value, tries=NoticeSending.tries + 1)
        .returning(NoticeSending.channel_id)
    ).scalar()
    if taken is None:
        return None
    return Claim(no, taken, ChannelKind(queries.get(session, taken).kind))


def message_of(session: Session, no: str) -> Message:
    """Return a message as its channel needs it."""
    row = queries.sending(session, no)
    wish = session.scalar(select(NoticeWish).where(NoticeWish.account_id == row.account_id))
    to = (wish.address or "") if wish else ""
    return Message(row.no, to, row.title, row.body, row.content)


def finish(session: Session, no: str, outcome: Outcome, now: datetime) -> None:
    """Keep what came of a try: sent, to be tried again after a pause, unknown, or given up."""
    row = queries.sending(session, no)
    _end(row, ChannelKind(row.channel.kind), outcome, now)
    session.flush()


def _end(row: NoticeSending, kind: ChannelKind, outcome: Outcome, now: datetime) -> None:
    row.error = outcome.error
    if outcome.is_sent:
        row.state, row.ended_at = State.SENT.value, now
    elif not outcome.is_known and kind not in IDEMPOTENT:
        row.state, row.ended_at = State.UNKNOWN.value, now
    elif row.tries > len(PAUSES):
        row.state, row.ended_at = State.GIVEN_UP.value, now
    else:
        row.state, row.next_at = State.WAITING.value, now + PAUSES[max(row.tries, 1) - 1]


def again(act: Act, no: str) -> None:
    """Send a message again that was given up or of which nobody knows.

    Raises ``NotFound``, ``RuleViolation`` ``not_to_repeat``.
    """
    row = queries.sending(act.session, no)
    if row.state not in (State.GIVEN_UP, State.UNKNOWN):
        raise RuleViolation(
            "not_to_repeat",
            "只有发送失败或结果不明的消息可以重发。",
            "Only a message that was given up or is of unknown fate is sent again.",
        )
    row.state, row.tries, row.next_at, row.ended_at = State.WAITING.value, 0, act.now, None
    act.session.flush()
