"""Every status × every action of the registration, against the table as the journey page has it."""

from __future__ import annotations

import pytest

from tracker.domain.account import Role
from tracker.domain.codes import Resolution
from tracker.domain.errors import Forbidden, WrongStatus
from tracker.domain.registration import (
    MACHINE,
    Action,
    Choice,
    Decision,
    Finding,
    Origin,
    Outcome,
    Owner,
    Settlement,
    Status,
)

AT_REST = "received awaiting_customer in_repair in_outside_repair in_check repaired".split()
"""Where the work may have to wait for somebody."""

JOURNEY: dict[str, dict[str, str]] = {
    "accept": {"registered": "ready_to_ship", "refused_in_store": "ready_to_ship"},
    "settle": {"registered": "settled_in_store ready_to_ship in_local_repair"},
    "finish_local_repair": {"in_local_repair": "back_in_store"},
    "refuse": {"registered": "refused_in_store"},
    "void": {"registered": "voided", "ready_to_ship": "voided"},
    "pack": {"ready_to_ship": "packed"},
    "unpack": {"packed": "ready_to_ship"},
    "dispatch": {"packed": "in_transit", "packed_back": "returning"},
    "receive": {"registered": "received", "in_transit": "received", "missing": "received"},
    "miss": {
        "in_transit": "missing",
        "returning": "missing",
        "in_outside_repair": "missing",
    },
    "found": {"missing": "received in_outside_repair back_in_store"},
    "write_off": {"missing": "scrap_pending"},
    "refuse_intake": {"received": "refused_at_intake"},
    "assess": {
        "received": "in_repair in_outside_repair scrap_pending awaiting_customer "
        "sold_down repaired",
        "refused_at_intake": "in_repair in_outside_repair scrap_pending awaiting_customer "
        "sold_down repaired",
    },
    "decide": {"awaiting_customer": "in_repair in_outside_repair repaired scrap_pending"},
    "withdraw": {
        "received": "repaired",
        "awaiting_customer": "repaired",
        "in_repair": "repaired",
        "in_outside_repair": "repaired",
        "in_check": "repaired",
    },
    "send_out": {"in_outside_repair": "in_outside_repair"},
    "return_from_outside": {"in_outside_repair": "in_check received"},
    "work": {"in_repair": "in_repair"},
    "finish_repair": {"in_repair": "in_check"},
    "give_up": {"in_repair": "received"},
    "pass_check": {"in_check": "repaired"},
    "fail_check": {"in_check": "in_repair in_outside_repair"},
    "pack_back": {"repaired": "packed_back", "refused_at_intake": "packed_back"},
    "unpack_back": {"packed_back": "repaired refused_at_intake"},
    "receive_back": {"returning": "back_in_store", "missing": "back_in_store"},
    "hand_over": {"back_in_store": "handed_over"},
    "pause": {status: status for status in AT_REST},
    "resume": {status: status for status in AT_REST},
    "promise": {status.value: status.value for status in Status if status not in MACHINE.final},
    "identify": {status.value: status.value for status in Status if status not in MACHINE.final},
    "reassign": {"scrap_pending": "scrap_pending"},
    "list": {"scrap_pending": "on_loss_form"},
    "unlist": {"on_loss_form": "scrap_pending"},
    "transfer": {"scrap_pending": "scrap_pending", "on_loss_form": "on_loss_form"},
    "destroy": {"on_loss_form": "destroyed"},
    "return_to_supplier": {"on_loss_form": "returned_to_supplier"},
    "register": {},
}
"""The journey page's table for what the product does so far: action → from → to.

Of a repair that the customer decides for, that page names ``in_repair`` only. One that after-sales
assessed for the factory or the fabric maker starts as ``in_outside_repair``: docs/journey.md.
"""

EVERYBODY = frozenset(Role)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("status", list(Status))
def test_a_status_takes_the_actions_of_the_journey_and_no_other(
    status: Status, action: Action
) -> None:
    expected = JOURNEY[action.value].get(status.value)
    move = MACHINE.transitions.get((status, action))
    assert (move is None) == (expected is None)
    if move is None:
        with pytest.raises(WrongStatus) as refusal:
            MACHINE.target(status, action, EVERYBODY, None)
        assert refusal.value.code == "wrong_status"
        assert status.zh in refusal.value.zh
    else:
        assert set(move.to) == {Status(code) for code in (expected or "").split()}
        assert (move.guard is None) == (len(move.to) == 1)


@pytest.mark.parametrize("action", list(Action))
def test_an_action_is_refused_to_roles_that_do_not_own_it(action: Action) -> None:
    outsiders = EVERYBODY - MACHINE.who[action]
    for role in outsiders:
        with pytest.raises(Forbidden) as refusal:
            MACHINE.target(Status.REGISTERED, action, frozenset({role}), None)
        assert refusal.value.code == "wrong_role"
    assert MACHINE.who[action]


@pytest.mark.parametrize(
    ("resolution", "defective", "status"),
    [
        (Resolution.REFUND, True, "ready_to_ship"),
        (Resolution.EXCHANGE, True, "ready_to_ship"),
        (Resolution.REFUND, False, "settled_in_store"),
        (Resolution.EXCHANGE, False, "settled_in_store"),
        (Resolution.LOCAL_REPAIR, True, "in_local_repair"),
        (Resolution.LOCAL_REPAIR, False, "in_local_repair"),
    ],
)
def test_a_defective_garment_taken_back_ships_rule_1_31(
    resolution: Resolution, defective: bool, status: str
) -> None:
    facts = Settlement(resolution, defective)
    assert MACHINE.target(Status.REGISTERED, Action.SETTLE, EVERYBODY, facts) == status


@pytest.mark.parametrize(
    ("outcome", "owner", "status"),
    [
        (Outcome.REPAIR, Owner.STORE, "in_repair"),
        (Outcome.REPAIR, Owner.CUSTOMER, "in_repair"),
        (Outcome.SCRAP, Owner.STORE, "scrap_pending"),
        (Outcome.SCRAP, Owner.CUSTOMER, "awaiting_customer"),
        (Outcome.SOLD_DOWN, Owner.STORE, "sold_down"),
        (Outcome.SOLD_DOWN, Owner.CUSTOMER, "awaiting_customer"),
        (Outcome.WRONG_ITEM, Owner.STORE, "repaired"),
        (Outcome.WRONG_ITEM, Owner.CUSTOMER, "repaired"),
        (Outcome.NO_FAULT, Owner.STORE, "repaired"),
        (Outcome.NO_FAULT, Owner.CUSTOMER, "repaired"),
    ],
)
def test_a_customers_garment_is_never_scrapped_unasked_rules_2_04_to_2_07(
    outcome: Outcome, owner: Owner, status: str
) -> None:
    facts = Finding(outcome, owner)
    for start in (Status.RECEIVED, Status.REFUSED_AT_INTAKE):
        assert MACHINE.target(start, Action.ASSESS, EVERYBODY, facts) == status


@pytest.mark.parametrize(
    ("choice", "is_outside", "status"),
    [
        (Choice.PAID_REPAIR, False, "in_repair"),
        (Choice.PAID_REPAIR, True, "in_outside_repair"),
        (Choice.RETURN_UNREPAIRED, False, "repaired"),
        (Choice.RETURN_UNREPAIRED, True, "repaired"),
        (Choice.PAID_EXCHANGE, False, "scrap_pending"),
        (Choice.PAID_EXCHANGE, True, "scrap_pending"),
        (Choice.PAID_RETURN, False, "scrap_pending"),
        (Choice.PAID_RETURN, True, "scrap_pending"),
    ],
)
def test_the_customers_choice_decides_and_a_repair_begins_where_it_was_assessed_to_go(
    choice: Choice, is_outside: bool, status: str
) -> None:
    facts = Decision(choice, is_outside)
    assert MACHINE.target(Status.AWAITING_CUSTOMER, Action.DECIDE, EVERYBODY, facts) == status


def test_unpacking_a_return_box_goes_back_to_where_the_garment_came_from() -> None:
    for origin in (Status.REPAIRED, Status.REFUSED_AT_INTAKE):
        facts = Origin(origin)
        assert MACHINE.target(Status.PACKED_BACK, Action.UNPACK_BACK, EVERYBODY, facts) is origin


def test_every_status_but_the_first_is_reached_and_every_open_one_is_left() -> None:
    steps = [
        (start, end)
        for (start, _action), move in MACHINE.transitions.items()
        for end in move.to
        if end is not start
    ]
    left, reached = {start for start, _end in steps}, {end for _start, end in steps}
    assert set(Status) - reached == {Status.REGISTERED}
    assert set(Status) - left == MACHINE.final - {Status.REFUSED_IN_STORE}
