"""Every status × every action of a job, against a table written by hand, and who may ask."""

from __future__ import annotations

import pytest

from tracker.domain.account import COST_ROLES, Actor, Role
from tracker.domain.errors import Forbidden, WrongStatus
from tracker.domain.job import MACHINE, Action, Form, Kind, Status, kinds_of, too_big
from tracker.domain.scrap_report import READERS

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


RAISE_THE_LIMIT = (
    "请系统管理员调高 JOB_MEMORY_MB，然后重试。",
    "Ask the administrator to raise JOB_MEMORY_MB, then try again.",
)


@pytest.mark.parametrize(
    ("form", "advice"),
    [
        (Form.PDF, ("请改用 Excel 或 CSV。", "Choose Excel or CSV.")),
        (Form.XLSX, RAISE_THE_LIMIT),
        (Form.CSV, RAISE_THE_LIMIT),
        (None, RAISE_THE_LIMIT),
    ],
)
def test_too_big_says_what_helps_in_that_form(form: Form | None, advice: tuple[str, str]):
    refusal = too_big(512, form)
    assert (refusal.message("zh"), refusal.message("en")) == (
        f"内容太多，超过了任务可用的 512 MB 内存，没有生成。{advice[0]}",
        f"Too much for the 512 MB that a job is given, and nothing was made. {advice[1]}",
    )


@pytest.mark.parametrize("role", Role)
def test_a_month_report_is_for_those_who_see_cost_and_the_report_of_scrap_for_its_readers(
    role: Role,
):
    actor = Actor(1, "x", "x", frozenset({role}), 1, "HQ")
    month = (Kind.MONTH_REPORT,) if role in COST_ROLES else ()
    assert kinds_of(actor) == (*month, *((Kind.SCRAP_REPORT,) if role in READERS else ()))
