"""Promises to the customer as data: the terms of a letter, and how two of them compare.

A letter says some terms and is silent on others; what it does not say, the chain's own 三包 fills
in. Nothing here has a number of its own: the letters stand in ``promise_letters`` and
``promise_bulk``, the law in ``law_packs``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tracker.domain.calendar import Overrides, due_on
from tracker.domain.named import NamedEnum
from tracker.domain.policy import CalendarKind, Unit


class Channel(NamedEnum):
    """Where a garment was sold: each may have a promise of its own."""

    STORE = "store", "门店", "store"
    ONLINE = "online", "线上", "online"
    BULK = "bulk", "团购定制", "bulk order"


class Start(NamedEnum):
    """From which event the days of a term count."""

    PURCHASED = "purchased", "购买之日", "purchase"
    RECEIVED = "received", "签收之日", "receipt"
    RETURNED = "returned", "收到退货之日", "return of the goods"
    REPAIR_RECEIVED = "repair_received", "收到待修件之日", "arrival for repair"
    APPLIED = "applied", "提出申请时", "application"
    DELIVERED = "delivered", "到货之日", "delivery to the unit"
    ACCEPTED = "accepted", "验收合格之日", "acceptance by the unit"
    REPAIRED = "repaired", "修复交付之日", "hand-over of the repair"


class TermName(NamedEnum):
    """What a term promises. Windows are the customer's, the others are the company's duties."""

    NO_REASON_RETURN = "no_reason_return", "无理由退货期", "no-reason return"
    NO_REASON_EXCHANGE = "no_reason_exchange", "无理由换货期", "no-reason exchange"
    FREE_EXCHANGES = "free_exchanges", "免费换货次数", "free exchanges"
    QUALITY_RETURN = "quality_return", "质量问题退货期", "quality return"
    QUALITY_EXCHANGE = "quality_exchange", "质量问题换货期", "quality exchange"
    REPAIR_TEXTILE = "repair_textile", "纺织品免费维修期", "free repair, textile"
    REPAIR_DOWN = "repair_down", "羽绒免费维修期", "free repair, down"
    REPAIR_LEATHER = "repair_leather", "皮服免费维修期", "free repair, leather"
    REPAIR_OTHER = "repair_other", "其他商品免费维修期", "free repair, other"
    REPAIR_UNDERWEAR = "repair_underwear", "童装、内衣免费维修期", "free repair, underwear"
    REPAIR_GUARANTEE = "repair_guarantee", "复修保证期", "guarantee of a repair"
    REPAIRS_BEFORE_EXCHANGE = (
        "repairs_before_exchange",
        "几次未修好可退换",
        "repairs before exchange",
    )
    REPAIR_DAYS_LIMIT = "repair_days_limit", "维修累计几天可退换", "days in repair before exchange"
    REPAIR_WITHIN = "repair_within", "维修完成时限", "repair finished within"
    REFUND_WITHIN = "refund_within", "退款、换货办结时限", "refund or exchange finished within"
    FIRST_RESPONSE = "first_response", "首次响应时限", "first response"
    SOLUTION = "solution", "给出方案时限", "solution"
    COMPLAINT = "complaint", "投诉答复时限", "answer to a complaint"
    ON_SITE = "on_site", "到场时限", "on site"
    VISIT_FROM = "visit_from", "回访最早", "visit, at the earliest"
    VISIT = "visit", "到货后回访时限", "visit after delivery"
    TECHNICIAN = "technician", "技术员到场时限", "technician sent"
    REWORK = "rework", "返修、重做时限", "rework finished within"


LONGER_IS_KINDER = frozenset(
    {
        TermName.NO_REASON_RETURN,
        TermName.NO_REASON_EXCHANGE,
        TermName.FREE_EXCHANGES,
        TermName.QUALITY_RETURN,
        TermName.QUALITY_EXCHANGE,
        TermName.REPAIR_TEXTILE,
        TermName.REPAIR_DOWN,
        TermName.REPAIR_LEATHER,
        TermName.REPAIR_OTHER,
        TermName.REPAIR_UNDERWEAR,
        TermName.REPAIR_GUARANTEE,
    }
)
"""Of all other terms the shorter one is kinder: the company has less time."""

FREE_REPAIR: Mapping[str, TermName] = {
    "textile": TermName.REPAIR_TEXTILE,
    "down": TermName.REPAIR_DOWN,
    "leather": TermName.REPAIR_LEATHER,
    "other": TermName.REPAIR_OTHER,
}
"""The term of free repair by the category of the garment."""


class Why(NamedEnum):
    """For which reason goods travel back, which decides who pays the freight (C-16)."""

    QUALITY = "quality", "质量问题", "quality"
    NO_REASON = "no_reason", "无理由", "no reason"


class Payer(NamedEnum):
    COMPANY = "company", "公司", "the company"
    CUSTOMER = "customer", "顾客", "the customer"


class Exclusion(NamedEnum):
    """What is not taken back without a reason."""

    CUSTOM = "custom", "定制商品", "made to measure"
    UNDERWEAR = "underwear", "内衣、睡衣等贴身衣物", "underwear"
    ACCESSORY = "accessory", "配饰（首饰、帽子、围巾等）", "accessories"
    IMPERFECT = "imperfect", "处理品", "sold as imperfect"


class Condition(NamedEnum):
    """In which state, and with what, the goods come back."""

    RECEIPT = "receipt", "购物小票或购买凭证", "receipt or proof of purchase"
    TAG = "tag", "吊牌、标签完好", "tag intact"
    PACKAGING = "packaging", "原包装完好", "packaging intact"
    UNWORN = "unworn", "未穿着、未洗涤、未改动", "not worn, washed or altered"
    PHOTOS = "photos", "照片、视频等证据", "photos as evidence"
    DESCRIPTION = "description", "订单号、品名和问题描述", "order, product and problem"
    FORM = "form", "售后申请表", "application form"


class Extra(NamedEnum):
    """What a letter gives besides."""

    LOST_IN_DELIVERY = (
        "lost_in_delivery",
        "配送丢失：重发或退款",
        "lost in delivery: resent or refunded",
    )
    WRONG_SIZE = "wrong_size", "尺码与标注不符：可退换", "size unlike the label: exchanged"
    MINOR_REPAIR = (
        "minor_repair",
        "开线、起皱、小面积起球：免费修理",
        "open seams and creases put right",
    )
    MISSING_ACCESSORY = "missing_accessory", "缺少配件：补发或补偿", "missing accessory: reissued"
    PARTS = "parts", "零配件免费补发", "spare parts free"
    TRIMMING = "trimming", "免费裁剪、锁边、熨烫", "hemming, serging and ironing free"
    PICK_UP = "pick_up", "上门取货", "picked up at the door"
    CARE_GUIDE = "care_guide", "随附护理说明", "care guide supplied"
    LINE_24H = "line_24h", "咨询电话 24 小时开通", "telephone line 24 hours"
    WORKING_HOURS = "working_hours", "工作日 9 点至 18 点服务", "served 9 to 18 on working days"
    COMPENSATION = "compensation", "因我方原因造成的损失予以承担", "losses we caused are borne"


class PriceBasis(NamedEnum):
    """Which price a refund without a reason goes by, from the least kind to the kindest (C-17)."""

    LOWER = "lower", "原价与现价取低", "the lower of price paid and price now"
    PAID = "paid", "小票实付价", "the price paid"
    HIGHER = "higher", "原价与现价取高", "the higher of price paid and price now"


@dataclass(frozen=True)
class Term:
    """One term: so many of a unit from an event on, by one rule of the documents."""

    value: int
    unit: Unit
    rule: str
    calendar: CalendarKind = CalendarKind.NONE
    start: Start | None = None


@dataclass(frozen=True)
class Depreciation:
    """What wear a paid exchange costs: in tenths of a percent a day, or by the chain's bands.

    ``permille_per_day`` of ``None`` and ``is_charged`` mean the bands of rules 2.05 to 2.07.
    """

    is_charged: bool
    rule: str
    permille_per_day: int | None = None


@dataclass(frozen=True)
class Profile:
    """A promise letter: what it says, and by which rule. What it does not say is not here."""

    code: str
    zh: str
    en: str
    rules: str
    """The rules that its words were numbered as."""
    terms: Mapping[TermName, Term] = field(default_factory=dict)
    freight: Mapping[Why, tuple[Payer, str]] = field(default_factory=dict)
    exclusions: Mapping[Exclusion, str] = field(default_factory=dict)
    conditions: Mapping[Condition, str] = field(default_factory=dict)
    extras: Mapping[Extra, str] = field(default_factory=dict)
    depreciation: Depreciation | None = None
    price_basis: tuple[PriceBasis, str] | None = None
    failed_repair_refund_rule: str | None = None
    """The rule by which a garment that repairs did not cure may be returned, not just exchanged."""
    is_bulk: bool = False


@dataclass(frozen=True)
class Dates:
    """The days of a case from which terms count; a sale over the counter is received at once."""

    purchased_on: date
    received_on: date
    returned_on: date

    def of(self, start: Start | None) -> date:
        """Return the day of an event; what happens at the unit's counts from the receipt."""
        if start is Start.PURCHASED or start is None:
            return self.purchased_on
        if start in (Start.RECEIVED, Start.DELIVERED, Start.ACCEPTED):
            return self.received_on
        return self.returned_on


def days(value: int, rule: str, start: Start) -> Term:
    """Return a term of calendar days from an event on."""
    return Term(value, Unit.DAYS, rule, CalendarKind.CALENDAR, start)


def working_days(value: int, rule: str, start: Start) -> Term:
    """Return a term of working days from an event on."""
    return Term(value, Unit.DAYS, rule, CalendarKind.WORKING, start)


def months(value: int, rule: str, start: Start = Start.PURCHASED) -> Term:
    """Return a term of calendar months from an event on."""
    return Term(value, Unit.MONTHS, rule, CalendarKind.CALENDAR, start)


def hours(value: int, rule: str, start: Start = Start.APPLIED) -> Term:
    """Return a term of clock hours from an event on."""
    return Term(value, Unit.HOURS, rule, CalendarKind.CALENDAR, start)


def times(value: int, rule: str) -> Term:
    """Return a term that counts occasions."""
    return Term(value, Unit.TIMES, rule)


def free_repair(term: Term) -> dict[TermName, Term]:
    """Return one period of free repair for every category, as the letters promise it."""
    return dict.fromkeys(FREE_REPAIR.values(), term)


def last_day(term: Term, dates: Dates, overrides: Overrides | None = None) -> date:
    """Return the last day of a term of days or months. Raises ``ValueError`` for other units."""
    return due_on(dates.of(term.start), term.value, term.unit, term.calendar, overrides)


_MINUTES = {Unit.MINUTES: 1, Unit.HOURS: 60}


def measure(term: Term, dates: Dates, overrides: Overrides | None = None) -> int:
    """Return a number by which two terms of one name compare on these days.

    For days and months it is the last day, for hours the minutes, else the value itself. A term
    that counts from no event (days in repair altogether) is its value too.
    """
    if term.unit in _MINUTES:
        return term.value * _MINUTES[term.unit]
    if term.start is None:
        return term.value
    return last_day(term, dates, overrides).toordinal()


def is_kinder(
    name: TermName, one: Term, other: Term, dates: Dates, overrides: Overrides | None = None
) -> bool:
    """Return whether one term is strictly better for the customer than another, on these days."""
    mine, others = measure(one, dates, overrides), measure(other, dates, overrides)
    return mine > others if name in LONGER_IS_KINDER else mine < others
