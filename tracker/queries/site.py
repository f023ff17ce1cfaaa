"""Reads of sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.errors import not_found
from tracker.domain.site import SiteKind
from tracker.models.site import Site
from tracker.queries.scope import within_sites


def by_code(session: Session, code: str) -> Site:
    """Return a site by code. Raises ``NotFound``."""
    found = find(session, code)
    if found is None:
        raise not_found("店铺", "site", code)
    return found


def find(session: Session, code: str) -> Site | None:
    """Return a site by code, or ``None``."""
    return session.scalar(select(Site).where(Site.code == code))


def store(session: Session, code: str) -> Site | None:
    """Return a store by code."""
    return session.scalar(select(Site).where(Site.code == code, Site.kind == SiteKind.STORE))


def seen_store(session: Session, actor: Actor, code: str) -> Site | None:
    """Return a store by code, if it is one of the actor's."""
    return session.scalar(
        select(Site).where(
            Site.code == code, Site.kind == SiteKind.STORE, within_sites(actor, Site.id)
        )
    )


def get(session: Session, site_id: int) -> Site:
    """Return a site by id."""
    return session.get_one(Site, site_id)


def after_sales(session: Session) -> Site:
    """Return the after-sales department. Raises ``NotFound`` before it is set up."""
    found = session.scalar(
        select(Site).where(Site.kind == SiteKind.AFTER_SALES).order_by(Site.id).limit(1)
    )
    if found is None:
        raise not_found("售后服务部", "after-sales department", "after_sales")
    return found


def stores(session: Session, actor: Actor) -> Sequence[Site]:
    """Return the stores that the actor sees, by code."""
    return session.scalars(
        select(Site)
        .where(Site.kind == SiteKind.STORE, within_sites(actor, Site.id))
        .order_by(Site.code)
    ).all()


@dataclass(frozen=True)
class StoreChoice:
    """The stores that a list may be narrowed to; a long choice has no rows: its code is typed."""

    rows: Sequence[tuple[str, str]]
    several: bool


MOST = 60
"""So many stores still make a choice that somebody reads."""


def choice(session: Session, actor: Actor) -> StoreChoice:
    """Return the codes and names of the actor's stores, by code, if they are few enough."""
    query = select(Site.code, Site.name).where(
        Site.kind == SiteKind.STORE, within_sites(actor, Site.id)
    )
    rows = session.execute(query.order_by(Site.code).limit(MOST + 1)).all()
    few = [(code, name) for code, name in rows] if len(rows) <= MOST else []
    return StoreChoice(few, len(rows) > 1)


def every(session: Session) -> Sequence[Site]:
    """Return all sites, by code; for the administrator."""
    return session.scalars(select(Site).order_by(Site.code)).all()
