"""The loss form (报损单) from listing to approval (rules 1.37–1.43)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from tracker.domain import registration as garment
from tracker.domain.account import Role
from tracker.domain.calendar import month_of
from tracker.domain.chain import Kind
from tracker.domain.codes import LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.loss import MACHINE, Action, Status
from tracker.domain.loss_nature import LossNature
from tracker.domain.number import DocumentPrefix
from tracker.models.loss import Liability, LossForm, LossLine
from tracker.models.registration import Registration
from tracker.queries import approval as approvals
from tracker.queries import loss as queries
from tracker.queries import loss_line as loss_lines
from tracker.queries import registration as registrations
from tracker.services import (
    approval,
    chain,
    ledger,
    liability,
    signature_scan,
    signed_paper,
    valuation,
)
from tracker.services.act import Act
from tracker.services.fields import Reason, Text16, reason_of, required
from tracker.services.number import next_document_no
from tracker.services.transition import apply, begin


def list_pieces(act: Act, codes: Sequence[str]) -> list[LossForm]:
    """Put garments on the drafts of their liable parties, one form a party and month (rule 1.40).

    What the rules proposed names the supplier of the garment as it is known now. Returns the forms
    touched, in order of their number. Raises ``WrongStatus`` for a garment that is not
    ``scrap_pending``, and what ``by_scanned_code`` raises.
    """
    if not codes:
        raise InvalidInput(
            "missing_field", "请至少选择一件。", "Choose one garment at least.", "codes"
        )
    forms: dict[str, LossForm] = {}
    for code in dict.fromkeys(codes):
        registration = _by_number(act, code)
        shares = liability.follow_supplier(act.session, registration)
        touched = [_draft_of(act, share) for share in shares]
        document = touched[0].no if touched else None
        apply(act, registration, garment.MACHINE, garment.Action.LIST, document=document)
        for form, share in zip(touched, shares, strict=True):
            _add_line(act, form, registration, share)
        valuation.refresh(act, registration)
        forms.update((form.no, form) for form in touched)
    for form in forms.values():
        _total(act, form)
    return [forms[no] for no in sorted(forms)]


def _by_number(act: Act, code: str) -> Registration:
    if code.upper().startswith("DJ"):
        return registrations.get(act.session, act.actor, code.upper(), for_update=True)
    return registrations.by_scanned_code(act.session, code)


def _draft_of(act: Act, share: Liability) -> LossForm:
    kind, month = LiableKind(share.liable_kind), month_of(act.now)
    form = queries.draft(act.session, kind, share.party, month)
    if form is None:
        form = LossForm(
            no=next_document_no(act.session, DocumentPrefix.LOSS_FORM, act.now),
            liable_kind=kind.value,
            party=share.party,
            party_name=liability.party_name(act, kind, share.party),
            month=month,
            opened_at=act.now,
            opened_by_id=act.actor.account_id,
            total_fen=0,
        )
        begin(act, form, MACHINE, "open")
    return form


def _add_line(act: Act, form: LossForm, registration: Registration, share: Liability) -> None:
    """Add a garment's line; what finance decided of its nature before still holds."""
    last = loss_lines.last_of(act.session, registration.id, share.party)
    decided = last if last is not None and last.nature_why is not None else None
    act.session.add(
        LossLine(
            form_id=form.id,
            registration_id=registration.id,
            liable_kind=share.liable_kind,
            party=share.party,
            percent=share.percent,
            is_live=True,
            basis="",
            basis_fen=0,
            spent_fen=0,
            salvage_fen=0,
            amount_fen=0,
            owner_credit_fen=0,
            nature=decided.nature if decided else LossNature.QUALITY_DEFECT.value,
            nature_why=decided.nature_why if decided else None,
        )
    )
    act.session.flush()


def _total(act: Act, form: LossForm) -> None:
    form.total_fen = sum(line.amount_fen for line in queries.lines(act.session, form))
    act.session.flush()


def unlist(act: Act, registration: Registration) -> None:
    """Take a garment off its draft forms again; its proposal follows its supplier from then on.

    Raises what ``take_off`` raises.
    """
    take_off(act, registration)
    liability.follow_supplier(act.session, registration)


def take_off(act: Act, registration: Registration) -> None:
    """Take a garment off its draft forms, its shares as they stood on them.

    Raises ``RuleViolation`` ``form_submitted`` or ``form_approved`` when one of them is beyond
    draft.
    """
    apply(act, registration, garment.MACHINE, garment.Action.UNLIST)
    forms = queries.locked_forms_of(act.session, registration.id)
    for form in forms:
        _check_draft(form)
    for line in queries.live_lines_of(act.session, registration.id):
        line.is_live = False
    act.session.flush()
    for form in forms:
        _total(act, form)


def _check_draft(form: LossForm) -> None:
    if form.status == Status.APPROVED:
        raise RuleViolation(
            "form_approved",
            "这件在报损单 {form} 上，该单已批准入账，责任不能再改。有异议的请答复「维持原责任」。",
            "The garment is on form {form}, which is approved: its shares stand. Uphold a dispute.",
            form=form.no,
        )
    if form.status != Status.DRAFT:
        raise RuleViolation(
            "form_submitted",
            "这件在报损单 {form} 上，该单已提交。请先把该单退回草稿。",
            "The garment is on form {form}, which was submitted: return that form first.",
            form=form.no,
        )


def submit(act: Act, form: LossForm) -> None:
    """Submit a draft: its prices freeze; head office's form counts as signed at once.

    A split garment freezes on its other drafts too: their totals follow. Raises
    ``RuleViolation`` ``empty_form``, ``supplier_changed`` or ``no_price``.
    """
    lines = queries.lines(act.session, form)
    if not lines:
        raise RuleViolation(
            "empty_form", "报损单上没有衣服，不能提交。", "The form has no line to submit."
        )
    _check_supplier(act, form)
    frozen = [valuation.freeze(act, line.registration) for line in lines]
    for touched in {shared.id: shared for forms in frozen for shared in forms}.values():
        _total(act, touched)
    approval.open_chain(act, form)


def _check_supplier(act: Act, form: LossForm) -> None:
    """No supplier answers for a garment that by now is known as another's, unless by hand."""
    piece = loss_lines.of_another_supplier(act.session, form)
    if piece is not None:
        raise RuleViolation(
            "supplier_changed",
            "{piece} 的供应商现为 {supplier}，不再是 {party}，本单不能提交。"
            "请先把这件移出本单，再为它重新开报损单。",
            "The supplier of {piece} is {supplier} now, no longer {party}, so the form is not "
            "submitted. Take the garment off it, then list it again.",
            piece=piece.piece_no,
            supplier=piece.supplier.code,
            party=form.party,
        )


def sign(act: Act, form: LossForm, *, on_paper: bool = False) -> None:
    """Sign as the liable party (rule 1.40); ``business`` records a supplier's paper signature.

    A signature on paper rests upon photos of it. Raises ``Forbidden`` ``not_the_party``,
    ``RuleViolation`` ``no_signed_paper``.
    """
    check_party(approval.lent_to_sign(act, form), form, on_paper)
    approval.take(act, form, Action.SIGN, is_on_paper=on_paper)
    if on_paper:
        signature_scan.bind(act, form)


def check_party(act: Act, form: LossForm, on_paper: bool) -> None:
    """Check that the actor may speak for the form's party: ``business`` for a supplier, on paper.

    Raises ``Forbidden`` ``not_the_party``.
    """
    is_business = Role.BUSINESS in act.actor.roles
    if is_business and (form.liable_kind != LiableKind.SUPPLIER or not on_paper):
        raise Forbidden(
            "not_the_party",
            "业务部只能登记供应商在纸质单据上的签字或异议：请勾选「纸质」。",
            "The business department records only what a supplier put on paper: say so.",
        )


def confirm(act: Act, form: LossForm) -> None:
    """Confirm, as the logistics manager by the shipped chain (rule 1.42)."""
    approval.take(act, form, Action.CONFIRM)


def review(act: Act, form: LossForm) -> None:
    """Take a step that the chain has between: a review, an acknowledgement (C-27)."""
    approval.take(act, form, Action.REVIEW)


def approve(act: Act, form: LossForm) -> None:
    """Take the last step of the chain (rule 1.43): the ledger entries are written now.

    The paper of the form is kept as bytes with it.

    Raises ``RuleViolation`` ``share_unsigned`` while the form of another who shares a garment is
    not signed: that party may dispute yet, and what is approved stands.
    """
    approval.take(act, form, Action.APPROVE)
    if (other := loss_lines.unsigned_beside(act.session, form)) is not None:
        raise RuleViolation(
            "share_unsigned",
            "本单有衣服由多方分担，请先等 {form} 的责任方签字，再批准本单。",
            "A garment of this form is shared: wait until form {form} is signed, then approve.",
            form=other,
        )
    written = ledger.post_form(act, form, queries.lines(act.session, form))
    covered = [(Kind.ENTRY, no) for no in written]
    sealed = chain.append(act, *covered, (Kind.APPROVAL, form.no))
    signed_paper.keep(act, form, Action.APPROVE, sealed)


def send_back(act: Act, form: LossForm, *, reason: Reason) -> None:
    """Return a form to draft with a reason; its signatures no longer count.

    Whoever stands in for its next step may, in his own name; history names the absent one.
    Raises ``RuleViolation`` ``draft_open`` while the party has another draft of that month.
    """
    check_no_other_draft(act, form)
    principal = approvals.returns_for(act.session, act.actor, form, act.now)
    details: dict[str, object] | None = None
    if principal is not None:
        details = {"for": principal.login}
        act = replace(act, actor=replace(act.actor, roles=act.actor.roles | principal.roles))
    apply(act, form, MACHINE, Action.RETURN, reason=reason_of(reason), details=details)
    start_over(act, form)


def check_no_other_draft(act: Act, form: LossForm) -> None:
    """Raise ``RuleViolation`` ``draft_open`` while the party has another draft of that month."""
    other = queries.draft(act.session, LiableKind(form.liable_kind), form.party, form.month)
    if other is not None and other.id != form.id:
        raise RuleViolation(
            "draft_open",
            "该责任方本月另有草稿 {form}。请先提交或作废 {form}，再退回本单。",
            "The party has another draft of that month, {form}: submit or void that one first.",
            form=other.no,
        )


def start_over(act: Act, form: LossForm) -> None:
    """A form is a draft again: its signatures no longer count, its values follow the prices."""
    form.asked_at = form.steps = None
    for signature in form.signatures:
        signature.is_live = False
    act.session.flush()
    for line in queries.lines(act.session, form):
        valuation.thaw(act, line.registration)


def void(act: Act, form: LossForm, *, reason: Reason) -> None:
    """Void a draft: its number stays taken, its garments go back to ``scrap_pending``."""
    for line in queries.lines(act.session, form):
        unlist(act, registrations.locked(act.session, line.registration_id))
    void_empty(act, form, reason=reason)


def void_empty(act: Act, form: LossForm, *, reason: Reason) -> None:
    """Void a draft from which the last garment was taken; its number stays taken."""
    apply(act, form, MACHINE, Action.VOID, reason=reason_of(reason))
    sealed = chain.append(act, (Kind.VOID, form.no))
    signed_paper.keep(act, form, Action.VOID, sealed)


def classify(act: Act, form: LossForm, *, registration: Text16, nature: LossNature) -> None:
    """Decide the nature of one line's loss, and so its VAT, as finance (conventions 6.4).

    The note says why. What is approved later is the form as it stands then: its version moves on.
    Raises ``InvalidInput`` ``missing_field`` or ``not_on_form``.
    """
    why = required(act.note, "note", "请写明认定理由。", "Write why.")
    lines = queries.lines(act.session, form)
    line = next((line for line in lines if line.registration.no == registration), None)
    if line is None:
        raise InvalidInput(
            "not_on_form",
            "报损单上没有登记号 {no}。",
            "Registration {no} does not stand on the form.",
            "registration",
            no=registration,
        )
    shared = queries.live_lines_of(act.session, line.registration_id, for_update=True)
    before, line.nature, line.nature_why = line.nature, nature.value, why
    valuation.share_vat(shared)
    flag_modified(form, "status")
    details = {"registration": registration, "before": before, "after": nature.value}
    apply(act, form, MACHINE, Action.CLASSIFY, details=details | {"vat_fen": line.vat_fen})


ACTIONS: Mapping[Action, Callable[..., Any]] = {
    Action.SUBMIT: submit,
    Action.SIGN: sign,
    Action.CONFIRM: confirm,
    Action.REVIEW: review,
    Action.APPROVE: approve,
    Action.CLASSIFY: classify,
    Action.RETURN: send_back,
    Action.VOID: void,
}
REGISTRATION_ACTIONS: Mapping[garment.Action, Callable[..., Any]] = {garment.Action.UNLIST: unlist}
