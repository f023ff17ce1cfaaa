"""What a garment's loss is worth on each of its lines; frozen when the first form is submitted."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Defect, LiableKind
from tracker.domain.errors import RuleViolation
from tracker.domain.loss import Status
from tracker.domain.loss_nature import LossNature, propose_nature, vat_transfer_out
from tracker.domain.money import half_up
from tracker.domain.registration import MACHINE as GARMENT
from tracker.domain.registration import Action as Step
from tracker.domain.registration import Owner
from tracker.domain.site import Ownership
from tracker.domain.valuation import Basis, Valuation, amounts, basis_of, owner_credits
from tracker.models.catalog import Style
from tracker.models.loss import LossForm, LossLine
from tracker.models.registration import Registration
from tracker.queries import history, policy, repair
from tracker.queries import loss as queries
from tracker.queries import site as sites
from tracker.services.act import Act


def refresh(act: Act, registration: Registration) -> Sequence[LossLine]:
    """Value a garment's live lines anew at today's prices, unless they are frozen (fen).

    Returns the lines, held until the transaction ends.
    """
    lines = queries.live_lines_of(act.session, registration.id, for_update=True)
    if any(line.frozen_at for line in lines):
        return lines
    style = registration.piece.sku.style
    spent = repair.spent_fen(act.session, registration.id) + (registration.local_repair_fen or 0)
    values = [_value(act, line, style, spent) for line in lines]
    credited = _owner_credits(registration, lines, style)
    for line, value, amount, credit in zip(lines, values, amounts(values), credited, strict=True):
        line.basis = value.basis.value
        line.basis_fen = value.basis_fen
        line.spent_fen = value.spent_fen
        line.salvage_fen = value.salvage_fen
        line.amount_fen = amount
        line.owner_credit_fen = credit
    _tax(act, registration, lines)
    act.session.flush()
    return lines


def _tax(act: Act, registration: Registration, lines: Sequence[LossLine]) -> None:
    """Propose each line's nature of the loss, unless finance decided; and its VAT (fen)."""
    written_off = history.last(act.session, GARMENT.noun, registration.id, Step.WRITE_OFF.value)
    proposed = propose_nature(
        Defect(registration.defect),
        repair.last_cause(act.session, registration),
        is_lost=written_off is not None,
    )
    percent = policy.one(act.session, "vat_rate", shanghai_date(act.now)).number
    for line in lines:
        if line.nature_why is None:
            line.nature = proposed.value
        line.cost_fen = registration.piece.sku.style.cost_price_fen
        line.vat_percent = percent
    share_vat(lines)


def share_vat(lines: Sequence[LossLine]) -> None:
    """Split the VAT of a garment over its lines, by their natures as they stand (fen)."""
    natures = [(line.percent, LossNature(line.nature)) for line in lines]
    parts = vat_transfer_out(lines[0].cost_fen, lines[0].vat_percent, natures)
    for line, part in zip(lines, parts, strict=True):
        line.vat_fen = part


def _value(act: Act, line: LossLine, style: Style, spent_fen: int) -> Valuation:
    kind = LiableKind(line.liable_kind)
    ownership = None
    if kind is LiableKind.STORE:
        ownership = Ownership(sites.by_code(act.session, line.party).ownership or Ownership.OWN)
    basis = basis_of(kind, ownership)
    prices = {
        Basis.PURCHASE_PRICE: style.purchase_price_fen,
        Basis.SUPPLY_PRICE: style.supply_price_fen,
        Basis.COST: style.cost_price_fen,
    }
    reach = policy.reach_of(line.registration)
    percent = policy.one(act.session, "salvage_estimate", shanghai_date(act.now), reach).number
    salvage = half_up(style.cost_price_fen * percent, 100)
    return Valuation(basis, prices[basis], spent_fen, salvage, line.percent)


def _owner_credits(
    registration: Registration, lines: Sequence[LossLine], style: Style
) -> tuple[int, ...]:
    site, store = registration.site, LiableKind.STORE
    return owner_credits(
        Owner(registration.owner),
        Ownership(site.ownership) if site.ownership else None,
        style.supply_price_fen,
        [(row.percent, (row.liable_kind, row.party) == (store, site.code)) for row in lines],
    )


def freeze(act: Act, registration: Registration) -> Sequence[LossForm]:
    """Freeze a garment's values; returns the forms on which they stand.

    Raises ``RuleViolation`` ``no_price``.
    """
    lines = refresh(act, registration)
    for line in lines:
        if line.basis_fen <= 0:
            raise RuleViolation(
                "no_price",
                "款号 {style_no} 没有「{basis}」，不能提交。请先在商品资料里补上价格。",
                "Style {style_no} has no “{basis}”: complete the catalogue first.",
                style_no=registration.piece.sku.style.style_no,
                basis=Basis(line.basis).zh,
            )
        line.frozen_at = line.frozen_at or act.now
    act.session.flush()
    return [line.form for line in lines]


def thaw(act: Act, registration: Registration) -> None:
    """Let a garment's values follow the prices again, once all its forms are drafts."""
    lines = queries.live_lines_of(act.session, registration.id)
    if all(line.form.status == Status.DRAFT for line in lines):
        for line in lines:
            line.frozen_at = None
        act.session.flush()
