"""Who is liable for a garment's loss: proposed by the rules, overridden by hand (1.38, 1.39)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.codes import Defect, LiableKind
from tracker.domain.errors import InvalidInput
from tracker.domain.loss import Proposal, Share, check_shares, propose
from tracker.domain.loss import propose_lost as proposal_of_lost
from tracker.domain.registration import MACHINE, Action
from tracker.models.loss import Liability
from tracker.models.registration import Registration
from tracker.queries import catalog
from tracker.queries import loss as queries
from tracker.queries import repair as repairs
from tracker.queries import site as sites
from tracker.services import delivery
from tracker.services.act import Act
from tracker.services.fields import required
from tracker.services.transition import apply


def propose_for(act: Act, registration: Registration) -> None:
    """Keep the rules' proposal, by defect and the cause as last observed (rules 1.38, 1.39).

    For the store's own stock it also looks at the week of inspection (rules 1.06, 1.08).

    Raises ``RuleViolation`` ``customer_cause``.
    """
    proposal = propose(
        Defect(registration.defect),
        repairs.last_cause(act.session, registration),
        supplier=registration.piece.supplier.code,
        store=registration.site.code,
        **_reported(act, registration),
    )
    _keep_proposal(act, registration, proposal)


def _reported(act: Act, registration: Registration) -> dict[str, Any]:
    """Return whether the store reported unsold stock in time, the delivery kept with it."""
    delivery.link(act, registration)
    arrival = delivery.arrival(act, registration)
    return {"report": arrival.report, "care": arrival.care} if arrival else {}


def propose_lost(act: Act, registration: Registration) -> None:
    """Keep the proposal for a garment lost on the road."""
    _keep_proposal(act, registration, proposal_of_lost())


def _keep_proposal(act: Act, registration: Registration, proposal: Proposal) -> None:
    _keep(act, registration, proposal.shares, proposal.zh, is_override=False)


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
