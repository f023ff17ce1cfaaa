"""A random walk over every action of the journey: typed refusals alone, every invariant holds."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.story import JACKET, Story
from tracker.domain.account import INCLUDES, Role
from tracker.domain.approval import TAKEN_BY_STEPS
from tracker.domain.codes import Cause, Defect, Grade, LiableKind, Position, Resolution, Source
from tracker.domain.discrepancy import Finding
from tracker.domain.errors import HangtagError
from tracker.domain.loss import Share, Verdict
from tracker.domain.loss_nature import LossNature
from tracker.domain.machine import Machine
from tracker.domain.pause import Pause
from tracker.domain.registration import Choice, HandedTo, Outcome
from tracker.domain.repair import Route
from tracker.domain.shipment import Kind
from tracker.models.ledger import Month
from tracker.models.loss import Destruction, LossForm
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy, Shipment
from tracker.queries import approval
from tracker.queries import month as checklist
from tracker.services import actions, bench, destruction, loss, packing, receipt
from tracker.services.registration import CustomerName
from tracker.services.repair import Operation, Part
from tracker.services.verify import verify

SHELL = "6971234560018"
VENDORS = ("SUP01", "SUP04", "GORE")
LOGINS: dict[Role, tuple[str, ...]] = {
    Role.STORE_STAFF: ("store1", "store2"),
    Role.LIAISON: ("manager1",),
    Role.STORE_MANAGER: ("manager1", "manager2"),
    Role.REGION: ("region1",),
    Role.CLERK: ("clerk",),
    Role.ASSESSOR: ("assessor",),
    Role.REPAIRER: ("repairer",),
    Role.SUPERVISOR: ("supervisor",),
    Role.QA: ("qa",),
    Role.BUSINESS: ("business",),
    Role.LOGISTICS: ("logistics",),
    Role.VICE_PRESIDENT: ("vp",),
    Role.WAREHOUSE: ("warehouse",),
    Role.ADMINISTRATION: ("administration",),
    Role.FINANCE: ("finance", "finance2"),
    Role.SUPPLIER: ("supplier1",),
}
ROADS: tuple[tuple[str, Kind, tuple[str | None, ...], tuple[str, ...]], ...] = (
    ("store1", Kind.WEEKLY, (None,), ("ASD",)),
    ("store2", Kind.WEEKLY, (None,), ("ASD",)),
    ("clerk", Kind.RETURN, (None,), ("S001", "S002")),
    ("clerk", Kind.TO_FACTORY, (None,), VENDORS),
    ("clerk", Kind.FROM_FACTORY, VENDORS, ("ASD",)),
    ("clerk", Kind.SCRAP_TRANSFER, (None,), ("WH",)),
    ("clerk", Kind.TO_SUPPLIER, (None,), ("SUP01",)),
)
RECORDS: dict[str, tuple[Any, Any, int]] = {
    "registration": (Registration, Registration.no, 45),
    "shipment": (Shipment, Shipment.no, 40),
    "discrepancy": (Discrepancy, Discrepancy.no, 6),
    "loss_form": (LossForm, LossForm.no, 8),
    "destruction": (Destruction, Destruction.no, 4),
    "month": (Month, Month.month, 1),
}
OFTEN = {"promise": 1, "void": 1, "unpack": 3, "unseal": 3, "refuse": 3, "declare_lost": 3}
OFTEN |= {"pack": 80, "receive": 80, "relay": 2, "amend_freight": 1, "report_damage": 1}
OFTEN |= {"refuse_intake": 5, "unlist": 3, "claim": 3}
OFTEN |= {"register_surplus": 2, "withdraw": 5, "accept": 60, "return": 3, "reopen": 60}
OFTEN |= {"take_off": 2, "unscan": 4}
"""How often an action is taken beside the others of its status; 20 where nothing is said."""
SCANS = ("pack", "unpack", "receive")


class Walk:
    """One seeded walk: step after step, each a random action of somebody on something."""

    def __init__(self, story: Story, seed: int) -> None:
        self.story = story
        self.chance = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.said = ""

    def any(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def nos(self, noun: str) -> list[tuple[str, str]]:
        """Return the number and status of every record of a noun."""
        model, number, _weight = RECORDS[noun]
        self.story.session.rollback()
        rows = self.story.session.execute(select(number, model.status).order_by(model.id))
        return [(no, status) for no, status in rows]

    def start(self) -> None:
        """Bring a first dozen garments of two stores to the after-sales department."""
        for _ in range(16):
            self.register()
        for store, manager, site in (
            ("store1", "manager1", "S001"),
            ("store2", "manager2", "S002"),
        ):
            nos = [no for no, _status in self.nos("registration") if self.home(no) == site]
            self.story.at_after_sales(*nos, login=store, manager=manager)

    def home(self, no: str) -> str:
        return str(self.story.registration(no).site.code)

    def step(self) -> None:
        """Take one step; what the rules refuse is refused with a typed error."""
        self.story.wait(minutes=self.any(1, 5, 30, 120))
        begin = self.any(self.register, self.box, self.list, self.plan, self.bench, self.stray)
        work = begin if self.chance.random() < 0.2 else self.act
        try:
            work()
        except HangtagError as refusal:
            self.note(refusal.code)

    def note(self, what: str) -> None:
        self.counts[f"{self.said}: {what}"] += 1

    def register(self) -> None:
        login = self.any("store1", "store1", "store2")
        code = self.piece() if self.chance.random() < 0.2 else self.any(JACKET, SHELL)
        facts: dict[str, Any] = {
            "defect": self.any(Defect.SEAM_OPEN, Defect.WATER_LEAK, Defect.FADE_BLEED),
            "cause": self.any(Cause.WORKMANSHIP, Cause.MATERIAL, Cause.STORAGE, Cause.WEAR_MISUSE),
        }
        if self.chance.random() < 0.4:
            facts |= {
                "source": Source.CUSTOMER,
                "purchased_on": date(2026, self.any(3, 9, 10), 1),
                "receipt_no": "T-1",
                "customer": CustomerName("张三丰", "13812345678"),
                "gore_card_no": self.any(None, "GTX-1"),
            }
        self.said = "scan"
        self.note(str(self.story.scan(login, code, **facts).status))

    def box(self) -> None:
        login, kind, starts, ends = self.any(*ROADS)
        act, start, end = self.story.act(login), self.any(*starts), self.any(*ends)
        self.said = f"open {kind}"
        self.story.write(lambda: packing.open_box(act, to_site=end, kind=kind, from_site=start))
        self.note("done")

    def list(self) -> None:
        act = self.story.act("clerk")
        nos = [no for no, status in self.nos("registration") if status == "scrap_pending"]
        self.said = "list"
        if nos:
            self.story.write(lambda: loss.list_pieces(act, nos[:3]))
            self.note("done")

    def plan(self) -> None:
        act = self.story.act("warehouse")
        self.said = "plan"
        self.story.write(lambda: destruction.plan(act))
        self.note("done")

    def bench(self) -> None:
        code, act = self.piece("in_repair"), self.story.act("repairer")
        self.said = "bench"
        self.story.write(lambda: bench.toggle(act, code))
        self.note("done")

    def stray(self) -> None:
        boxes = [no for no, status in self.nos("shipment") if status in ("dispatched", "lost")]
        act = self.story.act(self.any("store1", "clerk", "warehouse"))
        self.said = "report_wrong_site"
        if boxes and self.chance.random() < 0.2:
            code = self.any(*boxes)
            self.story.write(lambda: receipt.report_wrong_site(act, code))
            self.note("done")

    def piece(self, status: str | None = None) -> str:
        """Return the number of some piece, of a status where there is one."""
        every = self.nos("registration")
        wanted = [no for no, stands in every if stands == status] or [no for no, _ in every]
        return self.story.piece_no(self.any(*wanted)) if wanted else "P0000001"

    def act(self) -> None:
        """Take a random action, mostly one that the record's status allows."""
        weights = [weight for _m, _n, weight in RECORDS.values()]
        [noun] = self.chance.choices(list(RECORDS), weights)
        records = self.nos(noun)
        machine = actions.NOUNS[noun].machine
        alive = [row for row in records if machine.statuses(row[1]) not in machine.final]
        if not alive:
            return
        no, status = self.any(*(alive if self.chance.random() < 0.97 else records))
        verbs = [a for a in actions.NOUNS[noun].verbs if (status, a) in machine.transitions]
        if not verbs or self.chance.random() < 0.03:
            verbs = list(actions.NOUNS[noun].verbs)
        weights = [OFTEN.get(str(verb), 20) for verb in verbs]
        [action] = self.chance.choices([*verbs, None], [*weights, 10])
        if action is None:
            return
        login, fields = self.who(machine, action, noun, no), self.fields(noun, no, str(action))
        version = None
        if noun in ("loss_form", "month"):
            version = (self.story.form if noun == "loss_form" else self.story.month)(no).version
        self.said = f"{noun} {action}"
        note = self.any("已核实", "已核实", "已核实", None)
        answer = self.story.take(login, noun, no, action, note=note, version=version, **fields)
        self.note(json.loads(answer.body).get("code", "done"))

    def who(self, machine: Machine, action: Any, noun: str, no: str) -> str:
        """Return somebody who may take the action, at the record's own store where it has one."""
        roles = sorted(
            role for role in LOGINS if ({role} | INCLUDES.get(role, set())) & machine.who[action]
        )
        logins = [login for role in roles for login in LOGINS[role]]
        if noun == "registration":
            home = self.home(no)
            logins = [x for x in logins if self.story.actor(x).site_code == home] or logins
        if noun == "loss_form" and action in TAKEN_BY_STEPS and self.chance.random() < 0.9:
            logins = self.whose_turn(no) or logins
        if noun == "shipment":
            box = self.story.shipment(no)
            sender = action in packing.SENDING_ACTIONS
            code = (box.from_site if sender else box.to_site).code
            here = [x for x in logins if self.story.actor(x).site_code == code]
            afar = [x for x in logins if x in ("clerk", "supervisor", "region1")]
            logins = here or afar or logins
        return str(self.any(*logins))

    def whose_turn(self, no: str) -> list[str]:
        """Return who may take a form's next step, by the chain that it keeps."""
        form = self.story.form(no)
        step = next(iter(approval.ahead(approval.steps(form), _live(form))), None)
        return [
            login for role in (step.roles if step else ()) for login in sorted(LOGINS.get(role, ()))
        ]

    def fields(self, noun: str, no: str, action: str) -> dict[str, Any]:
        if noun == "shipment" and action in SCANS:
            carton = {} if action == "unpack" else {"carton": self.any(1, 1, 1, 2)}
            return {"code": self.code_for(no, action), **carton}
        if noun == "destruction" and action in ("scan", "unscan"):
            return {"code": self.piece("on_loss_form")}
        if noun == "destruction" and action == "take_off":
            return {"registration": self.piece("on_loss_form"), "reason": "销毁时缺件"}
        if noun == "month" and action == "carry_over":
            return {"documents": self.unsettled(no), "reason": "供应商尚未回签"}
        made = FIELDS.get(noun, {}).get(action)
        return made(self) if made else {}

    def unsettled(self, month: str) -> list[str]:
        """Return what is open on a month's checklist, or a number that is not on it."""
        found = checklist.unsettled(self.story.session, self.story.month(month), self.story.now)
        return [item.no for item in found] or ["BS-2026-999999"]

    def code_for(self, no: str, action: str) -> str:
        """Return what is scanned: mostly a piece that belongs there."""
        box = self.story.shipment(no)
        fitting = [line.registration.piece.piece_no for line in box.lines]
        if action == "pack":
            home = {Kind.WEEKLY: box.from_site_id, Kind.RETURN: box.to_site_id}.get(Kind(box.kind))
            query = select(Registration).where(
                Registration.status.in_(packing.ROADS[Kind(box.kind)].packs)
            )
            found = self.story.session.scalars(query.order_by(Registration.id)).unique()
            fitting = [one.piece.piece_no for one in found if home in (None, one.site_id)]
        is_fitting = fitting and self.chance.random() < 0.9
        return str(self.any(*fitting)) if is_fitting else self.piece()


def _shares(walk: Walk) -> list[Share]:
    supplier, store = LiableKind.SUPPLIER, LiableKind.STORE
    split = [Share(supplier, 60, "SUP01"), Share(store, 40, "S002")]
    return list(walk.any([], [], [Share(supplier, 100, "SUP01")], split))


def _new_shares(walk: Walk) -> list[Share]:
    supplier, store = LiableKind.SUPPLIER, LiableKind.STORE
    split = [Share(supplier, 60), Share(store, 40)]
    return list(walk.any([], split, split, [Share(LiableKind.HEAD_OFFICE, 100)]))


def _live(form: LossForm) -> list[Any]:
    return [signature for signature in form.signatures if signature.is_live]


_FLAGS = {"tag_intact": True, "accessories_intact": True, "number_intact": True}
FIELDS: dict[str, dict[str, Callable[[Walk], dict[str, Any]]]] = {
    "registration": {
        "settle": lambda w: {
            "resolution": w.any(*Resolution), "defective": w.any(True, True, False)
        },
        "finish_local_repair": lambda w: {"cost_fen": 1500},
        "refuse": lambda w: {"reason": "small_stain"},
        "void": lambda w: {"reason": "扫错"},
        "refuse_intake": lambda w: {"reason": "mismatch", "area_mm2": w.any(300, 999)},
        "pause": lambda w: {"reason": w.chance.choice(list(Pause))},
        "assess": lambda w: {
            "outcome": w.any(*Outcome, Outcome.REPAIR, Outcome.REPAIR, Outcome.SCRAP),
            "route": w.any(*Route, Route.FACTORY),
            "restorable": w.any(True, True, False),
            "cause": w.any(None, Cause.WORKMANSHIP, Cause.MATERIAL, Cause.WEAR_MISUSE),
            "quote_fen": w.any(None, 4500),
            "markdown_fen": w.any(None, 0, 3000),
            "liabilities": _shares(w),
        },
        "decide": lambda w: {"choice": w.any(*Choice)},
        "work": lambda w: {
            "operations": [Operation("缝合", 20)],
            "parts": w.any([], [Part("缝线", 1, 50, "THREAD")]),
            "labour_fen": 450,
        },
        "send_out": lambda w: {"vendor": w.any(*VENDORS)},
        "return_from_outside": lambda w: {"repaired": w.any(True, False), "cost_fen": 2300},
        "pass_check": lambda w: {"grade": w.any(*Grade)},
        "hand_over": lambda w: {"to": w.any(*HandedTo)},
        "promise": lambda w: {"promised_on": date(2027, 6, 1), "reason": "配件未到"},
        "reassign": lambda w: {"liabilities": _shares(w)},
    },
    "shipment": {
        "dispatch": lambda w: {
            "carrier": "顺丰速运", "tracking_no": "SF-1", "freight_fen": 2500,
            "urgent": w.any(True, False, False),
        },
        "amend_freight": lambda w: {"freight_fen": 3100},
        "register_surplus": lambda w: {
            "code": JACKET, "defect": Defect.SEAM_OPEN, "position": Position.LEFT_SLEEVE,
            "area_mm2": 300, "cause": Cause.WORKMANSHIP, **_FLAGS,
        },
    },
    "discrepancy": {
        "claim": lambda w: {"claimed_fen": 5000},
        "resolve": lambda w: {"finding": w.any(*Finding)},
    },
    "loss_form": {
        "sign": lambda w: {"on_paper": w.any(True, False)},
        "classify": lambda w: {
            "registration": w.any(*[no for no, _ in w.nos("registration")]),
            "nature": w.any(*LossNature),
        },
        "dispute": lambda w: {"on_paper": w.any(True, True, False), "reason": "货品无残次"},
        "answer": lambda w: {
            "answer": w.any(*Verdict), "reason": "复核后答复", "liabilities": _new_shares(w),
        },
        "return": lambda w: {"reason": "金额不对"},
        "void": lambda w: {"reason": "重开"},
    },
    "destruction": {"witness": lambda w: {"method": "剪毁", "place": "总仓", "salvage_fen": 1200}},
}  # fmt: skip


def faults(story: Story) -> dict[str, tuple[str, ...]]:
    """Return every invariant that does not hold, with what is wrong."""
    story.session.rollback()
    return {found.code: found.faults for found in verify(story.session) if not found.holds}


@pytest.mark.parametrize("seed", [3, 11])
def test_a_random_walk_breaks_no_invariant(story: Story, seed: int) -> None:
    walk = Walk(story, seed)
    walk.start()
    for _ in range(300):
        walk.step()
    assert faults(story) == {}
