"""Who is liable for a garment's loss: proposed by the rules, overridden by hand (1.38, 1.39)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.calendar import months_between, shanghai_date
from tracker.domain.codes import Cause, Defect, Demand, LiableKind, Source
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.liability import Earlier, Facts, Found, Goods, Proposal, Rule, propose
from tracker.domain.loss import Share, check_shares
from tracker.domain.registration import MACHINE, Action, Owner
from tracker.models.liability_rule import LiabilityDerivation
from tracker.models.loss import Liability
from tracker.models.registration import Registration
from tracker.queries import catalog
from tracker.queries import liability_rule as rule_queries
from tracker.queries import loss as queries
from tracker.queries import repair as repairs
from tracker.queries import site as sites
from tracker.services import delivery
from tracker.services.act import Act
from tracker.services.fields import required
from tracker.services.transition import apply


def propose_for(act: Act, registration: Registration) -> None:
    """Keep what the rules propose, by defect and the cause as last observed (rules 1.38, 1.39).

    For the store's own stock they also look at the week of inspection (rules 1.06, 1.08).

    Raises ``RuleViolation`` ``customer_cause``.
    """
    delivery.link(act, registration)
    _keep_proposal(act, registration, _judged(act, registration))


def propose_lost(act: Act, registration: Registration) -> None:
    """Keep the proposal for a garment lost on the road."""
    _keep_proposal(act, registration, _judged(act, registration, found=Found.ROAD))


def follow_supplier(session: Session, registration: Registration) -> Sequence[Liability]:
    """Let what the rules proposed name the supplier of the garment as it is known now.

    No rule asks who the supplier is: the one that decided still does, and how that followed stays.
    Shares that were set by hand stay too. Returns all shares of the garment.
    """
    shares = queries.liabilities(session, registration.id)
    for share in shares:
        if share.liable_kind == LiableKind.SUPPLIER and not share.is_override:
            share.party = registration.piece.supplier.code
    session.flush()
    return shares


def derive(act: Act, registration: Registration) -> None:
    """Keep how the rules would propose beside shares that were set by hand.

    Damage by the customer has no proposal: then none is kept.
    """
    try:
        _keep_derivation(act, registration, _judged(act, registration))
    except RuleViolation:
        _keep_derivation(act, registration, None)


def care_bearer(act: Act, registration: Registration) -> LiableKind:
    """Return who would bear most of a damage by the store's care to a garment (rule 1.08)."""
    proposal = _judged(act, registration, cause=Cause.STORAGE)
    return max(proposal.shares, key=lambda share: share.percent).kind


def _judged(act: Act, registration: Registration, **known: Any) -> Proposal:
    """Judge a case by the rules in force on the day on which it was registered."""
    rules = rule_queries.in_force(act.session, _day_of(registration))
    return propose(replace(_facts(act, registration, rules), **known), rules)


def _day_of(registration: Registration) -> date:
    return shanghai_date(registration.registered_at)


def _facts(act: Act, registration: Registration, rules: Sequence[Rule]) -> Facts:
    day, piece = _day_of(registration), registration.piece
    arrival = delivery.arrival(act, registration)
    known = arrival.delivery if arrival else None
    made_by = date(registration.production_year, 12, 31)
    facts = Facts(
        Defect(registration.defect),
        repairs.last_cause(act.session, registration),
        supplier=piece.supplier.code,
        store=registration.site.code,
        found=Found(registration.source),
        is_worn=_is_worn(registration),
        goods=_goods(registration),
        made_months=months_between(made_by, day),
        delivered_months=months_between(known.received_on, day) if known else None,
        earlier=_earlier(act, registration, rules),
    )
    return replace(facts, report=arrival.report, care=arrival.care) if arrival else facts


def _is_worn(registration: Registration) -> bool | None:
    """Stock is not worn; a customer's garment for repair is; one that he gives back may be new."""
    if registration.source == Source.STOCK:
        return False
    return True if registration.demand in (None, Demand.REPAIR) else None


def _goods(registration: Registration) -> Goods | None:
    if registration.owner == Owner.CUSTOMER:
        return Goods.CUSTOMER
    ownership = registration.site.ownership
    return Goods(ownership) if ownership else None


def _earlier(act: Act, registration: Registration, rules: Sequence[Rule]) -> tuple[Earlier, ...]:
    """Return the cases of the style, as far back as the rules ask; most tables never do."""
    days = max((rule.conditions.days or 0 for rule in rules), default=0)
    if not days:
        return ()
    since = registration.registered_at - timedelta(days=days)
    return rule_queries.cases_of_style(act.session, registration, since)


def _keep_proposal(act: Act, registration: Registration, proposal: Proposal) -> None:
    _keep(act, registration, proposal.shares, proposal.zh, is_override=False)
    _keep_derivation(act, registration, proposal)


def _keep_derivation(act: Act, registration: Registration, proposal: Proposal | None) -> None:
    own = LiabilityDerivation.registration_id == registration.id
    act.session.execute(delete(LiabilityDerivation).where(own))
    if proposal is not None:
        act.session.add(
            LiabilityDerivation(
                registration_id=registration.id,
                at=act.now,
                judged_on=_day_of(registration),
                rule=proposal.rule,
                steps=[step.to_json() for step in proposal.steps],
            )
        )
    act.session.flush()


def override(act: Act, registration: Registration, shares: Sequence[Share]) -> None:
    """Set the shares by hand, with a reason in the act's note (rule 1.38: whole percents to 100).

    Raises ``InvalidInput`` ``missing_field``, ``shares_not_100``, ``party_twice``,
    ``unknown_party``.
    """
    why = required(act.note, "note", "改动责任方必须写明理由。", "An override needs its reason.")
    check_shares(shares)
    for share in shares:
        party_name(act, share.kind, share.party or "")
    _keep(act, registration, shares, why, is_override=True)


def _keep(
    act: Act, registration: Registration, shares: Sequence[Share], why: str, *, is_override: bool
) -> None:
    act.session.execute(delete(Liability).where(Liability.registration_id == registration.id))
    for share in shares:
        act.session.add(
            Liability(
                registration_id=registration.id,
                liable_kind=share.kind.value,
                party=share.party or "",
                percent=share.percent,
                is_override=is_override,
                why=why,
            )
        )
    act.session.flush()


def reassign(act: Act, registration: Registration, *, liabilities: Sequence[Share]) -> None:
    """Override the liable parties of a garment that is on no form yet; its story keeps both.

    Raises what ``override`` raises.
    """
    before = queries.liabilities(act.session, registration.id)
    details = {
        "before": [_told(row.liable_kind, row.party, row.percent) for row in before],
        "after": [_told(s.kind.value, s.party or "", s.percent) for s in liabilities],
    }
    flag_modified(registration, "status")
    apply(act, registration, MACHINE, Action.REASSIGN, details=details)
    override(act, registration, liabilities)


def _told(kind: str, party: str, percent: int) -> dict[str, Any]:
    return {"kind": kind, "party": party, "percent": percent}


def party_name(act: Act, kind: LiableKind, party: str) -> str:
    """Return a liable party's name. Raises ``InvalidInput`` ``unknown_party``."""
    if kind is LiableKind.HEAD_OFFICE and not party:
        return kind.zh
    if kind is LiableKind.SUPPLIER and (supplier := catalog.supplier(act.session, party)):
        return supplier.name
    if kind is LiableKind.STORE and (store := sites.store(act.session, party)):
        return store.name
    raise InvalidInput(
        "unknown_party",
        "没有责任方「{kind} {party}」。请填写供应商或店铺编码；总公司不填编码。",
        "There is no liable party “{kind} {party}”. Give a supplier's or a store's code.",
        "liabilities",
        kind=kind.value,
        party=party,
    )


ACTIONS: Mapping[Action, Callable[..., None]] = {Action.REASSIGN: reassign}
