"""Every status × every action of a box and of a discrepancy, against tables written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.domain import discrepancy, shipment
from tracker.domain import registration as garment
from tracker.domain.account import Role
from tracker.domain.errors import Forbidden, WrongStatus
from tracker.domain.machine import Machine
from tracker.domain.shipment import ROADS, Kind, bearer_of, carton_code, carton_of, tally
from tracker.domain.site import SiteKind

EVERYBODY = frozenset(Role)

BOX: dict[str, dict[str, str]] = {
    "pack": {"open": "open"},
    "unpack": {"open": "open"},
    "seal": {"open": "sealed"},
    "unseal": {"sealed": "open"},
    "dispatch": {"sealed": "dispatched"},
    "arrive": {"dispatched": "arriving", "arriving": "arriving", "lost": "arriving"},
    "receive": {"dispatched": "arriving", "arriving": "arriving", "lost": "arriving"},
    "register_surplus": {"arriving": "arriving"},
    "reconcile": {"arriving": "reconciled"},
    "report_damage": {"arriving": "arriving", "reconciled": "reconciled"},
    "relay": {"dispatched": "dispatched", "arriving": "arriving", "reconciled": "reconciled"},
    "amend_freight": {
        "dispatched": "dispatched",
        "arriving": "arriving",
        "reconciled": "reconciled",
        "lost": "lost",
    },
    "declare_lost": {"dispatched": "lost"},
    "void": {"open": "voided"},
}
"""The journey page's line of the shipment: action → from → to."""

CASE: dict[str, dict[str, str]] = {
    "claim": {"open": "open"},
    "resolve": {"open": "resolved"},
    "found": {"resolved": "resolved"},
}
"""The journey page's line of the discrepancy."""

WHO = {
    "pack": "store_staff clerk",
    "unpack": "store_staff clerk",
    "seal": "store_staff clerk",
    "unseal": "store_staff clerk",
    "dispatch": "store_staff clerk",
    "void": "store_staff clerk",
    "arrive": "store_staff clerk warehouse",
    "receive": "store_staff clerk warehouse",
    "reconcile": "store_staff clerk warehouse",
    "report_damage": "store_staff clerk warehouse",
    "register_surplus": "clerk",
    "relay": "region",
    "amend_freight": "store_staff clerk logistics",
    "declare_lost": "supervisor",
    "claim": "clerk logistics",
    "resolve": "supervisor",
    "found": "supervisor",
}
"""Who may act; a manager may do what store staff may, a supervisor what a clerk may."""

STEPS = [
    pytest.param(machine, table, status, action, id=f"{machine.noun}-{status}-{action}")
    for machine, table in ((shipment.MACHINE, BOX), (discrepancy.MACHINE, CASE))
    for status in machine.statuses
    for action in machine.actions
]


@pytest.mark.parametrize(("machine", "table", "status", "action"), STEPS)
def test_a_status_takes_the_actions_of_the_journey_and_no_other(
    machine: Machine, table: dict[str, dict[str, str]], status: Any, action: Any
) -> None:
    expected = table[action.value].get(status.value)
    if expected is not None:
        assert machine.target(status, action, EVERYBODY, None) == expected
        return
    with pytest.raises(WrongStatus) as refusal:
        machine.target(status, action, EVERYBODY, None)
    assert refusal.value.code == "wrong_status"
    assert status.zh in refusal.value.zh


@pytest.mark.parametrize(
    ("machine", "action"),
    [(machine, one) for machine in (shipment.MACHINE, discrepancy.MACHINE) for one in machine.who],
)
def test_an_action_belongs_to_its_roles_alone(machine: Machine, action: Any) -> None:
    assert {role.value for role in machine.who[action]} == set(WHO[action.value].split())
    for role in EVERYBODY - machine.who[action]:
        with pytest.raises(Forbidden):
            machine.target(machine.initial, action, frozenset({role}), None)


def test_what_is_final_is_left_by_no_step_that_changes_it() -> None:
    for machine in (shipment.MACHINE, discrepancy.MACHINE):
        left = {
            status
            for (status, _action), move in machine.transitions.items()
            if move.to != (status,)
        }
        assert not left & machine.final


def test_every_kind_of_discrepancy_has_findings_of_its_own() -> None:
    assert {
        kind.value: [f.value for f in found] for kind, found in discrepancy.FINDINGS.items()
    } == {
        "short": ["found_here", "found_at_sender", "written_off"],
        "surplus": ["belongs", "sent_on"],
        "wrong_piece": ["belongs", "sent_on"],
        "damaged_box": ["carrier_pays", "no_loss", "our_loss"],
        "wrong_site": ["sent_on", "found_at_sender"],
        "scrap_gone": ["found_in_storage", "written_off"],
    }


def test_each_kind_of_box_has_its_road() -> None:
    ends = {
        kind.value: (
            {one.value for one in road.start},
            {one.value for one in road.end},
            {status.value for status in road.packs},
        )
        for kind, road in ROADS.items()
    }
    outside = {SiteKind.SUPPLIER.value, SiteKind.FABRIC_MAKER.value}
    out = ({"store"}, {"after_sales"}, {"ready_to_ship"})
    assert ends == {
        "weekly": out,
        "extra": out,
        "return": ({"after_sales"}, {"store"}, {"repaired", "refused_at_intake"}),
        "to_factory": ({"after_sales"}, outside, {"in_outside_repair"}),
        "from_factory": (outside, {"after_sales"}, {"in_outside_repair"}),
        "scrap_transfer": (
            {"after_sales"},
            {"warehouse"},
            {"scrap_pending", "on_loss_form"},
        ),
        "to_supplier": ({"after_sales"}, {"supplier"}, {"on_loss_form"}),
    }


def test_a_road_takes_its_garments_by_steps_that_the_garments_table_has() -> None:
    for road in ROADS.values():
        for status in road.packs:
            if road.pack is not None:
                assert (status, road.pack) in garment.MACHINE.transitions


def test_an_extra_box_is_at_the_stores_cost_rule_1_32() -> None:
    assert {kind.value: bearer_of(kind).value for kind in Kind if bearer_of(kind) == "store"} == {
        "extra": "store"
    }


def test_the_count_ties_out_by_garment() -> None:
    result = tally(packed=[1, 2, 3], received=[2, 3, 4])
    assert (result.matched, result.short, result.extra) == ({2, 3}, {1}, {4})


@pytest.mark.parametrize(
    ("code", "ordinal"),
    [
        ("FH-2026-000001-2", 2),
        (" fh-2026-000001-2 ", 2),
        ("FH-2026-000002-2", None),
        ("FH-2026-000001", None),
        ("FH-2026-000001-", None),
        ("FH-2026-000001-123", None),
        ("P00000001Z", None),
    ],
)
def test_a_cartons_label_names_its_carton(code: str, ordinal: int | None) -> None:
    assert carton_of("FH-2026-000001", code) == ordinal
    if ordinal is not None:
        assert carton_code("FH-2026-000001", ordinal) == code.strip().upper()
