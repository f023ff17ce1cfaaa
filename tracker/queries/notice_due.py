"""What is due now, over the whole chain: one bulk question an occasion, for the runner alone.

Nothing here is shown to anybody: what a person is told is bounded by his role and site
(``domain/notice.concerns``) and read from his own rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.account import Role
from tracker.domain.calendar import Overrides, due_on, iso_week, shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.delivery import Status as Delivered
from tracker.domain.discrepancy import Status as Case
from tracker.domain.escalation import Step, horizon
from tracker.domain.forecast import IN_THE_STORES_HANDS
from tracker.domain.job import Kind as JobKind
from tracker.domain.job import Status as JobStatus
from tracker.domain.ledger import Status as MonthStatus
from tracker.domain.loss import Status as Form
from tracker.domain.month import last_day
from tracker.domain.notice import Due, Occasion
from tracker.domain.policy import Policy, Reach
from tracker.domain.registration import Owner
from tracker.domain.registration import Status as Garment
from tracker.domain.schedule import end_of
from tracker.domain.shipment import WEEKLY_KINDS
from tracker.domain.shipment import Kind as BoxKind
from tracker.domain.shipment import Status as Box
from tracker.models.delivery import Delivery
from tracker.models.job import Job
from tracker.models.ledger import Month
from tracker.models.loss import LossForm
from tracker.models.notice_channel import NoticeChannel, NoticeSending
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy, Shipment
from tracker.models.site import Site
from tracker.queries import alarm, calendar, cut_off, forecast, policy
from tracker.queries.policy import Book

RECENT = timedelta(days=7)
"""Events older than this are told to nobody any more: a runner that stood still that long."""
EVENTS = frozenset({Occasion.ALARM, Occasion.JOB_FAILED, Occasion.SENDING_FAILED})
"""What happened, and is never settled by itself."""
_BLIND = frozenset({Role.CLERK})
"""Who counts boxes is told nothing of what is on its way to him."""
_STAFF = frozenset({Role.STORE_STAFF})


@dataclass(frozen=True)
class Moment:
    """What every question needs: now, the policies of the day, the stores' cut-offs, the steps."""

    session: Session
    now: datetime
    policies: dict[str, Policy]
    cut_offs: Book
    steps: Sequence[Step]
    said: Overrides

    def ask(self, query: Any) -> Iterable[Any]:
        """Return the rows of a question."""
        return self.session.execute(query)

    def ahead(self, occasion: Occasion) -> datetime:
        """Return until when something due is to be told of already."""
        return self.now + horizon(self.steps, occasion)

    def end_of(self, start_on: date, rule: Policy) -> datetime:
        """Return when a clock that starts on a day runs out, by the chain's own days."""
        due = due_on(start_on, rule.number, rule.unit, rule.calendar, self.said)
        return end_of(due)


def find(session: Session, now: datetime, steps: Sequence[Step]) -> list[Due]:
    """Return every matter that the steps in force tell somebody of by now, and those before it."""
    rules = dict(policy.in_force(session, shanghai_date(now)))
    cut_offs = policy.book(session, cut_off.NAME)
    moment = Moment(session, now, rules, cut_offs, steps, calendar.overrides(session))
    told = {step.occasion for step in steps}
    found = [due for source in SOURCES for due in source(moment)]
    return [due for due in found if due.occasion in told]


def _cut_offs(m: Moment) -> Iterable[Due]:
    """Stores with garments that this week's box should take before their cut-off (rule 1.31)."""
    year, week = iso_week(m.now)
    gone = select(Shipment.from_site_id).where(
        Shipment.kind == BoxKind.WEEKLY, Shipment.iso_year == year, Shipment.iso_week == week,
        Shipment.dispatched_at.is_not(None),
    )  # fmt: skip
    rows = m.ask(
        select(Site.id, Site.code, Site.region, func.count())
        .join(Registration, Registration.site_id == Site.id)
        .where(
            Registration.status.in_((Garment.READY_TO_SHIP, Garment.PACKED)),
            Registration.closed_at.is_(None),
            Site.id.not_in(gone),
        )
        .group_by(Site.id, Site.code, Site.region)
    )
    for site_id, code, region, count in rows:
        by = cut_off.of_week(m.cut_offs, Reach(code, region or ""), m.now)
        if m.now <= by <= m.ahead(Occasion.BOX_CUT_OFF):
            facts, turn = {"count": str(count)}, f"{year}-W{week:02d}"
            yield Due(Occasion.BOX_CUT_OFF, code, by, turn, site_id, facts=facts)


def _unsent_boxes(m: Moment) -> Iterable[Due]:
    rows = m.ask(
        select(Shipment.no, Shipment.opened_at, Site.id, Site.code, Site.region)
        .join(Site, Site.id == Shipment.from_site_id)
        .where(Shipment.kind.in_(WEEKLY_KINDS), Shipment.status.in_((Box.OPEN, Box.SEALED)))
    )
    for no, opened_at, site_id, code, region in rows:
        by = cut_off.after(m.cut_offs, Reach(code, region or ""), opened_at)
        if by <= m.ahead(Occasion.BOX_UNSEALED):
            yield Due(Occasion.BOX_UNSEALED, no, by, site_id=site_id)


def _boxes_on_the_road(m: Moment) -> Iterable[Due]:
    """Boxes between stores and after-sales past the budget of their leg (rule 1.34)."""
    rows = m.ask(
        select(
            Shipment.no, Shipment.kind, Shipment.dispatched_at, Shipment.from_site_id,
            Shipment.to_site_id,
        ).where(
            Shipment.status == Box.DISPATCHED,
            Shipment.kind.in_((*WEEKLY_KINDS, BoxKind.RETURN)),
        )
    )  # fmt: skip
    for no, kind, sent_at, from_id, to_id in rows:
        is_return = kind == BoxKind.RETURN
        occasion = Occasion.RETURN_NOT_RECEIVED if is_return else Occasion.BOX_NOT_RECEIVED
        leg = m.policies["leg_transit_back" if is_return else "leg_transit_out"]
        due_at = m.end_of(shanghai_date(sent_at), leg)
        if due_at <= m.ahead(occasion):
            yield Due(occasion, no, due_at, site_id=to_id if is_return else from_id)


def _inspections(m: Moment) -> Iterable[Due]:
    """Deliveries whose week of inspection ends (rule 1.06)."""
    last = shanghai_date(m.ahead(Occasion.INSPECTION_DUE))
    rows = m.ask(
        select(Delivery.no, Delivery.due_on, Delivery.site_id).where(
            Delivery.status == Delivered.RECEIVED, Delivery.due_on < last
        )
    )
    for no, day, site_id in rows:
        yield Due(Occasion.INSPECTION_DUE, no, end_of(day), day.isoformat(), site_id)


def _clocks(m: Moment) -> Iterable[Due]:
    """Garments whose clock runs out: the store's decision (1.09), the turnaround (1.34)."""
    for clock, occasion in (
        ("decide", Occasion.UNDECIDED), ("repair_tat", Occasion.GARMENT_OVERDUE),
    ):  # fmt: skip
        rows = m.ask(
            select(
                Registration.no, Registration.due_on, Registration.site_id, Registration.status
            ).where(
                Registration.clock == clock,
                Registration.closed_at.is_(None),
                Registration.due_on < shanghai_date(m.ahead(occasion)),
            )
        )
        for no, day, site_id, status in rows:
            state = Garment(status)
            hidden = _BLIND if state in (Garment.PACKED, Garment.IN_TRANSIT) else frozenset()
            facts = {"status": state.zh, "status_en": state.en}
            turn = day.isoformat()
            yield Due(occasion, no, end_of(day), turn, site_id, kept_from=hidden, facts=facts)


def _late(m: Moment) -> Iterable[Due]:
    """Garments that are foretold to miss their due day, until it is over (rule 1.34).

    Of store and after-sales the holder alone is told; what turns on time again is settled.
    """
    last = shanghai_date(m.ahead(Occasion.WILL_BE_LATE))
    for no, day, site_id, status, likely_on in forecast.late(m.session, shanghai_date(m.now), last):
        state = Garment(status)
        facts = {"status": state.zh, "status_en": state.en, "likely": f"{likely_on:%m-%d}"}
        others = _BLIND if state in IN_THE_STORES_HANDS else _STAFF
        turn = day.isoformat()
        yield Due(
            Occasion.WILL_BE_LATE, no, end_of(day), turn, site_id, kept_from=others, facts=facts
        )


def _customers(m: Moment) -> Iterable[Due]:
    """Customers' garments that wait for a call, and those past the day promised."""
    for occasion, status, since in (
        (Occasion.CUSTOMER_COLLECT, Garment.BACK_IN_STORE, Registration.back_at),
        (Occasion.CUSTOMER_DECIDE, Garment.AWAITING_CUSTOMER, Registration.since_at),
    ):
        rows = m.ask(_theirs(Registration.status == status, since.is_not(None)).add_columns(since))
        for no, site_id, at in rows:
            yield Due(occasion, no, at, shanghai_date(at).isoformat(), site_id)
    late = m.ask(
        _theirs(
            Registration.promised_on < shanghai_date(m.ahead(Occasion.PROMISE_OVERDUE)),
            Registration.status.not_in((Garment.BACK_IN_STORE, Garment.AWAITING_CUSTOMER)),
        ).add_columns(Registration.promised_on)
    )
    for no, site_id, day in late:
        yield Due(Occasion.PROMISE_OVERDUE, no, end_of(day), day.isoformat(), site_id)


def _theirs(*conditions: ColumnElement[bool]) -> Any:
    return select(Registration.no, Registration.site_id).where(
        Registration.owner == Owner.CUSTOMER, Registration.closed_at.is_(None), *conditions
    )


def _forms(m: Moment) -> Iterable[Due]:
    """Loss forms that wait for their liable party's signature (rule 1.40)."""
    rule = m.policies["liable_signature"]
    rows = m.ask(
        select(
            LossForm.no, LossForm.liable_kind, LossForm.party, LossForm.party_name,
            LossForm.asked_at, Site.id,
        )
        .outerjoin(Site, Site.code == LossForm.party)
        .where(LossForm.status == Form.SUBMITTED, LossForm.asked_at.is_not(None))
    )  # fmt: skip
    for no, kind, party, name, asked_at, site_id in rows:
        due_at = m.end_of(shanghai_date(asked_at), rule)
        if due_at <= m.ahead(Occasion.UNSIGNED_FORM):
            yield Due(
                Occasion.UNSIGNED_FORM,
                no,
                due_at,
                asked_at.strftime("%Y%m%dT%H%M%S"),
                site_id if kind == LiableKind.STORE else None,
                party if kind == LiableKind.SUPPLIER else None,
                facts={"party": name},
            )


def _discrepancies(m: Moment) -> Iterable[Due]:
    rule = m.policies["discrepancy_overdue"]
    rows = m.ask(
        select(Discrepancy.no, Discrepancy.opened_at, Shipment.no)
        .join(Shipment, Shipment.id == Discrepancy.shipment_id)
        .where(Discrepancy.status == Case.OPEN)
    )
    for no, opened_at, box in rows:
        due_at = m.end_of(shanghai_date(opened_at), rule)
        if due_at <= m.ahead(Occasion.DISCREPANCY_OVERDUE):
            yield Due(Occasion.DISCREPANCY_OVERDUE, no, due_at, facts={"box": box})


def _months(m: Moment) -> Iterable[Due]:
    """Months that finance awaits (rule 1.46)."""
    rule = m.policies["month_cut_off"]
    for name in m.session.scalars(select(Month.month).where(Month.status == MonthStatus.OPEN)):
        due_at = m.end_of(last_day(name), rule)
        if due_at <= m.ahead(Occasion.MONTH_CUT_OFF):
            yield Due(Occasion.MONTH_CUT_OFF, name, due_at)


def _alarms(m: Moment) -> Iterable[Due]:
    sites = {row.code: row.id for row in m.ask(select(Site.id, Site.code))}
    cursor: str | None = None
    while True:
        found, cursor = alarm.page(m.session, m.now - RECENT, m.now, cursor)
        for seen in found:
            turn = seen.at.strftime("%Y%m%dT%H%M%S.%f")
            yield Due(Occasion.ALARM, seen.raw_code[:40], seen.at, turn, sites[seen.site_code])
        if cursor is None:
            return


def _failures(m: Moment) -> Iterable[Due]:
    """Jobs that failed, told to who asked; messages given up, told to the administrator."""
    jobs = m.ask(
        select(Job.no, Job.kind, Job.attempt, Job.ended_at, Job.asked_by_id).where(
            Job.status == JobStatus.FAILED, Job.ended_at > m.now - RECENT
        )
    )
    for no, kind, attempt, ended_at, asker in jobs:
        name = JobKind(kind)
        facts = {"job": name.zh, "job_en": name.en}
        turn = str(attempt)
        yield Due(Occasion.JOB_FAILED, no, ended_at, turn, account_id=asker, facts=facts)
    lost = m.ask(
        select(NoticeSending.no, NoticeSending.ended_at, NoticeChannel.name)
        .join(NoticeChannel)
        .where(
            or_(NoticeSending.state == "given_up", NoticeSending.state == "unknown"),
            NoticeSending.ended_at > m.now - RECENT,
        )
    )
    for no, ended_at, channel in lost:
        yield Due(Occasion.SENDING_FAILED, no, ended_at, facts={"channel": channel})


SOURCES: tuple[Callable[[Moment], Iterable[Due]], ...] = (
    _cut_offs, _unsent_boxes, _boxes_on_the_road, _inspections, _clocks, _late, _customers,
    _forms, _discrepancies, _months, _alarms, _failures,
)  # fmt: skip
"""Every question that is asked."""
