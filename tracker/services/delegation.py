"""Delegation (代理): somebody of head office stands in for an absent colleague, for a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from tracker.domain.account import Role
from tracker.domain.approval import DELEGATES
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.models.account import Account
from tracker.models.approval import Delegation
from tracker.queries import account as accounts
from tracker.queries import approval_step
from tracker.queries import delegation as queries
from tracker.services.act import Act
from tracker.services.fields import reason_of


def delegate(
    act: Act,
    *,
    absent: str,
    to: str,
    from_on: date,
    until_on: date,
    steps: Collection[str] = (),
    reason: str,
) -> Delegation:
    """Let ``to`` stand in for ``absent`` from a day to a day, both counted (log-in names).

    ``steps`` are codes of the chain, all of them if none is named. The absent person says so, or
    the administrator. Raises ``Forbidden`` ``not_yours``, ``InvalidInput`` ``unknown_account``,
    ``same_person``, ``bad_term``, ``unknown_step`` or ``missing_field``.
    """
    principal, stand_in = _person(act, absent, "absent"), _person(act, to, "to")
    _check(act, principal, stand_in, from_on, until_on)
    known = {step.code for step in approval_step.versions(act.session)}
    if not set(steps) <= known:
        raise InvalidInput(
            "unknown_step", "没有这个审批环节。", "The chain has no such step.", "steps"
        )
    row = Delegation(
        from_id=principal.id,
        to_id=stand_in.id,
        steps=sorted(set(steps)),
        from_on=from_on,
        until_on=until_on,
        reason=reason_of(reason),
        at=act.now,
        by_id=act.actor.account_id,
    )
    act.session.add(row)
    act.session.flush()
    return row


def _check(act: Act, principal: Account, stand_in: Account, from_on: date, until_on: date) -> None:
    """Check who asks, that they are two people, and the days."""
    if principal.id != act.actor.account_id and Role.ADMINISTRATOR not in act.actor.roles:
        raise Forbidden(
            "not_yours",
            "代理由本人或系统管理员设置。",
            "A delegation is made by the absent person himself or by the administrator.",
        )
    if principal.id == stand_in.id:
        raise InvalidInput(
            "same_person", "请选择另一位同事代理。", "Choose somebody else to stand in.", "to"
        )
    if not shanghai_date(act.now) <= from_on <= until_on:
        raise InvalidInput(
            "bad_term",
            "代理从今天或以后开始，结束日期不能早于开始日期。",
            "A delegation begins today or later, and ends on that day or later.",
            "until_on",
        )


def _person(act: Act, login: str, field: str) -> Account:
    found = accounts.by_login(act.session, login)
    if found is None or not found.is_active or Role(found.role) not in DELEGATES:
        raise InvalidInput(
            "unknown_account",
            "请从列表中选择一位总部同事。",
            "Choose somebody of head office from the list.",
            field,
        )
    return found


def revoke(act: Act, number: int) -> Delegation:
    """End a delegation at once: by the absent person, by who made it, or by the administrator.

    Raises ``NotFound``, ``Forbidden`` ``not_yours``, ``RuleViolation`` ``revoked_already``.
    """
    row = queries.get(act.session, act.actor, number)
    is_own = act.actor.account_id in (row.from_id, row.by_id)
    if not is_own and Role.ADMINISTRATOR not in act.actor.roles:
        raise Forbidden(
            "not_yours",
            "代理由本人或系统管理员撤销。",
            "A delegation is revoked by the absent person himself or by the administrator.",
        )
    if row.revoked_at is not None:
        raise RuleViolation(
            "revoked_already", "这项代理已经撤销。", "This delegation was revoked already."
        )
    row.revoked_at, row.revoked_by_id = act.now, act.actor.account_id
    act.session.flush()
    return row
