"""The clock of a liable party's signature (rule 1.40): until when, and what is past it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.calendar import SHANGHAI, due_on, latest_overdue_start, shanghai_date
from tracker.domain.loss import Status
from tracker.models.loss import LossForm
from tracker.queries import calendar, policy, scope

POLICY = "liable_signature"


def sign_by(session: Session, forms: Sequence[LossForm], today: date) -> dict[int, date]:
    """Return by form the last day for its liable party's signature, where one is awaited."""
    rule = policy.one(session, POLICY, today)
    said = calendar.for_rule(session, rule)
    return {
        form.id: due_on(shanghai_date(form.asked_at), rule.number, rule.unit, rule.calendar, said)
        for form in forms
        if form.status == Status.SUBMITTED and form.asked_at is not None
    }


def is_late(session: Session, today: date) -> ColumnElement[bool]:
    """Which forms wait for a signature past its last day: that escalates to the supervisor."""
    return and_(
        LossForm.status == Status.SUBMITTED, LossForm.asked_at < _asked_before(session, today)
    )


def _asked_before(session: Session, today: date) -> datetime:
    rule = policy.one(session, POLICY, today)
    said = calendar.for_rule(session, rule)
    last = latest_overdue_start(today, rule.number, rule.unit, rule.calendar, said)
    return datetime.combine(last + timedelta(days=1), time(), SHANGHAI)


def late_count(session: Session, actor: Actor, today: date) -> int:
    """Return how many forms that the actor may see wait for a signature past its last day."""
    query = select(func.count()).select_from(LossForm)
    return int(session.scalar(query.where(scope.loss_forms(actor), is_late(session, today))) or 0)
