"""Elements 1292 to 1294 of X12 beside our codes; the two years of article 621."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.codes import Cause, Defect, Source
from tracker.domain.notice_period import Basis, Receipt, is_over, receipt_of
from tracker.domain.x12 import CODES, REASONS, Answer, Disposition, RequestReason, reason_of


def test_every_defect_has_its_reason() -> None:
    assert set(REASONS) == set(Defect)


def test_handling_transport_and_wear_tell_by_the_cause() -> None:
    assert reason_of(Defect.SEAM_OPEN, Cause.STORAGE, Source.STOCK) is RequestReason("DA")
    assert reason_of(Defect.STAIN, Cause.TRANSPORT, Source.STOCK) is RequestReason("DT")
    assert reason_of(Defect.SEAM_OPEN, Cause.WEAR_MISUSE, Source.STOCK) is RequestReason("EW")
    assert reason_of(Defect.SEAM_OPEN, Cause.MATERIAL, Source.STOCK) is RequestReason("PW")
    assert reason_of(Defect.LABEL_TAG, Cause.UNKNOWN, Source.STOCK) is RequestReason("LP")


def test_a_plain_fault_that_a_customer_brought_back_was_not_found_by_the_store() -> None:
    found = {source: reason_of(Defect.ZIP_FAIL, Cause.TRIM_QUALITY, source) for source in Source}
    assert found == {Source.STOCK: RequestReason("DM"), Source.CUSTOMER: RequestReason("DR")}
    assert reason_of(Defect.SEAM_OPEN, Cause.MATERIAL, Source.CUSTOMER) is RequestReason("PW")


def test_the_codes_are_those_of_release_004010() -> None:
    assert {code.value for code in Disposition} == set(
        "CR DI KA KR MW PA RA RD RF RN RP RT SC SD".split()
    )
    assert {code.value for code in Answer} == set(
        "EW FR IN IO MI NR OS PC PR QD RR RT SR UI".split()
    )
    assert {code.value for code in RequestReason} == set(
        "CV DA DM DR DT EW LP NA PF PS PW WG".split()
    )


@pytest.mark.parametrize("element", list(CODES))
def test_every_code_has_both_names_once(element: str) -> None:
    rows = CODES[element]
    assert len({row.zh for row in rows}) == len(rows)
    assert all(row.en.isascii() and row.en for row in rows)


@pytest.mark.parametrize(
    ("delivered_on", "year", "receipt"),
    [
        (date(2024, 11, 2), 2024, Receipt(date(2024, 11, 2), Basis.DELIVERY)),
        (date(2024, 11, 2), 2023, Receipt(date(2023, 12, 31), Basis.PRODUCTION_YEAR)),
        (None, 2023, Receipt(date(2023, 12, 31), Basis.PRODUCTION_YEAR)),
    ],
)
def test_the_delivery_is_trusted_unless_the_goods_are_older_than_it(
    delivered_on: date | None, year: int, receipt: Receipt
) -> None:
    assert receipt_of(delivered_on, year) == receipt


@pytest.mark.parametrize(("on", "over"), [(date(2026, 11, 2), False), (date(2026, 11, 3), True)])
def test_the_last_day_of_the_two_years_is_in_time(on: date, over: bool) -> None:
    assert is_over(Receipt(date(2024, 11, 2), Basis.DELIVERY), 24, on) is over
