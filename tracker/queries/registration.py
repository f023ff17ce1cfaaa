"""Reads of registrations and their pieces, within the actor's sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor
from tracker.domain.errors import InvalidInput, RuleViolation, not_found
from tracker.domain.registration import Status
from tracker.domain.tag import Kind as TagKind
from tracker.domain.tag import Tag, parse, unchecked
from tracker.models.history import Event
from tracker.models.loss import Liability
from tracker.models.registration import Piece, Registration
from tracker.models.repair import Assessment, Check, Work
from tracker.models.shipment import Discrepancy, Shipment
from tracker.queries import catalog, loss, scope, shipment
from tracker.queries.lock import for_writing

STORE_STATUSES = (
    Status.REGISTERED,
    Status.IN_LOCAL_REPAIR,
    Status.READY_TO_SHIP,
    Status.PACKED,
    Status.BACK_IN_STORE,
)
"""Where the garment lies in its store: the same tag scanned again may be the same garment."""


def get(session: Session, actor: Actor, no: str, *, for_update: bool = False) -> Registration:
    """Return a registration that the actor sees. Raises ``NotFound``."""
    query = select(Registration).where(Registration.no == no, scope.registrations(actor))
    if for_update:
        query = for_writing(query, Registration)
    found = session.scalar(query)
    if found is None:
        raise not_found("登记单", "registration", no)
    return found


def sees(session: Session, actor: Actor, registration: Registration) -> bool:
    """Return whether the actor may see a registration that was found by its piece."""
    query = select(Registration.id).where(
        Registration.id == registration.id, scope.registrations(actor)
    )
    return session.scalar(query) is not None


def locked(session: Session, registration_id: int) -> Registration:
    """Return a registration by id, locked for this transaction; the caller checked its bounds."""
    return session.scalars(
        for_writing(select(Registration).where(Registration.id == registration_id), Registration)
    ).one()


def last_of_piece(session: Session, piece_id: int) -> Registration | None:
    """Return a piece's newest registration, open or closed; a voided one only where all are."""
    return session.scalar(
        select(Registration)
        .where(Registration.piece_id == piece_id)
        .order_by(Registration.status == Status.VOIDED, Registration.id.desc())
        .limit(1)
    )


def of_piece(session: Session, actor: Actor, piece_id: int) -> Sequence[Registration]:
    """Return a piece's registrations that the actor sees, newest first."""
    return session.scalars(
        select(Registration)
        .where(Registration.piece_id == piece_id, scope.registrations(actor))
        .order_by(Registration.id.desc())
    ).all()


def piece_by_no(session: Session, piece_no: str) -> Piece | None:
    """Return a piece by its number. Its registrations, not the piece, are bound to a site."""
    return session.scalar(select(Piece).where(Piece.piece_no == piece_no))


def unique_code(session: Session, tag: Tag) -> str | None:
    """Return what names one garment for ever: its product and a serial number, the same in every
    carrier, or digits that say nothing of a product; ``None`` for the tag of a SKU.

    Raises ``NeedsInput`` ``ambiguous_sku``.
    """
    read = catalog.as_catalogued(session, tag)
    return read.unique_code or (read.code if read.is_opaque else None)


def piece_of(session: Session, tag: Tag) -> Piece | None:
    """Return the piece that a repair tag or a unique code names; ``None`` for the tag of a SKU.

    Its registrations, not the piece, are bound to a site. Raises ``NeedsInput`` ``ambiguous_sku``.
    """
    if tag.kind is TagKind.PIECE:
        return piece_by_no(session, tag.piece_no or "")
    known_as = unique_code(session, tag)
    if known_as is None:
        return None
    return session.scalar(select(Piece).where(Piece.unique_code == known_as))


def read(session: Session, raw: str) -> Tag:
    """Return the tag that was scanned, for whoever has a catalogue to hold it against.

    A wrong check digit refuses digits only where they neither spell a product of the catalogue nor
    are a known garment's own number (conventions 2.2). Raises what ``tag.parse`` raises.
    """
    try:
        return parse(raw)
    except InvalidInput as refusal:
        digits = unchecked(raw) if refusal.code == "bad_check_digit" else None
        if digits is None or not _is_known(session, digits):
            raise
        return digits


def _is_known(session: Session, tag: Tag) -> bool:
    is_spelt = catalog.as_catalogued(session, tag).kind is not TagKind.UNKNOWN
    return is_spelt or piece_of(session, tag) is not None


def by_scanned_code(session: Session, code: str) -> Registration:
    """Return the newest registration of the piece whose own tag was scanned, in any site.

    The caller decides what the actor may do with it. A scan is a fact, so every refusal is a
    ``RuleViolation``: ``not_a_piece``, ``unknown_piece``, the parser's own code, or what
    ``check_not_gone`` raises.
    """
    try:
        tag = read(session, code)
        piece = piece_of(session, tag)
    except InvalidInput as refusal:
        raise _unread(refusal) from None
    if piece is None and tag.kind is not TagKind.PIECE:
        raise _not_a_piece(tag)
    registration = last_of_piece(session, piece.id) if piece else None
    if registration is None:
        raise RuleViolation(
            "unknown_piece",
            "系统里没有件号 {scanned}。请放在一边，交主管处理。",
            "There is no piece {scanned}. Put it aside for the supervisor.",
            scanned=tag.code,
        )
    check_not_gone(session, registration)
    return locked(session, registration.id)


def _unread(refusal: InvalidInput) -> RuleViolation:
    """A code that is no tag, said of the repair tag that was wanted."""
    if refusal.code != "bad_check_digit":
        return RuleViolation(refusal.code, refusal.zh, refusal.en, **refusal.facts)
    return RuleViolation(
        refusal.code,
        "校验位不对，请对准衣服上的返修标签（P 开头）再扫一次，扫不出就照标签逐位输入。",
        "The check digit is wrong: scan the garment’s repair tag (it begins with P) once more, "
        "or type it digit by digit.",
    )


def _not_a_piece(tag: Tag) -> RuleViolation:
    """A whole hang tag wants another tag scanned; a piece of a code wants a second try."""
    is_part = tag.kind is TagKind.UNKNOWN and not tag.is_opaque and "://" not in tag.code
    if is_part:
        zh = "「{scanned}」不是完整的条码，请对准衣服上的返修标签（P 开头）再扫一次。"
        en = "“{scanned}” is no whole code: scan the garment’s repair tag (it begins with P)."
    else:
        zh = "「{scanned}」是吊牌，请改扫这件衣服的返修标签（P 开头），没有返修标签的先登记。"
        en = (
            "“{scanned}” is a hang tag: scan the garment’s repair tag (it begins with P), "
            "or register the garment if it has none."
        )
    return RuleViolation("not_a_piece", zh, en, scanned=tag.code)


def check_not_gone(session: Session, registration: Registration) -> None:
    """Refuse a garment that cannot be here any more: its scan raises the alarm.

    Raises ``RuleViolation`` ``destroyed_piece``, ``returned_piece`` or, for scrap that was given
    up as lost, ``written_off_piece``.
    """
    if registration.status == Status.DESTROYED:
        raise RuleViolation(
            "destroyed_piece",
            "这件衣服（{piece_no}）已登记销毁，不应再出现。请立即留下实物并通知售后主管。",
            "This garment ({piece_no}) was destroyed. Keep it, and tell the supervisor at once.",
            piece_no=registration.piece.piece_no,
        )
    if registration.status == Status.RETURNED_TO_SUPPLIER:
        raise RuleViolation(
            "returned_piece",
            "这件衣服（{piece_no}）已退供应商，不应再出现。请立即留下实物并通知售后主管。",
            "This garment ({piece_no}) was returned to its supplier. Keep it, and tell the "
            "supervisor at once.",
            piece_no=registration.piece.piece_no,
        )
    if registration.status != Status.ON_LOSS_FORM:
        return
    if (case := loss.written_off_by(session, registration.id)) is not None:
        raise RuleViolation(
            "written_off_piece",
            "这件衣服（{piece_no}）已按丢失核销（收货差异 {case}），现在又出现了。请留下实物，"
            "通知售后主管在该差异上登记「找回」，之后才能排入销毁。",
            "This garment ({piece_no}) was written off as lost (discrepancy {case}). Keep it, and "
            "have the supervisor note there that it was found: then it can be planned again.",
            piece_no=registration.piece.piece_no,
            case=case,
        )


GONE = ("destroyed_piece", "returned_piece", "written_off_piece")
"""Refusals that raise the alarm."""


def same_sku_in_store(session: Session, site_id: int, sku_id: int) -> Registration | None:
    """Return the newest live registration of a SKU that still lies in the store."""
    return session.scalar(
        select(Registration)
        .join(Piece)
        .where(
            Registration.site_id == site_id,
            Piece.sku_id == sku_id,
            Registration.closed_at.is_(None),
            Registration.status.in_([status.value for status in STORE_STATUSES]),
        )
        .order_by(Registration.id.desc())
        .limit(1)
    )


def timeline(session: Session, registration: Registration) -> Sequence[Event]:
    """Return every row of a garment's story, oldest first, with who and where."""
    return session.scalars(
        select(Event)
        .where(Event.noun == "registration", Event.subject_id == registration.id)
        .order_by(Event.id)
        .options(joinedload(Event.actor), joinedload(Event.site))
    ).all()


@dataclass(frozen=True)
class Bench:
    """What after-sales knows of a garment."""

    assessments: Sequence[Assessment]
    works: Sequence[Work]
    checks: Sequence[Check]
    liabilities: Sequence[Liability]
    discrepancies: Sequence[Discrepancy]
    boxes: Sequence[Shipment]


def bench(session: Session, registration: Registration) -> Bench:
    """Return assessments, work, checks, shares, discrepancies and boxes of a garment, in order."""

    def rows(model, options=()):
        query = select(model).where(model.registration_id == registration.id)
        return session.scalars(query.order_by(model.id).options(*options)).all()

    return Bench(
        assessments=rows(Assessment, (joinedload(Assessment.by),)),
        works=rows(Work, (joinedload(Work.by),)),
        checks=rows(Check, (joinedload(Check.by),)),
        liabilities=rows(Liability),
        discrepancies=rows(Discrepancy),
        boxes=shipment.boxes_of(session, registration.id),
    )
