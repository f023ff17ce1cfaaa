"""Reads of how policies change: versions, proposals, and who has not read a version yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import EVERY_ROLE, Actor, Role
from tracker.domain.errors import not_found
from tracker.domain.policy import Policy as Value
from tracker.domain.policy import Scope
from tracker.domain.policy_registry import terms_of
from tracker.models.account import Account
from tracker.models.policy import Policy, PolicyProposal, PolicyReading
from tracker.models.site import Site
from tracker.queries import policy
from tracker.queries.lock import for_writing

Proposal = PolicyProposal
Version = Policy
"""Rows of the tables, for those who may not name the tables."""

READERS = EVERY_ROLE - {Role.SUPPLIER}
"""Who may read the policies: everybody but suppliers."""


def value_of(row: Policy) -> Value:
    """Return a version as a plain value."""
    return policy.as_value(row)


def rows(session: Session, name: str | None = None) -> Sequence[Policy]:
    """Return every version with its proposal, of one policy or of all; by name, newest first."""
    query = (
        select(Policy)
        .options(
            joinedload(Policy.proposal).joinedload(PolicyProposal.by),
            joinedload(Policy.proposal).joinedload(PolicyProposal.answered_by),
        )
        .order_by(Policy.name, Policy.effective_from.desc(), Policy.id.desc())
    )
    return session.scalars(query if name is None else query.where(Policy.name == name)).all()


def of_name(session: Session, name: str) -> Sequence[Policy]:
    """Return the versions of a policy, the newest first. Raises ``NotFound``."""
    found = rows(session, name)
    if not found:
        raise not_found("制度参数", "policy", name)
    return found


def version(session: Session, identity: int) -> Policy:
    """Return one version. Raises ``NotFound``."""
    found = session.get(Policy, identity)
    if found is None:
        raise not_found("参数版本", "version of a policy", str(identity))
    return found


def number(typed: str) -> int:
    """Return the number of a proposal or version as an address names it. Raises ``NotFound``."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise not_found("参数变更", "proposal", typed)
    return int(typed)


def proposal(session: Session, identity: int, *, for_update: bool = False) -> PolicyProposal:
    """Return a proposal, locked if it is to be answered. Raises ``NotFound``."""
    query = select(PolicyProposal).where(PolicyProposal.id == identity)
    found = session.scalar(for_writing(query, PolicyProposal) if for_update else query)
    if found is None:
        raise not_found("参数变更", "proposal", str(identity))
    return found


def proposals(session: Session, name: str | None = None) -> Sequence[PolicyProposal]:
    """Return the proposals of one policy, newest first; without a name those that are open."""
    query = select(PolicyProposal).order_by(PolicyProposal.id.desc())
    query = query.options(joinedload(PolicyProposal.by), joinedload(PolicyProposal.answered_by))
    if name is None:
        return session.scalars(query.where(PolicyProposal.answered_at.is_(None))).all()
    return session.scalars(query.where(PolicyProposal.name == name)).all()


def waiting(session: Session, actor: Actor) -> list[PolicyProposal]:
    """Return the open proposals that another person than the actor made, newest first."""
    return [row for row in proposals(session) if row.by_id != actor.account_id]


def has_version(session: Session, row: PolicyProposal) -> bool:
    """Return whether a version of the same policy and scope begins on the proposed day."""
    same = and_(
        Policy.name == row.name,
        Policy.scope == row.scope,
        Policy.target == row.target,
        Policy.effective_from == row.effective_from,
    )
    return bool(session.scalar(select(exists().where(same))))


def is_region(session: Session, code: str) -> bool:
    """Return whether any store lies in a region."""
    return bool(session.scalar(select(exists().where(Site.region == code))))


def unread(session: Session, actor: Actor, today: date) -> list[Policy]:
    """Return the changed versions that concern the actor and that he has not read, newest first.

    What another version of the same policy and scope has replaced needs no reading any more.
    """
    read = exists().where(
        PolicyReading.version_id == Policy.id, PolicyReading.account_id == actor.account_id
    )
    found = session.scalars(
        select(Policy)
        .where(Policy.proposal_id.is_not(None), ~read)
        .options(joinedload(Policy.proposal))
        .order_by(Policy.effective_from.desc(), Policy.id.desc())
    ).all()
    live = [row for row in found if not _is_replaced(session, row, today)] if found else []
    return [row for row in live if concerns(row, actor.roles, actor.site_code, actor.region)]


def _is_replaced(session: Session, row: Policy, today: date) -> bool:
    later = exists().where(
        Policy.name == row.name,
        Policy.scope == row.scope,
        Policy.target == row.target,
        Policy.effective_from > row.effective_from,
        Policy.effective_from <= today,
    )
    return bool(session.scalar(select(later)))


def concerns(row: Policy, roles: frozenset[Role], site: str, region: str | None) -> bool:
    """Return whether a version is of somebody's work: by its topic, and for a store by its place.

    Head office is told of every store's own versions.
    """
    if roles.isdisjoint(terms_of(value_of(row)).topic.people):
        return False
    is_local = not roles.isdisjoint(
        {Role.STORE_STAFF, Role.LIAISON, Role.STORE_MANAGER, Role.REGION}
    )
    if not is_local:
        return True
    if row.scope == Scope.STORE:
        return row.target == site or Role.REGION in roles
    return row.scope != Scope.REGION or row.target == region


def not_read(session: Session, row: Policy, actor: Actor) -> list[Account]:
    """Return the active accounts of the actor's sites that a version concerns, not read by them."""
    read = exists().where(
        PolicyReading.version_id == row.id, PolicyReading.account_id == Account.id
    )
    mine = (
        [] if actor.sees_chain
        else [or_(Account.site_id == actor.site_id, Site.region == (actor.region or "-"))]
        if Role.REGION in actor.roles
        else [Account.site_id == actor.site_id]
    )  # fmt: skip
    found = session.scalars(
        select(Account)
        .join(Site, Site.id == Account.site_id)
        .where(Account.is_active, ~read, *mine)
        .order_by(Account.site_id, Account.login)
    )
    return [
        account
        for account in found
        if concerns(
            row,
            frozenset({Role(account.role)}),
            account.site.code,
            account.region or account.site.region,
        )
    ]
