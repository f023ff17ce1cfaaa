"""The only place that assigns a status: it checks table, role, version, and keeps history."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import insert

from tracker.db import table_of
from tracker.domain.access_link import SIGNER
from tracker.domain.errors import StaleVersion
from tracker.domain.machine import Machine
from tracker.domain.named import NamedEnum
from tracker.models.history import Event
from tracker.models.registration import Registration
from tracker.services.act import Act

_EVENT = insert(table_of(Event))


class Subject(Protocol):
    """A record with a life."""

    id: Any
    status: Any
    version: Any


def begin(
    act: Act, subject: Subject, machine: Machine, action: str, *, document: str | None = None
) -> int:
    """Give a new record its first status and its first row of history; flushes.

    Returns the id of the row of history.
    """
    subject.status = machine.initial.value
    if isinstance(subject, Registration):
        subject.since_at = act.now
    act.session.add(subject)
    if subject.id is None:
        act.session.flush()
    return _record(act, subject, machine, action, None, document, None, None)


def apply(
    act: Act,
    subject: Subject,
    machine: Machine,
    action: NamedEnum,
    facts: object = None,
    *,
    reason: str | None = None,
    document: str | None = None,
    details: dict[str, Any] | None = None,
) -> int:
    """Take ``action`` on ``subject``: new status, one history row, flush.

    Returns the id of the row of history. Raises ``Forbidden``, ``WrongStatus``,
    ``RuleViolation`` (see ``Machine.target``).
    """
    before = machine.statuses(subject.status)
    after = machine.target(before, action, act.actor.roles, facts)
    subject.status = after.value
    if isinstance(subject, Registration):
        if after != before:
            subject.since_at, subject.pause = act.now, None
        subject.closed_at = act.now if after in machine.final else None
    return _record(act, subject, machine, action.value, before.value, document, reason, details)


def check_version(act: Act, subject: Subject, machine: Machine) -> None:
    """Raise ``StaleVersion`` when ``subject`` changed after the caller read it."""
    if act.if_version is not None and act.if_version != subject.version:
        raise stale(machine)


def _record(
    act: Act,
    subject: Subject,
    machine: Machine,
    action: str,
    before: str | None,
    document: str | None,
    reason: str | None,
    details: dict[str, Any] | None,
) -> int:
    """Write the record, then its row of history: a plain statement, as nobody reads it back."""
    act.session.flush()
    written = act.session.connection().execute(
        _EVENT,
        {
            "noun": machine.noun,
            "subject_id": subject.id,
            "at": act.now,
            "device_at": act.device_at,
            "actor_id": act.actor.account_id,
            "site_id": act.actor.site_id,
            "action": action,
            "from_status": before,
            "to_status": subject.status,
            "reason": reason or act.note,
            "document": document,
            "details": details if act.signer is None else {**(details or {}), SIGNER: act.signer},
        },
    )
    return int((written.inserted_primary_key or [])[0])


def stale(machine: Machine) -> StaleVersion:
    """The page that the caller acted from is older than the record."""
    return StaleVersion(
        "stale_version",
        f"这{machine.zh_measure}{machine.zh}在您打开之后已被他人更新，本次操作没有执行。请刷新页面核对后再操作。",
        "This record changed after you opened it, and nothing was done. Reload and check.",
    )
