"""A scan that registers a garment: exactly once, and never lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from tracker.db import table_of
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import HangtagError, NeedsInput, RuleViolation, not_found
from tracker.domain.number import piece_no
from tracker.domain.registration import MACHINE
from tracker.domain.scan import Outcome, Timing, timing
from tracker.domain.tag import Kind as TagKind
from tracker.domain.tag import Tag
from tracker.models.catalog import Sku
from tracker.models.registration import Piece, Registration
from tracker.models.scan import Scan
from tracker.queries import catalog
from tracker.queries import registration as registrations
from tracker.queries import scan as scans
from tracker.services import once, provisional, scan_review, tag_roll
from tracker.services.act import Act
from tracker.services.number import next_id
from tracker.services.once import Answer
from tracker.services.registration import register
from tracker.services.scan_request import (
    ScanRequest,
    check_days,
    check_untagged,
    completed,
    facts_of,
    is_untagged,
)


def submit(
    act: Act,
    request: ScanRequest,
    body: Mapping[str, Any],
    done: Callable[[Registration], str],
    refused: Callable[[HangtagError], str],
    sent_at: datetime | None = None,
) -> Answer:
    """Register the scanned garment once for its ``scan_id``; the same body gets the first answer.

    ``done`` and ``refused`` write the bodies. Returns 201 done, 409 refused, 422 needs input (which
    may come again completed under the same id). ``sent_at`` is the device's clock at sending: what
    a scan that waited there said is kept, if it was not registered, for a person to settle. Raises
    ``NotFound`` for another site's scan, ``InvalidInput`` ``scan_id_reused`` for another body.
    """
    if request.site != act.actor.site_code or not act.actor.is_store:
        raise not_found("店铺", "store", request.site)
    scan_id = once.key(request.scan_id, "scan_id")
    sha256 = once.digest(body)
    row = scans.standing(act.session, scan_id)
    if row is not None and row.outcome != Outcome.NEEDS_INPUT:
        return once.replay(row, act, sha256, "scan_id")
    if row is not None and row.account_id != act.actor.account_id:
        raise not_found("扫描", "scan", scan_id)
    if row is not None and row.settlement is not None:
        return _settled(row, sha256, refused)
    clock = timing(act.now, act.device_at, sent_at)
    became = _register_or_say_why(act, request, done, refused)
    is_waiting = clock.is_late or (row is not None and row.facts is not None)
    keeps = is_waiting and became["outcome"] != Outcome.DONE
    became["facts"] = once.canonical(facts_of(request)) if keeps else None
    became["body_sha256"] = sha256
    if row is None:
        act.session.execute(_NEW, became | _as_scanned(act, request, scan_id, clock))
    else:
        act.session.execute(update(Scan).where(Scan.scan_id == scan_id).values(became))
    return Answer(became["status_code"], became["answer"])


_NEW = insert(table_of(Scan))


def _settled(row: Scan, sha256: str, refused: Callable[[HangtagError], str]) -> Answer:
    """Refuse for good what a person settled meanwhile: its garment would be registered twice."""
    refusal = scan_review.settled_by_hand(row.registration)
    row.outcome, row.status_code, row.code = Outcome.REFUSED.value, 409, refusal.code
    row.body_sha256, row.answer = sha256, refused(refusal)
    return Answer(row.status_code, row.answer)


def _as_scanned(act: Act, request: ScanRequest, scan_id: str, clock: Timing) -> dict[str, Any]:
    return {
        "scan_id": scan_id,
        "account_id": act.actor.account_id,
        "site_id": act.actor.site_id,
        "raw_code": once.storable(request.code),
        "scanned_at": act.device_at,
        "arrived_at": act.now,
        "is_skewed": clock.is_skewed,
        "device": act.actor.device,
    }


def _register_or_say_why(
    act: Act,
    request: ScanRequest,
    done: Callable[[Registration], str],
    refused: Callable[[HangtagError], str],
) -> dict[str, Any]:
    """Return what became of a scan, as its row keeps it."""
    try:
        with act.session.begin_nested():
            made = _register(act, request)
        return _became(Outcome.DONE, 201, None, done(made)) | {"registration_id": made.id}
    except RuleViolation as refusal:
        return _became(Outcome.REFUSED, 409, refusal.code, refused(refusal))
    except NeedsInput as refusal:
        return _became(Outcome.NEEDS_INPUT, 422, refusal.code, refused(refusal))


def _became(outcome: Outcome, status: int, code: str | None, answer: str) -> dict[str, Any]:
    return {"outcome": outcome.value, "status_code": status, "code": code, "answer": answer}


def _register(act: Act, request: ScanRequest) -> Registration:
    check_untagged(request)
    tag = None if is_untagged(request) else parse_scanned(act, request.code)
    piece = _known_piece(act, tag) if tag is not None else None
    sku = piece.sku if piece else _sku(act, request, tag)
    check_days(request, shanghai_date(act.now))
    fault, story = completed(request, sku)
    if piece is None:
        unique_code = registrations.unique_code(act.session, tag) if tag is not None else None
        if unique_code is None:
            _ask_if_same(act, request, sku)
        piece = mint(act, sku, unique_code, request.repair_tag)
    elif request.repair_tag:
        tag_roll.check_same(piece, request.repair_tag)
    try:
        return register(act, piece, fault, story)
    except IntegrityError as error:
        if not _is_of_live_registration(error):
            raise
        raise already_registered(None, piece.piece_no) from error


def _is_of_live_registration(error: IntegrityError) -> bool:
    """Whether the piece has a live registration already; each database names it its own way."""
    told = str(error.orig)
    return "uq_registration_one_live" in told or "registration.piece_id" in told


def _sku(act: Act, request: ScanRequest, tag: Tag | None) -> Sku:
    """Return the SKU that the tag names, else the one that was entered by hand."""
    known = catalog.sku_of(act.session, tag) if tag is not None else None
    if known is None and request.manual is not None:
        is_piece = tag is not None and tag.kind is TagKind.PIECE
        if not is_piece:
            known = provisional.by_hand(act.session, tag, request.manual, request.production_year)
    if known is None:
        assert tag is not None  # noqa: S101
        raise _unknown(tag)
    return catalog.as_it_stands(act.session, known)


def parse_scanned(act: Act, code: str) -> Tag:
    """Return the parsed tag. Raises ``NeedsInput`` with the parser's code when it is none."""
    try:
        return registrations.read(act.session, code)
    except HangtagError as refusal:
        raise NeedsInput(refusal.code, refusal.zh, refusal.en, "code", **refusal.facts) from None


def _known_piece(act: Act, tag: Tag) -> Piece | None:
    """Return the piece that its own tag names, if it may be registered now; ``None`` for a new
    one's hang tag.
    """
    piece = registrations.piece_of(act.session, tag)
    if piece is None and tag.kind is TagKind.PIECE:
        if tag_roll.is_blank(act, tag.code):
            raise _still_blank(tag)
        raise _unknown(tag)
    if piece is None:
        return None
    last = registrations.last_of_piece(act.session, piece.id)
    if last is not None:
        registrations.check_not_gone(act.session, last)
    if last is not None and last.closed_at is None:
        raise already_registered(last if last.site_id == act.actor.site_id else None, tag.code)
    return piece


def already_registered(last: Registration | None, piece: str) -> RuleViolation:
    """A live registration has this piece; its number is told to those who may see it."""
    if last is None:
        return RuleViolation(
            "already_registered",
            "{piece} 已有未完结的登记单，不能重复登记。请核对标签，必要时联系售后服务部。",
            "{piece} has an open registration. Check the tag, or ask after-sales.",
            piece=piece,
        )
    return RuleViolation(
        "already_registered",
        "{piece} 已登记（登记单 {registration}，{status}），不能重复登记。请打开该登记单继续处理。",
        "{piece} is already registered ({registration}). Open that registration and go on there.",
        piece=piece,
        registration=last.no,
        status=MACHINE.statuses(last.status).zh,
    )


def sku_of(act: Act, tag: Tag) -> Sku:
    """Return the SKU that a hang tag names. Raises ``NeedsInput`` ``unknown_code``."""
    sku = catalog.sku_of(act.session, tag)
    if sku is None:
        raise _unknown(tag)
    return sku


def _unknown(tag: Tag) -> NeedsInput:
    return NeedsInput(
        "unknown_code",
        "商品资料里没有「{scanned}」。请核对吊牌后重扫，或按水洗标上的款号-色号-尺码输入。",
        "“{scanned}” is not in the catalogue. Scan again, or type style-colour-size.",
        "code",
        scanned=tag.code,
        by_hand=tag.kind is not TagKind.PIECE,
    )


def _still_blank(tag: Tag) -> NeedsInput:
    return NeedsInput(
        "blank_tag",
        "{scanned} 是空白返修标签，还没有对应的衣服。请先扫吊牌，再把它扫进「空白返修标签」一栏。",
        "{scanned} is a blank repair tag. Scan the hang tag first, then this one in its own field.",
        "code",
        scanned=tag.code,
    )


def _ask_if_same(act: Act, request: ScanRequest, sku: Sku) -> None:
    if request.piece == "another":
        return
    earlier = registrations.same_sku_in_store(act.session, act.actor.site_id, sku.id)
    if earlier is None:
        return
    if request.piece == "same":
        raise already_registered(earlier, earlier.piece.piece_no)
    raise NeedsInput(
        "same_sku_again",
        "本店已有一件同款同色同码（件号 {piece_no}，登记单 {registration}）。"
        "这是另一件，还是同一件？",
        "The store already has one of this SKU ({piece_no}, {registration}). Another, or the same?",
        "piece",
        piece_no=earlier.piece.piece_no,
        registration=earlier.no,
    )


def mint(
    act: Act, sku: Sku, unique_code: str | None = None, repair_tag: str | None = None
) -> Piece:
    """Give a garment its piece number for life; its supplier is presumed from the style (推定).

    ``unique_code`` names it from now on, as its repair tag does. The number is that of the blank
    ``repair_tag`` where one was scanned to it. It is written with what comes next. Raises what
    ``tag_roll.blank`` raises.
    """
    identity = tag_roll.blank(act, repair_tag) if repair_tag else next_id(act.session, Piece)
    piece = Piece(
        id=identity,
        piece_no=piece_no(identity),
        sku=sku,
        sku_id=sku.id,
        supplier=sku.style.supplier,
        is_supplier_presumed=True,
        minted_at=act.now,
        unique_code=unique_code,
    )
    act.session.add(piece)
    return piece


UNDONE = "误扫，撤销登记"
"""The reason of a void that its author's undoing gives."""


def made_by(row: Scan) -> Registration:
    """Return the registration that a scan made. Raises ``RuleViolation`` ``not_registered``.

    One that a person found to be of the same garment was made by another scan.
    """
    if row.outcome != Outcome.DONE or row.registration is None:
        raise not_registered()
    return row.registration


def not_registered() -> RuleViolation:
    """A scan that registered nothing leaves nothing to take back."""
    return RuleViolation(
        "not_registered",
        "这次扫描没有登记成功，无需撤销。",
        "This scan registered nothing: there is nothing to take back.",
    )


def piece_of(act: Act, code: str, repair_tag: str | None = None) -> Piece:
    """Return the piece that a scanned tag names; a new garment's hang tag mints one.

    Raises what ``look_up`` and ``mint`` raise.
    """
    tag = parse_scanned(act, code)
    known = _known_piece(act, tag)
    if known is not None:
        if repair_tag:
            tag_roll.check_same(known, repair_tag)
        return known
    sku = catalog.as_it_stands(act.session, sku_of(act, tag))
    return mint(act, sku, registrations.unique_code(act.session, tag), repair_tag)


def look_up(act: Act, code: str) -> Sku:
    """Return the product that a scanned code names, without registering anything.

    Raises ``NeedsInput`` for an unknown code, ``RuleViolation`` for a piece that may not be
    registered now.
    """
    tag = parse_scanned(act, code)
    piece = _known_piece(act, tag)
    return piece.sku if piece else sku_of(act, tag)


def earlier(act: Act, code: str, sku: Sku) -> Registration | None:
    """Return the garment of the store about which a scan of this code would ask: another, or the
    same? ``None`` for a code that names one garment: it never asks.
    """
    tag = parse_scanned(act, code)
    if tag.kind is TagKind.PIECE or registrations.unique_code(act.session, tag) is not None:
        return None
    return registrations.same_sku_in_store(act.session, act.actor.site_id, sku.id)
