"""The contradictions and holes of the chain's documents, C-01 to C-35: what each policy settles.

Section 7 of the documents' register names the variants and a default for each. ``read`` says where
the product decides otherwise, and why.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.policy_value import Option as Said


@dataclass(frozen=True)
class Variant:
    """One reading, and the rule that says so."""

    rule: str
    zh: str
    en: str


@dataclass(frozen=True)
class Contradiction:
    """A question that the documents answer twice or not at all, and the policies that settle it.

    ``default`` is what section 7 gives, by policy name; ``read`` is where the product differs.
    """

    code: str
    zh: str
    en: str
    variants: tuple[Variant, ...]
    default: tuple[tuple[str, str], ...]
    read: Said | None = None

    @property
    def policies(self) -> tuple[str, ...]:
        """The names of the policies that settle it."""
        return tuple(name for name, _value in self.default)


def _c(
    number: int,
    zh: str,
    en: str,
    variants: tuple[tuple[str, str, str], ...],
    default: dict[str, str],
    read: tuple[str, str] | None = None,
) -> Contradiction:
    said = Said("", *read) if read else None
    rows = tuple(Variant(*variant) for variant in variants)
    return Contradiction(f"C-{number:02d}", zh, en, rows, tuple(default.items()), said)


CONTRADICTIONS: tuple[Contradiction, ...] = (
    _c(1, "返修周期", "Repair turnaround", (
        ("1.34", "门到门 15 天", "15 days door to door"),
        ("2.76", "收到后 15 个工作日", "15 working days from receipt"),
        ("6.18", "18 天", "18 days"), ("2.26", "5 个工作日", "5 working days"),
    ), {"repair_tat": "15"}),
    _c(2, "15 天的终点", "End of the 15-day clock", (
        ("1.34", "「返还」指店铺收到", "returned is received by the store"),
        ("1.34", "「返还」指售后寄出", "returned is sent back"),
    ), {"repair_tat_end": "store_received"}),
    _c(3, "每周寄送与一个工作日", "Weekly shipment or one working day", (
        ("1.31", "每周寄一次", "once a week"),
        ("1.20", "一个工作日内通知并寄回", "told and sent within one working day"),
    ), {"notify_after_sales": "1", "weekly_shipments": "1", "urgent_shipment_allowed": "yes"}),
    _c(4, "超次运费由谁承担", "Who pays extra freight", (
        ("1.32", "超出次数由专卖店承担", "the store beyond the weekly box"),
        ("消法 24", "质量退换的运费不得由顾客承担", "never the customer for quality"),
    ), {"extra_shipment_cost_bearer": "store"},
       ("顾客送修件的加急箱另按 urgent_extra_bearer，由总公司承担",
        "an urgent box of customers’ garments goes by urgent_extra_bearer: head office")),
    _c(5, "无理由退货期", "No-reason return window", (
        ("2.39", "购买起 7 天", "7 days from purchase"),
        ("2.32", "签收起 7 个工作日", "7 working days from signing"),
        ("2.82", "30 天", "30 days"), ("2.115", "5 个工作日", "5 working days"),
        ("2.69", "内衣、饰品除外", "but underwear and accessories"),
    ), {"no_reason_return_store": "7", "no_reason_return_online": "7"}),
    _c(6, "质量问题退换期", "Quality return and exchange window", (
        ("2.08", "2 个工作日内登记", "registered within 2 working days"),
        ("2.94", "7 个工作日", "7 working days"), ("2.52", "30 天", "30 days"),
        ("2.03", "15 天内退换，之后包修", "within 15 days, repair after"),
    ), {"quality_return_days": "7", "quality_exchange_days": "15", "customer_registration": "2"}),
    _c(7, "换货期", "Exchange window", (
        ("2.43", "30 天", "30 days"), ("2.116", "10 个工作日一次", "once in 10 working days"),
        ("2.104", "7 天内一次", "once in 7 days"),
    ), {"exchange_days": "30", "free_exchange_count": "1"}),
    _c(8, "免费保修期", "Free repair period", (
        ("2.01", "纺织品 3 个月", "textile 3 months"), ("2.02", "皮服 6 个月", "leather 6 months"),
        ("2.44", "90 天", "90 days"), ("2.56", "1 年", "1 year"),
        ("2.81", "半年内出问题再包修 1 年", "within half a year, one more year"),
    ), {"warranty_textile": "3", "warranty_leather": "6"},
       ("羽绒和其他未写明，按纺织品 3 个月；区域可另定（上海不少于 6 个月）",
        "down and others, unstated, as textile; a region may have its own (Shanghai 6)")),
    _c(9, "3 个月与 90 天", "3 months or 90 days", (
        ("2.01", "自然月", "calendar months"), ("2.07", "61–90 天一档", "bands to day 90"),
    ), {"warranty_unit": "month"}),
    _c(10, "第 30 天的折旧", "Depreciation on day 30", (
        ("2.05", "30 日内 5%", "within 30 days 5 %"), ("2.06", "30-60 天 10%", "30–60 days 10 %"),
    ), {"depreciation_bands": "30:5,60:10,90:20"}),
    _c(11, "皮服 91–180 天的折旧", "Depreciation of leather, days 91–180", (
        ("2.07", "没有这一档", "no band given"),
    ), {"depreciation_after_last_band": "20"}),
    _c(12, "是否收折旧费", "Depreciation at all", (
        ("2.04", "收费退换", "at a charge"), ("2.48", "质量问题免费退换", "free for quality"),
        ("浙江", "不得收折旧费", "Zhejiang: none may be charged"),
    ), {"depreciation_enabled": "yes"}),
    _c(13, "首次答复", "First response", (
        ("2.11", "24 小时", "24 h"), ("2.77", "投诉 48 小时", "complaints 48 h"),
        ("2.62", "24 小时答复、48 小时方案", "24 h reply, 48 h solution"),
        ("2.95", "3 个工作日", "3 working days"), ("6.10", "30 分钟", "30 minutes"),
    ), {"first_response_h": "24", "solution_h": "48"}),
    _c(14, "服务时间与 24 小时时限", "Service hours and 24-hour clocks", (
        ("2.17", "工作日 9 点至 18 点", "working days 9 to 18"),
        ("2.47", "24 小时开通", "24 h open"),
    ), {"clock_mode": "calendar"}),
    _c(15, "退换货办结", "Return or exchange done", (
        ("2.26", "5 个工作日", "5 working days"), ("2.75", "7 个工作日", "7 working days"),
        ("2.107", "退款 3-5 个工作日", "refund 3–5 working days"),
    ), {"refund_exchange_wd": "5", "online_refund_days": "7"}),
    _c(16, "退货运费", "Return freight", (
        ("2.80", "公司承担", "the company"), ("2.109", "顾客承担", "the customer"),
        ("2.73", "从退款里扣", "deducted from the refund"),
    ), {"quality_freight_bearer": "head_office", "no_reason_freight_bearer": "customer"}),
    _c(17, "退款按什么价", "Price of a refund", (
        ("2.123", "涨价按原价、降价按现价", "original if up, current if down"),
        ("北京", "相反", "Beijing: the opposite"),
    ), {"refund_price_basis": "invoice"}),
    _c(18, "褪色", "Fading", (
        ("1.22", "轻微褪色不算", "slight fading excluded"),
        ("2.126", "全棉褪色不修", "cotton: none"),
        ("2.86", "掉色免费修 1 年", "repaired free for 1 year"),
    ), {"fading_grade": "3"}),
    _c(19, "走线、扣子", "Stitching and buttons", (
        ("1.22", "走线不好不算", "poor stitching excluded"),
        ("2.125", "开线免费修", "seams free"),
        ("6.03", "掉扣由品牌商负责", "lost buttons: the brand"),
    ), {"goodwill_minor_repair": "yes"}),
    _c(20, "配件", "Accessories", (
        ("1.25", "配件损坏不算", "damaged: not quality"),
        ("2.93", "缺配件补发", "missing: reissued"),
        ("2.49", "零配件免费", "parts free"),
    ), {"accessory_split": "yes"}),
    _c(21, "色差", "Colour difference", (
        ("1.28", "光线、角度造成的不算", "by light and angle: none"),
        ("2.101", "特殊工艺的少许色差正常", "slight, by process: normal"),
    ), {"shade_grade": "3-4"}),
    _c(22, "「质量问题」与「无理由」写在一句", "“Quality” and “no reason” in one sentence", (
        ("2.09", "质量问题 7 天内无理由退换", "quality: 7 days, no reason"),
    ), {"reasons_apart": "yes"}),
    _c(23, "吊牌、小票是否必须", "Tag and receipt required", (
        ("1.19", "必须保留吊牌、小票", "both must be kept"),
        ("2.03", "穿着后出现的问题，吊牌已剪", "worn goods have no tag left"),
    ), {"tag_required": "unsold_and_return"}),
    _c(24, "由谁判定", "Who judges", (
        ("1.10", "店铺自主判定", "the store"), ("1.35", "售后鉴定", "after-sales"),
        ("3.05", "QA 鉴定", "QA"),
    ), {"judgements_kept": "three"}),
    _c(25, "由谁维修", "Who repairs", (
        ("1.09", "当地维修", "the store, locally"), ("1.36", "售后服务部", "after-sales"),
        ("3.12", "工厂", "the factory"), ("6.04", "戈尔", "Gore"),
    ), {"repair_route": "in_house"}),
    _c(26, "副总审批范围", "What the vice-president approves", (
        ("1.43", "只有其他原因的报废", "scrap of other causes only"),
        ("C-26", "全部", "all"), ("C-26", "超过一定金额", "beyond an amount"),
    ), {"scrap_vp_approval_scope": "hq_only"},
       ("产品默认全部报损单都经副总审批", "the product’s default: every form is approved")),
    _c(27, "双方都签还是责任方签", "Signed by both or by the liable party", (
        ("1.40", "供应商及专卖店签收", "supplier and store sign"),
        ("1.38", "各自承担相应费用", "each bears its own"),
    ), {"scrap_other_party": "liable_only"}),
    _c(28, "供应商承担的报废品归谁", "Who gets supplier-borne scrap", (
        ("1.44", "总仓销毁", "destroyed by the warehouse"),
        ("3.17", "退回供应商", "returned to the supplier"),
    ), {"supplier_scrap_disposition": "destroy"},
       ("产品默认两者均可，逐件决定", "the product’s default: either, piece by piece")),
    _c(29, "检验一周从哪天起", "Where the week of inspection starts", (
        ("1.06", "店铺收货", "receipt by the store"), ("1.06", "物流发货", "dispatch by logistics"),
    ), {"store_inspection": "7"}),
    _c(30, "缺数字", "Numbers missing", (
        ("3.01", "「几个顾客」", "“several customers”"), ("4.05", "每日回访数", "daily calls"),
        ("4.11", "巡店家数", "stores visited"), ("4.18", "回访比例", "call-back ratio"),
    ), {"style_alarm_cases": "3", "style_alarm_days": "14", "style_alarm_customers": "2",
        "daily_callbacks": "20", "store_visits": "3", "callback_ratio": "10"}),
    _c(31, "内衣、饰品不退", "Underwear and accessories not returnable", (
        ("2.69", "不退", "not returnable"), ("消法 25", "仅无理由且购买时确认", "if confirmed"),
    ), {"exclusion_needs_consent": "yes"}),
    _c(32, "顾客隐私", "Privacy", (
        ("2.66", "不向第三方透露", "no third party"), ("2.72", "提供银行账户", "bank data"),
    ), {"customer_masked": "yes"}),
    _c(33, "定制品", "Custom goods", (
        ("2.41", "不退不换", "no return, no exchange"),
        ("6.18", "18 天内返工", "reworked in 18 days"),
    ), {"custom_quality_rework": "yes", "custom_no_reason_return": "no"}),
    _c(34, "修后又坏", "Damaged after repair", (
        ("2.81", "仍有问题可退换", "still failing: return or exchange"), ("2.04", "收费", "paid"),
    ), {"max_repairs": "2"}),
    _c(35, "工作日历", "Calendar of working days", (
        ("2.17", "「工作日」没有日历，另有调休", "working days, no calendar, make-up days"),
    ), {"working_day_calendar": "company"}),
)  # fmt: skip
_BY_CODE = {one.code: one for one in CONTRADICTIONS}


def of_policy(name: str) -> tuple[Contradiction, ...]:
    """Return the contradictions that a policy settles, in their order."""
    return tuple(one for one in CONTRADICTIONS if name in one.policies)


def by_code(code: str) -> Contradiction | None:
    """Return a contradiction by its number, such as ``C-04``."""
    return _BY_CODE.get(code.upper())
