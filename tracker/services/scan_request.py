"""What a scan says, and what it must say before a garment is registered."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from tracker.domain.codes import Cause, Defect, Demand, Position, Source
from tracker.domain.errors import NeedsInput
from tracker.models.catalog import Sku
from tracker.services import once
from tracker.services.fields import Area, Code, Text20, Text40, Year
from tracker.services.provisional import Manual
from tracker.services.registration import CustomerName, Fault, Story

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""Bounds of a typed day."""


@dataclass(frozen=True)
class ScanRequest:
    """What a scan page or a program sends; ``scan_id``, ``site`` and ``code`` must be there.

    ``manual`` is the product as read off a tag that no catalogue row knows, or off the care label
    of a worn garment that has no tag: then ``code`` is empty.
    """

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
    delivery: Text20 | None = None
    demand: Demand | None = None
    gore_card_no: Text40 | None = None
    manual: Manual | None = None
    repair_tag: Code | None = None
    """A blank repair tag of a pre-printed roll, scanned after the hang tag: the piece's number."""


def facts_of(request: ScanRequest) -> dict[str, Any]:
    """Return what a scan says as plain JSON values, without the customer and what is not said."""
    said = asdict(replace(request, customer=None, code=once.storable(request.code)))
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
        if value is not None and name not in ("scan_id", "site")
    }


def is_untagged(request: ScanRequest) -> bool:
    """Return whether there was no tag to scan, only what stands on the care label."""
    return not request.code.strip() and request.manual is not None


def check_untagged(request: ScanRequest) -> None:
    """Take a garment without its tag only when it was worn and shall be repaired (1.19, C-23).

    Raises ``NeedsInput`` ``tag_required``.
    """
    is_worn = request.source is Source.CUSTOMER and request.demand in (None, Demand.REPAIR)
    if is_untagged(request) and not is_worn:
        raise NeedsInput(
            "tag_required",
            "库存商品和退换货必须有吊牌。只有顾客穿过、要维修的衣服可以没有吊牌，凭小票或水洗标登记。",
            "Stock, refunds and exchanges need the hang tag. Only a worn garment for repair goes "
            "without, by its receipt or its care label.",
            "code",
        )


def completed(request: ScanRequest, sku: Sku) -> tuple[Fault, Story]:
    """Return the mandatory facts (1.16, 1.18, 1.49). Raises ``NeedsInput`` ``missing_field``.

    A worn garment without its tag has no receipt either where its care label names it (C-23); its
    tag is not intact, whatever was sent.
    """
    year = request.production_year or sku.style.production_year
    for name in ("source", "defect", "position", "area_mm2", "cause", *_FLAGS):
        if getattr(request, name) is None:
            raise missing(name)
    if request.source is Source.CUSTOMER:
        for name in ("purchased_on", "receipt_no", "customer"):
            if not getattr(request, name) and not (name == "receipt_no" and is_untagged(request)):
                raise missing(name)
    fault = Fault(
        Defect(request.defect or ""),
        Position(request.position or ""),
        int(request.area_mm2 or 0),
        Cause(request.cause or ""),
        bool(request.tag_intact) and not is_untagged(request),
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
        delivery=request.delivery,
        demand=request.demand if is_customer else None,
        gore_card_no=(request.gore_card_no or "").strip() or None if is_customer else None,
    )
    return fault, story


def check_days(request: ScanRequest, today: date) -> None:
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
