"""The served code lists: every code with its Chinese and English name.

``GET /codes`` serves ``ALL_CODES``; screens, forms and reports take their names from here. A code
is a plain string in JSON and in the database, so a released value never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Self

from tracker.domain.defect import Defect, Severity
from tracker.domain.errors import InvalidInput
from tracker.domain.named import NamedEnum

__all__ = [
    "ALL_CODES",
    "Category",
    "Cause",
    "Code",
    "Defect",
    "Demand",
    "Fabric",
    "Grade",
    "LiableKind",
    "NonQualityReason",
    "Position",
    "Reason",
    "RefusalReason",
    "Resolution",
    "Severity",
    "Source",
    "as_served",
    "label",
    "label_of",
    "refusal_reason",
]

Code = NamedEnum


class LiableKind(NamedEnum):
    """Who may bear a loss (rules 1.38, 1.39)."""

    SUPPLIER = "supplier", "供应商", "supplier"
    STORE = "store", "专卖店", "store"
    HEAD_OFFICE = "head_office", "总公司", "head office"


class Position(NamedEnum):
    """Where on the garment the defect is (rule 1.16)."""

    FRONT = "front", "前片", "front"
    BACK = "back", "后片", "back"
    LEFT_SLEEVE = "left_sleeve", "左袖", "left sleeve"
    RIGHT_SLEEVE = "right_sleeve", "右袖", "right sleeve"
    COLLAR = "collar", "领", "collar"
    CUFF = "cuff", "袖口", "cuff"
    HEM = "hem", "下摆", "hem"
    POCKET = "pocket", "口袋", "pocket"
    PLACKET = "placket", "门襟", "placket"
    ZIP = "zip", "拉链", "zip"
    WAISTBAND = "waistband", "腰头", "waistband"
    CROTCH = "crotch", "裆", "crotch"
    LEG_OPENING = "leg_opening", "裤脚", "leg opening"
    LINING = "lining", "里布", "lining"
    SEAM = "seam", "缝份", "seam allowance"
    HOOD = "hood", "帽", "hood"
    TRIM = "trim", "配件", "trim"


class Cause(NamedEnum):
    """Why the defect arose (rule 1.16)."""

    MATERIAL = "material", "材料", "material"
    WORKMANSHIP = "workmanship", "工艺", "workmanship"
    TRIM_QUALITY = "trim_quality", "辅料", "trim quality"
    DESIGN = "design", "设计/版型", "design or pattern"
    DYEING_FINISHING = "dyeing_finishing", "印染后整理", "dyeing and finishing"
    TRANSPORT = "transport", "运输", "transport"
    STORAGE = "storage", "仓储（潮/压/虫）", "storage (damp, pressure, insects)"
    DISPLAY = "display", "陈列（挂/晒/钉）", "display (hanging, sunlight, pins)"
    TRY_ON = "try_on", "试穿", "try-on"
    IRONING = "ironing", "熨烫", "ironing"
    WASH_MISUSE = "wash_misuse", "洗涤不当", "improper washing"
    WEAR_MISUSE = "wear_misuse", "穿着损伤", "damage in wear"
    UNKNOWN = "unknown", "不明", "unknown"


class Reason(NamedEnum):
    """A reason to refuse; ``rule`` is the number of the rule it stands on."""

    rule: str

    def __new__(cls, code: str, zh: str = "", en: str = "", rule: str = "") -> Self:
        """Make a member that quotes its rule; the code alone looks a member up."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        member.rule = rule
        return member


class NonQualityReason(Reason):
    """What is not a quality problem, one code per rule 1.22 to 1.30."""

    SLIGHT_FINISH = (
        "slight_finish",
        "轻微褪色、走线不好",
        "slight fading or an uneven stitching line",
        "1.22",
    )
    SMALL_STAIN = "small_stain", "小污点（可自行清理）", "small stain that can be cleaned", "1.23"
    THREAD_OR_CREASE = "thread_or_crease", "线头、褶皱", "thread ends or creases", "1.24"
    ACCESSORY_DAMAGED = "accessory_damaged", "配件损坏", "damaged accessory", "1.25"
    SIZE_WITHIN_TOLERANCE = (
        "size_within_tolerance",
        "尺寸细微不合（误差在2厘米以内）",
        "size difference within 2 cm",
        "1.26",
    )
    PACKAGING_DAMAGED = "packaging_damaged", "外包装破损", "outer packaging damaged", "1.27"
    VISUAL_SHADE = (
        "visual_shade",
        "光线、角度造成的轻微视觉色差",
        "slight colour difference from light or angle",
        "1.28",
    )
    HUMAN_DAMAGE = "human_damage", "人为损坏", "damage by a person", "1.29"
    SUBJECTIVE = "subjective", "主观原因", "subjective reason", "1.30"


class RefusalReason(Reason):
    """Why a garment is refused though its defect may be one of quality (rules 1.15 to 1.18)."""

    NOT_REGISTERED = "not_registered", "事前未登记", "not registered beforehand", "1.15"
    MISMATCH = (
        "mismatch",
        "部位、面积或原因与登记不符",
        "position, area or cause differs from the registration",
        "1.16",
    )
    STORE_HANDLING = (
        "store_handling",
        "熨烫、试穿、上架等造成的残次或污染",
        "damage or soiling from ironing, try-on or shelving",
        "1.17",
    )
    TAG_MISSING = "tag_missing", "吊牌缺失或被更改", "hang tag missing or altered", "1.18"
    ACCESSORY_MISSING = (
        "accessory_missing",
        "附件缺失或被更改",
        "accessory missing or altered",
        "1.18",
    )
    NUMBER_MISSING = (
        "number_missing",
        "产品编号缺失或被更改",
        "product number missing or altered",
        "1.18",
    )


class Category(NamedEnum):
    """Category of a style; it decides the warranty (rules 2.01, 2.02)."""

    TEXTILE = "textile", "纺织品", "textile"
    DOWN = "down", "羽绒服", "down"
    LEATHER = "leather", "皮服", "leather"
    OTHER = "other", "其他", "other"


class Fabric(NamedEnum):
    """A fabric that has a repair route of its own (rules 6.01 to 6.06)."""

    GORE_TEX = "gore_tex", "GORE-TEX 面料", "GORE-TEX fabric"


class Source(NamedEnum):
    """Whose garment a registration is about."""

    STOCK = "stock", "店铺库存", "store stock"
    CUSTOMER = "customer", "顾客送修", "customer's garment"


class Demand(NamedEnum):
    """What the customer asks for."""

    REFUND = "refund", "退货", "refund"
    EXCHANGE = "exchange", "换货", "exchange"
    REPAIR = "repair", "维修", "repair"


class Resolution(NamedEnum):
    """What the store decides on the spot (rule 1.09)."""

    REFUND = "refund", "退货", "refund"
    EXCHANGE = "exchange", "换货", "exchange"
    LOCAL_REPAIR = "local_repair", "当地维修", "local repair"


class Grade(NamedEnum):
    """Grade of a garment after its check."""

    FIRST = "first", "正品", "first quality"
    IMPERFECT = "imperfect", "处理品", "sold as imperfect"


ALL_CODES: Mapping[str, tuple[Code, ...]] = MappingProxyType(
    {
        "defects": tuple(Defect),
        "severities": tuple(Severity),
        "positions": tuple(Position),
        "causes": tuple(Cause),
        "non_quality_reasons": tuple(NonQualityReason),
        "refusal_reasons": tuple(RefusalReason),
        "categories": tuple(Category),
        "fabrics": tuple(Fabric),
        "sources": tuple(Source),
        "demands": tuple(Demand),
        "resolutions": tuple(Resolution),
        "grades": tuple(Grade),
        "liable_kinds": tuple(LiableKind),
    }
)


def label(code: Code, locale: str = "zh") -> str:
    """Return the name of ``code`` in Chinese, or in English when ``locale`` begins with ``en``."""
    return code.label(locale)


def label_of(list_name: str, value: str, locale: str = "zh") -> str:
    """Return the name of a stored value of the list ``list_name``; the value itself if unknown.

    Raises KeyError for a list that does not exist.
    """
    for code in ALL_CODES[list_name]:
        if code.value == value:
            return code.label(locale)
    return value


def as_served(code: Code) -> dict[str, object]:
    """Return what ``GET /codes`` says of a code: its names, and what its list adds to them.

    A defect adds its severity and its usual liability in percent by party, a reason its rule.
    """
    served: dict[str, object] = {"code": code.value, "zh": code.zh, "en": code.en}
    if isinstance(code, Defect):
        served["severity"] = code.severity.value
        served["liability"] = asdict(code.liability)
    if isinstance(code, Reason):
        served["rule"] = code.rule
    return served


def refusal_reason(value: str) -> Reason:
    """Return the reason of rules 1.15 to 1.30 that ``value`` names.

    Raises InvalidInput ``unknown_reason`` on field ``reason`` for anything else.
    """
    reasons: tuple[Reason, ...] = (*NonQualityReason, *RefusalReason)
    for reason in reasons:
        if reason.value == value:
            return reason
    raise InvalidInput(
        "unknown_reason",
        "原因不在列表中。请从原因列表中选择一项。",
        "This reason is not in the list. Choose one from the list of reasons.",
        field="reason",
    )
