"""What is printed of each record: the values of the print shop, for whoever may see the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from labels.fonts import Fonts, register
from labels.form import Head, Signed, chain_foot
from labels.registration_form import (
    Handling,
    RegisteredCustomer,
    RegistrationForm,
    registration_form_pdf,
)
from tracker.domain.calendar import shanghai_date
from tracker.domain.chain import Head as ChainHead
from tracker.domain.codes import Cause, Defect, Demand, Position, Source, refusal_reason
from tracker.domain.customer import masked_name, masked_phone
from tracker.domain.errors import HangtagError
from tracker.domain.machine import Machine
from tracker.domain.named import NamedEnum
from tracker.domain.registration import MACHINE as GARMENT
from tracker.domain.registration import Action, Ending, Status
from tracker.models.catalog import Sku
from tracker.models.history import Event
from tracker.models.registration import Registration
from tracker.queries import history, policy
from tracker.queries import registration as registrations
from tracker.services import demo, warranty
from tracker.services.act import Act

PDF = "application/pdf"


@dataclass(frozen=True)
class Paper:
    """A print: its file name in plain ASCII, its media type and its bytes."""

    name: str
    media: str
    content: bytes
    head: ChainHead | None = None
    """The head of the hash chain that it carries; kept when the paper leaves the house."""

    @property
    def document(self) -> str:
        """What it is a paper of."""
        return self.name.partition(".")[0]


def print_fonts(session: Session) -> Fonts:
    """Return the print fonts, whose files the engine of the database carries beside its key.

    Raises ``FontUnusable``.
    """
    return register(*session.get_bind().get_execution_options()["print_fonts"])


def foot(found: ChainHead | None) -> str:
    """Return the foot line of a paper that leaves the house: the head of the hash chain."""
    return chain_foot(found.seq, shanghai_date(found.at), found.printed) if found else ""


def registration(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the registration form (登记单); the customer stands masked. Raises ``NotFound``."""
    row = registrations.get(act.session, act.actor, no)
    events = registrations.timeline(act.session, row)
    decided = [event for event in events if event.action in _HANDLED]
    values = _registration_form(act, row, decided[-1] if decided else None)
    return Paper(f"{row.no}.pdf", PDF, registration_form_pdf(values, fonts))


def _registration_form(act: Act, row: Registration, decided: Event | None) -> RegistrationForm:
    sku = row.piece.sku
    guarantee = policy.one(
        act.session, "repair_guarantee", shanghai_date(act.now), policy.reach_of(row)
    ).number
    void = row.status == Status.VOIDED
    return RegistrationForm(
        head=head(act, row, row.registered_at, row.registered_by, Status, site=row.site, void=void),
        piece_no=row.piece.piece_no,
        source=Source(row.source).zh,
        style_no=sku.style.style_no,
        style_name=product_name(sku),
        colour=sku.colour,
        size=sku.size,
        barcode=sku.barcode or "",
        production_year=row.production_year,
        season=sku.style.season or "",
        defect=Defect(row.defect).zh,
        position=Position(row.position).zh,
        area_cm2=row.area_mm2 / 100,
        cause=Cause(row.cause).zh,
        tag_intact=row.tag_intact,
        accessories_intact=row.accessories_intact,
        number_intact=row.number_intact,
        found_on=row.found_on,
        handling=_handling(decided) if decided else None,
        remark=_remark(act, row, decided),
        customer=_customer(act, row) if row.customer else None,
        guarantee_days=guarantee,
        handler=Signed(row.registered_by.name, row.registered_at),
        store_manager=Signed(decided.actor.name, decided.at) if decided else None,
    )


def _remark(act: Act, row: Registration, decided: Event | None) -> str:
    """Why it was voided, refused or not repaired, before what the store noted."""
    words = []
    if row.status == Status.VOIDED:
        words.append(f"作废原因：{why_voided(act.session, GARMENT, row)}")
    words += _refusals(act, row, decided)
    if row.ending:
        words.append(Ending(row.ending).zh)
    if row.gore_card_no:
        words.append(f"GORE-TEX 登记卡号：{row.gore_card_no}")
    return "；".join([*words, *([row.note] if row.note else [])])


def _refusals(act: Act, row: Registration, decided: Event | None) -> list[str]:
    """Return why it was refused, with the rules, and whether goodwill took it in (C-19)."""
    words = []
    in_store = history.last(act.session, GARMENT.noun, row.id, Action.REFUSE.value)
    if in_store is not None and in_store.reason:
        is_goodwill = decided is not None and decided.action == Action.ACCEPT.value
        head_words = "通融受理，原不予受理原因" if is_goodwill else "不予受理原因"
        words.append(f"{head_words}：{reason_words(in_store.reason)}")
    at_intake = history.last(act.session, GARMENT.noun, row.id, Action.REFUSE_INTAKE.value)
    if at_intake is not None and at_intake.reason:
        words.append(f"退回不受理原因：{reason_words(at_intake.reason)}")
    return words


def reason_words(code: str) -> str:
    """Return a refusal's reason with the number of its rule."""
    reason = refusal_reason(code)
    return f"{reason.zh}（{reason.rule}）"


def why_voided(session: Session, machine: Machine, row: Any) -> str:
    """Return the reason that was given when a record was voided."""
    event = history.last(session, machine.noun, row.id, "void")
    return (event.reason or "") if event else ""


_HANDLED = (Action.ACCEPT.value, Action.SETTLE.value, Action.REFUSE.value)


def _handling(event: Event) -> Handling:
    if event.action == Action.ACCEPT.value:
        return "head_office"
    if event.action == Action.REFUSE.value:
        return "refuse"
    words: dict[str, Handling] = {
        "refund": "refund",
        "exchange": "exchange",
        "local_repair": "local_repair",
    }
    return words[str((event.details or {})["resolution"])]


def _customer(act: Act, row: Registration) -> RegisteredCustomer:
    assert row.customer is not None  # noqa: S101
    return RegisteredCustomer(
        name=masked_name(row.customer.name),
        phone=masked_phone(row.customer.phone),
        purchased_on=row.purchased_on,
        receipt_no=row.receipt_no or "",
        warranty=warranty_words(act, row),
        demand=Demand(row.demand).zh if row.demand else "",
        promised_on=row.promised_on,
    )


def product_name(sku: Sku) -> str:
    """Return a product's name; one that was entered by hand says that it is not confirmed."""
    return f"{sku.style.name}（待确认）" if sku.is_provisional else sku.style.name


def warranty_words(act: Act, row: Registration) -> str:
    """Return in words what the customer is owed (三包); nothing where it cannot be worked out."""
    try:
        found = warranty.warranty(act, row)
    except HangtagError:
        return ""
    where = "保修期内" if found.within_warranty else "保修期外"
    return f"{where} · {found.entitlement.zh}"


def head(
    act: Act,
    record: Any,
    issued_at: datetime,
    issued_by: Any,
    statuses: type[NamedEnum],
    *,
    site: Any = None,
    void: bool = False,
    sealed: ChainHead | None = None,
) -> Head:
    """Return the head of a form: number, date, author, status; ``sealed`` stands at its foot."""
    return Head(
        number=record.no,
        issued_on=shanghai_date(issued_at),
        issued_by=issued_by.name,
        site_code=site.code if site else "",
        site_name=site.name if site else "",
        region=(site.region or "") if site else "",
        status=statuses(record.status).zh,
        printed_at=act.now,
        demo=demo.is_demonstration(act.session),
        void=void,
        chain=foot(sealed),
    )
