"""Garments and forms by chance: what each line must say, and a cast that plays it in bulk.

The amounts are worked out in fractions and by nothing of the product.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, partial
from math import floor
from random import Random
from uuid import uuid4

from sqlalchemy import select

from tests.story import Story
from tracker.domain.codes import Cause, Defect, LiableKind, Position, Source
from tracker.domain.loss import Share
from tracker.domain.loss_nature import LossNature
from tracker.domain.registration import Outcome
from tracker.domain.shipment import Kind
from tracker.models.catalog import Style
from tracker.models.loss import LossForm
from tracker.models.registration import Registration
from tracker.queries import registration as registrations
from tracker.services import (
    assessment,
    loss,
    packing,
    receipt,
    registration,
    repair,
    scan,
)
from tracker.services import shipment as road
from tracker.services import voucher as books
from tracker.services.act import Act
from tracker.services.scan_request import ScanRequest

SUPPLIER, STORE, HEAD_OFFICE = LiableKind.SUPPLIER, LiableKind.STORE, LiableKind.HEAD_OFFICE
STORES, FRANCHISE = ("S001", "S002", "S003"), "S002"
GOODS = {
    "6901234567892": "SUP01", "6921012340004": "SUP02", "6950000000019": "SUP03",
    "6971234560018": "SUP04", "6934567890122": "SUP05",
}  # fmt: skip
SALVAGE = {"SUP01": 0, "SUP02": 7, "SUP03": 33, "SUP04": 50, "SUP05": 12}
"""What is hoped for of the cost, in percent, by supplier."""
SIGNERS = {"SUP01": "supplier1", "S001": "manager1", "S002": "manager2", "S003": "manager3"}
PROPOSED = {
    Defect.FADE_BLEED: LossNature.QUALITY_DEFECT,
    Defect.MOULD_ODOUR: LossNature.POOR_MANAGEMENT,
}
VAT = 13
DEAREST = 10**6


@dataclass
class Garment:
    """What chance gave a garment; prices are cost, purchase and supply; natures go by share."""

    no: str
    store: str
    supplier: str
    style: str
    year: int
    defect: Defect
    spent: int
    shares: Sequence[Share]
    prices: tuple[int, int, int] = (0, 0, 0)
    natures: list[LossNature] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """What one line of a form must be, in fen."""

    month: str
    form: str
    garment: Garment
    share: Share
    charge: int
    credit: int
    vat: int

    @property
    def party(self) -> str:
        """The code of who bears it; head office's is its kind."""
        return self.share.party or self.share.kind.value


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def split(exact: Sequence[Fraction]) -> list[int]:
    """Round down; what the rounded sum has more goes to the largest remainders, the first first."""
    parts = [floor(one) for one in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: parts[at] - exact[at])
    for at in by_remainder[: half_up(sum(exact, Fraction())) - sum(parts)]:
        parts[at] += 1
    return parts


def parts_of(month: str, one: Garment, forms: dict[tuple[str, str], str]) -> Iterator[Part]:
    """Work out what each share of a garment charges, credits its owner and transfers out."""
    cost, purchase, supply = one.prices
    salvage = half_up(Fraction(cost * SALVAGE[one.supplier], 100))
    percents = [Fraction(share.percent, 100) for share in one.shares]
    bases = {SUPPLIER: purchase, STORE: cost, HEAD_OFFICE: cost}
    losses = [
        max(0, (supply if share.party == FRANCHISE else bases[share.kind]) + one.spent - salvage)
        for share in one.shares
    ]
    owned = supply if one.store == FRANCHISE else 0
    charges = split([fen * percent for fen, percent in zip(losses, percents, strict=True)])
    credited = split([owned * percent for percent in percents])
    taxes = split([half_up(Fraction(cost * VAT, 100)) * percent for percent in percents])
    for at, share in enumerate(one.shares):
        is_taxed = one.natures[at] is LossNature.POOR_MANAGEMENT
        form = forms[share.kind.value, share.party or ""]
        credit = 0 if share.party == one.store else credited[at]
        yield Part(month, form, one, share, charges[at], credit, taxes[at] if is_taxed else 0)


class Chain:
    """The cast in bulk: the same services, many of their verbs in one transaction."""

    def __init__(self, story: Story, chance: Random, box: int) -> None:
        self.story, self.chance, self.size = story, chance, box
        self.actor = cache(story.actor)

    def act(self, login: str, version: int | None = None) -> Act:
        """An act of an account, now."""
        story, why = self.story, "复核后认定"
        return Act(story.session, self.actor(login), story.now, why, if_version=version)

    def shares(self, supplier: str) -> list[Share]:
        """One to three parties; their whole percents sum to 100."""
        cuts = sorted(self.chance.sample(range(1, 100), self.chance.randint(0, 2)))
        percents = [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
        parties = {SUPPLIER: supplier, STORE: self.chance.choice(STORES), HEAD_OFFICE: None}
        kinds = self.chance.sample(list(parties), len(percents))
        return [Share(kind, p, parties[kind]) for kind, p in zip(kinds, percents, strict=True)]

    def box(self, store: str) -> list[Garment]:
        """Scan garments in a store, send them in its weekly box, assess them as scrap."""
        staff, manager, clerk = map(self.act, (f"store{store[-1]}", f"manager{store[-1]}", "clerk"))
        box, _made = packing.open_box(staff, to_site="ASD", kind=Kind.WEEKLY)
        found = []
        for _ in range(self.size):
            code, defect = self.chance.choice(list(GOODS)), self.chance.choice(list(PROPOSED))
            row = self.scanned(staff, code, defect)
            registration.accept(manager, row)
            packing.pack(staff, box, code=row.piece.piece_no)
            found.append((row, GOODS[code], defect))
        packing.seal(staff, box)
        road.dispatch(staff, box, carrier="顺丰速运", tracking_no=f"SF-{box.no}")
        for row, _supplier, _defect in found:
            receipt.receive(clerk, box, code=row.piece.piece_no)
        receipt.reconcile(clerk, box)
        return [self.scrapped(row, store, supplier, defect) for row, supplier, defect in found]

    def scanned(self, staff: Act, code: str, defect: Defect) -> Registration:
        """One scan of a store."""
        request = ScanRequest(
            str(uuid4()), staff.actor.site_code or "", code, Source.STOCK, defect, Position.COLLAR,
            300, Cause.DYEING_FINISHING, True, True, True, self.chance.randint(2020, 2026),
            "another",
        )  # fmt: skip
        answer = scan.submit(
            staff,
            request,
            {"scan_id": request.scan_id},
            done=lambda made: json.dumps({"no": made.no}),
            refused=lambda refusal: json.dumps({"code": refusal.code}),
        )
        assert answer.status == 201, answer.body
        return registrations.get(staff.session, staff.actor, json.loads(answer.body)["no"])

    def scrapped(self, row: Registration, store: str, supplier: str, defect: Defect) -> Garment:
        """Half of the garments cost something before they are given up."""
        spent, assessor, repairer = 0, self.act("assessor"), self.act("repairer")
        if self.chance.random() < 0.5:
            spent = self.chance.randint(1, 50_000)
            assessment.assess(assessor, row, outcome=Outcome.REPAIR)
            operations = [repair.Operation("缝合", 20)]
            repair.work(repairer, row, operations=operations, parts=[], labour_fen=spent)
            repair.give_up(repairer, row)
        shares, style = self.shares(supplier), row.piece.sku.style.style_no
        assessment.assess(assessor, row, outcome=Outcome.SCRAP, liabilities=shares)
        return Garment(row.no, store, supplier, style, row.production_year, defect, spent, shares)

    def booked(self, month: str, garments: Sequence[Garment]) -> list[Part]:
        """List garments at prices of chance and bring each of their forms to the ledger."""
        session = self.story.session
        for style in session.scalars(select(Style).order_by(Style.id)):
            prices = tuple(self.chance.randint(1, DEAREST) for _ in range(3))
            style.cost_price_fen, style.purchase_price_fen, style.supply_price_fen = prices
            for one in garments:
                if one.style == style.style_no:
                    one.prices = prices
        forms = loss.list_pieces(self.act("clerk"), [one.no for one in garments])
        for form in forms:
            loss.submit(self.act("clerk"), form)
        of_party = {(form.liable_kind, form.party): form for form in forms}
        for one in garments:
            self.classify(one, of_party)
        for form in forms:
            self.sign(form)
        for step, login in ((loss.confirm, "logistics"), (loss.approve, "vp")):
            for form in forms:
                step(self.act(login, form.version), form)
        numbers = {key: form.no for key, form in of_party.items()}
        return [part for one in garments for part in parts_of(month, one, numbers)]

    def classify(self, one: Garment, forms: dict[tuple[str, str], LossForm]) -> None:
        """Finance decides the nature of some shares; the others stand as proposed."""
        for share in one.shares:
            nature = PROPOSED[one.defect]
            if self.chance.random() < 0.4:
                form = forms[share.kind.value, share.party or ""]
                nature = self.chance.choice(list(LossNature))
                loss.classify(self.act("finance"), form, registration=one.no, nature=nature)
            one.natures.append(nature)

    def sign(self, form: LossForm) -> None:
        """The party signs; head office's form counts as signed, a strange supplier signs paper."""
        if form.liable_kind != HEAD_OFFICE:
            login = SIGNERS.get(form.party, "business")
            act = self.act(login, form.version)
            loss.sign(act, form, on_paper=login == "business")

    def month(self, month: str) -> list[Part]:
        """Play a month of all stores and close it; return what its lines must be."""
        write = self.story.write
        garments = [one for store in STORES for one in write(partial(self.box, store))]
        self.chance.shuffle(garments)
        parts: list[Part] = []
        while garments:
            taken = [garments.pop() for _ in range(min(len(garments), self.chance.randint(1, 3)))]
            parts += write(partial(self.booked, month, taken))
            self.story.session.expunge_all()
        self.story.close_month(month)
        self.story.statements(month)
        write(lambda: books.draw_up(self.act("finance"), month))
        return parts
