"""Vouchers (凭证) of a closed month for the accounting system (conventions 6.4)."""

from __future__ import annotations

from dataclasses import astuple

from labels.voucher import VoucherRow, voucher_csv, voucher_xlsx
from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.chain import Kind
from tracker.domain.errors import Forbidden, RuleViolation
from tracker.domain.ledger import Status
from tracker.domain.voucher import Basis, Line, Word, digest
from tracker.models.ledger import Month
from tracker.models.voucher import VoucherSet
from tracker.queries import ledger as months
from tracker.queries import policy
from tracker.queries import voucher as queries
from tracker.services import chain
from tracker.services.act import Act
from tracker.services.month_report import CSV, XLSX
from tracker.services.papers import Paper

WORD = "voucher_word"


def draw_up(act: Act, name: str) -> VoucherSet:
    """Draw up the vouchers of a closed month by the account codes of now, as finance.

    Where they would be the same, nothing is made and the set that stands is returned. Raises
    ``Forbidden`` ``wrong_role``, ``NotFound``, ``RuleViolation`` ``month_not_closed``,
    ``no_account_code`` or ``unbalanced_voucher``.
    """
    if Role.FINANCE not in act.actor.roles:
        raise Forbidden("wrong_role", "凭证由财务生成。", "Vouchers are drawn up by finance.")
    month = _closed(act, name, for_update=True)
    basis = now(act)
    found, standing = queries.lines_of(act.session, name, basis), queries.last(act.session, name)
    sha256 = digest(found)
    if standing is not None and standing.sha256 == sha256:
        return standing
    made = VoucherSet(
        month=month.month,
        ordinal=standing.ordinal + 1 if standing else 1,
        basis=queries.written(basis),
        vouchers=found[-1].number if found else 0,
        lines=len(found),
        total_fen=sum(line.debit_fen for line in found),
        sha256=sha256,
        at=act.now,
        by_id=act.actor.account_id,
    )
    act.session.add(made)
    chain.append(act, (Kind.VOUCHERS, f"{made.month}/{made.ordinal}"))
    return made


def is_stale(act: Act, row: VoucherSet) -> bool:
    """Return whether the codes and stores of now would give other vouchers than a set's."""
    try:
        return digest(queries.lines_of(act.session, row.month, now(act))) != row.sha256
    except RuleViolation:
        return True


def now(act: Act) -> Basis:
    """Return by what vouchers are drawn up today."""
    word = policy.one(act.session, WORD, shanghai_date(act.now)).value
    return queries.basis(act.session, Word(word))


def standing(act: Act, name: str) -> tuple[VoucherSet, list[Line]]:
    """Return a month's vouchers as they were drawn up last, with their lines in fen.

    Raises ``NotFound``, ``RuleViolation`` ``month_not_closed`` or ``no_vouchers``.
    """
    _closed(act, name)
    row = queries.last(act.session, name)
    if row is None:
        raise RuleViolation(
            "no_vouchers",
            "{month} 的凭证还没有生成。请财务先生成凭证，再导出。",
            "The vouchers of {month} were not drawn up yet: finance does that first.",
            month=name,
        )
    return row, queries.lines_of(act.session, name, queries.basis_of(row))


def _closed(act: Act, name: str, *, for_update: bool = False) -> Month:
    month = months.get(act.session, act.actor, name, for_update=for_update)
    if month.status != Status.CLOSED:
        raise RuleViolation(
            "month_not_closed",
            "{month} 还没有结账，结账后才能生成凭证。",
            "{month} is not closed yet: vouchers are made of closed months.",
            month=name,
        )
    return month


def csv(act: Act, name: str) -> Paper:
    """Return a month's vouchers as CSV, amounts in yuan: the same bytes each time.

    Raises what ``standing`` raises.
    """
    _row, found = standing(act, name)
    return Paper(f"vouchers-{name}.csv", CSV, voucher_csv(_rows(found)))


def xlsx(act: Act, name: str) -> Paper:
    """Return a month's vouchers as a workbook: the same bytes each time.

    Raises what ``standing`` raises.
    """
    row, found = standing(act, name)
    return Paper(f"vouchers-{name}.xlsx", XLSX, voucher_xlsx(_rows(found), row.at))


def _rows(found: list[Line]) -> list[VoucherRow]:
    return [VoucherRow(*astuple(line)) for line in found]
