"""Reads of printed labels and of rolls of blank repair tags, within the actor's sites."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor
from tracker.domain.errors import not_found
from tracker.models.label import LabelPrint, TagRoll
from tracker.models.registration import Piece, Registration
from tracker.queries import scope
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position


def printed_before(session: Session, piece_ids: Collection[int]) -> frozenset[int]:
    """Return which of these pieces have a repair tag that was printed."""
    query = select(LabelPrint.piece_id).where(LabelPrint.piece_id.in_(piece_ids)).distinct()
    return frozenset(session.scalars(query))


def of_print(session: Session, print_id: str) -> Sequence[LabelPrint]:
    """Return the rows of one print, in their order; the caller bounds what is shown of them."""
    query = select(LabelPrint).where(LabelPrint.print_id == print_id).order_by(LabelPrint.id)
    return session.scalars(query.options(joinedload(LabelPrint.registration))).all()


def prints_of(session: Session, actor: Actor, piece_ids: Collection[int]) -> Sequence[LabelPrint]:
    """Return who printed the tags of these pieces and when, newest first, the last twenty."""
    query = (
        select(LabelPrint)
        .join(Registration, Registration.id == LabelPrint.registration_id)
        .where(LabelPrint.piece_id.in_(piece_ids), scope.registrations(actor))
        .order_by(LabelPrint.id.desc())
        .limit(20)
        .options(joinedload(LabelPrint.registration), joinedload(LabelPrint.by))
    )
    return session.scalars(query).all()


def locked_pieces(session: Session, piece_ids: Collection[int]) -> None:
    """Hold these pieces until the transaction ends: of two first prints one is the first."""
    query = select(Piece.id).where(Piece.id.in_(piece_ids)).order_by(Piece.id)
    session.execute(for_writing(query, Piece)).all()


@dataclass(frozen=True)
class Roll:
    """A roll, and how many of its tags are on garments."""

    roll: TagRoll
    used: int

    @property
    def count(self) -> int:
        """How many tags it has."""
        return self.roll.last_id - self.roll.first_id + 1


_USED = (
    select(func.count(Piece.id))
    .where(Piece.id.between(TagRoll.first_id, TagRoll.last_id))
    .correlate(TagRoll)
    .scalar_subquery()
)


def rolls(
    session: Session, actor: Actor, cursor: str | None = None
) -> tuple[Sequence[Roll], str | None]:
    """Return the rolls that the actor sees, newest first, and the cursor of the next page."""
    query = (
        select(TagRoll, _USED)
        .where(scope.tag_rolls(actor))
        .order_by(TagRoll.id.desc())
        .limit(PAGE + 1)
        .options(joinedload(TagRoll.by), joinedload(TagRoll.site))
    )
    before = position(cursor)
    if before:
        query = query.where(TagRoll.id < before)
    found = [Roll(roll, used) for roll, used in session.execute(query)]
    return found[:PAGE], str(found[PAGE - 1].roll.id) if len(found) > PAGE else None


def roll(session: Session, actor: Actor, identity: int) -> TagRoll:
    """Return a roll that the actor sees. Raises ``NotFound``."""
    found = session.scalar(select(TagRoll).where(TagRoll.id == identity, scope.tag_rolls(actor)))
    if found is None:
        raise not_found("空白标签卷", "roll", identity)
    return found


def roll_of(session: Session, site_id: int, piece_id: int) -> TagRoll | None:
    """Return the site's own roll that holds a piece's number."""
    return session.scalar(_roll_of(site_id, piece_id))


def locked_roll(session: Session, site_id: int, piece_id: int) -> TagRoll | None:
    """Return what ``roll_of`` does, locked for this transaction."""
    return session.scalar(for_writing(_roll_of(site_id, piece_id), TagRoll))


def _roll_of(site_id: int, piece_id: int) -> Select[TagRoll]:
    return select(TagRoll).where(
        TagRoll.site_id == site_id, TagRoll.first_id <= piece_id, TagRoll.last_id >= piece_id
    )


def has_blank_tags(session: Session, site_id: int) -> bool:
    """Return whether a site has a roll with tags that no garment carries yet."""
    left = TagRoll.last_id - TagRoll.first_id + 1 > _USED
    query = select(TagRoll.id).where(TagRoll.site_id == site_id, left)
    return session.scalar(query.order_by(TagRoll.id.desc()).limit(1)) is not None
