"""The customer's slip: the values of the print shop, for whoever may see the garment."""

from __future__ import annotations

from labels.customer_slip import CustomerSlip, customer_slip_pdf
from labels.fonts import Fonts
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Defect, Demand, Position
from tracker.domain.customer import masked_name, masked_phone
from tracker.domain.errors import not_found
from tracker.domain.registration import Status
from tracker.models.registration import Registration
from tracker.queries import policy
from tracker.queries import registration as registrations
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper, head, product_name, warranty_words


def slip(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the slip (取件凭证) with which a customer fetches his garment, in two copies.

    Raises ``NotFound``, for stock too: there is no customer to give it to.
    """
    row = registrations.get(act.session, act.actor, no)
    if row.customer is None:
        raise not_found("取件凭证", "customer's slip", no)
    return Paper(f"{row.no}-slip.pdf", PDF, customer_slip_pdf(_values(act, row), fonts))


def _values(act: Act, row: Registration) -> CustomerSlip:
    assert row.customer is not None  # noqa: S101
    sku = row.piece.sku
    guarantee = policy.one(
        act.session, "repair_guarantee", shanghai_date(act.now), policy.reach_of(row)
    ).number
    void = row.status == Status.VOIDED
    return CustomerSlip(
        head=head(act, row, row.registered_at, row.registered_by, Status, site=row.site, void=void),
        piece_no=row.piece.piece_no,
        style_no=sku.style.style_no,
        style_name=product_name(sku),
        colour=sku.colour,
        size=sku.size,
        fault=_fault(row),
        accessories=_accessories(row),
        name=masked_name(row.customer.name),
        phone=masked_phone(row.customer.phone),
        purchased_on=row.purchased_on,
        receipt_no=row.receipt_no or "",
        demand=Demand(row.demand).zh if row.demand else "",
        warranty=warranty_words(act, row),
        promised_on=row.promised_on,
        guarantee_days=guarantee,
    )


def _fault(row: Registration) -> str:
    words = [Defect(row.defect).zh, Position(row.position).zh, f"{row.area_mm2 / 100:g} cm²"]
    return " · ".join([*words, *([row.note] if row.note else [])])


def _accessories(row: Registration) -> str:
    tag = "吊牌完好" if row.tag_intact else "吊牌缺损或无"
    return f"{tag}；{'配件齐全' if row.accessories_intact else '配件不全'}"
