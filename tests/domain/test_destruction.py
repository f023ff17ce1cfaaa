"""What a witness must have before him, and who looks into an alarm (rule 1.45)."""

from __future__ import annotations

import pytest

from tracker.domain.account import Actor, Role, effective_roles
from tracker.domain.alarm import Desk, desk_of, is_holder
from tracker.domain.destruction import Proof, check_proof
from tracker.domain.errors import RuleViolation
from tracker.domain.loss import DestructionStatus, Progress, by_progress
from tracker.domain.photo import Kind, Subject, kinds_for


def _refused(proof: Proof, photos: int = 0, scans: bool = False) -> str:
    with pytest.raises(RuleViolation) as caught:
        check_proof(proof, photos=photos, is_every_piece_scanned=scans)
    return caught.value.code


def _actor(role: Role) -> Actor:
    return Actor(1, "x", "x", effective_roles(role), 1, "HQ")


@pytest.mark.parametrize(
    ("proof", "photos", "scans"),
    [
        (Proof(3, 0, None, {}), 0, False),
        (Proof(3, 0, 3, {}), 0, False),
        (Proof(3, 3, None, {"before": 1, "after": 2}), 1, True),
    ],
)
def test_a_witness_signs_whatever_he_scanned_or_counted_unless_it_differs(
    proof: Proof, photos: int, scans: bool
) -> None:
    check_proof(proof, photos=photos, is_every_piece_scanned=scans)


def test_another_count_than_the_plan_is_no_proof() -> None:
    assert _refused(Proof(3, 0, 2, {})) == "count_differs"
    assert _refused(Proof(3, 3, 4, {})) == "count_differs"


def test_where_the_chain_wants_every_piece_scanned_a_count_is_not_enough() -> None:
    assert _refused(Proof(3, 2, 3, {}), scans=True) == "witness_scans"


@pytest.mark.parametrize("photos", [{}, {"before": 2}, {"after": 2}, {"before": 1, "after": 2}])
def test_photos_before_and_after_are_wanted_of_each(photos: dict[str, int]) -> None:
    assert _refused(Proof(1, 0, 1, photos), photos=2) == "photos_missing"


@pytest.mark.parametrize(
    ("left", "pieces", "status"), [(1, 2, "planned"), (0, 2, "scanned"), (0, 0, "voided")]
)
def test_a_missing_piece_stops_it_and_an_empty_plan_is_void(
    left: int, pieces: int, status: str
) -> None:
    assert by_progress(Progress(left, pieces)) is DestructionStatus(status)


def test_photos_of_a_destruction_close_with_its_witness() -> None:
    none: frozenset[Role] = frozenset()
    of = {status: kinds_for(Subject.DESTRUCTION, none, status) for status in DestructionStatus}
    assert of["planned"][0] is Kind.BEFORE
    assert of["scanned"][0] is Kind.AFTER
    assert (of["witnessed"], of["voided"]) == ((), ())


@pytest.mark.parametrize(
    ("role", "desk", "holds"),
    [
        (Role.SUPERVISOR, Desk.SUPERVISOR, False), (Role.FINANCE, Desk.FINANCE, False),
        (Role.AUDITOR, None, False), (Role.CLERK, None, True), (Role.STORE_STAFF, None, True),
        (Role.STORE_MANAGER, None, True), (Role.WAREHOUSE, None, True), (Role.REGION, None, False),
    ],
)  # fmt: skip
def test_who_looks_into_alarms_raises_none_by_looking(
    role: Role, desk: Desk | None, holds: bool
) -> None:
    assert (desk_of(_actor(role)), is_holder(_actor(role))) == (desk, holds)
