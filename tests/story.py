"""The cast of the demonstration chain, acting through the services as in a real week."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any
from uuid import uuid4

from tests.kept import Chain, kept
from tests.photos import picture
from tracker import edge
from tracker.db import utc_now, write
from tracker.domain.account import Actor
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Cause, Defect, Grade, Position, Source
from tracker.domain.loss import Share
from tracker.domain.photo import Kind as PhotoKind
from tracker.domain.photo import Limits, Subject
from tracker.domain.policy import Scope
from tracker.domain.registration import HandedTo, Outcome
from tracker.domain.shipment import Kind
from tracker.domain.statement import Delivery
from tracker.models.shipment import Discrepancy
from tracker.queries import account as accounts
from tracker.queries import discrepancy as discrepancies
from tracker.queries import ledger as months
from tracker.queries import loss as losses
from tracker.queries import month as checklist
from tracker.queries import registration as registrations
from tracker.queries import shipment as shipments
from tracker.queries import statement as statements
from tracker.services import (
    actions,
    bench,
    destruction,
    image,
    loss,
    packing,
    photo,
    photo_files,
    policy_change,
    scan,
    statement,
)  # fmt: skip
from tracker.services.act import Act
from tracker.services.once import Answer
from tracker.services.registration import CustomerName
from tracker.services.repair import Operation, Part
from tracker.services.scan_request import ScanRequest

JACKET = "6901234567892"
DOWN_COAT = "6921012340004"
LEATHER = "6950000000019"
MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""Monday 2 November 2026, ten in the morning in Shanghai."""
SUPPLIER_FAULT = {"defect": Defect.FADE_BLEED, "cause": Cause.DYEING_FINISHING}


def days_ago(days: int) -> datetime:
    """Return ten in the morning in Shanghai so many days before today.

    It is the same all day: what is built from there on can be kept.
    """
    return datetime.combine(shanghai_date(utc_now()), MONDAY.timetz()) - timedelta(days=days)


@lru_cache
def _sheet() -> image.Shrunk:
    limits = Limits(1, 100_000, 400, 1_000_000, 1, timedelta())
    return image.shrink(picture(80, 60), limits)


def a_signed_paper() -> image.Shrunk:
    """Return a small picture unlike every other: what stands behind a JPEG's end is not drawn."""
    content = _sheet().content + uuid4().bytes
    return replace(_sheet(), content=content, sha256=sha256(content).hexdigest())


@dataclass
class Story:
    """A chain in which the named accounts act; ``now`` moves only when a test moves it."""

    session: Any
    now: datetime = MONDAY
    chain: Chain | None = None

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def actor(self, login: str) -> Actor:
        """Return an account of the chain as an actor."""
        account = accounts.by_login(self.session, login)
        assert account is not None
        return accounts.actor_of(account)

    def act(self, login: str, note: str | None = None, version: int | None = None) -> Act:
        """Return an act of an account, now."""
        return Act(self.session, self.actor(login), self.now, note, None, version)

    def write(self, work: Callable[[], Any]) -> Any:
        """Run ``work`` in its transaction."""
        return write(self.session, work)

    def cases(self, login: str = "supervisor", **wanted: Any) -> Sequence[Discrepancy]:
        """Return the discrepancies that an account sees, oldest first."""
        wish = discrepancies.Filter(**wanted)
        return discrepancies.page(self.session, self.actor(login), wish, self.now)[0]

    # --- the store

    def scan(
        self,
        login: str = "store1",
        code: str = JACKET,
        scanned_at: datetime | None = None,
        **fields: Any,
    ) -> Answer:
        """Submit a scan with everything filled in but what ``fields`` say otherwise."""
        act = replace(self.act(login), device_at=scanned_at)
        facts: dict[str, Any] = {
            "scan_id": str(uuid4()),
            "site": self.actor(login).site_code,
            "code": code,
            "source": Source.STOCK,
            "defect": Defect.SEAM_OPEN,
            "position": Position.LEFT_SLEEVE,
            "area_mm2": 300,
            "cause": Cause.WORKMANSHIP,
            "tag_intact": True,
            "accessories_intact": True,
            "number_intact": True,
            "piece": "another",
        }
        request = ScanRequest(**(facts | fields))
        body = {name: str(value) for name, value in (facts | fields).items()}
        return self.write(
            lambda: scan.submit(
                act,
                request,
                body,
                done=lambda made: json.dumps({"no": made.no, "piece_no": made.piece.piece_no}),
                refused=lambda refusal: json.dumps({"code": refusal.code}),
            )
        )

    def register(self, login: str = "store1", code: str = JACKET, **fields: Any) -> str:
        """Register a garment; return its number."""
        answer = self.scan(login, code, **fields)
        assert answer.status == 201, answer.body
        return str(json.loads(answer.body)["no"])

    def register_customer(self, login: str = "store1", **fields: Any) -> str:
        """Register a customer's garment; return its number."""
        facts: dict[str, Any] = {
            "source": Source.CUSTOMER,
            "purchased_on": date(2026, 10, 1),
            "receipt_no": "T-20261001-8",
            "customer": CustomerName("张三丰", "13812345678"),
        }
        return self.register(login, **(facts | fields))

    # --- every action of the journey

    def take(
        self,
        login: str,
        noun: str,
        no: str,
        action: str,
        *,
        note: str | None = None,
        version: int | None = None,
        action_id: str | None = None,
        **fields: Any,
    ) -> Answer:
        """Take an action through the one door; return the answer, refused ones too."""
        if action == "sign" and fields.get("on_paper"):
            self.bring_paper(login, no)
        body = {name: str(value) for name, value in fields.items()}
        return self.write(
            lambda: actions.perform(
                self.act(login, note, version),
                noun,
                no,
                action,
                fields,
                action_id=action_id or str(uuid4()),
                body=body,
                done=lambda record, _result: json.dumps({"status": record.status}),
                refused=lambda refusal: json.dumps({"code": refusal.code}),
            )
        )

    def do(self, login: str, noun: str, no: str, action: str, **more: Any) -> str:
        """Take an action that must succeed; return the record's status after it."""
        answer = self.take(login, noun, no, action, **more)
        assert answer.status == 200, (action, answer.body)
        return str(json.loads(answer.body)["status"])

    def refused(self, login: str, noun: str, no: str, action: str, **more: Any) -> str:
        """Take an action that a rule must refuse; return the stable code of the refusal."""
        answer = self.take(login, noun, no, action, **more)
        assert answer.status == 409, (action, answer.status, answer.body)
        return str(json.loads(answer.body)["code"])

    # --- reads

    def registration(self, no: str) -> Any:
        """Return a registration as it stands."""
        self.session.rollback()
        return registrations.get(self.session, self.actor("auditor"), no)

    def piece_no(self, no: str) -> str:
        """Return the piece number of a registration."""
        return str(self.registration(no).piece.piece_no)

    def shipment(self, no: str) -> Any:
        """Return a shipment as it stands."""
        self.session.rollback()
        return shipments.get(self.session, self.actor("auditor"), no)

    def form(self, no: str) -> Any:
        """Return a loss form as it stands."""
        self.session.rollback()
        return losses.get(self.session, self.actor("auditor"), no)

    def policy(self, name: str, value: str, *, on: date | None = None, **whom: Any) -> Any:
        """Change a policy from a day on, today if none is said: one proposes, another confirms."""
        asked = {"scope": Scope.CHAIN, "target": "", "reason": "测试", **whom}
        asked |= {"value": value, "effective_from": on or shanghai_date(self.now)}
        made = self.write(lambda: policy_change.propose(self.act("supervisor"), name, **asked).id)
        return self.write(lambda: policy_change.confirm(self.act("vp"), made))

    def month(self, month: str) -> Any:
        """Return a month as it stands."""
        self.session.rollback()
        return months.get(self.session, self.actor("auditor"), month)

    # --- stretches of the road

    def box(self, login: str, *nos: str, to: str = "ASD", kind: Kind = Kind.WEEKLY) -> str:
        """Pack registrations into the open box; return its number."""
        act = self.act(login)
        box = self.write(lambda: packing.open_box(act, to_site=to, kind=kind)[0].no)
        for no in nos:
            self.do(login, "shipment", box, "pack", code=self.piece_no(no))
        return str(box)

    def box_from(self, login: str, vendor: str, *nos: str) -> str:
        """Announce the box in which a factory sends garments back; return its number."""
        act = self.act(login)
        box = self.write(
            lambda: (
                packing.open_box(act, from_site=vendor, to_site="ASD", kind=Kind.FROM_FACTORY)[0].no
            )
        )
        for no in nos:
            self.do(login, "shipment", box, "pack", code=self.piece_no(no))
        return str(box)

    def dispatch(self, login: str, box: str) -> None:
        """Seal and send a box."""
        self.do(login, "shipment", box, "seal")
        self.do(
            login,
            "shipment",
            box,
            "dispatch",
            carrier="顺丰速运",
            tracking_no=f"SF-{box}",
            freight_fen=2500,
        )

    def send(self, *nos: str, login: str = "store1", manager: str = "manager1") -> str:
        """Accept, pack and dispatch registrations; return the box's number."""
        for no in nos:
            if self.registration(no).status == "registered":
                self.do(manager, "registration", no, "accept")
        box = self.box(login, *nos)
        self.dispatch(login, box)
        return box

    def count_in(self, box: str, *nos: str, login: str = "clerk") -> None:
        """Count pieces in blind and reconcile."""
        for no in nos:
            self.do(login, "shipment", box, "receive", code=self.piece_no(no))
        self.do(login, "shipment", box, "reconcile")

    def at_after_sales(self, *nos: str, login: str = "store1", manager: str = "manager1") -> str:
        """Bring registrations to the after-sales department; return the box's number."""
        box = self.send(*nos, login=login, manager=manager)
        self.wait(days=3)
        self.count_in(box, *nos)
        return box

    def repair(self, no: str) -> None:
        """Assess, repair and check a garment that after-sales received."""
        self.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
        piece_no = self.piece_no(no)
        self.write(lambda: bench.toggle(self.act("repairer"), piece_no))
        self.do(
            "repairer",
            "registration",
            no,
            "work",
            operations=[Operation("缝合", 20)],
            parts=[Part("缝线", 1, 50, "THREAD")],
            labour_fen=450,
        )
        self.do("repairer", "registration", no, "finish_repair")
        self.do("qa", "registration", no, "pass_check", grade=Grade.FIRST)

    def return_to_store(self, *nos: str, store: str = "S001", login: str = "store1") -> str:
        """Send repaired garments back and let the store receive them; return the box's number."""
        box = self.box("clerk", *nos, to=store, kind=Kind.RETURN)
        self.dispatch("clerk", box)
        self.wait(days=2)
        self.count_in(box, *nos, login=login)
        return box

    def hand_over(self, no: str, to: HandedTo = HandedTo.STOCK, login: str = "store1") -> None:
        """Hand a garment over."""
        self.do(login, "registration", no, "hand_over", to=to)

    def scrap(self, no: str, *shares: Share, note: str | None = None) -> None:
        """Assess a received garment as scrap; ``shares`` override the proposal."""
        more: dict[str, Any] = {"liabilities": list(shares)} if shares else {}
        self.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP, note=note, **more)

    def list_on_forms(self, *nos: str) -> list[str]:
        """Put garments on loss forms; return the forms' numbers."""
        act = self.act("clerk")
        return list(self.write(lambda: [form.no for form in loss.list_pieces(act, list(nos))]))

    def sign_off(self, form: str) -> None:
        """Take a draft through every step to approved, once all who share its garments signed."""
        for line in self.form(form).lines:
            for beside in losses.live_lines_of(self.session, line.registration_id):
                self.sign(beside.form.no)
        self.sign(form)
        for login, step in (("logistics", "confirm"), ("vp", "approve")):
            self.do(login, "loss_form", form, step, version=self.form(form).version)

    def sign(self, form: str) -> None:
        """Take a draft to signed; a strange supplier signs on paper."""
        if self.form(form).status == "draft":
            self.do("clerk", "loss_form", form, "submit")
        if (asked := self.form(form)).status != "submitted":
            return
        known = {"SUP01": "supplier1", "S001": "manager1", "S002": "manager2"}
        login = known.get(asked.party, "business")
        paper = {"on_paper": True} if login == "business" else {}
        self.do(login, "loss_form", form, "sign", version=asked.version, **paper)

    def bring_paper(self, login: str, form: str, kind: PhotoKind = PhotoKind.SIGNATURE) -> int:
        """Add a photo of the paper that a party signed; return its number."""
        act, shrunk = self.act(login), a_signed_paper()
        photo_files.store(edge.photo_folder(), shrunk)
        add = partial(photo.add, act, Subject.LOSS_FORM, form, kind=kind, shrunk=shrunk)
        return int(self.write(lambda: add()[0].id))

    def destroy(self, *nos: str) -> str:
        """Plan, scan and witness the destruction of everything approved; return its number."""
        act = self.act("warehouse")
        record = str(self.write(lambda: destruction.plan(act).no))
        for no in nos:
            self.do("warehouse", "destruction", record, "scan", code=self.piece_no(no))
        self.do(
            "administration",
            "destruction",
            record,
            "witness",
            method="剪毁",
            place="总仓",
            salvage_fen=1200,
        )
        return record

    def close_month(self, month: str = "2026-11") -> None:
        """Submit a month, whatever is open carried over by name, and close it."""
        self.submit_month(month)
        self.do("finance2", "month", month, "close", version=self.month(month).version)

    def submit_month(self, month: str = "2026-11") -> None:
        """Submit a month, whatever is open carried over by name."""
        found = checklist.unsettled(self.session, self.month(month), self.now)
        if found:
            left = {"documents": [item.no for item in found], "reason": "下月继续处理"}
            self.do("supervisor", "month", month, "carry_over", **left)
        self.do("supervisor", "month", month, "submit")

    def statements(self, month: str = "2026-11") -> list[str]:
        """Draw up the statements of a closed month; return their numbers."""
        act = self.act("finance")
        return list(self.write(lambda: [row.no for row in statement.draw_up(act, month)]))

    def statement(self, no: str) -> Any:
        """Return a statement as it stands."""
        self.session.rollback()
        return statements.get(self.session, self.actor("auditor"), no)

    def deliver(self, no: str, how: Delivery = Delivery.MAIL) -> None:
        """Issue a statement and record its delivery."""
        self.do("finance", "statement", no, "issue")
        self.do("finance", "statement", no, "deliver", how=how)

    @kept
    def received(self, login: str = "store1", code: str = JACKET, **fields: Any) -> str:
        """A garment from the scan to after-sales; return its number."""
        no = self.register(login, code, **fields)
        self.at_after_sales(no, login=login, manager=login.replace("store", "manager"))
        return no

    @kept
    def received_customer(self, **fields: Any) -> str:
        """A customer's garment from the scan to after-sales; return its number."""
        no = self.register_customer(**fields)
        self.at_after_sales(no)
        return no

    @kept
    def in_repair(self) -> str:
        """A garment from the scan to the repair bench; return its number."""
        no = self.received()
        self.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
        return no

    @kept
    def scrapped(self, code: str = JACKET, **fields: Any) -> str:
        """A garment from the scan to scrap pending; return its number."""
        no = self.received(code=code, **(SUPPLIER_FAULT | fields))
        self.scrap(no)
        return no
