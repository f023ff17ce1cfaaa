"""Customers: shown whole to whoever must call, called, and told another day (PIPL art. 51)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.domain.calendar import shanghai_date
from tracker.domain.customer import CallReason, CallResult, reason_to_call
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.registration import MACHINE, Action, Owner
from tracker.models.customer import CustomerAccess, CustomerCall
from tracker.models.registration import Registration
from tracker.queries import registration as registrations
from tracker.services.act import Act
from tracker.services.fields import Reason, reason_of
from tracker.services.transition import apply

LATEST = date(2099, 12, 31)
NOTE_LENGTH = 200


@dataclass(frozen=True)
class Shown:
    """A customer's whole name and number, for one showing."""

    name: str
    phone: str
    why: CallReason


def why_to_call(act: Act, registration: Registration) -> CallReason | None:
    """Return why the actor's store must call this garment's customer, or ``None``."""
    is_theirs = act.actor.is_store and registration.site_id == act.actor.site_id
    if not is_theirs or registration.customer is None:
        return None
    return reason_to_call(
        registration.status, registration.owner, registration.promised_on, shanghai_date(act.now)
    )


def show(act: Act, no: str) -> Shown:
    """Show a customer's whole name and number to the store that must call, and write down that.

    Raises ``NotFound``, ``Forbidden`` for whoever is not of the store, ``RuleViolation``
    ``no_reason_to_call``.
    """
    registration = registrations.get(act.session, act.actor, no)
    why = _must_call(act, registration)
    act.session.add(
        CustomerAccess(
            registration_id=registration.id,
            at=act.now,
            by_id=act.actor.account_id,
            site_id=act.actor.site_id,
            why=why.value,
        )
    )
    act.session.flush()
    assert registration.customer is not None  # noqa: S101
    return Shown(registration.customer.name, registration.customer.phone, why)


def call(
    act: Act, no: str, *, result: CallResult, note: str | None = None, next_on: date | None = None
) -> CustomerCall:
    """Keep a call: its result, a remark, and on which day to call again.

    Raises what ``show`` raises, and ``InvalidInput`` ``date_out_of_range`` or ``too_long``.
    """
    registration = registrations.get(act.session, act.actor, no)
    _must_call(act, registration)
    if next_on is not None:
        _check_day(act, next_on, "next_on")
    note = (note or "").strip() or None
    if note is not None and len(note) > NOTE_LENGTH:
        raise InvalidInput(
            "too_long", "最多 200 个字。", "200 characters at most.", "note", length=NOTE_LENGTH
        )
    made = CustomerCall(
        registration_id=registration.id,
        at=act.now,
        by_id=act.actor.account_id,
        result=result.value,
        note=note,
        next_on=next_on,
    )
    act.session.add(made)
    act.session.flush()
    return made


def promise(act: Act, registration: Registration, *, promised_on: date, reason: Reason) -> None:
    """Tell the customer another day, with the reason; the day before stands in the history.

    Raises ``RuleViolation`` ``no_customer`` for stock, ``InvalidInput`` ``date_out_of_range``.
    """
    before = registration.promised_on
    apply(
        act,
        registration,
        MACHINE,
        Action.PROMISE,
        reason=reason_of(reason),
        details={
            "before": before.isoformat() if before else None,
            "promised_on": promised_on.isoformat(),
        },
    )
    if registration.owner != Owner.CUSTOMER or registration.customer is None:
        raise RuleViolation(
            "no_customer",
            "这件不是顾客的衣服，没有约定取件日。",
            "This is no customer's garment: no day was promised.",
        )
    _check_day(act, promised_on, "promised_on")
    registration.promised_on = promised_on
    act.session.flush()


def _must_call(act: Act, registration: Registration) -> CallReason:
    if not act.actor.is_store or registration.site_id != act.actor.site_id:
        raise Forbidden(
            "wrong_role",
            "顾客的电话只给登记这件衣服的店铺，由店铺联系顾客。",
            "A customer's phone is for the store that registered the garment: it calls him.",
        )
    why = why_to_call(act, registration)
    if why is None:
        raise RuleViolation(
            "no_reason_to_call",
            "这件现在不需要联系顾客：待顾客决定、已返回店铺或超过约定取件日时才显示电话。",
            "There is no reason to call now. The phone is shown while the customer decides, when "
            "the garment is back in the store, or when the promised day is past.",
        )
    return why


def _check_day(act: Act, day: date, field: str) -> None:
    today = shanghai_date(act.now)
    if not today <= day <= LATEST:
        raise InvalidInput(
            "date_out_of_range",
            "日期 {day} 不对，应在 {first} 至 {last} 之间，请核对。",
            "The date {day} must lie from {first} to {last}. Check it.",
            field,
            day=day.isoformat(),
            first=today.isoformat(),
            last=LATEST.isoformat(),
        )


ACTIONS: Mapping[Action, Callable[..., None]] = {Action.PROMISE: promise}
