"""The customer behind a garment: masked, unless somebody must call; and when it may be fetched."""

from __future__ import annotations

from datetime import date

from tracker.domain.calendar import Overrides, due_on
from tracker.domain.named import NamedEnum
from tracker.domain.policy import Policy
from tracker.domain.registration import MACHINE, Owner, Status


class CallReason(NamedEnum):
    """Why the store must call: only then it is shown the whole phone number."""

    TO_COLLECT = "to_collect", "通知取件", "To be collected"
    TO_DECIDE = "to_decide", "请顾客决定", "The customer decides"
    PROMISE_OVERDUE = "promise_overdue", "超过约定取件日", "Promised day is past"


class CallResult(NamedEnum):
    """What came of a call."""

    REACHED = "reached", "已联系上", "Reached"
    NO_ANSWER = "no_answer", "无人接听", "No answer"
    WRONG_NUMBER = "wrong_number", "号码不对", "Wrong number"


def reason_to_call(
    status: str, owner: str, promised_on: date | None, today: date
) -> CallReason | None:
    """Return why the customer must be called now, or ``None``: his garment is nobody's else.

    He decides (rules 2.04–2.07), he fetches it, or the promised day is past.
    """
    if owner != Owner.CUSTOMER:
        return None
    if status == Status.AWAITING_CUSTOMER:
        return CallReason.TO_DECIDE
    if status == Status.BACK_IN_STORE:
        return CallReason.TO_COLLECT
    if is_promise_overdue(status, owner, promised_on, today):
        return CallReason.PROMISE_OVERDUE
    return None


def is_promise_overdue(status: str, owner: str, promised_on: date | None, today: date) -> bool:
    """Return whether a customer's garment is not handed over though its promised day is past."""
    is_open = MACHINE.statuses(status) not in MACHINE.final
    return owner == Owner.CUSTOMER and is_open and promised_on is not None and promised_on < today


def proposed_promise(
    today: date, turnaround: Policy, margin: Policy, overrides: Overrides | None = None
) -> date:
    """Return the day to promise a customer: the turnaround from today, and a margin (1.31, 1.34).

    The margin stands for the wait until the week's box leaves, from which the turnaround counts.
    """
    back_on = due_on(today, turnaround.number, turnaround.unit, turnaround.calendar, overrides)
    return due_on(back_on, margin.number, margin.unit, margin.calendar, overrides)


def masked_phone(phone: str) -> str:
    """Return a phone number as ``138****5678``; of a short one only its last two digits."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else f"****{phone[-2:]}"


def masked_name(name: str) -> str:
    """Return a customer's name as 张*: its first character and a star."""
    return f"{name[:1]}*" if name else ""
