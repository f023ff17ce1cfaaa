"""What is printed of a loss: the loss form (报损单)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from labels.fonts import Fonts
from labels.form import Head, Signed
from labels.loss_form import LiableKind as LiableWord
from labels.loss_form import LossFormLine, LossFormSheet, loss_form_pdf
from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.chain import Head as ChainHead
from tracker.domain.codes import Defect, LiableKind
from tracker.domain.errors import Forbidden
from tracker.domain.ledger import Account
from tracker.domain.loss import MACHINE as FORM
from tracker.domain.loss import Action as Step
from tracker.domain.loss import Status as FormStatus
from tracker.domain.loss import Verdict
from tracker.domain.loss_nature import LossNature
from tracker.domain.registration import Status as GarmentStatus
from tracker.domain.signed_paper import Audience, audience_of
from tracker.domain.valuation import Basis
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.loss import LossForm, LossLine, Signature
from tracker.queries import access_link, approval, ledger, notice_period, policy
from tracker.queries import dispute as disputes
from tracker.queries import entry as entries
from tracker.queries import loss as losses
from tracker.queries import signed_paper as signed_papers
from tracker.queries import site as sites
from tracker.services import chain
from tracker.services.act import Act
from tracker.services.outside import DISPOSITION
from tracker.services.papers import PDF, Paper, head, why_voided

LATE_NOTICE = (
    "※ 供应商交货已满两年：依《民法典》第六百二十一条，供应商可主张视为质量合格"
    "（有质量保证期的从其约定）"
)


DISPOSALS = {
    GarmentStatus.DESTROYED.value: "销毁",
    GarmentStatus.RETURNED_TO_SUPPLIER.value: "退供应商",
}
BOXES = {Step.CONFIRM.value: Role.LOGISTICS, Step.APPROVE.value: Role.VICE_PRESIDENT}
"""Whose signature a step's box on the paper is for."""
MAY_BECOME = {"destroy": "销毁", "return_to_supplier": "退供应商", "either": "销毁或退供应商"}
"""What the policy on supplier-borne scrap lets goods become; all others are destroyed."""


def sees_amounts(act: Act, form: LossForm) -> bool:
    """Return whether the actor may see a form's amounts: cost roles, and the party that signs."""
    own = act.actor.site_code if act.actor.is_store else act.actor.supplier_code
    return act.actor.sees_cost or (own is not None and form.party == own)


def loss_form(act: Act, no: str, fonts: Fonts, wanted: str | None = None) -> Paper:
    """Print the loss form (报损单) in three copies (rules 1.40–1.43, 1.49).

    Of one that was signed or voided it is the paper that was kept then, byte for byte; the house
    may ask for the ``wanted`` copy of the party. Raises as ``readable`` does.
    """
    form = readable(act, no)
    audience = audience_of(act.actor.sees_cost, wanted)
    name = f"{form.no}.party.pdf" if wanted == Audience.PARTY else f"{form.no}.pdf"
    kept = signed_papers.last(act.session, form.no, audience)
    if kept is not None:
        return Paper(name, PDF, kept.content, chain.head_of(act.session, kept.head_seq))
    sealed = chain.head(act.session)
    return Paper(name, PDF, drawn(act, form, fonts, sealed, audience is Audience.HOUSE), sealed)


def loss_form_now(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print a loss form with what happened since it was signed: finance, witness, corrections.

    It says which signed paper it does not replace. Raises as ``readable`` does.
    """
    form, sealed = readable(act, no), chain.head(act.session)
    kept = signed_papers.last(act.session, form.no, audience_of(act.actor.sees_cost))
    note = f"现状打印件，签批原件以存档 PDF 为准（SHA-256 {kept.sha256[:16]}）" if kept else ""
    content = drawn(act, form, fonts, sealed, act.actor.sees_cost, note)
    return Paper(f"{form.no}.now.pdf", PDF, content, sealed)


def readable(act: Act, no: str) -> LossForm:
    """Return a loss form whose paper the actor may read.

    Raises ``NotFound``, and ``Forbidden`` ``no_cost`` for whoever may not see its amounts.
    """
    form = losses.get(act.session, act.actor, no)
    if not sees_amounts(act, form):
        raise Forbidden(
            "no_cost",
            "报损单载有成本价，您的岗位不能打印。",
            "The loss form shows cost prices: it is not for your role.",
        )
    return form


def drawn(
    act: Act,
    form: LossForm,
    fonts: Fonts,
    sealed: ChainHead | None,
    is_for_house: bool,
    note: str = "",
) -> bytes:
    """Return the PDF of a form as it stands; nature and VAT are for the house alone."""
    signed = _live_signatures(act, form)
    boxed = _boxed(form, signed)
    void = form.status == FormStatus.VOIDED
    lines = losses.lines(act.session, form)
    late = notice_period.of_form(act.session, form, shanghai_date(act.now))
    month = ledger.month_of_document(act.session, form.no)
    values = LossFormSheet(
        head=_head(act, form, sealed),
        month=month.month if month else form.month,
        is_month_settled=void or month is not None,
        is_draft=form.status == FormStatus.DRAFT,
        liable_kind=_liable_word(form),
        liable_code=form.party,
        liable_name=form.party_name if form.party else "",
        lines=[_loss_line(line, form, line.id in late, is_for_house) for line in lines],
        total_fen=sum(line.amount_fen for line in lines) if void else form.total_fen,
        disposal=_disposal(act, form, lines),
        remark=_remark(act, form, signed, boxed, bool(late), is_for_house, note),
        handler=_signed(signed.get(Step.SUBMIT.value)),
        liable_party=_party(act, form, signed.get(Step.SIGN.value)),
        logistics_manager=_signed(boxed.get(Step.CONFIRM)),
        vice_president=_signed(boxed.get(Step.APPROVE)),
        witness=_witness(act.session, form, lines),
        finance=_finance(month),
    )
    return loss_form_pdf(values, fonts)


def _disposal(act: Act, form: LossForm, lines: Sequence[LossLine]) -> str:
    """What became of the goods; until then what the policy lets them become (C-28)."""
    gone = {line.registration.status for line in lines}
    ends = [word for status, word in DISPOSALS.items() if status in gone]
    if ends:
        return "、".join(ends)
    choice = policy.one(act.session, DISPOSITION, shanghai_date(act.now)).value
    return MAY_BECOME[choice] if form.liable_kind == LiableKind.SUPPLIER else MAY_BECOME["destroy"]


def _live_signatures(act: Act, form: LossForm) -> dict[str, Signature]:
    rows = losses.signatures(act.session, form)
    return {signature.step: signature for signature in rows if signature.is_live}


def _remark(
    act: Act,
    form: LossForm,
    signed: Mapping[str, Signature],
    boxed: Mapping[Step, Signature],
    is_late: bool,
    is_for_house: bool,
    note: str,
) -> str:
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
        for entry in _taken_back(act.session, form, is_for_house)
    ]
    parts += _other_steps(form, signed, boxed)
    if is_late:
        parts.append(LATE_NOTICE)
    if form.steps is not None:
        parts.append(f"签字内容摘要 SHA-256 {approval.content_sha256(act.session, form)}")
    return "；".join([*parts, *([note] if note else [])])


def taken_back(act: Act, form: LossForm) -> Sequence[LedgerEntry]:
    """Return the reversals that hold of a form's entries; those of VAT for whoever sees cost."""
    return _taken_back(act.session, form, act.actor.sees_cost)


def _taken_back(session: Session, form: LossForm, sees_cost: bool) -> Sequence[LedgerEntry]:
    vat = (Account.VAT_TRANSFER_OUT,) if sees_cost else ()
    return entries.taken_back(session, form.no, (Account.CHARGE, Account.OWNER_CREDIT, *vat))


def _boxed(form: LossForm, signed: Mapping[str, Signature]) -> dict[Step, Signature]:
    """Return the signatures that have a box of their own, of steps that are its person's."""
    return {
        Step(step.code): signed[step.code]
        for step in approval.steps(form)
        if step.code in signed and BOXES.get(step.code) in step.roles
    }


def _other_steps(
    form: LossForm, signed: Mapping[str, Signature], boxed: Mapping[Step, Signature]
) -> list[str]:
    """Say who took the steps that the chain has beside those with a place to sign."""
    named = {Step.SIGN.value, *(step.value for step in boxed)}
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


def _party(act: Act, form: LossForm, signature: Signature | None) -> Signed | None:
    """The party's signature; of a link, the name that its signer typed."""
    if signature is not None:
        name = access_link.signer(act.session, form.no, Step.SIGN, signature.at)
        if name is not None:
            return Signed(name, signature.at, "凭链接签字")
    return _signed(signature)


def _loss_line(line: LossLine, form: LossForm, is_late: bool, is_for_house: bool) -> LossFormLine:
    """One line; nature and VAT are the house's own, and tell the cost to whoever knows the rate.

    A garment's supplier is named to head office and to itself alone.
    """
    row = line.registration
    sku, supplier = row.piece.sku, row.piece.supplier
    is_own = (form.liable_kind, form.party) == (LiableKind.SUPPLIER, supplier.code)
    is_named = is_for_house or is_own
    return LossFormLine(
        piece_no=row.piece.piece_no,
        registration_no=row.no,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        production_year=row.production_year,
        supplier=f"{supplier.code} {supplier.name}" if is_named else "—",
        supplier_presumed=is_named and row.piece.is_supplier_presumed,
        defect=Defect(row.defect).zh,
        share_percent=line.percent,
        basis=Basis(line.basis).zh if line.basis else "",
        basis_fen=line.basis_fen,
        spent_fen=line.spent_fen,
        salvage_fen=line.salvage_fen,
        loss_fen=line.amount_fen,
        nature=LossNature(line.nature).zh if is_for_house else "",
        vat_fen=line.vat_fen if is_for_house else 0,
        is_late_notice=is_late,
        tag_fen=sku.style.tag_price_fen,
        barcode=sku.barcode or "",
        season=sku.style.season or "",
    )
