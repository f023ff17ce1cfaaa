"""Reads of the promises: which one was chosen for whom, and which law holds where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor
from tracker.domain.law_packs import Pack
from tracker.domain.policy import Reach
from tracker.domain.promise import Channel
from tracker.domain.promise_profiles import CHAIN
from tracker.models.promise import LawPlace, ProfileChoice
from tracker.models.site import Site
from tracker.queries.policy import reach_of_site


def choices(session: Session) -> Sequence[ProfileChoice]:
    """Return every choice that was ever made, the newest first."""
    return session.scalars(
        select(ProfileChoice)
        .options(joinedload(ProfileChoice.by))
        .order_by(ProfileChoice.effective_from.desc(), ProfileChoice.id.desc())
    ).all()


def chosen(session: Session, channel: Channel, region: str | None, on: date) -> str:
    """Return the code of the profile in force for a channel and a region on a day.

    What was chosen for the region goes before what was chosen for the chain; where nothing was
    chosen the chain's own 三包 holds.
    """
    of_region = or_(ProfileChoice.region == region, ProfileChoice.region.is_(None))
    found = session.scalar(
        select(ProfileChoice.profile)
        .where(
            ProfileChoice.channel == channel.value,
            of_region,
            ProfileChoice.effective_from <= on,
        )
        .order_by(
            ProfileChoice.region.is_(None),
            ProfileChoice.effective_from.desc(),
            ProfileChoice.id.desc(),
        )
        .limit(1)
    )
    return found or CHAIN


def last_day_of(session: Session, channel: Channel, region: str | None) -> date | None:
    """Return the latest day from which a choice of this channel and region holds."""
    column = func.max(ProfileChoice.effective_from)
    same = ProfileChoice.region.is_(None) if region is None else ProfileChoice.region == region
    return session.scalar(select(column).where(ProfileChoice.channel == channel.value, same))


def pack_of(session: Session, site_id: int) -> Pack:
    """Return the law pack of a site; the national floor where nobody set another."""
    found = session.scalar(
        select(LawPlace.pack)
        .where(LawPlace.site_id == site_id)
        .order_by(LawPlace.id.desc())
        .limit(1)
    )
    return Pack(found) if found else Pack.NATIONAL


def of_store(session: Session, actor: Actor) -> tuple[Pack, Reach]:
    """Return the law pack of an actor's own store, and what its policies go by."""
    site = session.get_one(Site, actor.site_id)
    return pack_of(session, site.id), reach_of_site(site)


def places(session: Session) -> Sequence[LawPlace]:
    """Return every setting of a store's law, the newest first."""
    return session.scalars(
        select(LawPlace)
        .options(joinedload(LawPlace.by), joinedload(LawPlace.site))
        .order_by(LawPlace.id.desc())
    ).all()


def regions(session: Session) -> Sequence[str]:
    """Return the regions of the chain."""
    query = select(Site.region).where(Site.region.is_not(None)).distinct().order_by(Site.region)
    return [region for region in session.scalars(query) if region]
