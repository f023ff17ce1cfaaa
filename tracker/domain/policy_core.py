"""The numbers and choices of the chain's own documents that no part of the product asks for yet.

Each is named with its rule, so that whoever builds the part finds it here and never writes it down
again (rules 1.x, 2.0x, 3.x, 4.x, 6A and section 7).
"""

from __future__ import annotations

from datetime import date

from tracker.domain.policy import CalendarKind, Policy, Unit

_FROM = date(2020, 1, 1)
_CAL, _WORK, _NONE = CalendarKind.CALENDAR, CalendarKind.WORKING, CalendarKind.NONE


def _days(
    name: str, value: int, calendar: CalendarKind, start: str, end: str, rule: str, zh: str, en: str
) -> Policy:
    return Policy(name, str(value), Unit.DAYS, calendar, start, end, _FROM, rule, zh, en)


def _number(name: str, value: int, unit: Unit, rule: str, zh: str, en: str) -> Policy:
    return Policy(name, str(value), unit, _NONE, "", "", _FROM, rule, zh, en)


def _choice(name: str, value: str, rule: str, zh: str, en: str) -> Policy:
    return Policy(name, value, Unit.CHOICE, _NONE, "", "", _FROM, rule, zh, en)


def _hours(name: str, value: int, start: str, end: str, rule: str, zh: str, en: str) -> Policy:
    return Policy(name, str(value), Unit.HOURS, _CAL, start, end, _FROM, rule, zh, en)


CORE: tuple[Policy, ...] = (
    _choice("repair_tat_end", "store_received", "1.34, C-02",
            "返修周期的终点（「返还」指什么）", "Where the turnaround ends"),
    _days("notify_after_sales", 1, _WORK, "fault_found", "registered", "1.20, C-03",
          "通知售后并登记的期限", "Telling after-sales, by registering"),
    _choice("urgent_shipment_allowed", "yes", "1.20, C-03",
            "顾客送修件可加急寄送", "A customer’s garment may be sent urgently"),
    _choice("unregistered_at_exchange", "refuse", "1.15",
            "事前没有登记、换货时检出的次品", "A fault found at exchange, not registered before"),
    _choice("intake_mismatch", "refuse", "1.16",
            "次品位置、面积、原因与登记不符", "Position, area or cause differ"),
    _choice("tag_altered", "refuse", "1.18",
            "吊牌、附件、产品编号缺失或修改", "Tag, accessories or number missing or altered"),
    _choice("tag_required", "unsold_and_return", "1.19, C-23",
            "必须有吊牌的情形", "When the hang tag must be there"),
    _number("size_tolerance", 2, Unit.CENTIMETRES, "1.26",
            "尺寸误差在此以内不算质量问题", "Off-size within this is no quality problem"),
    _choice("goodwill_minor_repair", "yes", "1.22, 1.30, C-19",
            "非质量类小毛病可免费小修（善意维修）", "Goodwill: free minor repair"),
    _choice("fading_grade", "3", "1.22, C-18",
            "褪色达到（不高于）此灰卡级别算质量问题", "Fading counts up to this grey-scale grade"),
    _choice("shade_grade", "3-4", "1.28, C-21",
            "色差达到（不高于）此灰卡级别算质量问题", "Shade counts up to this grey-scale grade"),
    _choice("accessory_split", "yes", "1.25, C-20",
            "配件分「售出时缺」与「售后损坏」两类", "Accessories: missing, or damaged later"),
    _choice("undetermined_bearer", "head_office", "1.39",
            "原因不能判定时由谁承担", "Who bears what cannot be determined"),
    _choice("judgements_kept", "three", "1.10, 1.35, C-24",
            "店铺、售后、QA 三次判定分别保留，后者说明原因可改前者",
            "Store, after-sales and QA judge apart; a later one overrides with its reason"),
    _choice("repair_route", "in_house", "1.09, 1.36, C-25",
            "维修去向（未另定时）", "Who repairs, unless decided otherwise"),
    _choice("scrap_vp_approval_scope", "all", "1.43, C-26",
            "副总审批范围", "What the vice-president approves"),
    _choice("scrap_other_party", "liable_only", "1.40, C-27",
            "报损单由谁签字", "Who signs a loss form"),
    _choice("separate_duties", "yes", "1.45",
            "审批、销毁、监销须为不同的人", "Approver, destroyer and witness are different people"),
    _choice("production_year_required", "yes", "1.49",
            "单据每行须注明生产年份", "Every line states the production year"),
    _choice("warranty_unit", "month", "C-09",
            "保修期按月还是按天计", "Warranty counted in months or days"),
    _choice("unrepairable_remedy", "paid_exchange", "2.04",
            "修不好或不能保持原样时", "Where a repair is impossible or does not restore"),
    _days("no_reason_return_store", 7, _CAL, "purchased", "returned", "C-05",
          "门店无理由退货期", "No-reason return, bought in a store"),
    _days("no_reason_return_online", 7, _CAL, "parcel_signed", "returned", "C-05",
          "网购无理由退货期（签收起）", "No-reason return, bought online, from receipt"),
    _days("exchange_days", 30, _CAL, "purchased", "exchanged", "C-07",
          "换尺码、颜色期限", "Exchange of size or colour"),
    _number("free_exchange_count", 1, Unit.TIMES, "C-07", "免费换货次数", "Free exchanges"),
    _hours("first_response_h", 24, "ticket_opened", "answered", "C-13",
           "首次答复期限", "First answer"),
    _hours("solution_h", 48, "ticket_opened", "solution_offered", "C-13",
           "给出解决方案期限", "A solution is offered"),
    _choice("clock_mode", "calendar", "C-14",
            "以小时计的期限：连续计时或只计营业时间", "Hours: around the clock, or of business"),
    _days("refund_exchange_wd", 5, _WORK, "garment_received", "refunded", "C-15",
          "退换货办结期限", "Return or exchange done"),
    _days("online_refund_days", 7, _CAL, "garment_received", "refunded", "C-15",
          "网购退款法定最长期限", "Refund of an online purchase, legal maximum"),
    _choice("quality_freight_bearer", "head_office", "C-16",
            "质量问题退换运费承担方", "Freight of a quality return"),
    _choice("no_reason_freight_bearer", "customer", "C-16",
            "无理由退货运费承担方", "Freight of a no-reason return"),
    _choice("refund_price_basis", "invoice", "C-17",
            "退款价格依据", "Price that a refund goes by"),
    _choice("reasons_apart", "yes", "C-22",
            "「质量问题」与「无理由」分开登记", "Quality and no-reason are two reasons"),
    _choice("exclusion_needs_consent", "yes", "C-31",
            "内衣、饰品等不退仅限无理由，且购买时已确认",
            "Underwear and accessories: no-reason only, confirmed at purchase"),
    _choice("customer_masked", "yes", "C-32",
            "打印单据上隐去顾客信息", "Customers are masked on every print"),
    _choice("custom_quality_rework", "yes", "C-33",
            "定制品质量问题返工", "Custom goods: quality is reworked"),
    _choice("custom_no_reason_return", "no", "C-33",
            "定制品无理由退货", "Custom goods: no-reason return"),
    _choice("working_day_calendar", "company", "C-35",
            "工作日历（公司日历优先于国务院公布的放假安排）", "Calendar of working days"),
    _number("style_alarm_cases", 3, Unit.CASES, "3.01, C-30",
            "整款预警：同类问题件数", "Whole style: cases of the same class"),
    _number("style_alarm_days", 14, Unit.DAYS, "3.01, C-30",
            "整款预警：统计天数", "Whole style: within so many days"),
    _number("style_alarm_customers", 2, Unit.PEOPLE, "3.01, C-30",
            "整款预警：最少顾客数", "Whole style: from so many customers"),
    _choice("style_rework_bearer", "supplier", "3.15",
            "整款返修费用（供应商原因）承担方", "Whole-style rework by the supplier’s fault"),
    _choice("style_unrepairable", "scrap", "3.17",
            "整款中不能返修的", "What of a style cannot be reworked"),
    _choice("style_stop_sale", "yes", "3.18",
            "整款退货时同时停售", "A whole-style return stops its sale"),
    _number("daily_callbacks", 20, Unit.PEOPLE, "4.05, C-30",
            "每日回访客户不低于", "Call-backs a day, at least"),
    _number("store_visit_days", 1, Unit.DAYS, "4.11",
            "每周外出巡店天数", "Days of store visits a week"),
    _number("store_visits", 3, Unit.STORES, "4.11, C-30",
            "每周巡店家数", "Stores visited a week"),
    _number("callback_ratio", 10, Unit.PERCENT, "4.18, C-30", "回访比例", "Call-back ratio"),
    _number("satisfaction_target", 90, Unit.PERCENT, "5.04",
            "服务满意率目标", "Target of satisfied customers"),
    _choice("gore_card_required", "yes", "6.01",
            "戈尔面料须有产品登记卡和购买凭证", "Gore: registration card and proof of purchase"),
    _choice("gore_route_for", "leak_and_fabric", "6.02, 6.03",
            "走戈尔流程的问题", "What goes the Gore route"),
)  # fmt: skip
