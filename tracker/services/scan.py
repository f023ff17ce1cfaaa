"""A scan that registers a garment: exactly once, and never lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy.exc import IntegrityError

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Cause, Defect, Position, Source
from tracker.domain.errors import HangtagError, NeedsInput, RuleViolation, not_found
from tracker.domain.number import piece_no
from tracker.domain.registration import MACHINE, Status
from tracker.domain.tag import Kind as TagKind
from tracker.domain.tag import Tag, parse
from tracker.models.catalog import Sku
from tracker.models.registration import Piece, Registration
from tracker.models.scan import Scan
from tracker.queries import catalog
from tracker.queries import registration as registrations
from tracker.services import once
from tracker.services.act import Act
from tracker.services.fields import Area, Code, Text40, Year
from tracker.services.number import next_id
from tracker.services.once import Answer
from tracker.services.registration import CustomerName, Fault, Story, register

MAX_SKEW = timedelta(minutes=10)
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""Bounds of a typed day."""


@dataclass(frozen=True)
class ScanRequest:
    """What a scan page or a program sends; ``scan_id``, ``site`` and ``code`` must be there."""

    scan_id: Text40
    site: Text40
    code: Code
    source: Source | None = None
    defect: Defect | None = None
    position: Position | None = None
    area_mm2: Area | None = None
    cause: Cause | None = None
    tag_intact: bool | None = None
    accessories_intact: bool | None = None
    number_intact: bool | None = None
    production_year: Year | None = None
    piece: Literal["another", "same"] | None = None
    found_on: date | None = None
    purchased_on: date | None = None
    receipt_no: Text40 | None = None
    customer: CustomerName | None = None
    promised_on: date | None = None
    sold_as_imperfect: bool = False


def submit(
    act: Act,
    request: ScanRequest,
    body: Mapping[str, Any],
    done: Callable[[Registration], str],
    refused: Callable[[HangtagError], str],
) -> Answer:
    """Register the scanned garment once for its ``scan_id``; the same body gets the first answer.

    ``done`` and ``refused`` write the bodies. Returns 201 done, 409 refused, 422 needs input (which
    may come again completed under the same id). Raises ``NotFound`` for another site's scan and
    ``InvalidInput`` ``scan_id_reused`` for another body.
    """
    if request.site != act.actor.site_code or not act.actor.is_store:
        raise not_found("店铺", "store", request.site)
    scan_id = once.key(request.scan_id, "scan_id")
    sha256 = once.digest(body)
    row = act.session.get(Scan, scan_id)
    if row is not None and row.outcome != "needs_input":
        return once.replay(row, act, sha256, "scan_id")
    if row is not None and row.account_id != act.actor.account_id:
        raise not_found("扫描", "scan", scan_id)
    row = row or _new_row(act, request, scan_id)
    row.body_sha256 = sha256
    act.session.add(row)
    act.session.flush()
    return _answer(act, row, request, done, refused)


def _new_row(act: Act, request: ScanRequest, scan_id: str) -> Scan:
    skew = abs(act.now - act.device_at) if act.device_at else timedelta(0)
    return Scan(
        scan_id=scan_id,
        account_id=act.actor.account_id,
        site_id=act.actor.site_id,
        raw_code=once.storable(request.code),
        scanned_at=act.device_at,
        arrived_at=act.now,
        is_skewed=skew > MAX_SKEW,
        outcome="needs_input",
        status_code=422,
        answer="",
    )


def _answer(
    act: Act,
    row: Scan,
    request: ScanRequest,
    done: Callable[[Registration], str],
    refused: Callable[[HangtagError], str],
) -> Answer:
    try:
        with act.session.begin_nested():
            registration = _register(act, request)
        row.outcome, row.status_code, row.code = "done", 201, None
        row.registration_id = registration.id
        row.answer = done(registration)
    except (RuleViolation, NeedsInput) as refusal:
        is_refused = isinstance(refusal, RuleViolation)
        row.outcome = "refused" if is_refused else "needs_input"
        row.status_code, row.code = (409 if is_refused else 422), refusal.code
        row.answer = refused(refusal)
    act.session.flush()
    return Answer(row.status_code, row.answer)


def _register(act: Act, request: ScanRequest) -> Registration:
    tag = parse_scanned(request.code)
    piece = _known_piece(act, tag) if tag.kind is TagKind.PIECE else None
    sku = piece.sku if piece else sku_of(act, tag)
    _check_days(request, shanghai_date(act.now))
    fault, story = _completed(request, sku)
    if piece is None:
        _ask_if_same(act, request, sku)
        piece = mint(act, sku)
    try:
        return register(act, piece, fault, story)
    except IntegrityError as error:
        raise already_registered(None, piece.piece_no) from error


def parse_scanned(code: str) -> Tag:
    """Return the parsed tag. Raises ``NeedsInput`` with the parser's code when it is none."""
    try:
        return parse(code)
    except HangtagError as refusal:
        raise NeedsInput(refusal.code, refusal.zh, refusal.en, "code", **refusal.facts) from None


def _known_piece(act: Act, tag: Tag) -> Piece:
    """Return the scanned piece if it may be registered now."""
    piece = registrations.piece_by_no(act.session, tag.piece_no or "")
    if piece is None:
        raise _unknown(tag)
    last = registrations.last_of_piece(act.session, piece.id)
    if last is not None and last.status == Status.DESTROYED:
        raise RuleViolation(
            "destroyed_piece",
            "这件衣服（{piece_no}）已登记销毁，不应再出现。请立即留下实物并通知售后主管。",
            "This garment ({piece_no}) was destroyed. Keep it, and tell the supervisor at once.",
            piece_no=piece.piece_no,
        )
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


def _completed(request: ScanRequest, sku: Sku) -> tuple[Fault, Story]:
    """Return the mandatory facts (1.16, 1.18, 1.49). Raises ``NeedsInput`` ``missing_field``."""
    year = request.production_year or sku.style.production_year
    for name in ("source", "defect", "position", "area_mm2", "cause", *_FLAGS):
        if getattr(request, name) is None:
            raise missing(name)
    if request.source is Source.CUSTOMER:
        for name in ("purchased_on", "receipt_no", "customer"):
            if not getattr(request, name):
                raise missing(name)
    fault = Fault(
        Defect(request.defect or ""),
        Position(request.position or ""),
        int(request.area_mm2 or 0),
        Cause(request.cause or ""),
        bool(request.tag_intact),
        bool(request.accessories_intact),
        bool(request.number_intact),
    )
    is_customer = request.source is Source.CUSTOMER
    story = Story(
        Source(request.source or ""),
        year,
        found_on=request.found_on,
        purchased_on=request.purchased_on,
        receipt_no=request.receipt_no,
        customer=request.customer if is_customer else None,
        promised_on=request.promised_on,
        sold_as_imperfect=request.sold_as_imperfect,
    )
    return fault, story


def _check_days(request: ScanRequest, today: date) -> None:
    """A fault and a purchase lie in the past. Raises ``NeedsInput`` ``date_out_of_range``."""
    bounds = {
        "found_on": (EARLIEST, today),
        "purchased_on": (EARLIEST, today),
        "promised_on": (EARLIEST, LATEST),
    }
    for name, (first, last) in bounds.items():
        day = getattr(request, name)
        if day is not None and not first <= day <= last:
            raise NeedsInput(
                "date_out_of_range",
                "日期 {day} 不对，应在 {first} 至 {last} 之间，请核对。",
                "The date {day} must lie from {first} to {last}. Check it.",
                name,
                day=day.isoformat(),
                first=first.isoformat(),
                last=last.isoformat(),
            )


_FLAGS = ("tag_intact", "accessories_intact", "number_intact")
_NAMES = {
    "source": ("来源", "source"),
    "defect": ("缺陷", "defect"),
    "position": ("部位", "position"),
    "area_mm2": ("面积", "area"),
    "cause": ("原因", "cause"),
    "tag_intact": ("吊牌是否完好", "tag intact"),
    "accessories_intact": ("配件是否完好", "accessories intact"),
    "number_intact": ("货号是否完好", "number intact"),
    "purchased_on": ("购买日期", "purchase date"),
    "receipt_no": ("小票号", "receipt number"),
    "customer": ("顾客姓名和电话", "customer's name and phone"),
}


def missing(name: str) -> NeedsInput:
    """A mandatory field of rules 1.16, 1.18, 1.19 is not filled."""
    zh, en = _NAMES[name]
    field = "area_cm2" if name == "area_mm2" else name
    return NeedsInput(
        "missing_field", f"请填写「{zh}」。", f"Fill in: {en}.", field, field_name=field
    )


def mint(act: Act, sku: Sku) -> Piece:
    """Give a garment its piece number for life; its supplier is presumed from the style (推定)."""
    identity = next_id(act.session, Piece)
    piece = Piece(
        id=identity,
        piece_no=piece_no(identity),
        sku=sku,
        supplier=sku.style.supplier,
        is_supplier_presumed=True,
        minted_at=act.now,
    )
    act.session.add(piece)
    act.session.flush()
    return piece


def look_up(act: Act, code: str) -> Sku:
    """Return the product that a scanned code names, without registering anything.

    Raises ``NeedsInput`` for an unknown code, ``RuleViolation`` for a piece that may not be
    registered now.
    """
    tag = parse_scanned(code)
    piece = _known_piece(act, tag) if tag.kind is TagKind.PIECE else None
    return piece.sku if piece else sku_of(act, tag)
