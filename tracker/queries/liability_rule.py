"""Reads of the liability rules, and of how a garment's proposal follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.calendar import days_between, shanghai_date
from tracker.domain.liability import Conditions, Earlier, Rule
from tracker.domain.liability_rules import in_force as rules_in_force
from tracker.domain.registration import Status
from tracker.models.catalog import Sku
from tracker.models.liability_rule import LiabilityDerivation, LiabilityRule
from tracker.models.registration import Piece, Registration
from tracker.models.site import Site
from tracker.queries import dated


def rows(session: Session, code: str | None = None) -> Sequence[LiabilityRule]:
    """Return every version, of one rule or of all, in the order in which they were written."""
    return dated.rows(session, LiabilityRule, code)


def of_code(session: Session, code: str) -> Sequence[LiabilityRule]:
    """Return the versions of one rule, oldest first. Raises ``NotFound``."""
    return dated.of_code(session, LiabilityRule, code, "责任规则", "liability rule")


def versions(session: Session) -> list[Rule]:
    """Return every version of every rule, oldest first."""
    return [rule_of(row) for row in rows(session)]


def in_force(session: Session, on: date) -> list[Rule]:
    """Return the rules in force on a day, in their order."""
    return rules_in_force(versions(session), on)


def rule_of(row: LiabilityRule) -> Rule:
    """Return a version as the rules of the domain know it."""
    return Rule(
        row.code,
        row.place,
        Conditions.from_json(row.conditions),
        row.supplier,
        row.store,
        row.head_office,
        row.rules,
        row.zh,
        row.en,
        row.effective_from,
        row.is_retired,
    )


def derivation(session: Session, registration_id: int) -> LiabilityDerivation | None:
    """Return how the last proposal for a garment follows."""
    return derivations(session, [registration_id]).get(registration_id)


def derivations(
    session: Session, registration_ids: Sequence[int]
) -> dict[int, LiabilityDerivation]:
    """Return how the last proposals for these garments follow, by the registration's id."""
    query = select(LiabilityDerivation).where(
        LiabilityDerivation.registration_id.in_(registration_ids)
    )
    return {row.registration_id: row for row in session.scalars(query)}


def cases_of_style(
    session: Session, registration: Registration, since: datetime
) -> tuple[Earlier, ...]:
    """Return the cases of a garment's style and defect since a moment, up to its own.

    They are counted, never shown: whose they are is nobody's business here.
    """
    own = registration.registered_at
    found = session.execute(
        select(Registration.registered_at, Site.code)
        .join(Piece, Piece.id == Registration.piece_id)
        .join(Sku, Sku.id == Piece.sku_id)
        .join(Site, Site.id == Registration.site_id)
        .where(
            Sku.style_id == registration.piece.sku.style_id,
            Registration.defect == registration.defect,
            Registration.registered_at.between(since, own),
            Registration.status != Status.VOIDED,
        )
    )
    day = shanghai_date(own)
    return tuple(Earlier(days_between(shanghai_date(at), day), store) for at, store in found)
