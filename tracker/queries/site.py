"""Reads of sites."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.errors import not_found
from tracker.domain.site import SiteKind
from tracker.models.site import Site
from tracker.queries.scope import within_sites


def by_code(session: Session, code: str) -> Site:
    """Return a site by code. Raises ``NotFound``."""
    found = session.scalar(select(Site).where(Site.code == code))
    if found is None:
        raise not_found("店铺", "site", code)
    return found


def store(session: Session, code: str) -> Site | None:
    """Return a store by code."""
    return session.scalar(select(Site).where(Site.code == code, Site.kind == SiteKind.STORE))


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


def every(session: Session) -> Sequence[Site]:
    """Return all sites, by code; for the administrator."""
    return session.scalars(select(Site).order_by(Site.code)).all()
