"""What is printed of a loss: the loss form (报损单) and the destruction record (销毁记录)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from labels.destruction_record import DestroyedPiece, DestructionRecord, destruction_record_pdf
from labels.fonts import Fonts
from labels.form import Head, Signed
from labels.loss_form import LiableKind as LiableWord
from labels.loss_form import LossFormLine, LossFormSheet, loss_form_pdf
from tracker.domain.calendar import month_of, shanghai_date
from tracker.domain.chain import Head as ChainHead
from tracker.domain.codes import Defect, LiableKind
from tracker.domain.errors import Forbidden
from tracker.domain.loss import MACHINE as FORM
from tracker.domain.loss import Action as Step
from tracker.domain.loss import DestructionStatus, Verdict
from tracker.domain.loss import Status as FormStatus
from tracker.domain.loss_nature import LossNature
from tracker.domain.registration import Status as GarmentStatus
from tracker.domain.valuation import Basis
from tracker.models.ledger import Month
from tracker.models.loss import Destruction, LossForm, LossLine, Signature
from tracker.models.registration import Registration
from tracker.queries import approval, ledger, notice_period
from tracker.queries import dispute as disputes
from tracker.queries import loss as losses
from tracker.queries import site as sites
from tracker.services import chain, loss
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper, head, why_voided

LATE_NOTICE = (
    "※ 供应商交货已满两年：依《民法典》第六百二十一条，供应商可主张视为质量合格"
    "（有质量保证期的从其约定）"
)


def sees_amounts(act: Act, form: LossForm) -> bool:
    """Return whether the actor may see a form's amounts: cost roles, and the party that signs."""
    own = act.actor.site_code if act.actor.is_store else act.actor.supplier_code
    return act.actor.sees_cost or (own is not None and form.party == own)


def loss_form(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the loss form (报损单) in three copies (rules 1.40–1.43, 1.49).

    Raises ``NotFound``, and ``Forbidden`` ``no_cost`` for whoever may not see its amounts.
    """
    form = losses.get(act.session, act.actor, no)
    if not sees_amounts(act, form):
        raise Forbidden(
            "no_cost",
            "报损单载有成本价，您的岗位不能打印。",
            "The loss form shows cost prices: it is not for your role.",
        )
    signed = _live_signatures(act, form)
    void = form.status == FormStatus.VOIDED
    lines = losses.lines(act.session, form)
    late = notice_period.of_form(act.session, form, shanghai_date(act.now))
    month = ledger.month_of_document(act.session, form.no)
    sealed = chain.head(act.session)
    values = LossFormSheet(
        head=_head(act, form, sealed),
        month=month.month if month else form.month,
        is_month_settled=void or month is not None,
        is_draft=form.status == FormStatus.DRAFT,
        liable_kind=_liable_word(form),
        liable_code=form.party,
        liable_name=form.party_name if form.party else "",
        lines=[_loss_line(line, line.id in late, act.actor.sees_cost) for line in lines],
        total_fen=sum(line.amount_fen for line in lines) if void else form.total_fen,
        disposal="销毁",
        remark=_remark(act, form, bool(late), signed),
        handler=_signed(signed.get(Step.SUBMIT.value)),
        liable_party=_signed(signed.get(Step.SIGN.value)),
        logistics_manager=_signed(signed.get(Step.CONFIRM.value)),
        vice_president=_signed(signed.get(Step.APPROVE.value)),
        witness=_witness(act.session, form, lines),
        finance=_finance(month),
    )
    return Paper(f"{form.no}.pdf", PDF, loss_form_pdf(values, fonts), sealed)


def _live_signatures(act: Act, form: LossForm) -> dict[str, Signature]:
    rows = losses.signatures(act.session, form)
    return {signature.step: signature for signature in rows if signature.is_live}


def _remark(act: Act, form: LossForm, is_late: bool, signed: Mapping[str, Signature]) -> str:
    """Why the form was voided, what is disputed or taken back, what the supplier may object to."""
    parts = []
    if form.status == FormStatus.VOIDED:
        parts.append(f"作废原因：{why_voided(act.session, FORM, form)}")
    for one in disputes.thread(act.session, form):
        when = shanghai_date(one.at).isoformat()
        answered = Verdict(one.verdict).zh if one.verdict else "待答复"
        parts.append(
            f"{when} 责任方提出异议（X12 1294 {one.code}，{len(one.lines)} 件）：{answered}"
        )
    parts += [
        f"分录 {entry.reverses}（{entry.piece_no}）已于 {entry.month} 冲销"
        for entry in loss.taken_back(act, form)
    ]
    parts += _other_steps(form, signed)
    if is_late:
        parts.append(LATE_NOTICE)
    if form.steps is not None:
        parts.append(f"签字内容摘要 SHA-256 {approval.content_sha256(act.session, form)}")
    return "；".join(parts)


def _other_steps(form: LossForm, signed: Mapping[str, Signature]) -> list[str]:
    """Say who took the steps that the chain has beside those with a place to sign."""
    named = {step.value for step in (Step.SIGN, Step.CONFIRM, Step.APPROVE)}
    said = []
    for step in approval.steps(form):
        row = _signed(signed.get(step.code))
        if step.code not in named and row is not None:
            note = f"（{row.note}）" if row.note else ""
            said.append(f"{step.zh}：{row.name}{note} {shanghai_date(row.at).isoformat()}")
    return said


def _finance(month: Month | None) -> Signed | None:
    """Finance signs a form by closing the month that carries it (rules 1.46, 1.48)."""
    if month is None or month.closed_by is None or month.closed_at is None:
        return None
    return Signed(month.closed_by.name, month.closed_at, "结账")


def _head(act: Act, form: LossForm, sealed: ChainHead | None) -> Head:
    """The common head; a store's form names its region."""
    void = form.status == FormStatus.VOIDED
    common = head(act, form, form.opened_at, form.opened_by, FormStatus, void=void, sealed=sealed)
    if form.liable_kind != LiableKind.STORE:
        return common
    return replace(common, region=sites.by_code(act.session, form.party).region or "")


def _witness(session: Session, form: LossForm, lines: Sequence[LossLine]) -> Signed | None:
    """The last witness, once every garment of the form is destroyed before one (rule 1.45)."""
    if any(line.registration.status != GarmentStatus.DESTROYED for line in lines):
        return None
    records = losses.destructions_of(session, form)
    last = records[-1] if records else None
    if last is None or last.witnessed_by is None or last.witnessed_at is None:
        return None
    return Signed(last.witnessed_by.name, last.witnessed_at)


def _liable_word(form: LossForm) -> LiableWord:
    words: dict[str, LiableWord] = {"supplier": "supplier", "store": "store"}
    return words.get(form.liable_kind, "head_office")


def _signed(signature: Signature | None) -> Signed | None:
    if signature is None:
        return None
    if signature.is_on_paper:
        return Signed("见纸质签字", signature.at, f"{signature.by.name}登记")
    lent = signature.principal
    return Signed(signature.by.name, signature.at, f"代 {lent.name}" if lent else "")


def _loss_line(line: LossLine, is_late: bool, sees_cost: bool) -> LossFormLine:
    """One line; nature and VAT are the house's own, and tell the cost to whoever knows the rate."""
    row = line.registration
    sku, supplier = row.piece.sku, row.piece.supplier
    return LossFormLine(
        piece_no=row.piece.piece_no,
        registration_no=row.no,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        production_year=row.production_year,
        supplier=f"{supplier.code} {supplier.name}",
        supplier_presumed=row.piece.is_supplier_presumed,
        defect=Defect(row.defect).zh,
        share_percent=line.percent,
        basis=Basis(line.basis).zh if line.basis else "",
        basis_fen=line.basis_fen,
        spent_fen=line.spent_fen,
        salvage_fen=line.salvage_fen,
        loss_fen=line.amount_fen,
        nature=LossNature(line.nature).zh if sees_cost else "",
        vat_fen=line.vat_fen if sees_cost else 0,
        is_late_notice=is_late,
    )


def destruction(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the destruction record (销毁记录, rules 1.44, 1.45). Raises ``NotFound``."""
    row = losses.destruction(act.session, act.actor, no)
    lines = losses.destruction_lines(act.session, row)
    scanned = [line.scanned_at for line in lines if line.scanned_at]
    sealed = chain.head(act.session)
    values = DestructionRecord(
        head=head(act, row, row.planned_at, row.planned_by, DestructionStatus, sealed=sealed),
        month=month_of(row.witnessed_at or row.planned_at),
        method=row.method or "",
        place=row.place or "",
        destroyed_at=row.witnessed_at,
        pieces=[_destroyed(act.session, line.registration, line.scanned_at) for line in lines],
        salvage_fen=row.salvage_fen,
        estimated_fen=losses.estimated_salvage_fen(act.session, row),
        executor=_hand(row, max(scanned, default=None)),
        witness=(
            Signed(row.witnessed_by.name, row.witnessed_at)
            if row.witnessed_by and row.witnessed_at
            else None
        ),
    )
    return Paper(f"{row.no}.pdf", PDF, destruction_record_pdf(values, fonts), sealed)


def _hand(row: Destruction, last_scan_at: datetime | None) -> Signed | None:
    is_done = row.status != DestructionStatus.PLANNED
    if row.destroyed_by is None or last_scan_at is None or not is_done:
        return None
    return Signed(row.destroyed_by.name, last_scan_at)


def _destroyed(session: Session, row: Registration, scanned_at: datetime | None) -> DestroyedPiece:
    sku = row.piece.sku
    forms: Sequence[LossLine] = losses.live_lines_of(session, row.id)
    return DestroyedPiece(
        piece_no=row.piece.piece_no,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        production_year=row.production_year,
        form_nos=[line.form.no for line in forms],
        scanned_at=scanned_at,
    )
