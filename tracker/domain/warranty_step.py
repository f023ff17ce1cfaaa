"""What a customer may ask for, and the steps in which that is told to him."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.named import NamedEnum


class Entitlement(NamedEnum):
    """The most that the customer may ask for."""

    REFUND = "refund", "免费退货", "refund"
    EXCHANGE = "exchange", "免费换货", "free exchange"
    FREE_REPAIR = "free_repair", "免费维修", "free repair"
    PAID_EXCHANGE = "paid_exchange", "收费退换", "exchange or return at a charge"
    PAID_REPAIR = "paid_repair", "收费维修", "repair at a charge"
    NONE = "none", "不在三包范围", "not covered"


class StepName(NamedEnum):
    """What a step of the derivation settles."""

    DAYS_SINCE_SALE = "days_since_sale", "售出天数", "days since the sale"
    WARRANTY_ENDS_ON = "warranty_ends_on", "保修截止日", "warranty ends on"
    WITHIN_WARRANTY = "within_warranty", "是否在保修期内", "within warranty"
    QUALITY_CAUSE = "quality_cause", "是否质量原因", "caused by quality"
    LATE_REGISTRATION = "late_registration", "登记逾期（仅提示）", "registered late (a flag only)"
    REPAIRS_SO_FAR = "repairs_so_far", "已维修次数", "repairs so far"
    RESTORABLE = "restorable", "能否修复如初", "can be restored"
    DEPRECIATION_PERCENT = "depreciation_percent", "折旧率（%）", "depreciation percent"
    MANUAL_APPROVAL = "manual_approval", "折旧率须主管确认", "depreciation needs approval"
    REPAIR_FEE = "repair_fee", "维修费另行报价", "repair fee quoted separately"
    SOLD_AS_IMPERFECT = "sold_as_imperfect", "按处理品售出", "sold as imperfect"
    ENTITLEMENT = "entitlement", "处理结论", "entitlement"
    PROFILE = "profile", "适用承诺", "promise that holds"
    LAW_PACK = "law_pack", "适用法规", "law that holds"
    CONFLICT = "conflict", "承诺低于法规，按法规", "worse than the law, the law holds"
    GROUND = "ground", "客诉性质", "nature of the complaint"
    EXCLUDED = "excluded", "属不可退换商品", "excluded goods"
    CONDITION_MISSING = "condition_missing", "不符合退换条件", "condition not met"
    PROOF = "proof", "有无购买凭证", "proof of purchase"
    RETURN_UNTIL = "return_until", "可退货至", "may be returned until"
    EXCHANGE_UNTIL = "exchange_until", "可换货至", "may be exchanged until"
    EXCHANGES_SO_FAR = "exchanges_so_far", "已换货次数", "exchanges so far"
    REPAIR_DAYS = "repair_days", "维修累计天数", "days in repair altogether"
    FREIGHT = "freight", "往返运费由谁承担", "freight is paid by"
    REFUND_PRICE = "refund_price", "退款价格依据", "price of the refund"
    DONE_BY = "done_by", "最迟办结日", "finished by"


@dataclass(frozen=True)
class Step:
    """One step of the derivation: what it settles, by which rule, with which result."""

    step: StepName
    rule: str
    result: str
