"""Elements 1292, 1293 and 1294 of ANSI X12 (segment RDR, release 004010): a supplier's own system
knows them, so a charge and its answer can be exchanged without reading our Chinese.

1292 is what becomes of the goods, 1293 why they are charged, 1294 what the supplier answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tracker.domain.codes import Cause, Code, Defect, Source
from tracker.domain.named import NamedEnum
from tracker.domain.registration import Status


class Disposition(NamedEnum):
    """Element 1292: the disposition of a contested item."""

    DISPOSE = "DI", "销毁", "Dispose"
    KEEP_AND_REPAIR = "KR", "留下自修", "Keep and repair"
    FACTORY_REPAIR = "RF", "退厂返修", "Return for factory repair"
    KEEP_WITH_ALLOWANCE = "KA", "留下并折让", "Keep with an allowance"
    CONSUMER_RETURN = "CR", "顾客退货退回供应商", "Consumer return to vendor"
    RETURN_AUTHORIZED = "RA", "经同意退回", "Return with authorization number"
    RETURN_UNAUTHORIZED = "RN", "未经同意退回", "Return without authorization number"
    AUTHORIZATION_PENDING = "RP", "待同意退回", "Return authorization pending"
    PARTIALLY_AUTHORIZED = "PA", "部分同意", "Partially authorized"
    DENIED = "RD", "不同意", "Request denied"
    MAKER_WARRANTY = "MW", "厂家保修", "Manufacturer warranty service"
    THIRD_PARTY = "RT", "寄第三方", "Ship to third party"
    THIRD_PARTY_DISPOSAL = "SD", "寄第三方销毁", "Ship to third party for disposal"
    CHARITY = "SC", "寄第三方捐赠", "Ship to third party for charitable contribution"


class RequestReason(NamedEnum):
    """Element 1293: why the goods are charged. Those reasons that a fault of a garment can have."""

    DEFECTIVE_AT_STORE = "DM", "残次（店铺检出）", "Defective merchandise or store inspection"
    DEFECTIVE_BY_CONSUMER = (
        "DR",
        "残次（顾客退回）",
        "Defective, returned by consumer",
    )
    POOR_WORKMANSHIP = "PW", "做工不良", "Poor workmanship"
    COLOUR_VARIANCE = "CV", "色差", "Color variance"
    LABEL_PROBLEM = "LP", "标签问题", "Label problem"
    POOR_FIT = "PF", "尺寸版型不合", "Poor fit"
    SPOILED = "PS", "货品变质", "Product spoiled"
    WRONG_GOODS = "WG", "发错货", "Wrong goods or not ordered"
    DAMAGED = "DA", "货品损坏", "Damaged product"
    DAMAGED_IN_TRANSIT = "DT", "运输途中损坏", "Damaged in transit"
    EXCESSIVE_WEAR = "EW", "过度穿着", "Excessive wear"
    NOT_AS_EXPECTED = "NA", "与预期不符", "Not as expected"


class Answer(NamedEnum):
    """Element 1294: what the liable party answers to a charge."""

    NOT_DEFECTIVE = "IN", "货品无残次", "Item not defective"
    FREIGHT_OR_RETAILER = "FR", "运输或店铺造成的损坏", "Freight or retailer damage"
    EXCESSIVE_WEAR = "EW", "过度穿着磨损", "Excessive wear and tear"
    TIME_LIMIT = "RT", "超过退货期或保质期", "Return time limit exceeded or beyond warranty period"
    NO_RECORD = "NR", "查无原销售记录", "No record of original sale"
    REPAIR = "RR", "愿意返修翻新", "Repair or refurbish"
    AS_ORDERED = "IO", "货品与订单一致", "Item as ordered"
    MORE_INFORMATION = "MI", "请补充资料", "More information requested"
    PICTURE_REQUESTED = "PR", "请提供照片", "Picture requested"
    SAMPLE_REQUESTED = "SR", "请提供样品", "Sample requested"
    PRICE_DIFFERENCE = "PC", "价格或成本不符", "Pricing or cost difference"
    QUANTITY_DIFFERENCE = "QD", "数量不符", "Quantity difference"
    OUT_OF_SEASON = "OS", "过季或停产", "Out of season or discontinued line item"
    UNIDENTIFIABLE = "UI", "货品无法辨认", "Unidentifiable item"


D, R = Defect, RequestReason

REASONS: Mapping[Defect, RequestReason] = MappingProxyType(
    {
        D.SEAM_OPEN: R.POOR_WORKMANSHIP,
        D.BUTTON_OFF: R.POOR_WORKMANSHIP,
        D.ZIP_FAIL: R.DEFECTIVE_AT_STORE,
        D.HOLE_SNAG: R.DAMAGED,
        D.STAIN: R.DAMAGED,
        D.PILLING: R.DEFECTIVE_AT_STORE,
        D.FADE_BLEED: R.COLOUR_VARIANCE,
        D.SHADE: R.COLOUR_VARIANCE,
        D.SHRINK: R.POOR_FIT,
        D.SIZE_OFF: R.POOR_FIT,
        D.FABRIC_FLAW: R.DEFECTIVE_AT_STORE,
        D.PRINT_TRIM: R.POOR_WORKMANSHIP,
        D.DOWN_LEAK: R.POOR_WORKMANSHIP,
        D.WATER_LEAK: R.DEFECTIVE_AT_STORE,
        D.LABEL_TAG: R.LABEL_PROBLEM,
        D.ACCESSORY: R.NOT_AS_EXPECTED,
        D.MOULD_ODOUR: R.SPOILED,
        D.HARDWARE_RUST: R.DEFECTIVE_AT_STORE,
        D.DELAM_PEEL: R.DEFECTIVE_AT_STORE,
        D.WRONG_ITEM: R.WRONG_GOODS,
    }
)
"""Our defects as reasons of a charge, where the cause says nothing stronger."""

_BY_CAUSE: Mapping[Cause, RequestReason] = MappingProxyType(
    {
        Cause.TRANSPORT: R.DAMAGED_IN_TRANSIT,
        Cause.WEAR_MISUSE: R.EXCESSIVE_WEAR,
        Cause.STORAGE: R.DAMAGED,
        Cause.DISPLAY: R.DAMAGED,
        Cause.TRY_ON: R.DAMAGED,
        Cause.IRONING: R.DAMAGED,
    }
)

DISPOSITIONS: Mapping[Status, Disposition] = MappingProxyType(
    {
        Status.SCRAP_PENDING: Disposition.DISPOSE,
        Status.ON_LOSS_FORM: Disposition.DISPOSE,
        Status.DESTROYED: Disposition.DISPOSE,
        Status.RETURNED_TO_SUPPLIER: Disposition.RETURN_AUTHORIZED,
        Status.SOLD_DOWN: Disposition.KEEP_WITH_ALLOWANCE,
        Status.IN_REPAIR: Disposition.KEEP_AND_REPAIR,
        Status.IN_CHECK: Disposition.KEEP_AND_REPAIR,
        Status.REPAIRED: Disposition.KEEP_AND_REPAIR,
        Status.IN_OUTSIDE_REPAIR: Disposition.FACTORY_REPAIR,
    }
)
"""What becomes of a garment, by its status; where nothing stands nothing is decided yet."""


def reason_of(defect: Defect, cause: Cause, source: Source) -> RequestReason:
    """Return element 1293 of a fault: where the cause says it all by the cause, else by defect.

    A plain fault that a customer brought back was not found by the store.
    """
    found = _BY_CAUSE.get(cause, REASONS[defect])
    is_brought = found is RequestReason.DEFECTIVE_AT_STORE and source is Source.CUSTOMER
    return RequestReason.DEFECTIVE_BY_CONSUMER if is_brought else found


CODES: Mapping[str, tuple[Code, ...]] = MappingProxyType(
    {
        "x12_1292": tuple(Disposition),
        "x12_1293": tuple(RequestReason),
        "x12_1294": tuple(Answer),
    }
)
"""The lists as ``GET /codes`` serves them, by the element's number."""


def mapped() -> dict[str, dict[str, str]]:
    """Return how our codes read in X12: defect → 1293, cause → 1293, status → 1292."""
    return {
        "defect_1293": {defect.value: reason.value for defect, reason in REASONS.items()},
        "cause_1293": {cause.value: reason.value for cause, reason in _BY_CAUSE.items()},
        "status_1292": {status.value: found.value for status, found in DISPOSITIONS.items()},
    }
