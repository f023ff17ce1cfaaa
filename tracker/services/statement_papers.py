"""What is printed of a statement: 供应商扣款单 and 专卖店对账单 (rules 1.46–1.49)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labels.fonts import Fonts
from labels.form import Signed
from labels.statement import StatementRow, StatementSheet, of_a_box, statement_pdf
from tracker.domain.access_link import is_told
from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Defect, LiableKind
from tracker.domain.ledger import REVERSED, Account
from tracker.domain.policy import CalendarKind
from tracker.domain.statement import MACHINE, Action, Delivery, Status, title
from tracker.models.ledger import LedgerEntry
from tracker.models.loss import LossLine
from tracker.models.statement import Statement
from tracker.queries import access_link, catalog, history, policy
from tracker.queries import site as sites
from tracker.queries import statement as queries
from tracker.queries.policy import reach_of_party
from tracker.services import chain
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper, head, why_voided
from tracker.services.statement import CLAUSE

SUMMARIES = {
    Account.CHARGE.value: "扣款",
    Account.OWNER_CREDIT.value: "货主贷记",
    Account.OPENING.value: "期初未结",
    Account.FREIGHT.value: "超次运费",
}
BASIS = (
    "报废损失由责任方承担（规则 1.38），月底报财务备档并扣款（规则 1.46、1.47、1.48），"
    "逐件注明生产年份（规则 1.49）。本单送达对方时抵销生效（民法典第五百六十八条）。"
)
TAXED = "计价金额为含税采购价，扣款金额含税。"
BASIS_OF_FREIGHT = "超次寄送的运费由发出店铺承担（规则 1.32）。"
SIGNATORIES = {LiableKind.SUPPLIER.value: "供应商签章", LiableKind.STORE.value: "店长签字"}


def statement(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print a statement in three copies. Raises ``NotFound``."""
    row = queries.get(act.session, act.actor, no)
    void, entries = row.status == Status.VOIDED, queries.lines(act.session, row)
    sealed = chain.head(act.session)
    values = StatementSheet(
        head=head(act, row, row.drawn_at, row.drawn_by, Status, void=void, sealed=sealed),
        title=title(LiableKind(row.liable_kind)),
        month=row.month,
        party=f"{LiableKind(row.liable_kind).zh}  {row.party} {row.party_name}",
        rows=_rows(act, entries),
        charge_fen=row.charge_fen,
        credit_fen=row.credit_fen,
        basis=_basis(row, entries),
        objection=_objection(act, row),
        signatory=SIGNATORIES[row.liable_kind],
        is_draft=row.status == Status.DRAFT,
        delivered_at=row.delivered_at,
        delivered_how=Delivery(row.delivered_how).zh if row.delivered_how else "",
        object_by=row.object_by,
        settled_fen=row.settled_fen,
        remark=_remark(act, row),
        contract=row.contract_no or "",
        batch=row.set_off_batch or "",
        maker=Signed(row.drawn_by.name, row.drawn_at),
        issuer=Signed(row.issued_by.name, row.issued_at)
        if row.issued_by and row.issued_at
        else None,
        answerer=_answerer(act, row),
    )
    return Paper(f"{row.no}.pdf", PDF, statement_pdf(values, fonts), sealed)


def _answerer(act: Act, row: Statement) -> Signed | None:
    """Who agreed for the party, or recorded that it does; a dispute is no signature.

    What was settled while the party objected, or before it answered, was agreed by nobody.
    """
    agreed = history.last(act.session, MACHINE.noun, row.id, Action.AGREE.value)
    is_void = row.status == Status.VOIDED
    if agreed is None or is_void or row.answered_by is None or row.answered_at is None:
        return None
    by_link = access_link.signer(act.session, row.no, Action.AGREE, row.answered_at)
    if by_link is not None:
        return Signed(by_link, row.answered_at, "凭链接确认")
    if row.answered_by.role in (Role.SUPPLIER, Role.STORE_MANAGER):
        return Signed(row.answered_by.name, row.answered_at, "确认")
    return Signed(row.answered_by.name, row.answered_at, "登记确认")


def _objection(act: Act, row: Statement) -> str:
    day = shanghai_date(row.delivered_at or act.now)
    clock = policy.one(act.session, CLAUSE, day, reach_of_party(row.liable_kind, row.party))
    calendar = "个工作日" if clock.calendar is CalendarKind.WORKING else "天"
    return (
        f"对本单有异议的，请在送达之日起 {clock.number} {calendar}内书面提出并附依据；"
        "逾期未提出的，按本单金额结算。"
    )


def _remark(act: Act, row: Statement) -> str:
    words = []
    if row.status == Status.VOIDED:
        words.append(f"作废原因：{why_voided(act.session, MACHINE, row)}")
    if row.replaces is not None:
        words.append(f"替代已作废的 {row.replaces.no}")
    return "；".join(words)


def _basis(row: Statement, entries: Sequence[LedgerEntry]) -> str:
    has_freight = any(entry.account == Account.FREIGHT for entry in entries)
    taxed = TAXED if row.liable_kind == LiableKind.SUPPLIER else ""
    return f"{BASIS}{BASIS_OF_FREIGHT if has_freight else ''}{taxed}"


def _rows(act: Act, entries: Sequence[LedgerEntry]) -> list[StatementRow]:
    names = {
        LiableKind.SUPPLIER: {one.code: one.name for one in catalog.suppliers(act.session)},
        LiableKind.STORE: {one.code: one.name for one in sites.every(act.session)},
    }

    def named(kind: LiableKind, code: str) -> str:
        """Code and name of a garment's supplier or store, if the reader is told."""
        known = names[kind] if is_told(act.actor, kind, code) else None
        return f"{code} {known.get(code, '')}".strip() if known is not None else ""

    behind = queries.losses_behind(act.session, entries)
    return [_row(entry, behind.get(entry.entry_no), named) for entry in entries]


def _corrected(entry: LedgerEntry) -> str:
    """Say of a correction whether it takes an entry back or lets it stand again."""
    if entry.reverses is None:
        return ""
    return "恢复" if entry.reverses.endswith(REVERSED) else "冲销"


def _row(
    entry: LedgerEntry, loss: LossLine | None, named: Callable[[LiableKind, str], str]
) -> StatementRow:
    row = StatementRow(
        document=entry.document,
        piece_no=entry.piece_no,
        registration_no=entry.registration_no,
        style_no=entry.style_no,
        production_year=entry.production_year,
        supplier=named(LiableKind.SUPPLIER, entry.supplier),
        store=named(LiableKind.STORE, entry.store),
        defect=Defect(entry.defect).zh if entry.defect else "",
        summary=_corrected(entry) + SUMMARIES[entry.account],
        amount_fen=entry.amount_fen,
        percent=loss.percent if loss else 0,
        price_fen=loss.basis_fen if loss else 0,
        spent_fen=loss.spent_fen if loss else 0,
        salvage_fen=loss.salvage_fen if loss else 0,
    )
    return of_a_box(row) if entry.account == Account.FREIGHT else row
