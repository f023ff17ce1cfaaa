"""What an actor may see. Every read of a record that belongs to a site goes through here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from tracker.domain.account import COST_ROLES, LOSS_ROLES, Actor, Role
from tracker.domain.codes import LiableKind
from tracker.domain.job import kinds_of
from tracker.domain.scrap_report import CHAIN_READERS
from tracker.domain.shipment import MACHINE, Action
from tracker.models.delivery import Delivery
from tracker.models.job import Job
from tracker.models.label import TagRoll
from tracker.models.loss import LossForm
from tracker.models.notice import Notice
from tracker.models.registration import Registration
from tracker.models.shipment import Shipment
from tracker.models.site import Site
from tracker.models.statement import Statement

RECEIVING_ROLES = MACHINE.who[Action.RECEIVE]
"""Those who count boxes: blind, so nothing tells them what should lie in one."""

WORK_READERS = frozenset({Role.SUPERVISOR, Role.CLERK, Role.QA, Role.AUDITOR})
"""Who may see which repairer did what, and how well."""


def within_sites(
    actor: Actor, column: InstrumentedAttribute[Any] | ColumnElement[Any]
) -> ColumnElement[bool]:
    """Bound ``column`` (a site's id) by the actor's sites: the chain, a region, one store, none."""
    if actor.document is not None:
        return false()
    if actor.sees_chain:
        return true()
    if Role.REGION in actor.roles and actor.region:
        return column.in_(select(Site.id).where(Site.region == actor.region))
    if actor.is_store:
        return column == actor.site_id
    return false()


def registrations(actor: Actor) -> ColumnElement[bool]:
    """Which registrations the actor sees: those of his sites."""
    return within_sites(actor, Registration.site_id)


def shipments(actor: Actor) -> ColumnElement[bool]:
    """Which shipments the actor sees: those that leave or reach his sites."""
    return or_(within_sites(actor, Shipment.from_site_id), within_sites(actor, Shipment.to_site_id))


def deliveries(actor: Actor) -> ColumnElement[bool]:
    """Which deliveries the actor sees: those at his sites."""
    return within_sites(actor, Delivery.site_id)


def tag_rolls(actor: Actor) -> ColumnElement[bool]:
    """Which rolls of blank repair tags the actor sees: those of his sites."""
    return within_sites(actor, TagRoll.site_id)


def loss_forms(actor: Actor) -> ColumnElement[bool]:
    """Which loss forms the actor sees: all, or his store's or supplier's own once submitted."""
    if actor.is_any(LOSS_ROLES):
        return true()
    return or_(
        false(),
        *(
            and_(
                LossForm.liable_kind == kind,
                LossForm.party == party,
                LossForm.status.not_in(("draft", "voided")),
                _linked(actor, LossForm.no),
            )
            for kind, party in _parties(actor).items()
            if party
        ),
    )


def statements(actor: Actor) -> ColumnElement[bool]:
    """Which statements the actor sees: all, or his store's or supplier's own once issued."""
    if actor.is_any(COST_ROLES):
        return true()
    return or_(
        false(),
        *(
            and_(
                Statement.liable_kind == kind,
                Statement.party == party,
                Statement.status.not_in(("draft", "voided")),
                _linked(actor, Statement.no),
            )
            for kind, party in _parties(actor).items()
            if party
        ),
    )


def _parties(actor: Actor) -> dict[LiableKind, str | None]:
    """Return for which liable parties the actor speaks: his store, or his supplier."""
    if Role.STORE_MANAGER in actor.roles:
        return {LiableKind.STORE: actor.site_code}
    return {LiableKind.SUPPLIER: actor.supplier_code} if Role.SUPPLIER in actor.roles else {}


def _linked(actor: Actor, no: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The one document that a link opens; all of the party's for who logged in."""
    return true() if actor.document is None else no == actor.document


def charges(actor: Actor) -> Mapping[str, Any]:
    """What bounds the charges that the actor sees in reports: columns, each with its one value or
    a query of its values. Nothing bounds those who see the chain; none is seen by others."""
    if actor.is_any(CHAIN_READERS):
        return {}
    if Role.BUSINESS in actor.roles:
        return {"liable_kind": LiableKind.SUPPLIER}
    if Role.REGION in actor.roles:
        is_theirs = Site.region == actor.region if actor.region else false()
        theirs = select(Site.code).where(is_theirs)
        return {"liable_kind": LiableKind.STORE, "store": theirs}
    is_supplier = Role.SUPPLIER in actor.roles and actor.supplier_code and not actor.document
    party = actor.supplier_code if is_supplier else select(Site.code).where(false())
    return {"liable_kind": LiableKind.SUPPLIER, "liable_party": party}


def repairers(actor: Actor, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Bound ``column`` (a repairer's account): all for those who lead or audit the work, a
    repairer himself, none for others."""
    if actor.is_any(WORK_READERS):
        return true()
    return column == actor.account_id if Role.REPAIRER in actor.roles else false()


def jobs(actor: Actor) -> ColumnElement[bool]:
    """Which jobs the actor sees: his own, of kinds that his roles open today."""
    return and_(Job.asked_by_id == actor.account_id, Job.kind.in_(kinds_of(actor)))


def notices(actor: Actor) -> ColumnElement[bool]:
    """Which notices the actor sees: those that told him."""
    return Notice.account_id == actor.account_id
