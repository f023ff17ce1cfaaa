"""Every status × every action through the one door: outside the table nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.kept import kept
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.account import Role
from tracker.domain.codes import Cause, Grade, LiableKind, NonQualityReason, Resolution
from tracker.domain.errors import RuleViolation
from tracker.domain.loss import Share
from tracker.domain.pause import Pause
from tracker.domain.registration import MACHINE, Action, Choice, HandedTo, Outcome, Owner, Status
from tracker.domain.repair import Route
from tracker.domain.shipment import Kind
from tracker.models.history import Event
from tracker.services.actions import NOUNS
from tracker.services.repair import Operation


def _registered(story: Story) -> str:
    return story.register()


def _refused(story: Story) -> str:
    no = story.register()
    reason = NonQualityReason.SMALL_STAIN.value
    story.do("manager1", "registration", no, "refuse", reason=reason)
    return no


def _settled(story: Story) -> str:
    no = story.register()
    story.do(
        "manager1",
        "registration",
        no,
        "settle",
        resolution=Resolution.REFUND,
        defective=False,
    )
    return no


def _local(story: Story) -> str:
    no = story.register()
    story.do("manager1", "registration", no, "settle", resolution=Resolution.LOCAL_REPAIR)
    return no


def _ready(story: Story) -> str:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    return no


def _packed(story: Story) -> str:
    no = _ready(story)
    story.box("store1", no)
    return no


def _in_transit(story: Story) -> str:
    no = story.register()
    story.send(no)
    return no


def _missing(story: Story) -> str:
    no, other = story.register(), story.register()
    box = story.send(no, other)
    story.count_in(box, other)
    return no


def _received(story: Story) -> str:
    return story.received(**SUPPLIER_FAULT)


def _refused_at_intake(story: Story) -> str:
    no = _received(story)
    story.do("supervisor", "registration", no, "refuse_intake", reason="mismatch")
    return no


def _awaiting(story: Story) -> str:
    no = story.received_customer()
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
    return no


def _in_repair(story: Story) -> str:
    no = _received(story)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    return no


def _outside(story: Story) -> str:
    no = _received(story)
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", no, "assess", **sent)
    story.do("clerk", "registration", no, "send_out", vendor="SUP01")
    return no


@kept
def _in_check(story: Story) -> str:
    no = _in_repair(story)
    operations = [Operation("缝合", 10)]
    story.do("repairer", "registration", no, "work", operations=operations)
    story.do("repairer", "registration", no, "finish_repair")
    return no


@kept
def _repaired(story: Story) -> str:
    no = _in_check(story)
    story.do("qa", "registration", no, "pass_check", grade=Grade.FIRST)
    return no


def _packed_back(story: Story) -> str:
    no = _repaired(story)
    story.box("clerk", no, to="S001", kind=Kind.RETURN)
    return no


def _returning(story: Story) -> str:
    no = _repaired(story)
    story.dispatch("clerk", story.box("clerk", no, to="S001", kind=Kind.RETURN))
    return no


def _back(story: Story) -> str:
    no = _repaired(story)
    story.return_to_store(no)
    return no


def _handed_over(story: Story) -> str:
    no = _back(story)
    story.hand_over(no)
    return no


def _scrap_pending(story: Story) -> str:
    return story.scrapped()


def _on_form(story: Story) -> str:
    no = story.scrapped()
    story.list_on_forms(no)
    return no


def _destroyed(story: Story) -> str:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.destroy(no)
    return no


def _returned_to_supplier(story: Story) -> str:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.do("clerk", "registration", no, "return_to_supplier")
    return no


def _sold_down(story: Story) -> str:
    no = _received(story)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SOLD_DOWN)
    return no


def _voided(story: Story) -> str:
    no = story.register()
    story.do("store1", "registration", no, "void", reason="扫错了")
    return no


ROADS: dict[Status, Callable[[Story], str]] = {
    Status.REGISTERED: _registered,
    Status.REFUSED_IN_STORE: _refused,
    Status.SETTLED_IN_STORE: _settled,
    Status.IN_LOCAL_REPAIR: _local,
    Status.READY_TO_SHIP: _ready,
    Status.PACKED: _packed,
    Status.IN_TRANSIT: _in_transit,
    Status.MISSING: _missing,
    Status.RECEIVED: _received,
    Status.REFUSED_AT_INTAKE: _refused_at_intake,
    Status.AWAITING_CUSTOMER: _awaiting,
    Status.IN_REPAIR: _in_repair,
    Status.IN_OUTSIDE_REPAIR: _outside,
    Status.IN_CHECK: _in_check,
    Status.REPAIRED: _repaired,
    Status.PACKED_BACK: _packed_back,
    Status.RETURNING: _returning,
    Status.BACK_IN_STORE: _back,
    Status.HANDED_OVER: _handed_over,
    Status.SCRAP_PENDING: _scrap_pending,
    Status.ON_LOSS_FORM: _on_form,
    Status.DESTROYED: _destroyed,
    Status.RETURNED_TO_SUPPLIER: _returned_to_supplier,
    Status.SOLD_DOWN: _sold_down,
    Status.VOIDED: _voided,
}

FIELDS: dict[Action, tuple[str, dict[str, object]]] = {
    Action.ACCEPT: ("manager1", {}),
    Action.PAUSE: ("repairer", {"reason": Pause.PARTS}),
    Action.RESUME: ("repairer", {}),
    Action.SETTLE: ("manager1", {"resolution": Resolution.REFUND}),
    Action.FINISH_LOCAL_REPAIR: ("store1", {"cost_fen": 1500}),
    Action.REFUSE: ("manager1", {"reason": "small_stain"}),
    Action.VOID: ("manager1", {"reason": "扫错了"}),
    Action.HAND_OVER: ("store1", {"to": HandedTo.STOCK}),
    Action.PROMISE: ("store1", {"promised_on": date(2027, 1, 8), "reason": "配件未到"}),
    Action.DECIDE: ("store1", {"choice": Choice.RETURN_UNREPAIRED}),
    Action.REFUSE_INTAKE: ("supervisor", {"reason": "mismatch", "cause": Cause.MATERIAL}),
    Action.ASSESS: ("assessor", {"outcome": Outcome.REPAIR}),
    Action.WORK: ("repairer", {"operations": [Operation("缝合", 10)]}),
    Action.FINISH_REPAIR: ("repairer", {}),
    Action.GIVE_UP: ("repairer", {}),
    Action.PASS_CHECK: ("qa", {"grade": Grade.FIRST}),
    Action.FAIL_CHECK: ("qa", {}),
    Action.WITHDRAW: ("store1", {}),
    Action.SEND_OUT: ("clerk", {"vendor": "SUP01"}),
    Action.RETURN_FROM_OUTSIDE: ("clerk", {"repaired": True, "cost_fen": 1800}),
    Action.RETURN_TO_SUPPLIER: ("clerk", {}),
    Action.REASSIGN: ("clerk", {"liabilities": [Share(LiableKind.HEAD_OFFICE, 100)]}),
    Action.UNLIST: ("clerk", {}),
}


OF_A_CUSTOMER = {Action.WITHDRAW: "not_the_customers", Action.PROMISE: "no_customer"}
"""What only a customer's garment takes, and how stock is refused."""
HINDERED = {
    (Status.IN_REPAIR, Action.FINISH_REPAIR): "no_work",
    (Status.IN_OUTSIDE_REPAIR, Action.SEND_OUT): "sent_already",
    (Status.ON_LOSS_FORM, Action.RETURN_TO_SUPPLIER): "form_not_approved",
    **{key: "not_paused" for key in MACHINE.transitions if key[1] is Action.RESUME},
}
"""What the table allows and the garment of this road is not ready for."""


def test_every_verb_of_the_registration_is_tried() -> None:
    assert set(FIELDS) == set(NOUNS["registration"].verbs)
    assert set(ROADS) == set(Status)


@pytest.mark.parametrize("status", list(Status))
def test_outside_the_table_every_action_is_refused_and_leaves_nothing(
    story: Story, status: Status
) -> None:
    no = ROADS[status](story)
    garment = story.registration(no)
    assert garment.status == status == _last_told(story, garment.id)
    version, history = garment.version, _history(story, garment.id)
    for action, (login, fields) in FIELDS.items():
        if (status, action) in MACHINE.transitions:
            continue
        code = story.refused(login, "registration", no, action.value, note="试一试", **fields)
        assert code == "wrong_status", (action, code)
    after = story.registration(no)
    assert (after.status, after.version) == (status, version)
    assert _history(story, garment.id) == history


@pytest.mark.parametrize("status", list(Status))
def test_inside_the_table_every_action_leads_where_it_may(story: Story, status: Status) -> None:
    no = ROADS[status](story)
    owner = story.registration(no).owner
    for action, (login, fields) in FIELDS.items():
        move = MACHINE.transitions.get((status, action))
        if move is None:
            continue
        expected = HINDERED.get((status, action)) or (
            OF_A_CUSTOMER.get(action) if owner == Owner.STORE else None
        )
        with pytest.raises((_Undone, RuleViolation)) as undone:
            story.write(partial(_try, story, no, action, login, fields))
        if isinstance(undone.value, RuleViolation):
            assert (action, undone.value.code) == (action, expected)
        else:
            assert expected is None
            assert Status(undone.value.args[0]) in move.to
    assert story.registration(no).status == status


class _Undone(Exception):
    """Thrown to undo what was tried; carries the status that was reached."""


def _try(
    story: Story,
    no: str,
    action: Action,
    login: str,
    fields: dict[str, object],
) -> None:
    noun = NOUNS["registration"]
    act = story.act(login, note="试一试")
    record = noun.get(story.session, act.actor, no, for_update=True)
    noun.verbs[action](act, record, **fields)
    raise _Undone(record.status)


def _history(story: Story, registration_id: int) -> int:
    query = select(func.count()).where(
        Event.noun == "registration", Event.subject_id == registration_id
    )
    return int(story.session.scalar(query) or 0)


def _last_told(story: Story, registration_id: int) -> str:
    query = select(Event.to_status).where(
        Event.noun == "registration", Event.subject_id == registration_id
    )
    return str(story.session.scalars(query.order_by(Event.id.desc()).limit(1)).one())


def test_a_manager_may_do_what_store_staff_may(story: Story) -> None:
    no = story.register(login="manager1")
    assert Role.STORE_STAFF in story.actor("manager1").roles
    assert story.registration(no).registered_by.login == "manager1"
