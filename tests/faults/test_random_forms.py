"""Random forms through the services, split, approved, posted, billed: no fen is unexplained.

What each form must say is worked out a second time; then forms, ledger, months, statements and
vouchers are held against it to the fen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.faults.random_forms import (
    FRANCHISE,
    HEAD_OFFICE,
    SALVAGE,
    STORE,
    SUPPLIER,
    Chain,
    Part,
    split,
)
from tests.faults.serving import LONG
from tests.story import Story
from tracker.domain.month import next_month
from tracker.domain.policy import Scope
from tracker.domain.scrap_report import Dimension, Selection
from tracker.models.ledger import LedgerEntry
from tracker.models.loss import LossForm
from tracker.models.statement import Statement, StatementLine
from tracker.queries import month_total, scrap_report
from tracker.queries import voucher as vouchers
from tracker.services import loss_papers
from tracker.services.verify import verify

FORMS, MONTHS, BOX = (10_000, 10, 216) if LONG else (50, 2, 6)
"""So many forms at least, over so many months; so many garments in each store's box a month."""


def told(expected: Counter[Any], found: Counter[Any]) -> dict[Any, tuple[int, int]]:
    """Return what is not explained: by what, the fen that must be and those that are."""
    keys = sorted({*expected, *found}, key=str)
    return {key: (expected[key], found[key]) for key in keys if expected[key] != found[key]}


def summed(parts: Sequence[Part], key: Callable[[Part], Any]) -> Counter[Any]:
    """Return by a key what parts charge, in fen."""
    found: Counter[Any] = Counter()
    for part in parts:
        found[key(part)] += part.charge
    return found


def check_forms(story: Story, parts: Sequence[Part]) -> None:
    """Each form's total, and each of its accounts in the ledger; entries sum to zero."""
    posted: Counter[Any] = Counter()
    for part in parts:
        posted[part.form, "charge"] += part.charge
        posted[part.form, "owner_credit"] -= part.credit
        posted[part.form, "vat_transfer_out"] -= part.vat
        posted[part.form, "clearing"] -= part.charge - part.credit - part.vat
    by = (LedgerEntry.document, LedgerEntry.account)
    legs = story.session.execute(select(*by, func.sum(LedgerEntry.amount_fen)).group_by(*by))
    ledger = Counter({(form, account): int(fen) for form, account, fen in legs})
    assert told(posted, ledger) == {}
    assert sum(ledger.values()) == 0
    rows = story.session.execute(select(LossForm.no, LossForm.total_fen))
    assert told(summed(parts, lambda part: part.form), Counter(dict(rows.all()))) == {}


def check_month(story: Story, month: str, parts: Sequence[Part]) -> None:
    """The kept totals and the report of scrap, by each of their keys."""
    totals, whole = month_total.totals(story.session, month), sum(part.charge for part in parts)
    assert (totals.amount_fen, story.month(month).total_fen) == (whole, whole)
    keys: dict[str, Callable[[Part], str]] = {
        "by_liable": lambda part: part.party,
        "by_supplier": lambda part: part.garment.supplier,
        "by_store": lambda part: part.garment.store,
        "by_year": lambda part: str(part.garment.year),
        "by_defect": lambda part: part.garment.defect.value,
        "by_style": lambda part: part.garment.style,
    }
    for name, key in keys.items():
        kept = Counter({row.key: row.amount_fen for row in getattr(totals, name)})
        assert (name, told(summed(parts, key), kept)) == (name, {})
    wanted = Selection(month, month, (Dimension.STORE, Dimension.YEAR, Dimension.DEFECT))
    report = scrap_report.figures(story.session, story.actor("finance"), wanted)
    rows = Counter({row.keys: row.total.amount_fen for row in report.rows})
    three = [keys[name] for name in ("by_store", "by_year", "by_defect")]
    assert told(summed(parts, lambda part: tuple(key(part) for key in three)), rows) == {}


def check_statements(story: Story, month: str, parts: Sequence[Part]) -> None:
    """Each party's statement: what it is charged, what it is credited, and its lines."""
    owed: Counter[Any] = Counter()
    for part in parts:
        if part.share.kind is not HEAD_OFFICE:
            owed[part.party, "charge"] += part.charge
        owed[part.garment.store, "credit"] += part.credit
    by = StatementLine.statement_id
    lines = story.session.execute(select(by, func.sum(StatementLine.amount_fen)).group_by(by))
    sums = {number: int(fen) for number, fen in lines}
    found: Counter[Any] = Counter()
    for row in story.session.scalars(select(Statement).where(Statement.month == month)):
        found[row.party, "charge"] += row.charge_fen
        found[row.party, "credit"] += row.credit_fen
        assert row.total_fen == row.charge_fen - row.credit_fen == int(sums[row.id])
    assert told(owed, found) == {}


def check_vouchers(story: Story, month: str, parts: Sequence[Part]) -> None:
    """One balanced voucher a form; each account code has what its parties owe."""
    made = vouchers.last(story.session, month)
    assert made is not None
    lines = vouchers.lines_of(story.session, month, vouchers.basis_of(made))
    codes = {SUPPLIER.value: "220201", HEAD_OFFICE.value: "660201", STORE.value: "122101"}
    owed: Counter[Any] = Counter()
    for part in parts:
        code = "112201" if part.party == FRANCHISE else codes[part.share.kind.value]
        owed[code, "" if part.share.kind is HEAD_OFFICE else part.party] += part.charge
        owed["224101", part.garment.store] -= part.credit
        owed["22210107", ""] -= part.vat
        owed["190101", ""] -= part.charge - part.credit - part.vat
    found: Counter[Any] = Counter()
    balances: Counter[int] = Counter()
    for line in lines:
        found[line.code, line.auxiliary_code] += line.debit_fen - line.credit_fen
        balances[line.number] += line.debit_fen - line.credit_fen
    assert told(owed, found) == {}
    posted = {part.form for part in parts if part.charge or part.credit or part.vat}
    assert (len(balances), set(balances.values())) == (len(posted), {0})


def test_no_fen_of_random_forms_is_unexplained(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Drawing its papers takes longer than all else of a form, and says nothing of its fen.
    monkeypatch.setattr(loss_papers, "drawn", lambda *_: b"%PDF-1.4 blank")
    for supplier, percent in SALVAGE.items():
        whom = {"scope": Scope.SUPPLIER, "target": supplier}
        story.policy("salvage_estimate", str(percent), **whom)
    chain = Chain(story, Random(1038), BOX)
    every: list[Part] = []
    for number in range(MONTHS):
        month = next_month("2026-11", number)
        parts = chain.month(month)
        check_month(story, month, parts)
        check_statements(story, month, parts)
        check_vouchers(story, month, parts)
        every += parts
        story.wait(days=1)
    check_forms(story, every)
    assert len({part.form for part in every}) >= FORMS
    story.session.rollback()
    assert [fault for found in verify(story.session) for fault in found.faults] == []


def test_a_single_fen_that_is_not_explained_is_named() -> None:
    right = Counter({("BS-2026-000001", "charge"): 18984, ("BS-2026-000002", "charge"): 0})
    torn = Counter({("BS-2026-000001", "charge"): 18983})
    assert told(right, torn) == {("BS-2026-000001", "charge"): (18984, 18983)}
    assert told(right, right) == told(right, +right) == {}


def test_the_fen_that_is_left_goes_to_the_largest_remainder_the_first_of_equals() -> None:
    assert split([Fraction(1, 3)] * 3) == [1, 0, 0]
    assert split([Fraction(1, 2), Fraction(3, 4), Fraction(7, 4)]) == [0, 1, 2]
