"""Every status × every action of a job, against a table written by hand, and who may ask."""

from __future__ import annotations

import pytest

from tracker.domain.account import COST_ROLES, Actor, Role
from tracker.domain.errors import Forbidden, WrongStatus
from tracker.domain.job import MACHINE, Action, Kind, Status, kinds_of

EVERYBODY = frozenset(Role)
JOB = {
    "start": {"queued": "running"},
    "finish": {"running": "done"},
    "fail": {"running": "failed"},
    "release": {"running": "queued"},
    "cancel": {"queued": "cancelled", "running": "cancelled"},
    "retry": {"failed": "queued", "cancelled": "queued"},
}
"""Action → from → to."""


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("status", Status)
def test_every_status_takes_the_actions_of_the_table_and_no_other(status: Status, action: Action):
    to = JOB[action].get(status)
    if to is None:
        with pytest.raises(WrongStatus):
            MACHINE.target(status, action, EVERYBODY, None)
    else:
        assert MACHINE.target(status, action, EVERYBODY, None) == to


@pytest.mark.parametrize("action", [Action.CANCEL, Action.RETRY])
def test_a_store_neither_cancels_nor_retries(action: Action):
    source = Status.QUEUED if action is Action.CANCEL else Status.FAILED
    with pytest.raises(Forbidden):
        MACHINE.target(source, action, frozenset({Role.STORE_MANAGER}), None)


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (Status.QUEUED, (Action.CANCEL,)),
        (Status.RUNNING, (Action.CANCEL,)),
        (Status.DONE, ()),
        (Status.FAILED, (Action.RETRY,)),
        (Status.CANCELLED, (Action.RETRY,)),
    ],
)
def test_the_buttons_are_those_a_person_may_press(status: Status, buttons: tuple[Action, ...]):
    assert MACHINE.actions_from(status, COST_ROLES) == buttons


@pytest.mark.parametrize("role", Role)
def test_a_month_report_is_for_those_who_see_cost(role: Role):
    actor = Actor(1, "x", "x", frozenset({role}), 1, "HQ")
    assert kinds_of(actor) == ((Kind.MONTH_REPORT,) if role in COST_ROLES else ())
