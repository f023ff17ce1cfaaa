"""The cut-off of a store's weekly box: policy ``box_cut_off`` of the store, its region or the
chain (rule 1.31)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.domain.policy import Reach
from tracker.domain.schedule import cut_off_of_week, next_cut_off
from tracker.models.site import Site
from tracker.queries import policy
from tracker.queries.policy import Book

NAME = "box_cut_off"


def of_week(book: Book, reach: Reach, now: datetime) -> datetime:
    """Return a store's cut-off in the ISO week of ``now``, past or to come."""
    return cut_off_of_week(now, book.one(NAME, shanghai_date(now), reach).value)


def after(book: Book, reach: Reach, at: datetime) -> datetime:
    """Return a store's first cut-off at or after a moment, by the version of that day."""
    return next_cut_off(at, book.one(NAME, shanghai_date(at), reach).value)


def of_store(session: Session, site: Site, now: datetime) -> datetime:
    """Return until when a store's next box must have left."""
    return after(policy.book(session, NAME), policy.reach_of_site(site), now)
