"""Quality or not: the questions of rules 1.21 to 1.30, and what the answers come to.

How far a size may be off (1.26), from which grade of the grey scale fading (C-18) and a difference
in colour (C-21) count: that are policies, and come in as ``Tolerances``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from tracker.domain.errors import InvalidInput
from tracker.domain.named import NamedEnum

T = TypeVar("T")

SOUND_GRADE = 40
"""At this grade of the grey scale (in tenths) or above nothing is faded (C-18: ≥ 4)."""


class Ground(NamedEnum):
    """Why the customer comes, as the rules tell it apart."""

    QUALITY = "quality", "质量问题", "a quality problem"
    NO_REASON = "no_reason", "无理由（非质量）", "no reason, not quality"
    MINOR = "minor", "轻微瑕疵（非质量，可善意免费修）", "a small fault, mended as goodwill"
    CUSTOMER_DAMAGE = "customer_damage", "穿着、洗涤不当", "worn or washed wrongly"
    LOST = "lost", "配送丢失", "lost in delivery"
    DAMAGED = "damaged", "配送途中损坏", "damaged in delivery"


class Fault(NamedEnum):
    """What the customer complains of, in the words of rules 1.21 to 1.30."""

    WRONG_ITEM = "wrong_item", "拿错、发错货", "wrong item given"
    BREAKAGE = "breakage", "明显破损（非人为）", "obvious breakage"
    OPEN_SEAM = "open_seam", "开线、脱线、掉扣", "open seam, button off"
    OTHER_QUALITY = "other_quality", "其他明显的非人为质量问题", "another obvious fault"
    FADING = "fading", "褪色", "fading"
    SHADE = "shade", "色差", "difference in colour"
    SIZE = "size", "尺寸不符", "size is off"
    STAIN = "stain", "污点", "stain"
    STITCHING = "stitching", "走线不好、扣子没订好", "uneven stitching, loose button"
    THREAD = "thread", "线头、褶皱", "thread ends, creases"
    ACCESSORY = "accessory", "配件问题", "accessory"
    PACKAGING = "packaging", "外包装破损", "outer packaging damaged"
    HUMAN = "human", "人为损坏、洗涤熨烫不当", "damage by a person"
    SUBJECTIVE = "subjective", "主观原因（不喜欢、不合身等）", "subjective reason"


@dataclass(frozen=True)
class Findings:
    """The answers to the guide's questions; a grade is in tenths, 35 is the step 3–4."""

    fault: Fault
    size_off_mm: int | None = None
    grey_grade: int | None = None
    is_removable: bool | None = None
    was_missing_at_sale: bool | None = None


@dataclass(frozen=True)
class Tolerances:
    """What is no quality problem yet; a grade is in tenths of the grey scale.

    A size off by up to ``size_mm`` is measuring (1.26). Faded to ``faded_grade`` or below is a
    defect (C-18), a difference in colour at ``shade_grade`` or below is one (C-21).
    """

    size_mm: int
    faded_grade: int
    shade_grade: int


def tolerances_from(values: Mapping[str, str]) -> Tolerances:
    """Return the tolerances that the policies say, by policy name.

    Raises ``KeyError`` for a policy that is missing, ``ValueError`` for one that is no number.
    """
    return Tolerances(
        size_mm=int(values["size_tolerance"]) * 10,
        faded_grade=_tenths(values["fading_grade"]),
        shade_grade=_tenths(values["shade_grade"]),
    )


def _tenths(grade: str) -> int:
    """Return a step of the grey scale in tenths: ``3`` is 30, ``3-4`` is 35."""
    steps = [int(step) for step in grade.split("-")]
    return 10 * sum(steps) // len(steps)


@dataclass(frozen=True)
class Verdict:
    """What the findings come to, by which rule."""

    ground: Ground
    rule: str


_AT_ONCE = {
    Fault.WRONG_ITEM: Verdict(Ground.QUALITY, "1.21"),
    Fault.BREAKAGE: Verdict(Ground.QUALITY, "1.21"),
    Fault.OPEN_SEAM: Verdict(Ground.QUALITY, "2.86, 2.125"),
    Fault.OTHER_QUALITY: Verdict(Ground.QUALITY, "1.21"),
    Fault.STITCHING: Verdict(Ground.MINOR, "1.22, C-19"),
    Fault.THREAD: Verdict(Ground.MINOR, "1.24, C-19"),
    Fault.PACKAGING: Verdict(Ground.NO_REASON, "1.27"),
    Fault.HUMAN: Verdict(Ground.CUSTOMER_DAMAGE, "1.29"),
    Fault.SUBJECTIVE: Verdict(Ground.NO_REASON, "1.30"),
}


def judge(findings: Findings, tolerances: Tolerances) -> Verdict:
    """Return whether it is a quality problem, and by which rule (1.21 to 1.30, C-18 to C-21).

    Raises ``InvalidInput`` ``missing_answer`` naming the question that decides.
    """
    if findings.fault in _AT_ONCE:
        return _AT_ONCE[findings.fault]
    if findings.fault is Fault.SIZE:
        return _size(_answer(findings.size_off_mm, "size_off_mm"), tolerances.size_mm)
    if findings.fault is Fault.FADING:
        return _fading(_answer(findings.grey_grade, "grey_grade"), tolerances.faded_grade)
    if findings.fault is Fault.SHADE:
        grade = _answer(findings.grey_grade, "grey_grade")
        ground = Ground.QUALITY if grade <= tolerances.shade_grade else Ground.NO_REASON
        return Verdict(ground, "C-21" if ground is Ground.QUALITY else "1.28, C-21")
    if findings.fault is Fault.STAIN:
        removable = _answer(findings.is_removable, "is_removable")
        return Verdict(Ground.MINOR, "1.23, C-19") if removable else Verdict(Ground.QUALITY, "1.22")
    missing = _answer(findings.was_missing_at_sale, "was_missing_at_sale")
    if missing:
        return Verdict(Ground.QUALITY, "2.93, C-20")
    return Verdict(Ground.MINOR, "1.25, C-20")


def _size(off_mm: int, tolerance_mm: int) -> Verdict:
    if abs(off_mm) <= tolerance_mm:
        return Verdict(Ground.NO_REASON, "1.26")
    return Verdict(Ground.QUALITY, "1.26, 2.29")


def _fading(grade: int, faded_grade: int) -> Verdict:
    if grade <= faded_grade:
        return Verdict(Ground.QUALITY, "C-18")
    if grade < SOUND_GRADE:
        return Verdict(Ground.MINOR, "1.22, C-18, C-19")
    return Verdict(Ground.NO_REASON, "C-18")


def _answer(given: T | None, name: str) -> T:
    if given is None:
        raise InvalidInput(
            "missing_answer",
            "这个问题要先回答，才能判断是不是质量问题。",
            "Answer this question first: it decides whether it is a quality problem.",
            name,
        )
    return given
