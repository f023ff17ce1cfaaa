"""Reads of channels and of what went out over them; for the administrator and the runner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.errors import not_found
from tracker.domain.notice_channel import State
from tracker.models.notice_channel import NoticeChannel, NoticeSending
from tracker.queries.paging import PAGE, position


def every(session: Session) -> Sequence[NoticeChannel]:
    """Return the channels by name."""
    query = select(NoticeChannel).options(
        joinedload(NoticeChannel.site), joinedload(NoticeChannel.kept_by)
    )
    return session.scalars(query.order_by(NoticeChannel.name)).all()


def get(session: Session, number: int) -> NoticeChannel:
    """Return a channel. Raises ``NotFound``."""
    found = session.get(NoticeChannel, number)
    if found is None:
        raise not_found("外部通道", "channel", number)
    return found


def sendings(
    session: Session, cursor: str | None = None
) -> tuple[Sequence[NoticeSending], str | None]:
    """Return a page of messages, newest first, and the cursor of the next one."""
    query = select(NoticeSending).options(
        joinedload(NoticeSending.channel), joinedload(NoticeSending.account)
    )
    if before := position(cursor):
        query = query.where(NoticeSending.id < before)
    rows = session.scalars(query.order_by(NoticeSending.id.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else None


def sending(session: Session, no: str) -> NoticeSending:
    """Return a message by its number. Raises ``NotFound``."""
    found = session.scalar(select(NoticeSending).where(NoticeSending.no == no))
    if found is None:
        raise not_found("消息", "message", no)
    return found


def waiting(session: Session, now: datetime, without: Sequence[int] = ()) -> str | None:
    """Return the next message to send, if one of an open channel waits and its pause is over."""
    return session.scalar(
        select(NoticeSending.no)
        .join(NoticeChannel)
        .where(
            NoticeSending.state == State.WAITING,
            NoticeSending.next_at <= now,
            NoticeChannel.open_from.is_not(None),
            NoticeChannel.id.not_in(without),
        )
        .order_by(NoticeSending.next_at, NoticeSending.id)
        .limit(1)
    )


def is_any_open(session: Session) -> bool:
    """Return whether any channel is open: while none is, no sender has anything to do."""
    return bool(session.scalar(select(exists().where(NoticeChannel.open_from.is_not(None)))))


def troubles(session: Session) -> dict[int, int]:
    """Return by channel how many messages were given up or are of unknown fate."""
    rows = session.execute(
        select(NoticeSending.channel_id, func.count())
        .where(NoticeSending.state.in_((State.GIVEN_UP, State.UNKNOWN)))
        .group_by(NoticeSending.channel_id)
    )
    return {row.channel_id: row[1] for row in rows}
