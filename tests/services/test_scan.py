"""A scan registers a garment exactly once, and no physical scan is lost."""

from __future__ import annotations

import json
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.story import DOWN_COAT, JACKET, Story
from tracker.domain.codes import Defect, Source
from tracker.domain.errors import InvalidInput, NotFound
from tracker.models.registration import Registration
from tracker.models.scan import Scan
from tracker.services.registration import CustomerName


def _code(answer: object) -> str:
    return str(json.loads(answer.body)["code"])  # type: ignore[attr-defined]


def _scans(story: Story) -> list[tuple[str, str | None]]:
    rows = story.session.scalars(select(Scan).order_by(Scan.arrived_at, Scan.scan_id))
    return [(row.outcome, row.code) for row in rows]


def test_the_first_scan_of_a_tag_mints_a_piece(story: Story) -> None:
    no = story.register()
    garment = story.registration(no)
    assert garment.piece.piece_no.startswith("P")
    assert garment.piece.sku.barcode == JACKET
    assert garment.production_year == 2026
    assert garment.piece.is_supplier_presumed is True


def test_the_same_scan_again_gets_the_first_answer_byte_for_byte(story: Story) -> None:
    scan_id = str(uuid4())
    first = story.scan(scan_id=scan_id)
    story.wait(days=40)
    again = story.scan(scan_id=scan_id)
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body
    assert len(story.session.scalars(select(Registration)).all()) == 1


def test_a_scan_id_with_another_body_is_refused(story: Story) -> None:
    scan_id = str(uuid4())
    story.scan(scan_id=scan_id)
    with pytest.raises(InvalidInput) as refusal:
        story.scan(scan_id=scan_id, defect=Defect.STAIN)
    assert refusal.value.code == "scan_id_reused"


def test_a_scan_id_of_somebody_else_shows_nothing(story: Story) -> None:
    scan_id = str(uuid4())
    story.scan("store1", scan_id=scan_id)
    with pytest.raises(NotFound):
        story.scan("store2", scan_id=scan_id)


def test_a_refused_scan_is_kept_and_refused_again(story: Story) -> None:
    piece = story.piece_no(story.register())
    scan_id = str(uuid4())
    first = story.scan(code=piece, scan_id=scan_id)
    assert (first.status, _code(first)) == (409, "already_registered")
    assert story.scan(code=piece, scan_id=scan_id).body == first.body
    assert ("refused", "already_registered") in _scans(story)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("6901234567890", "bad_check_digit"),
        ("6901234567915", "unknown_code"),
        ("9999X99999-BK1-50", "unknown_code"),
        ("P00000099K", "bad_check_digit"),
        ("a" * 4000, "too_long"),
        ("АВС", "not_a_tag"),
    ],
)
def test_a_code_that_names_nothing_needs_input_and_is_kept(
    story: Story, code: str, expected: str
) -> None:
    answer = story.scan(code=code)
    assert (answer.status, _code(answer)) == (422, expected)
    assert _scans(story) == [("needs_input", expected)]


def test_a_scan_that_needed_input_comes_again_completed(story: Story) -> None:
    scan_id = str(uuid4())
    assert story.scan(scan_id=scan_id, defect=None).status == 422
    assert story.scan(scan_id=scan_id).status == 201
    assert _scans(story) == [("done", None)]


@pytest.mark.parametrize(
    "name", ["source", "defect", "position", "area_mm2", "cause", "tag_intact", "number_intact"]
)
def test_position_area_cause_and_flags_are_mandatory_rules_1_16_1_18(
    story: Story, name: str
) -> None:
    answer = story.scan(**{name: None})
    assert (answer.status, _code(answer)) == (422, "missing_field")


@pytest.mark.parametrize("name", ["purchased_on", "receipt_no", "customer"])
def test_a_customers_garment_needs_its_receipt_rule_1_19(story: Story, name: str) -> None:
    facts = {
        "purchased_on": date(2026, 10, 1),
        "receipt_no": "T-1",
        "customer": CustomerName("张三", "13812345678"),
    }
    answer = story.scan(source=Source.CUSTOMER, **(facts | {name: None}))
    assert (answer.status, _code(answer)) == (422, "missing_field")
    assert story.scan(source=Source.CUSTOMER, **facts).status == 201


def test_the_same_tag_again_asks_whether_it_is_another_piece(story: Story) -> None:
    story.register()
    asked = story.scan(piece=None)
    assert (asked.status, _code(asked)) == (422, "same_sku_again")
    assert _code(story.scan(piece="same")) == "already_registered"
    assert story.scan(piece="another").status == 201


def test_another_store_is_not_asked_about_ours(story: Story) -> None:
    story.register("store1")
    assert story.scan("store2", piece=None).status == 201


def test_a_piece_with_its_own_number_never_asks(story: Story) -> None:
    no = story.register()
    story.do("store1", "registration", no, "void", reason="扫错了")
    answer = story.scan(code=story.piece_no(no), piece=None)
    assert answer.status == 201


def test_a_closed_piece_opens_a_new_registration_that_names_the_previous(story: Story) -> None:
    first = story.received(code=DOWN_COAT)
    story.repair(first)
    story.return_to_store(first)
    story.hand_over(first)
    second = story.register(code=story.piece_no(first))
    garment = story.registration(second)
    assert garment.previous.no == first
    assert garment.piece_id == story.registration(first).piece_id
    assert garment.repair_count == 1
    assert garment.is_repeat is True


def test_a_scan_by_mistake_between_hides_no_repeat_repair_c_34(story: Story) -> None:
    first = story.received(code=DOWN_COAT)
    story.repair(first)
    story.return_to_store(first)
    story.hand_over(first)
    code = story.piece_no(first)
    story.do("store1", "registration", story.register(code=code), "void", reason="扫错了")
    again = story.registration(story.register(code=code))
    assert (again.previous.no, again.is_repeat, again.repair_count) == (first, True, 1)
    assert story.registration(again.no).status == "registered"


def test_a_garment_all_of_whose_registrations_are_voided_still_names_the_one_before(
    story: Story,
) -> None:
    first = story.register()
    story.do("store1", "registration", first, "void", reason="扫错了")
    again = story.register(code=story.piece_no(first))
    assert story.registration(again).previous.no == first


def test_a_second_fault_after_thirty_days_is_no_repeat_c_34(story: Story) -> None:
    first = story.received(code=DOWN_COAT)
    story.repair(first)
    story.return_to_store(first)
    story.hand_over(first)
    story.wait(days=31)
    assert story.registration(story.register(code=story.piece_no(first))).is_repeat is False


def test_a_repair_of_long_ago_is_no_repeat_though_the_garment_came_back_since_c_34(
    story: Story,
) -> None:
    no = story.register()
    code = story.piece_no(no)
    story.at_after_sales(no)
    story.repair(no)
    story.return_to_store(no)
    story.hand_over(no)
    story.wait(days=60)
    unrepaired = story.received(code=code)
    story.do("supervisor", "registration", unrepaired, "refuse_intake", reason="mismatch")
    story.return_to_store(unrepaired)
    story.hand_over(unrepaired)
    third = story.registration(story.register(code=code))
    assert (third.is_repeat, third.repair_count) == (False, 1)


def test_a_destroyed_piece_that_turns_up_again_is_refused(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.destroy(no)
    answer = story.scan(code=story.piece_no(no))
    assert (answer.status, _code(answer)) == (409, "destroyed_piece")


def test_another_stores_scan_is_not_found(story: Story) -> None:
    with pytest.raises(NotFound):
        story.scan("store1", site="S002")


def test_a_late_customer_is_flagged_and_never_barred_rule_2_08(story: Story) -> None:
    no = story.register_customer()
    assert story.registration(no).is_late is True


def test_the_stores_decision_is_due_one_working_day_later(story: Story) -> None:
    garment = story.registration(story.register())
    assert (garment.clock, garment.due_on.isoformat()) == ("decide", "2026-11-03")
