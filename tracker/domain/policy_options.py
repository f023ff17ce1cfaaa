"""The options of every policy that is a choice, with their names in both languages."""

from __future__ import annotations

from tracker.domain.policy_value import YES_NO, Choice, Option

_STORE = Option("store", "店铺", "the store")
_HEAD_OFFICE = Option("head_office", "总公司", "head office")
_CUSTOMER = Option("customer", "顾客", "the customer")
_SUPPLIER = Option("supplier", "供应商", "the supplier")
_REFUSE = Option("refuse", "不受理", "refuse")
_BEARER = Choice((_STORE, _HEAD_OFFICE))
_ACCEPT = Choice((_REFUSE, Option("review", "转售后主管复核", "after-sales reviews it")))
_GRADES = Choice(
    (
        Option("2-3", "2-3 级", "2-3"),
        Option("3", "3 级", "3"),
        Option("3-4", "3-4 级", "3-4"),
        Option("4", "4 级", "4"),
    )
)

OPTIONS: dict[str, Choice] = {
    "extra_shipment_cost_bearer": _BEARER,
    "urgent_extra_bearer": _BEARER,
    "supplier_scrap_disposition": Choice((
        Option("either", "两者均可", "either"),
        Option("destroy", "销毁", "destroy"),
        Option("return_to_supplier", "退供应商", "return to the supplier"),
    )),
    "depreciation_enabled": YES_NO,
    "store_damage": Choice((
        Option("charge", "受理并扣款", "accept and charge"), _REFUSE,
    )),
    "store_care_liability": Choice((
        Option("if_unreported", "未在期限内上报才由店铺承担", "the store if it reported late"),
        Option("always", "一律由店铺承担", "always the store"),
    )),
    "repair_tat_end": Choice((
        Option("store_received", "店铺签收", "received by the store"),
        Option("asd_dispatched", "售后寄出", "sent by after-sales"),
    )),
    "unregistered_at_exchange": _ACCEPT,
    "intake_mismatch": _ACCEPT,
    "tag_altered": _ACCEPT,
    "tag_required": Choice((
        Option("unsold_and_return", "未售件及退换货；穿过的凭小票、销售登记或水洗标",
               "unsold goods and returns; worn goods by receipt, sale or care label"),
        Option("always", "一律需要", "always"),
    )),
    "fading_grade": _GRADES,
    "shade_grade": _GRADES,
    "undetermined_bearer": _BEARER,
    "judgements_kept": Choice((
        Option("three", "三次判定分别保留", "three, kept apart"),
        Option("last", "只保留最后一次", "the last only"),
    )),
    "repair_route": Choice((
        Option("in_house", "售后服务部", "after-sales"),
        Option("local", "店铺当地维修", "the store, locally"),
        Option("factory", "加工厂", "the factory"),
        Option("fabric_maker", "面料商（戈尔）", "the fabric maker"),
    )),
    "scrap_vp_approval_scope": Choice((
        Option("all", "全部报损单", "every form"),
        Option("hq_only", "仅总公司承担的", "forms borne by head office"),
    ), measured="amount_over_"),
    "scrap_other_party": Choice((
        Option("liable_only", "责任方签字", "the liable party signs"),
        Option("both", "责任方签字，另一方知悉", "the liable party signs, the other is told"),
    )),
    "warranty_unit": Choice((
        Option("month", "自然月", "calendar months"), Option("day", "天", "days"),
    )),
    "unrepairable_remedy": Choice((
        Option("paid_exchange", "收费退换", "exchange or return at a charge"),
        Option("free_exchange", "免费退换", "free exchange or return"),
    )),
    "clock_mode": Choice((
        Option("calendar", "连续计时", "around the clock"),
        Option("business_hours", "只计营业时间", "business hours only"),
    )),
    "quality_freight_bearer": Choice((_HEAD_OFFICE,)),
    "no_reason_freight_bearer": Choice((_CUSTOMER, _HEAD_OFFICE)),
    "refund_price_basis": Choice((
        Option("invoice", "购买时实付价", "the price paid"),
        Option("current", "现价", "the present price"),
        Option("higher", "实付价与现价取高", "the higher of both"),
    )),
    "working_day_calendar": Choice((
        Option("company", "公司日历优先，其余按公布的放假安排",
               "the company’s calendar, else the published one"),
        Option("published", "只按公布的放假安排", "the published one only"),
    )),
    "style_rework_bearer": Choice((_SUPPLIER, _HEAD_OFFICE)),
    "style_unrepairable": Choice((
        Option("scrap", "按报废处理", "scrapped"),
        Option("return_to_supplier", "退供应商折让", "returned to the supplier for credit"),
    )),
    "gore_route_for": Choice((
        Option("leak_and_fabric", "仅漏水和面料质量问题", "leaking and fabric only"),
        Option("every_fault", "戈尔面料的所有问题", "every fault of Gore goods"),
    )),
    "voucher_word": Choice((
        Option("transfer", "转", "transfer voucher"), Option("general", "记", "general voucher"),
    )),
}  # fmt: skip
