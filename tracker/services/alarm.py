"""The alarm: raised by a look-up too, and answered by each desk with what came of it."""

from __future__ import annotations

from datetime import timedelta

from tracker.domain.alarm import LOOK_UP, Source, desk_of, is_holder, noted_already
from tracker.domain.errors import Forbidden, RuleViolation, not_found
from tracker.models.alarm import AlarmNote
from tracker.models.scan import HandlingScan
from tracker.queries import alarm as queries
from tracker.queries import registration as registrations
from tracker.services import once
from tracker.services.act import Act
from tracker.services.fields import Reason, required

QUIET = timedelta(hours=12)
"""Who looks the same garment up again within this time raises no second alarm."""


def of_look_up(act: Act, raw: str) -> RuleViolation | None:
    """Return what to tell who looks a tag up whose garment left for good; nothing is written.

    ``None`` for all others: only who has goods in hand means that it lies before him.
    """
    if not is_holder(act.actor) or (last := queries.looked_at(act.session, raw)) is None:
        return None
    try:
        registrations.check_not_gone(act.session, last)
    except RuleViolation as refusal:
        return refusal
    return None


def looked_up(act: Act, raw: str) -> None:
    """Raise the alarm of such a look-up, once within ``QUIET``."""
    last = queries.looked_at(act.session, raw)
    if last is None:
        return
    registrations.locked(act.session, last.id)
    refusal = of_look_up(act, raw)
    if refusal is None:
        return
    if queries.was_looked_up(act.session, act.actor.account_id, last.id, act.now - QUIET):
        return
    act.session.add(
        HandlingScan(
            at=act.now,
            account_id=act.actor.account_id,
            site_id=act.actor.site_id,
            action=LOOK_UP,
            document="",
            raw_code=once.storable(raw),
            outcome="refused",
            code=refusal.code,
            registration_id=last.id,
        )
    )
    act.session.flush()


def acknowledge(act: Act, source: Source, ref: str, *, note: Reason) -> AlarmNote:
    """Write what came of an alarm, once for each desk: supervisor and finance look for themselves.

    Raises ``Forbidden``, ``NotFound``, ``InvalidInput`` ``missing_field``, ``RuleViolation``
    ``noted_already``.
    """
    desk = desk_of(act.actor)
    if desk is None:
        raise Forbidden(
            "wrong_role",
            "警报由售后主管和财务处理。",
            "Alarms are looked into by the after-sales supervisor and by finance.",
        )
    if not queries.is_alarm(act.session, source, ref):
        raise not_found("警报", "alarm", ref)
    if queries.note(act.session, source, ref, desk) is not None:
        raise noted_already()
    what = required(note, "note", "请写明查到了什么、怎样处理。", "Write what you found and did.")
    row = AlarmNote(
        source=source.value,
        ref=ref,
        desk=desk.value,
        at=act.now,
        by_id=act.actor.account_id,
        note=what,
    )
    act.session.add(row)
    act.session.flush()
    return row
