"""The served code lists (contract: Codes; conventions 3.2; rules 1.15 to 1.30)."""

import pytest

from tracker.domain import codes
from tracker.domain.codes import (
    ALL_CODES,
    Category,
    Cause,
    Defect,
    NonQualityReason,
    Position,
    RefusalReason,
    Severity,
)
from tracker.domain.errors import InvalidInput

DEFECTS = """SEAM_OPEN BUTTON_OFF ZIP_FAIL HOLE_SNAG STAIN PILLING FADE_BLEED SHADE SHRINK SIZE_OFF
FABRIC_FLAW PRINT_TRIM DOWN_LEAK WATER_LEAK LABEL_TAG ACCESSORY MOULD_ODOUR HARDWARE_RUST
DELAM_PEEL WRONG_ITEM""".split()
POSITIONS = """front back left_sleeve right_sleeve collar cuff hem pocket placket zip waistband
crotch leg_opening lining seam hood trim""".split()
CAUSES = """material workmanship trim_quality design dyeing_finishing transport storage display
try_on ironing wash_misuse wear_misuse unknown""".split()


def test_the_lists_hold_exactly_the_codes_of_the_contract():
    assert [defect.value for defect in Defect] == DEFECTS
    assert [position.value for position in Position] == POSITIONS
    assert [cause.value for cause in Cause] == CAUSES
    assert [category.value for category in Category] == ["textile", "down", "leather", "other"]


def test_non_quality_reasons_are_one_per_rule_from_1_22_to_1_30():
    assert [reason.rule for reason in NonQualityReason] == [
        f"1.{number}" for number in range(22, 31)
    ]
    assert NonQualityReason.SUBJECTIVE.rule == "1.30"


def test_refusals_of_rules_1_15_to_1_18_quote_their_rule():
    assert {reason.value: reason.rule for reason in RefusalReason} == {
        "not_registered": "1.15",
        "mismatch": "1.16",
        "store_handling": "1.17",
        "tag_missing": "1.18",
        "accessory_missing": "1.18",
        "number_missing": "1.18",
    }


@pytest.mark.parametrize("defect", list(Defect))
def test_the_usual_liability_of_a_defect_sums_to_100(defect):
    shares = defect.liability
    assert shares.supplier + shares.store + shares.head_office + shares.customer == 100


def test_usual_liability_is_that_of_the_taxonomy():
    shares = Defect.SEAM_OPEN.liability
    assert (shares.supplier, shares.store, shares.head_office, shares.customer) == (85, 5, 2, 8)
    shares = Defect.WRONG_ITEM.liability
    assert (shares.supplier, shares.store, shares.head_office, shares.customer) == (0, 20, 80, 0)
    assert Defect.PILLING.severity is Severity.MINOR
    assert Defect.LABEL_TAG.severity is Severity.CRITICAL


@pytest.mark.parametrize("list_name", list(ALL_CODES))
def test_every_code_has_both_names_and_is_alone_in_its_list(list_name):
    members = ALL_CODES[list_name]
    assert len({member.value for member in members}) == len(members) > 0
    assert len({member.zh for member in members}) == len(members)
    assert all(member.en.isascii() and member.en for member in members)


def test_a_refusal_reason_is_never_in_both_lists():
    assert {reason.value for reason in NonQualityReason}.isdisjoint(
        reason.value for reason in RefusalReason
    )


def test_labels_follow_the_locale():
    assert codes.label(Position.LEFT_SLEEVE) == "左袖"
    assert codes.label(Position.LEFT_SLEEVE, "en_GB") == "left sleeve"
    assert codes.label_of("liable_kinds", "head_office") == "总公司"
    assert codes.label_of("positions", "elbow") == "elbow"


def test_a_code_is_its_plain_value_and_is_found_by_it():
    assert Defect("SEAM_OPEN") is Defect.SEAM_OPEN
    assert f"{Defect.SEAM_OPEN}" == "SEAM_OPEN"
    assert codes.refusal_reason("mismatch") is RefusalReason.MISMATCH
    assert codes.refusal_reason("subjective") is NonQualityReason.SUBJECTIVE


def test_an_unknown_refusal_reason_is_refused_on_its_field():
    with pytest.raises(InvalidInput) as refusal:
        codes.refusal_reason("because")
    assert (refusal.value.code, refusal.value.field) == ("unknown_reason", "reason")


def test_served_codes_carry_what_their_list_adds():
    assert codes.as_served(Defect.PILLING) == {
        "code": "PILLING",
        "zh": "起毛起球",
        "en": "pilling",
        "severity": "minor",
        "liability": {"supplier": 80, "store": 0, "head_office": 15, "customer": 5},
    }
    assert codes.as_served(RefusalReason.MISMATCH)["rule"] == "1.16"
    assert codes.as_served(Position.HEM) == {"code": "hem", "zh": "下摆", "en": "hem"}
