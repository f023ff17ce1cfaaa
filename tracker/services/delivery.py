"""Deliveries at a store: entered once, inspected within the week, kept with what was faulty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Source
from tracker.domain.delivery import (
    MACHINE,
    RECORDERS,
    Action,
    CareLiability,
    Origin,
    Report,
    Window,
    care_liability,
    report_of,
    window_of,
)
from tracker.domain.errors import (
    Forbidden,
    InvalidInput,
    NeedsInput,
    RuleViolation,
    not_found,
)
from tracker.domain.number import delivery_no as number_of
from tracker.models.catalog import Sku
from tracker.models.delivery import Delivery, DeliveryLine
from tracker.models.registration import Registration
from tracker.models.site import Site
from tracker.queries import calendar, catalog, policy
from tracker.queries import delivery as queries
from tracker.queries import registration as registrations
from tracker.queries import site as sites
from tracker.services.act import Act
from tracker.services.fields import Code, Quantity, required
from tracker.services.number import next_id
from tracker.services.transition import apply, begin

EARLIEST = date(2000, 1, 1)
MAX_LINES = 2000
Brought = Mapping[int, int]
"""How many of each SKU came, by the SKU's id."""


@dataclass(frozen=True)
class Goods:
    """One line of a delivery: what the scanner typed of a hang tag, and how many came."""

    code: Code
    quantity: Quantity


@dataclass(frozen=True)
class Arrival:
    """How a garment of the store's stock came, as far as it is known (rules 1.06–1.08)."""

    delivery: Delivery | None
    report: Report
    care: CareLiability


def enter(
    act: Act,
    *,
    site: str,
    delivery_no: str,
    received_on: date,
    lines: Sequence[Goods],
    source: Origin,
) -> tuple[Delivery, bool]:
    """Enter a delivery at one of the actor's stores; return it, and whether it was made now.

    The same delivery again changes nothing. Raises ``Forbidden``; ``NotFound`` for another's store;
    ``InvalidInput`` with the line that cannot be; ``RuleViolation`` ``delivery_differs`` when one
    with this number stands with another day or other goods.
    """
    if act.actor.roles.isdisjoint(RECORDERS):
        raise Forbidden(
            "wrong_role",
            "到货单由店铺、物流部或总仓录入。",
            "Deliveries are entered by the store, logistics or the warehouse.",
        )
    store = sites.seen_store(act.session, act.actor, site)
    if store is None:
        raise not_found("店铺", "store", site)
    number = required(delivery_no, "delivery_no", "请填写到货单号。", "Fill in the number.")
    check_day(received_on, shanghai_date(act.now))
    return keep(act, store, number, received_on, _brought(act, lines), source)


def check_day(received_on: date, today: date) -> None:
    """Goods that are here came in the past. Raises ``InvalidInput`` ``date_out_of_range``."""
    if not EARLIEST <= received_on <= today:
        raise InvalidInput(
            "date_out_of_range",
            "收货日期 {day} 不对，应在 {first} 至 {last} 之间，请核对。",
            "The day of receipt {day} must lie from {first} to {last}. Check it.",
            "received_on",
            day=received_on.isoformat(),
            first=EARLIEST.isoformat(),
            last=today.isoformat(),
        )


def _brought(act: Act, lines: Sequence[Goods]) -> Brought:
    if not lines or len(lines) > MAX_LINES:
        raise InvalidInput(
            "missing_field" if not lines else "too_long",
            "请逐件扫描吊牌，填写到货的商品和数量（最多 {most} 行）。",
            "Scan the hang tags of what came, with quantities ({most} lines at most).",
            "lines",
            most=MAX_LINES,
        )
    brought: dict[int, int] = {}
    for number, line in enumerate(lines, start=1):
        sku = _sku_on(act, line.code, number)
        if sku.id in brought:
            raise InvalidInput(
                "sku_twice",
                "第 {line} 行与前面是同一款色码，请合并数量。",
                "Line {line} names a SKU that stands above: add up their quantities.",
                "lines",
                line=number,
            )
        brought[sku.id] = line.quantity
    return brought


def _sku_on(act: Act, code: str, line: int) -> Sku:
    try:
        return sku_of(act, code)
    except InvalidInput as refusal:
        raise InvalidInput(
            refusal.code,
            "第 {line} 行：" + refusal.zh,
            "Line {line}: " + refusal.en,
            "lines",
            **{**refusal.facts, "line": line},
        ) from None


def sku_of(act: Act, code: str) -> Sku:
    """Return the SKU that a hang tag names. Raises ``InvalidInput``: the parser's codes, and
    ``unknown_code``.
    """
    tag = registrations.read(act.session, code)
    sku = catalog.sku_of(act.session, tag)
    if sku is None:
        raise InvalidInput(
            "unknown_code",
            "商品资料里没有「{scanned}」。请扫吊牌上的条码，或输入款号-色号-尺码。",
            "“{scanned}” is not in the catalogue. Scan the barcode, or type style-colour-size.",
            "code",
            scanned=tag.code,
        )
    return sku


def code_of(sku: Sku) -> str:
    """Return what names a SKU when it is scanned or typed: its barcode, if it has one."""
    return sku.barcode or f"{sku.style.style_no}-{sku.colour}-{sku.size}"


def keep(
    act: Act, store: Site, delivery_no: str, received_on: date, brought: Brought, source: Origin
) -> tuple[Delivery, bool]:
    """Keep a checked delivery, or return the same that stands already.

    Its inspection is due by the policy in force on the day of receipt (rule 1.06, C-29).
    Raises ``RuleViolation`` ``delivery_differs``.
    """
    standing = queries.by_delivery_no(act.session, store.id, delivery_no)
    if standing is not None:
        if not is_same(act, standing, received_on, brought):
            raise differs(standing)
        return standing, False
    identity = next_id(act.session, Delivery)
    rule = policy.one(act.session, "store_inspection", received_on, policy.reach_of_site(store))
    delivery = Delivery(
        id=identity,
        no=number_of(identity),
        site_id=store.id,
        delivery_no=delivery_no,
        received_on=received_on,
        due_on=window_of(received_on, rule, calendar.for_rule(act.session, rule)).due_on,
        source=source.value,
        entered_at=act.now,
        entered_by_id=act.actor.account_id,
    )
    begin(act, delivery, MACHINE, Action.RECEIVE.value)
    act.session.add_all(
        DeliveryLine(delivery_id=delivery.id, sku_id=sku_id, quantity=quantity)
        for sku_id, quantity in brought.items()
    )
    act.session.flush()
    return delivery, True


def is_same(act: Act, standing: Delivery, received_on: date, brought: Brought) -> bool:
    """Return whether a delivery that stands came on that day with those goods."""
    kept = {line.sku_id: line.quantity for line in queries.lines(act.session, standing)}
    return standing.received_on == received_on and kept == brought


def differs(standing: Delivery) -> RuleViolation:
    """A delivery with this number stands with another day or other goods."""
    return RuleViolation(
        "delivery_differs",
        "到货单 {number} 已经录入（{no}，{day} 收货），内容不一样，没有改动。"
        "请核对单号；确实是另一批货，请用另一个单号。",
        "Delivery {number} stands already ({no}, received {day}) with other contents; nothing was "
        "changed. Check the number.",
        number=standing.delivery_no,
        no=standing.no,
        day=standing.received_on.isoformat(),
    )


def inspect(act: Act, delivery: Delivery) -> None:
    """Note that the store has looked at every piece of a delivery (rule 1.06); faults apart."""
    apply(act, delivery, MACHINE, Action.INSPECT)
    delivery.inspected_at = act.now
    delivery.inspected_by_id = act.actor.account_id
    act.session.flush()


def link(act: Act, registration: Registration, named: str | None = None) -> None:
    """Keep with a registration of the store's stock the delivery by which the garment came.

    It is the one that was ``named`` by its number, else the newest of that SKU at that store on or
    before the day of the fault; there may be none. Raises ``NeedsInput`` ``wrong_delivery``.
    """
    if registration.source != Source.STOCK:
        return
    if named is not None:
        registration.delivery_id = _named(act, registration, named).id
    else:
        registration.delivery_id = queries.id_of_garment(act.session, registration)


def _named(act: Act, registration: Registration, no: str) -> Delivery:
    delivery = queries.get(act.session, act.actor, no)
    sku_id, found_on = registration.piece.sku_id, registration.found_on
    brought = {line.sku_id for line in queries.lines(act.session, delivery)}
    is_later = found_on is not None and found_on < delivery.received_on
    if delivery.site_id != registration.site_id or sku_id not in brought or is_later:
        raise NeedsInput(
            "wrong_delivery",
            "到货单 {number} 里没有这一款色码，或收货在发现问题之后。请核对吊牌和到货单。",
            "Delivery {number} did not bring this SKU, or came after the fault was found.",
            "delivery",
            number=delivery.delivery_no,
        )
    return delivery


def arrival(act: Act, registration: Registration) -> Arrival | None:
    """Return how a garment came and whether its fault was reported in time (rules 1.06, 1.07).

    ``None`` for a customer's garment: the store's week is about goods that were not sold.
    """
    if registration.source != Source.STOCK:
        return None
    delivery = queries.of_garment(act.session, registration)
    reported_on = shanghai_date(registration.registered_at)
    window = Window(delivery.received_on, delivery.due_on) if delivery else None
    report = report_of(window, registration.found_on or reported_on, reported_on)
    rules = policy.values(act.session, reported_on, policy.reach_of(registration))
    return Arrival(delivery, report, care_liability(rules))


ACTIONS: Mapping[Action, Callable[..., Any]] = {Action.INSPECT: inspect}
