"""Simulated loss forms: listed every week, submitted before the month ends, signed, approved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tracker.domain.account import Actor, Role
from tracker.domain.approval import DEFAULTS, Switches, chain_of
from tracker.domain.calendar import month_of
from tracker.domain.codes import LiableKind
from tracker.domain.ledger import HEAD_OFFICE_BEARS, Account, loss_postings, pair
from tracker.domain.loss import MACHINE, Action, Status, check_distinct
from tracker.domain.loss_nature import LossNature
from tracker.domain.month import Departure
from tracker.domain.number import DocumentPrefix
from tracker.domain.registration import Action as Step
from tracker.domain.registration import Status as GarmentStatus
from tracker.services.outside import DISPOSITION
from tracker.services.simulate import chance, ledger, scrap
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.life import Written
from tracker.services.simulate.world import World
from tracker.services.simulate.writing import Row

LISTED_ON = 3
"""Thursdays the clerk puts scrap on forms."""
SUBMITTED_ON = 22
FULL_ENOUGH = 0.35
RETURNED = 0.03
_RETURNED_WHY = "责任方对定责有异议，请核对后重新提交"


class Form(Written):
    """One loss form: its lines with their garments, and who took which step."""

    __slots__ = ("lines", "signatures", "was_returned")

    def __init__(self, identity: int, row: Row) -> None:
        super().__init__("loss_form", MACHINE, identity, row)
        self.lines: list[tuple[Garment, Row]] = []
        self.signatures: list[Row] = []
        self.was_returned = False

    @property
    def no(self) -> str:
        """The form's number."""
        return str(self.row["no"])

    def total(self) -> None:
        """Sum the lines, in fen."""
        self.row["total_fen"] = sum(line["amount_fen"] for _, line in self.lines)


def plan(world: World) -> None:
    """Put the listing of every week and the submitting of every month on the agenda."""
    for number in range(world.days):
        day = world.start_on + timedelta(days=number)
        if day.weekday() == LISTED_ON:
            world.at(number + 0.6, list_scrap)
            world.at(number + 0.7, submit_drafts, FULL_ENOUGH)
        if day.day == SUBMITTED_ON:
            world.at(number + 0.8, list_scrap)
            world.at(number + 0.85, submit_drafts, 1.0)


def list_scrap(world: World) -> None:
    """Put everything that waits on the drafts of its liable parties (rule 1.40)."""
    by = world.cast.one(world.rng, Role.CLERK)
    stores = {store.code: store for store in world.cast.stores}
    touched: dict[int, Form] = {}
    for garment in world.scrap.values():
        forms = [_draft(world, by, share, stores) for share in garment.shares]
        garment.act(world, by, Step.LIST, document=forms[0].no)
        lines = []
        for form, share in zip(forms, garment.shares, strict=True):
            line = garment.keep(world, "loss_line", _line(form, garment, share))
            form.lines.append((garment, line))
            lines.append(line)
            touched[form.id] = form
        scrap.value(world, garment, lines, stores)
        garment.lines = list(zip(forms, lines, strict=True))
    world.scrap.clear()
    for form in touched.values():
        form.total()


def _line(form: Form, garment: Garment, share: Row) -> Row:
    return {
        "form_id": form.id,
        "registration_id": garment.id,
        "is_live": True,
        "liable_kind": share["liable_kind"],
        "party": share["party"],
        "percent": share["percent"],
        "basis": "",
        "basis_fen": 0,
        "spent_fen": 0,
        "salvage_fen": 0,
        "amount_fen": 0,
        "owner_credit_fen": 0,
        "nature": LossNature.QUALITY_DEFECT.value,
        "nature_why": None,
        "cost_fen": 0,
        "vat_percent": 0,
        "vat_fen": 0,
        "frozen_at": None,
    }


def _draft(world: World, by: Actor, share: Row, stores: dict[str, Any]) -> Form:
    kind, party = LiableKind(share["liable_kind"]), share["party"]
    key = kind.value, party, month_of(world.now)
    form: Form | None = world.drafts.get(key)
    if form is not None and form.status is Status.DRAFT:
        return form
    name = kind.zh
    if kind is LiableKind.SUPPLIER:
        name = world.cast.supplier_names[party]
    elif kind is LiableKind.STORE:
        name = stores[party].name
    row = {
        "no": world.writer.next_no(DocumentPrefix.LOSS_FORM, world.now),
        "liable_kind": kind.value,
        "party": party,
        "party_name": name,
        "month": key[2],
        "opened_at": world.now,
        "opened_by_id": by.account_id,
        "total_fen": 0,
        "asked_at": None,
        "steps": None,
    }
    form = world.drafts[key] = Form(world.writer.next_id("loss_form"), row)
    form.begin(world, by, "open")
    world.open(form)
    return form


def submit_drafts(world: World, share: float) -> None:
    """Submit a share of the drafts, before the month's end all of them: their prices freeze."""
    by = world.cast.one(world.rng, Role.CLERK)
    for key, form in list(world.drafts.items()):
        if form.status is not Status.DRAFT:
            del world.drafts[key]
        elif world.rng.random() < share:
            del world.drafts[key]
            _submit(world, form, by)


def _submit(world: World, form: Form, by: Actor) -> None:
    for garment, _ in form.lines:
        for _, line in garment.lines:
            line["frozen_at"] = line["frozen_at"] or world.now
    kind = LiableKind(form.row["liable_kind"])
    is_own = kind is LiableKind.HEAD_OFFICE
    _step(world, form, by, Action.SUBMIT, Status.SIGNED if is_own else Status.SUBMITTED)
    chain = chain_of(DEFAULTS, kind, form.row["total_fen"], Switches())
    form.row["steps"] = [step.kept() for step in chain]
    form.row["asked_at"] = world.now if form.status is Status.SUBMITTED else None
    takes = chance.SIGNING.draw(world.rng)
    world.later(takes, sign if form.status is Status.SUBMITTED else confirm, form)


def resubmit(world: World, form: Form) -> None:
    """A form that came back is checked and submitted again."""
    by = world.cast.one(world.rng, Role.CLERK)
    _submit(world, form, by)


def sign(world: World, form: Form) -> None:
    """The liable party signs, or disputes and gets it back once (rule 1.40)."""
    if not form.was_returned and world.rng.random() < RETURNED:
        _send_back(world, form)
        return
    party, kind = form.row["party"], LiableKind(form.row["liable_kind"])
    on_paper = False
    if kind is LiableKind.STORE:
        by = next(store.manager for store in world.cast.stores if store.code == party)
    else:
        on_paper = party not in world.cast.suppliers
        by = world.cast.suppliers.get(party) or world.cast.by_role[Role.BUSINESS][0]
    _step(world, form, by, Action.SIGN, Status.SIGNED, on_paper=on_paper)
    world.later(0.5 + world.rng.random(), confirm, form)


def _send_back(world: World, form: Form) -> None:
    key = form.row["liable_kind"], form.row["party"], form.row["month"]
    other = world.drafts.get(key)
    if other is not None and other.status is Status.DRAFT:
        world.later(2.0, sign, form)
        return
    form.was_returned = True
    by = world.cast.by_role[Role.SUPERVISOR][0]
    form.move(world, by, Action.RETURN, reason=_RETURNED_WHY)
    form.row["asked_at"] = form.row["steps"] = None
    for signature in form.signatures:
        signature["is_live"] = False
    for garment, _ in form.lines:
        if all(shared.status is Status.DRAFT for shared, _ in garment.lines):
            for _, line in garment.lines:
                line["frozen_at"] = None
    world.drafts[key] = form
    world.later(1.5, _again, form)


def _again(world: World, form: Form) -> None:
    if form.status is Status.DRAFT:
        resubmit(world, form)


def confirm(world: World, form: Form) -> None:
    """The logistics manager confirms (rule 1.42)."""
    _step(world, form, world.cast.by_role[Role.LOGISTICS][0], Action.CONFIRM)
    world.later(0.5 + world.rng.random(), approve, form)


def approve(world: World, form: Form) -> None:
    """The vice-president approves (rule 1.43): the ledger is written.

    A form waits for those that share a garment with it: their parties sign first.
    """
    shared = (other for garment, _ in form.lines for other, _ in garment.lines)
    if any(other.status in (Status.DRAFT, Status.SUBMITTED) for other in shared):
        world.later(0.5, approve, form)
        return
    by = world.cast.by_role[Role.VICE_PRESIDENT][0]
    _step(world, form, by, Action.APPROVE)
    for garment, line in form.lines:
        said = ledger.facts(garment) | {
            "document": form.no,
            "liable_kind": line["liable_kind"],
            "liable_party": line["party"],
            "liable_name": form.row["party_name"],
        }
        no = f"{form.no}/{line['id']}"
        postings = loss_postings(line["amount_fen"], line["owner_credit_fen"])
        ledger.post(world, by, no, postings, said)
        vat = pair(Account.VAT_TRANSFER_OUT, -line["vat_fen"])
        ledger.post(world, by, f"{no}/vat", vat, said | HEAD_OFFICE_BEARS)
    world.close(form)
    for garment, _ in form.lines:
        _approved(world, garment)


def _approved(world: World, garment: Garment) -> None:
    if garment.is_lost or any(form.status is not Status.APPROVED for form, _ in garment.lines):
        return
    is_suppliers = all(
        line["liable_kind"] == LiableKind.SUPPLIER.value for _, line in garment.lines
    )
    may_return = world.rules()[DISPOSITION].value != "destroy"
    if garment.returns and is_suppliers and may_return:
        world.later(1 + world.rng.random() * 3, return_to_supplier, garment)
    else:
        world.to_destroy[garment.id] = garment


def return_to_supplier(world: World, garment: Garment) -> None:
    """The supplier takes back what he pays for (C-28)."""
    assert garment.status is GarmentStatus.ON_LOSS_FORM  # noqa: S101
    garment.act(world, world.cast.one(world.rng, Role.CLERK), Step.RETURN_TO_SUPPLIER)
    ledger.depart(world, [garment], Departure.RETURNED)
    garment.end(world)


def _step(
    world: World,
    form: Form,
    by: Actor,
    action: Action,
    facts: object = None,
    *,
    on_paper: bool = False,
) -> None:
    form.move(world, by, action, facts, details={"total_fen": form.row["total_fen"]})
    taken = [signature["by_id"] for signature in form.signatures if signature["is_live"]]
    check_distinct(action.zh, action.en, by.account_id, taken)
    signature = {"form_id": form.id, "step": action.value, "at": world.now}
    signature |= {"by_id": by.account_id, "is_on_paper": on_paper, "is_live": True}
    form.signatures.append(form.keep(world, "signature", signature))
