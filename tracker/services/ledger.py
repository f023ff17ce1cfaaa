"""The month: entries written at approval, submitted, closed, then no change (rules 1.46–1.49)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from tracker.domain.calendar import month_of
from tracker.domain.errors import InvalidInput
from tracker.domain.ledger import (
    CUSTOMER_BEARS,
    HEAD_OFFICE_BEARS,
    MACHINE,
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
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.loss import Destruction, LossForm, LossLine
from tracker.models.registration import Registration
from tracker.queries import ledger as queries
from tracker.queries import loss as losses
from tracker.queries.lock import for_writing
from tracker.services.act import Act
from tracker.services.fields import required
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


def post_form(act: Act, form: LossForm, lines: Sequence[LossLine]) -> None:
    """Write the ledger entries of an approved form: charge, owner's credit, clearing, by line."""
    month = open_month(act)
    for line in lines:
        postings = loss_postings(line.amount_fen, line.owner_credit_fen)
        write(
            act,
            month,
            f"{form.no}/{line.id}",
            postings,
            _facts(line.registration)
            | {
                "document": form.no,
                "liable_kind": line.liable_kind,
                "liable_party": line.party,
                "liable_name": form.party_name,
            },
        )


def post(act: Act, registration: Registration, postings: Sequence[Posting]) -> None:
    """Write what a customer is charged for a garment."""
    facts = _facts(registration) | CUSTOMER_BEARS | {"document": registration.no}
    write(act, open_month(act), f"{registration.no}/{act.now.timestamp():.0f}", postings, facts)


def post_markdown(act: Act, registration: Registration, markdown_fen: int) -> None:
    """Write what a garment loses by being sold down (fen); head office bears it."""
    facts = _facts(registration) | HEAD_OFFICE_BEARS | {"document": registration.no}
    postings = pair(Account.MARKDOWN, markdown_fen)
    write(act, open_month(act), f"{registration.no}/markdown", postings, facts)


def post_salvage(act: Act, record: Destruction, postings: Sequence[Posting]) -> None:
    """Write the actual salvage of a destruction; it belongs to no single garment."""
    first = losses.destruction_lines(act.session, record)[0].registration
    facts = _facts(first) | HEAD_OFFICE_BEARS | {"document": record.no}
    write(act, open_month(act), record.no, postings, facts)


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


def write(
    act: Act, month: Month, entry_no: str, postings: Sequence[Posting], facts: dict[str, Any]
) -> None:
    """Write the legs of one entry into a month that is held. Raises ``unbalanced``."""
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


def submit(act: Act, month: Month) -> None:
    """Submit the month to finance (rule 1.46): new entries go to the next month from now on."""
    apply(act, month, MACHINE, Action.SUBMIT)
    month.submitted_by_id, month.submitted_at = act.actor.account_id, act.now


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
