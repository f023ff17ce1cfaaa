"""The defects a garment is registered with, their severity and usual liability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from tracker.domain.named import NamedEnum


class Severity(NamedEnum):
    """AQL class of a defect."""

    CRITICAL = "critical", "致命", "critical"
    MAJOR = "major", "严重", "major"
    MINOR = "minor", "轻微", "minor"


@dataclass(frozen=True)
class UsualLiability:
    """Usual shares of a defect in whole percent; they sum to 100. A proposal, never a verdict."""

    supplier: int
    store: int
    head_office: int
    customer: int


class Defect(NamedEnum):
    """The defects. ``severity`` is the graver class where a defect may be of two."""

    severity: Severity
    liability: UsualLiability

    def __new__(
        cls,
        code: str,
        zh: str = "",
        en: str = "",
        severity: Severity = Severity.MAJOR,
        shares: tuple[int, int, int, int] = (0, 0, 100, 0),
    ) -> Self:
        """Make a member; ``shares`` are supplier, store, head office, customer in percent."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        member.severity = severity
        member.liability = UsualLiability(*shares)
        return member

    SEAM_OPEN = (
        "SEAM_OPEN",
        "开线/脱线/爆缝/跳针",
        "open, burst or skipped seam",
        Severity.MAJOR,
        (85, 5, 2, 8),
    )
    BUTTON_OFF = (
        "BUTTON_OFF",
        "掉扣/缺扣/四合扣脱落",
        "button or snap missing",
        Severity.MAJOR,
        (75, 15, 0, 10),
    )
    ZIP_FAIL = "ZIP_FAIL", "拉链坏/脱齿/掉头", "zip failure", Severity.MAJOR, (75, 5, 0, 20)
    HOLE_SNAG = (
        "HOLE_SNAG",
        "破洞/勾丝/抽纱/撕破",
        "hole, snag or tear",
        Severity.MAJOR,
        (35, 35, 5, 25),
    )
    STAIN = (
        "STAIN",
        "污渍/脏污/油污/笔迹/粉底",
        "stain, soil or make-up",
        Severity.MAJOR,
        (20, 60, 15, 5),
    )
    PILLING = "PILLING", "起毛起球", "pilling", Severity.MINOR, (80, 0, 15, 5)
    FADE_BLEED = (
        "FADE_BLEED",
        "褪色/掉色/沾色/串色",
        "fading, bleeding or crocking",
        Severity.MAJOR,
        (85, 5, 5, 5),
    )
    SHADE = "SHADE", "色差/阴阳色/左右片色差", "shade variation", Severity.MAJOR, (90, 0, 10, 0)
    SHRINK = (
        "SHRINK",
        "缩水/变形/扭斜",
        "shrinkage, distortion or spirality",
        Severity.MAJOR,
        (75, 0, 5, 20),
    )
    SIZE_OFF = (
        "SIZE_OFF",
        "尺寸不符/长短袖/号型错",
        "off-size or uneven",
        Severity.MAJOR,
        (85, 0, 15, 0),
    )
    FABRIC_FLAW = "FABRIC_FLAW", "断纱/粗纱/横档/布疵", "fabric flaw", Severity.MAJOR, (95, 0, 5, 0)
    PRINT_TRIM = (
        "PRINT_TRIM",
        "印花脱落/烫钻掉/绣花断线",
        "print, rhinestone or embroidery",
        Severity.MAJOR,
        (80, 5, 5, 10),
    )
    DOWN_LEAK = "DOWN_LEAK", "跑绒/钻绒/脱绒", "down leakage", Severity.MAJOR, (90, 0, 5, 5)
    WATER_LEAK = (
        "WATER_LEAK",
        "漏水/渗水/胶条脱落",
        "water leak or seam tape",
        Severity.MAJOR,
        (90, 0, 0, 10),
    )
    LABEL_TAG = (
        "LABEL_TAG",
        "吊牌/水洗标错或缺",
        "hang tag or care label wrong or missing",
        Severity.CRITICAL,
        (60, 25, 15, 0),
    )
    ACCESSORY = (
        "ACCESSORY",
        "配件缺失（腰带/毛领/备扣）",
        "accessory missing",
        Severity.MAJOR,
        (50, 30, 20, 0),
    )
    MOULD_ODOUR = (
        "MOULD_ODOUR",
        "霉变/异味/返潮",
        "mould or odour",
        Severity.MAJOR,
        (10, 60, 30, 0),
    )
    HARDWARE_RUST = (
        "HARDWARE_RUST",
        "五金生锈/掉漆",
        "rust or plating loss",
        Severity.MINOR,
        (80, 15, 5, 0),
    )
    DELAM_PEEL = (
        "DELAM_PEEL",
        "脱胶/起泡/皮革掉皮",
        "delamination, bubbling or peeling",
        Severity.MAJOR,
        (85, 5, 5, 5),
    )
    WRONG_ITEM = "WRONG_ITEM", "拿错/发错货", "wrong item", Severity.MAJOR, (0, 20, 80, 0)
