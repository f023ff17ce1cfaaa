"""Quality or not: rules 1.21 to 1.30 with the tolerances of 1.26, C-18 and C-21."""

from __future__ import annotations

import pytest

from tracker.domain.errors import InvalidInput
from tracker.domain.policy_registry import EVERY
from tracker.domain.quality_guide import (
    Fault,
    Findings,
    Ground,
    Tolerances,
    Verdict,
    judge,
    tolerances_from,
)

VALUES = {policy.name: policy.value for policy in EVERY}
TOLERANCES = tolerances_from(VALUES)


@pytest.mark.parametrize(
    ("fault", "ground", "rule"),
    [
        (Fault.WRONG_ITEM, Ground.QUALITY, "1.21"),
        (Fault.BREAKAGE, Ground.QUALITY, "1.21"),
        (Fault.OTHER_QUALITY, Ground.QUALITY, "1.21"),
        (Fault.OPEN_SEAM, Ground.QUALITY, "2.86, 2.125"),
        (Fault.STITCHING, Ground.MINOR, "1.22, C-19"),
        (Fault.THREAD, Ground.MINOR, "1.24, C-19"),
        (Fault.PACKAGING, Ground.NO_REASON, "1.27"),
        (Fault.HUMAN, Ground.CUSTOMER_DAMAGE, "1.29"),
        (Fault.SUBJECTIVE, Ground.NO_REASON, "1.30"),
    ],
)
def test_what_needs_no_question(fault: Fault, ground: Ground, rule: str) -> None:
    assert judge(Findings(fault), TOLERANCES) == Verdict(ground, rule)


@pytest.mark.parametrize(
    ("off_mm", "ground", "rule"),
    [
        (0, Ground.NO_REASON, "1.26"),
        (20, Ground.NO_REASON, "1.26"),
        (-20, Ground.NO_REASON, "1.26"),
        (21, Ground.QUALITY, "1.26, 2.29"),
        (-21, Ground.QUALITY, "1.26, 2.29"),
    ],
)
def test_1_26_two_centimetres_are_measuring(off_mm: int, ground: Ground, rule: str) -> None:
    assert judge(Findings(Fault.SIZE, size_off_mm=off_mm), TOLERANCES) == Verdict(ground, rule)


@pytest.mark.parametrize(
    ("grade", "ground", "rule"),
    [
        (10, Ground.QUALITY, "C-18"),
        (30, Ground.QUALITY, "C-18"),
        (35, Ground.MINOR, "1.22, C-18, C-19"),
        (40, Ground.NO_REASON, "C-18"),
        (50, Ground.NO_REASON, "C-18"),
    ],
)
def test_c_18_fading_goes_by_the_grey_scale(grade: int, ground: Ground, rule: str) -> None:
    assert judge(Findings(Fault.FADING, grey_grade=grade), TOLERANCES) == Verdict(ground, rule)


@pytest.mark.parametrize(
    ("grade", "ground", "rule"),
    [
        (30, Ground.QUALITY, "C-21"),
        (35, Ground.QUALITY, "C-21"),
        (40, Ground.NO_REASON, "1.28, C-21"),
        (45, Ground.NO_REASON, "1.28, C-21"),
    ],
)
def test_c_21_a_shade_counts_at_grade_3_4_or_below(grade: int, ground: Ground, rule: str) -> None:
    assert judge(Findings(Fault.SHADE, grey_grade=grade), TOLERANCES) == Verdict(ground, rule)


@pytest.mark.parametrize(
    ("findings", "ground", "rule"),
    [
        (Findings(Fault.STAIN, is_removable=True), Ground.MINOR, "1.23, C-19"),
        (Findings(Fault.STAIN, is_removable=False), Ground.QUALITY, "1.22"),
        (Findings(Fault.ACCESSORY, was_missing_at_sale=True), Ground.QUALITY, "2.93, C-20"),
        (Findings(Fault.ACCESSORY, was_missing_at_sale=False), Ground.MINOR, "1.25, C-20"),
    ],
)
def test_what_one_question_decides(findings: Findings, ground: Ground, rule: str) -> None:
    assert judge(findings, TOLERANCES) == Verdict(ground, rule)


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        (Fault.SIZE, "size_off_mm"),
        (Fault.FADING, "grey_grade"),
        (Fault.SHADE, "grey_grade"),
        (Fault.STAIN, "is_removable"),
        (Fault.ACCESSORY, "was_missing_at_sale"),
    ],
)
def test_the_question_that_decides_must_be_answered(fault: Fault, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        judge(Findings(fault), TOLERANCES)
    assert (refusal.value.code, refusal.value.field) == ("missing_answer", field)


def test_the_tolerances_are_policies_1_26_c_18_c_21() -> None:
    assert Tolerances(size_mm=20, faded_grade=30, shade_grade=35) == TOLERANCES
    other = {"size_tolerance": "1", "fading_grade": "2-3", "shade_grade": "4"}
    stricter = tolerances_from(VALUES | other)
    assert stricter == Tolerances(size_mm=10, faded_grade=25, shade_grade=40)
    assert judge(Findings(Fault.SIZE, size_off_mm=15), stricter).ground is Ground.QUALITY
    assert judge(Findings(Fault.FADING, grey_grade=30), stricter).ground is Ground.MINOR
    assert judge(Findings(Fault.SHADE, grey_grade=40), stricter).ground is Ground.QUALITY
