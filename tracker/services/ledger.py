"""The month: entries written at approval, submitted, closed, then no change (rules 1.46–1.49)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from tracker.domain.account import Role
from tracker.domain.calendar import month_of
from tracker.domain.chain import Kind
from tracker.domain.codes import LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.ledger import (
    CUSTOMER_ACCOUNTS,
    CUSTOMER_BEARS,
    HEAD_OFFICE_BEARS,
    MACHINE,
    REVERSED,
    Account,
    Action,
    Posting,
    Status,
    check_balanced,
    loss_postings,
    pair,
)
from tracker.domain.loss import check_distinct
from tracker.domain.month import next_month
from tracker.domain.shipment import FreightBearer
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.loss import Destruction, LossForm, LossLine
from tracker.models.registration import Registration
from tracker.models.shipment import Shipment
from tracker.queries import entry as entries
from tracker.queries import ledger as queries
from tracker.queries import loss as losses
from tracker.queries.lock import for_writing
from tracker.services import chain
from tracker.services.act import Act
from tracker.services.fields import Reason, reason_of, required
from tracker.services.transition import apply, begin


def open_month(act: Act, since: str = "") -> Month:
    """Return the month that takes an entry now: this one, or the next that is still open.

    It is no month before ``since``. Its row is held until the transaction ends, so that an entry
    lies wholly before or after a close that races it.
    """
    name = max(month_of(act.now), since)
    while True:
        month = held(act, name)
        if month.status == Status.OPEN:
            return month
        name = next_month(name)


def held(act: Act, name: str) -> Month:
    """Return a month, held; one that does not stand is opened, and every month before it too."""
    query = select(Month).where(Month.month == name)
    month = act.session.scalar(for_writing(query, Month, shared=True))
    if month is None:
        last = queries.last_before(act.session, name)
        if last is not None and next_month(last) < name:
            held(act, next_month(name, -1))
        month = Month(month=name)
        begin(act, month, MACHINE, "open")
    return month


def post_form(act: Act, form: LossForm, lines: Sequence[LossLine]) -> list[str]:
    """Write an approved form's entries by line: charge and owner's credit, VAT transferred out.

    Returns their numbers, for the chain to cover.
    """
    month, written = open_month(act), []
    for line in lines:
        facts = _facts(line.registration) | {
            "document": form.no,
            "liable_kind": line.liable_kind,
            "liable_party": line.party,
            "liable_name": form.party_name,
        }
        no = f"{form.no}/{line.id}"
        postings = loss_postings(line.amount_fen, line.owner_credit_fen)
        written += write(act, month, no, postings, facts)
        vat = pair(Account.VAT_TRANSFER_OUT, -line.vat_fen)
        written += write(act, month, f"{no}/vat", vat, facts | HEAD_OFFICE_BEARS)
    return written


def post_charge(act: Act, registration: Registration, account: Account, charge_fen: int) -> None:
    """Write what a customer is charged for a garment (fen): for its repair, or depreciation."""
    facts = _facts(registration) | CUSTOMER_BEARS | {"document": registration.no}
    count = entries.entry_count(act.session, registration.no, CUSTOMER_ACCOUNTS)
    _post(act, f"{registration.no}/charge-{count + 1}", pair(account, charge_fen), facts)


def post_markdown(act: Act, registration: Registration, markdown_fen: int) -> None:
    """Write what a garment loses by being sold down (fen); head office bears it."""
    facts = _facts(registration) | HEAD_OFFICE_BEARS | {"document": registration.no}
    _post(act, f"{registration.no}/markdown", pair(Account.MARKDOWN, markdown_fen), facts)


def post_salvage(act: Act, record: Destruction, salvage_fen: int) -> list[str]:
    """Write the actual salvage of a destruction (fen); it belongs to no single garment.

    Returns the entry's number, for the chain to cover.
    """
    first = losses.destruction_lines(act.session, record)[0].registration
    facts = _facts(first) | HEAD_OFFICE_BEARS | {"document": record.no}
    return write(act, open_month(act), record.no, pair(Account.SALVAGE, salvage_fen), facts)


def post_freight(act: Act, box: Shipment, first: Registration) -> None:
    """Write the freight (fen) of an extra box on whoever bears it (rule 1.32)."""
    facts = _facts(first) | HEAD_OFFICE_BEARS | {"document": box.no, "store": box.from_site.code}
    if box.freight_bearer == FreightBearer.STORE:
        facts["liable_kind"] = LiableKind.STORE.value
        facts["liable_party"], facts["liable_name"] = box.from_site.code, box.from_site.name
    count = entries.entry_count(act.session, box.no, (Account.FREIGHT,))
    postings = pair(Account.FREIGHT, box.freight_fen or 0, Account.FREIGHT_PAYABLE)
    _post(act, f"{box.no}/freight-{count + 1}", postings, facts)


def _facts(registration: Registration) -> dict[str, Any]:
    return {
        "supplier": registration.piece.supplier.code,
        "store": registration.site.code,
        "style_no": registration.piece.sku.style.style_no,
        "production_year": registration.production_year,
        "defect": registration.defect,
        "piece_no": registration.piece.piece_no,
        "registration_no": registration.no,
    }


def _post(
    act: Act, entry_no: str, postings: Sequence[Posting], facts: dict[str, Any], since: str = ""
) -> None:
    written = write(act, open_month(act, since), entry_no, postings, facts)
    if written:  # Nothing is entered for nothing: freight that is not known yet.
        chain.append(act, *((Kind.ENTRY, no) for no in written))


def write(
    act: Act, month: Month, entry_no: str, postings: Sequence[Posting], facts: dict[str, Any]
) -> list[str]:
    """Write the legs of one entry into a month that is held; return its number for the chain.

    Nothing is written for nothing. Raises ``unbalanced``.
    """
    check_balanced(postings)
    for posting in postings:
        act.session.add(
            LedgerEntry(
                entry_no=entry_no,
                month=month.month,
                at=act.now,
                by_id=act.actor.account_id,
                account=posting.account.value,
                amount_fen=posting.amount_fen,
                **facts,
            )
        )
    act.session.flush()
    return [entry_no] if postings else []


def reverse(act: Act, entry_no: str, *, reason: Reason) -> str:
    """Take an entry back, as finance: the same legs with opposite signs, in the open month.

    Never in a month before the entry's own. The only way to mend a closed month. A reversal that
    was wrong is taken back in the same way, once: its entry stands again. Returns the number of
    the reversal, which points back. Raises ``Forbidden``, ``NotFound``, ``InvalidInput``
    ``missing_field``, ``RuleViolation`` ``is_reversal`` or ``already_reversed``.
    """
    if Role.FINANCE not in act.actor.roles:
        raise Forbidden("wrong_role", "只有财务可以冲销分录。", "Only finance reverses entries.")
    legs = entries.legs(act.session, act.actor, entry_no)
    if not entries.may_be_reversed(act.session, legs[0]):
        raise RuleViolation(
            "is_reversal",
            "{no} 不能再冲销：业务更正自动冲销的、之后已重新入账的、顾客已不用付费的，都不能撤回；"
            "财务冲错的只能撤回一次。",
            "{no} is not reversed: the work's own reversal stands, and so does one after which the "
            "amount was entered anew or the customer's charge ended; finance's is taken back once.",
            no=entry_no,
        )
    if entries.reversal_of(act.session, entry_no) is not None:
        raise RuleViolation(
            "already_reversed",
            "分录 {no} 已经冲销过了，每笔只能冲销一次。",
            "Entry {no} was reversed already: each is reversed once at most.",
            no=entry_no,
        )
    return _take_back(act, legs, reason_of(reason))


def take_back(act: Act, document: str, accounts: Sequence[Account]) -> None:
    """Take back a document's entries that still stand, as its own work demands it."""
    for entry_no in entries.standing(act.session, document, accounts):
        _take_back(act, entries.legs(act.session, act.actor, entry_no, bounded=False), None)


def _take_back(act: Act, legs: Sequence[LedgerEntry], reason: str | None) -> str:
    entry_no = legs[0].entry_no
    postings = [Posting(Account(leg.account), -leg.amount_fen) for leg in legs]
    facts = {name: getattr(legs[0], name) for name in entries.FACTS}
    own = {"reverses": entry_no, "reason": reason}
    _post(act, entry_no + REVERSED, postings, facts | own, since=legs[0].month)
    return entry_no + REVERSED


def submit(act: Act, month: Month) -> int:
    """Submit the month to finance (rule 1.46): new entries go to the next month from now on.

    Returns the id of its row of history, for the chain to cover.
    """
    event_id = apply(act, month, MACHINE, Action.SUBMIT)
    month.submitted_by_id, month.submitted_at = act.actor.account_id, act.now
    return event_id


def reopen(act: Act, month: Month) -> None:
    """Send a month under review back to after-sales; a reason is mandatory."""
    required(act.note, "note", "请写明退回原因。", "Write why.")
    apply(act, month, MACHINE, Action.REOPEN)
    month.submitted_by_id = month.submitted_at = None


def close(act: Act, month: Month, keep: Callable[[Act, Month], str]) -> None:
    """Close the month for good; by another person than who submitted it, on the version shown.

    Keeps the total, the number of lines and a digest of every row; ``keep`` keeps the totals and
    returns their digest. Raises ``RuleViolation``
    ``same_person``, ``InvalidInput`` ``version_required``.
    """
    if act.if_version is None:
        raise InvalidInput(
            "version_required",
            "请带上您看到的版本号（if_version）。",
            "Send if_version, so that what is closed is what was shown.",
            "if_version",
        )
    MACHINE.target(Status(month.status), Action.CLOSE, act.actor.roles, None)
    line_count, total_fen = queries.sum_of(act.session, month.month, queries.Wanted())
    content = queries.content_sha256(act.session, month.month)
    month.total_fen, month.line_count, month.content_sha256 = total_fen, line_count, content
    month.totals_sha256 = keep(act, month)
    month.closed_by_id, month.closed_at = act.actor.account_id, act.now
    apply(act, month, MACHINE, Action.CLOSE)
    check_distinct(
        Action.CLOSE.zh, Action.CLOSE.en, act.actor.account_id, (month.submitted_by_id or 0,)
    )
