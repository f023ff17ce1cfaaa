"""Policies: every number and choice of the chain's documents as data, never a literal in code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.named import NamedEnum


class Unit(NamedEnum):
    DAYS = "days", "天", "days"
    HOURS = "hours", "小时", "hours"
    MINUTES = "minutes", "分钟", "minutes"
    MONTHS = "months", "个月", "months"
    TIMES = "times", "次", "times"
    PERCENT = "percent", "%", "percent"
    PHOTOS = "photos", "张", "photos"
    PIXELS = "pixels", "像素", "pixels"
    MEGAPIXELS = "megapixels", "百万像素", "megapixels"
    KILOBYTES = "kb", "KB", "KB"
    MEGABYTES = "mb", "MB", "MB"
    CENTIMETRES = "cm", "厘米", "cm"
    CASES = "cases", "件", "cases"
    PEOPLE = "people", "人", "people"
    STORES = "stores", "家", "stores"
    CHOICE = "choice", "选项", "choice"


class CalendarKind(NamedEnum):
    CALENDAR = "calendar", "自然日", "calendar days"
    WORKING = "working", "工作日", "working days"
    NONE = "none", "—", "none"


class Scope(NamedEnum):
    """For whom a version holds, the narrowest first: of several the narrowest wins."""

    STORE = "store", "店铺", "store"
    REGION = "region", "区域", "region"
    SUPPLIER = "supplier", "供应商", "supplier"
    CATEGORY = "category", "品类", "category"
    CHAIN = "chain", "全公司", "the whole chain"


@dataclass(frozen=True)
class Reach:
    """What a case is known by when its policy is looked for; what is empty is not known."""

    store: str = ""
    region: str = ""
    supplier: str = ""
    category: str = ""

    @property
    def targets(self) -> Mapping[str, str]:
        """The code that a version of each scope must name to hold for the case."""
        return {
            "store": self.store,
            "region": self.region,
            "supplier": self.supplier,
            "category": self.category,
        }


CHAIN = Reach()
"""A case of which nothing is known: the chain's own versions hold."""


@dataclass(frozen=True)
class Policy:
    """One named value in force from a date, and the rule of the documents that it settles.

    ``target`` is the code of the store, region, supplier or category that ``scope`` speaks of. An
    empty value takes a narrower version back: from its day on the wider one holds again.
    """

    name: str
    value: str
    unit: Unit
    calendar: CalendarKind
    start_event: str
    end_event: str
    effective_from: date
    rule: str
    zh: str
    en: str
    scope: str = Scope.CHAIN.value
    target: str = ""

    @property
    def number(self) -> int:
        """The value as a whole number; a choice has none (``ValueError``)."""
        return int(self.value)

    @property
    def key(self) -> tuple[str, str, str]:
        """Whose versions follow each other: name, scope and target."""
        return self.name, self.scope, self.target


def pick(versions: Iterable[Policy], on: date, reach: Reach = CHAIN) -> Policy | None:
    """Return which of one policy's ``versions`` judges a case of a day (section 7).

    The version of the store, else of the region, the supplier, the category, the chain: each the
    last whose day has come. Before the chain's first version that first one holds: a garment may
    be older than the table. ``None`` without a version of the chain.
    """
    ordered = sorted(versions, key=lambda version: version.effective_from)
    targets: Mapping[str, str] = {**reach.targets, Scope.CHAIN: ""}
    for scope in Scope:
        wanted = targets[scope]
        if not wanted and scope is not Scope.CHAIN:
            continue
        own = [row for row in ordered if row.scope == scope and row.target == wanted]
        held: Sequence[Policy] = [row for row in own if row.effective_from <= on]
        if not held and scope is Scope.CHAIN:
            held = own[:1]
        if held and held[-1].value:
            return held[-1]
    return None


_FROM = date(2020, 1, 1)
CAL, WORK = CalendarKind.CALENDAR, CalendarKind.WORKING


def days(
    name: str, value: int, calendar: CalendarKind, start: str, end: str, rule: str, zh: str, en: str
) -> Policy:
    """Return a shipped policy of so many days between two events."""
    return Policy(name, str(value), Unit.DAYS, calendar, start, end, _FROM, rule, zh, en)


def hours(name: str, value: int, start: str, end: str, rule: str, zh: str, en: str) -> Policy:
    """Return a shipped policy of so many hours between two events."""
    return Policy(name, str(value), Unit.HOURS, CAL, start, end, _FROM, rule, zh, en)


def number(name: str, value: int, unit: Unit, rule: str, zh: str, en: str) -> Policy:
    """Return a shipped policy that counts something."""
    return Policy(name, str(value), unit, CalendarKind.NONE, "", "", _FROM, rule, zh, en)


def choice(name: str, value: str, rule: str, zh: str, en: str) -> Policy:
    """Return a shipped policy that is one of some options."""
    return Policy(name, value, Unit.CHOICE, CalendarKind.NONE, "", "", _FROM, rule, zh, en)


DEFAULTS: tuple[Policy, ...] = (
    days("repair_tat", 15, CAL, "store_dispatched", "store_received", "1.34, C-01, C-02",
         "返修周期（门到门）", "Turnaround, door to door"),
    days("leg_transit_out", 4, CAL, "store_dispatched", "asd_received", "1.34",
         "去程在途", "Leg: transit out"),
    days("leg_intake", 1, CAL, "asd_received", "assessed", "1.34", "签收鉴定", "Leg: intake"),
    days("leg_repair", 5, CAL, "assessed", "checked", "1.34", "维修质检", "Leg: repair"),
    days("leg_packing", 1, CAL, "checked", "asd_dispatched", "1.34", "返还装箱", "Leg: packing"),
    days("leg_transit_back", 4, CAL, "asd_dispatched", "store_received", "1.34",
         "回程在途", "Leg: transit back"),
    days("decide", 1, WORK, "registered", "accepted", "1.09",
         "店铺处理期限", "Store's decision"),
    days("customer_registration", 2, WORK, "purchased", "registered", "2.08, C-06",
         "顾客登记期限（仅提示）", "Customer's registration (a flag only)"),
    days("promise_margin", 7, CAL, "due", "promised", "1.31, 1.34",
         "取件日在返修周期之外的预留", "Margin of the promised day beyond the turnaround"),
    days("liable_signature", 5, WORK, "submitted", "signed", "1.40",
         "责任方签字期限", "Liable party's signature"),
    days("approval_step", 2, WORK, "step_before", "step_taken", "1.42, 1.43",
         "审批环节办理期限（每一环）", "Each step of the approval chain"),
    choice("scrap_vp_approval_scope", "all", "1.43, C-26",
           "副总审批范围：全部、仅总公司承担的，或超过某一金额（元）的",
           "Vice-president’s approval: all, head office’s, or over an amount (yuan)"),
    choice("scrap_other_party", "liable_only", "1.40, C-27",
           "报损单签字：仅责任方，或责任方签字、对方知悉",
           "Signatures: the liable party’s, or the other party is told too"),
    number("supplier_notice", 24, Unit.MONTHS, "民法典 621",
           "向供应商提出质量问题的期限（收货起）", "Telling a supplier of a fault, from receipt"),
    number("weekly_shipments", 1, Unit.TIMES, "1.31, C-03", "每周寄送次数", "Shipments a week"),
    choice("extra_shipment_cost_bearer", "store", "1.32, C-04",
           "超次寄送运费承担方", "Who pays extra freight"),
    choice("urgent_extra_bearer", "head_office", "1.32, C-03, C-04",
           "加急寄送（仅顾客送修件）运费承担方", "Who pays the freight of an urgent extra box"),
    days("outside_repair", 10, CAL, "sent_out", "returned_from_outside", "6.04, 6.06",
         "外修期限", "Outside repair"),
    choice("supplier_scrap_disposition", "either", "1.44, C-28",
           "供应商承担的报废品：销毁、退供应商或两者均可",
           "Supplier-borne scrap: destroyed, returned to the supplier, or either"),
    number("markdown_percent", 50, Unit.PERCENT, "1.35, C-28",
           "处理品降价幅度（占吊牌价）", "Markdown of a garment sold down, of its tag price"),
    number("void_by_author", 15, Unit.MINUTES, "1.11",
           "登记人自行作废时限", "Author may void within"),
    days("repair_guarantee", 30, CAL, "handed_over", "registered", "C-34",
         "复修保证期", "Guarantee of a repair"),
    number("same_sku_pause", 20, Unit.MINUTES, "2.2",
           "同款再扫询问时限", "Ask about the same SKU within"),
    days("quality_return_days", 7, CAL, "purchased", "registered", "C-06",
         "质量问题退货期", "Quality return"),
    days("quality_exchange_days", 15, CAL, "purchased", "registered", "2.03, C-06",
         "质量问题换货期", "Quality exchange"),
    number("warranty_textile", 3, Unit.MONTHS, "2.01, C-08", "纺织品保修", "Textile warranty"),
    number("warranty_down", 3, Unit.MONTHS, "2.01, C-08", "羽绒保修", "Down warranty"),
    number("warranty_leather", 6, Unit.MONTHS, "2.02, C-08", "皮服保修", "Leather warranty"),
    number("warranty_other", 3, Unit.MONTHS, "2.01, C-08", "其他保修", "Other warranty"),
    choice("depreciation_enabled", "yes", "C-12", "是否收折旧费", "Depreciation charged"),
    choice("depreciation_bands", "30:5,60:10,90:20", "2.05, 2.06, 2.07, C-10",
           "折旧率（天:百分比）", "Depreciation bands (days:percent)"),
    number("depreciation_after_last_band", 20, Unit.PERCENT, "C-11",
           "末档之后折旧率（须人工确认）", "Depreciation after the last band"),
    number("max_repairs", 2, Unit.TIMES, "C-34", "最多维修次数", "Repairs before replacement"),
    choice("store_damage", "charge", "1.17, 1.38",
           "店铺造成损坏：拒收或受理并扣款", "Store damage: refuse, or accept and charge"),
    days("store_inspection", 7, CAL, "delivery_received", "inspected", "1.06, C-29",
         "到货检验期限", "Store's inspection of a delivery"),
    choice("store_care_liability", "if_unreported", "1.07, 1.08",
           "店铺保养问题由谁承担", "Who bears care damage in the store"),
    number("bench_time_limit", 240, Unit.MINUTES, "1.35",
           "计时上限（忘记停表按此计）", "A forgotten timer counts at most"),
    number("salvage_estimate", 0, Unit.PERCENT, "1.47", "预计残值率", "Estimated salvage of cost"),
    number("destruction_photos", 0, Unit.PHOTOS, "1.44, 1.45",
           "监销前须有的销毁前、销毁后照片（各）", "Photos before and after a destruction"),
    choice("destruction_witness_scans", "no", "1.45",
           "监销人须逐件扫码（否则可清点件数）", "The witness scans every piece himself"),
    days("month_cut_off", 3, WORK, "month_ended", "month_submitted", "1.46",
         "月末报财务期限", "Month to finance after its end"),
    days("month_close", 5, WORK, "month_ended", "month_closed", "1.46, 1.48",
         "财务结账期限", "Month closed after its end"),
    days("discrepancy_overdue", 15, CAL, "discrepancy_opened", "discrepancy_resolved",
         "1.46", "收货差异处理期限", "Discrepancy resolved within"),
    days("statement_objection", 5, WORK, "statement_delivered", "objected", "1.48",
         "扣款单、对账单异议期", "Objection to a statement"),
    number("access_link", 7, Unit.DAYS, "1.40",
           "责任方一次性链接有效期", "One-time link of a liable party"),
    number("access_link_pace", 30, Unit.TIMES, "1.40",
           "同一网络地址每分钟最多打开一次性链接", "One-time links opened a minute, per address"),
    number("vat_rate", 13, Unit.PERCENT, "6.4, 增值税法 22",
           "增值税税率（进项税额转出）", "VAT rate (input tax transferred out)"),
    choice("voucher_word", "transfer", "6.4", "凭证字", "Word before a voucher’s number"),
    number("forecast_window", 91, Unit.DAYS, "1.34, 1.52",
           "预计返回所依据的近期天数", "Forecast from the trips of so many days"),
    number("forecast_cases", 20, Unit.TIMES, "1.34, 1.52",
           "本店、承运商、同类瑕疵至少几件才单独统计", "Cases that make a group of its own"),
    number("photos_per_record", 12, Unit.PHOTOS, "2.28", "每张单最多照片", "Photos a record"),
    number("photo_edge", 1600, Unit.PIXELS, "2.28", "照片长边（缩小后）", "Photo, longer side"),
    number("photo_size", 1500, Unit.KILOBYTES, "2.28",
           "每张照片大小上限（缩小后）", "Photo, size after shrinking"),
    number("photo_pixels", 40, Unit.MEGAPIXELS, "2.28", "照片原图像素上限", "Photo as taken"),
    number("photo_site_quota", 2048, Unit.MEGABYTES, "2.28",
           "每个单位的照片空间", "Room for a site’s photos"),
    number("photo_by_author", 15, Unit.MINUTES, "1.11",
           "拍摄人自行删除照片时限", "Author may remove a photo within"),
    choice("box_cut_off", "5 16:00", "1.31",
           "每周寄出截止（星期 时:分）", "Cut-off of the weekly box (weekday hour:minute)"),
    days("no_reason_return_store", 7, CAL, "purchased", "returned", "C-05",
         "门店无理由退货期", "No-reason return, bought in a store"),
    days("no_reason_return_online", 7, CAL, "parcel_signed", "returned", "C-05",
         "网购无理由退货期（签收起）", "No-reason return, bought online, from receipt"),
    days("exchange_days", 30, CAL, "purchased", "exchanged", "C-07",
         "换尺码、颜色期限", "Exchange of size or colour"),
    number("free_exchange_count", 1, Unit.TIMES, "C-07", "免费换货次数", "Free exchanges"),
    hours("first_response_h", 24, "ticket_opened", "answered", "C-13",
          "首次答复期限", "First answer"),
    hours("solution_h", 48, "ticket_opened", "solution_offered", "C-13",
          "给出解决方案期限", "A solution is offered"),
    days("refund_exchange_wd", 5, WORK, "garment_received", "refunded", "C-15",
         "退换货办结期限", "Return or exchange done"),
    number("size_tolerance", 2, Unit.CENTIMETRES, "1.26",
           "尺寸误差在此以内不算质量问题", "Off-size within this is no quality problem"),
    choice("goodwill_minor_repair", "yes", "1.22, 1.30, C-19",
           "非质量类小毛病可免费小修（善意维修）", "Goodwill: free minor repair"),
    choice("fading_grade", "3", "1.22, C-18",
           "褪色达到（不高于）此灰卡级别算质量问题", "Fading counts up to this grey-scale grade"),
    choice("shade_grade", "3-4", "1.28, C-21",
           "色差达到（不高于）此灰卡级别算质量问题", "Shade counts up to this grey-scale grade"),
    choice("no_reason_freight_bearer", "customer", "C-16",
           "无理由退货运费承担方", "Freight of a no-reason return"),
)  # fmt: skip
"""The chain's defaults. They seed the table once; from then on the table is what counts."""
