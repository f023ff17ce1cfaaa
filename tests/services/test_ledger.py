"""Destruction before a witness, and the month that closes for good."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.kept import kept
from tests.story import DOWN_COAT, Story
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.models.ledger import LedgerEntry
from tracker.queries import ledger as queries
from tracker.services import destruction


@kept
def _approved(story: Story, *codes: str) -> list[str]:
    garments = [story.scrapped(code) for code in codes or ("6901234567892",)]
    for form in story.list_on_forms(*garments):
        signer = "supplier1" if story.form(form).party == "SUP01" else "business"
        story.do("clerk", "loss_form", form, "submit")
        version = story.form(form).version
        paper = {"on_paper": True} if signer == "business" else {}
        story.do(signer, "loss_form", form, "sign", version=version, **paper)
        for login, step in (("logistics", "confirm"), ("vp", "approve")):
            story.do(login, "loss_form", form, step, version=story.form(form).version)
    return garments


def _close(story: Story, month: str = "2026-11") -> None:
    story.do("supervisor", "month", month, "submit")
    story.do("finance", "month", month, "close", version=story.month(month).version)


def test_nothing_is_destroyed_before_every_form_is_approved(story: Story) -> None:
    story.list_on_forms(story.scrapped())
    with pytest.raises(RuleViolation) as refusal:
        story.write(lambda: destruction.plan(story.act("warehouse")))
    assert refusal.value.code == "nothing_to_destroy"


def test_only_the_main_warehouse_plans_a_destruction(story: Story) -> None:
    with pytest.raises(Forbidden):
        story.write(lambda: destruction.plan(story.act("clerk")))


def test_a_missing_piece_stops_the_witness(story: Story) -> None:
    first, _second = _approved(story, "6901234567892", DOWN_COAT)
    record = story.write(lambda: destruction.plan(story.act("warehouse")).no)
    code = story.piece_no(first)
    assert story.do("warehouse", "destruction", record, "scan", code=code) == "planned"
    refused = story.refused(
        "administration", "destruction", record, "witness", method="剪毁", place="总仓"
    )
    assert refused == "wrong_status"
    again = story.refused("warehouse", "destruction", record, "scan", code=code)
    assert again == "already_scanned"


def test_a_piece_that_is_not_on_the_record_is_not_destroyed(story: Story) -> None:
    _approved(story)
    record = story.write(lambda: destruction.plan(story.act("warehouse")).no)
    other = story.piece_no(story.register())
    assert story.refused("warehouse", "destruction", record, "scan", code=other) == "not_on_record"


def test_salvage_posts_when_it_is_witnessed(story: Story) -> None:
    [no] = _approved(story)
    story.destroy(no)
    legs = [
        (leg.account, leg.amount_fen)
        for leg in story.session.scalars(
            select(LedgerEntry).where(LedgerEntry.document.like("XH-%"))
        )
    ]
    assert legs == [("salvage", 1200), ("clearing", -1200)]


def test_totals_by_party_supplier_store_and_year_agree_with_the_rows(story: Story) -> None:
    _approved(story, "6901234567892", DOWN_COAT, DOWN_COAT)
    totals = queries.totals(story.session, "2026-11")
    rows = queries.lines(story.session, "2026-11")
    assert totals.amount_fen == sum(row.amount_fen for row in rows) == 18984 + 2 * 35256
    assert totals.pieces == 3
    for group in (totals.by_liable, totals.by_supplier, totals.by_store, totals.by_year):
        assert sum(total.amount_fen for total in group) == totals.amount_fen
    assert [(total.key, total.pieces) for total in totals.by_liable] == [
        ("SUP01", 1),
        ("SUP02", 2),
    ]


def test_a_figure_drills_down_to_its_rows(story: Story) -> None:
    _approved(story, "6901234567892", DOWN_COAT)
    for wanted in (
        queries.Wanted(liable="SUP02"),
        queries.Wanted(supplier="SUP02"),
        queries.Wanted(store="S001"),
        queries.Wanted(year=2026),
    ):
        rows = queries.lines(story.session, "2026-11", wanted)
        assert {row.supplier for row in rows} <= {"SUP01", "SUP02"}
    rows = queries.lines(story.session, "2026-11", queries.Wanted(liable="SUP02"))
    assert [row.amount_fen for row in rows] == [35256]


def test_who_submits_does_not_close(story: Story) -> None:
    _approved(story)
    story.do("supervisor", "month", "2026-11", "submit")
    version = story.month("2026-11").version
    with pytest.raises(Forbidden):
        story.take("supervisor", "month", "2026-11", "close", version=version)


def test_close_demands_the_version_that_was_shown(story: Story) -> None:
    _approved(story)
    story.do("supervisor", "month", "2026-11", "submit")
    with pytest.raises(InvalidInput):
        story.take("finance", "month", "2026-11", "close")
    assert story.refused("finance", "month", "2026-11", "close", version=1) == "stale_version"


def test_a_month_in_review_may_go_back(story: Story) -> None:
    _approved(story)
    story.do("supervisor", "month", "2026-11", "submit")
    assert story.do("finance", "month", "2026-11", "reopen", note="缺一张单") == "open"


def test_an_approval_after_the_submission_falls_wholly_into_the_next_month(story: Story) -> None:
    _approved(story)
    story.do("supervisor", "month", "2026-11", "submit")
    _approved(story, DOWN_COAT)
    assert [line.amount_fen for line in queries.lines(story.session, "2026-11")] == [18984]
    assert [line.amount_fen for line in queries.lines(story.session, "2026-12")] == [35256]


def test_a_closed_month_keeps_its_total_lines_and_digest(story: Story) -> None:
    _approved(story)
    _close(story)
    month = story.month("2026-11")
    assert (month.total_fen, month.line_count) == (18984, 1)
    assert month.content_sha256 == queries.content_sha256(story.session, "2026-11")


def test_the_digest_covers_every_value_of_a_row_and_its_moment(story: Story) -> None:
    _approved(story)
    before = queries.content_sha256(story.session, "2026-11")
    story.session.execute(text("DROP TRIGGER ledger_entry_no_update" + _on_table(story)))
    for change in (
        "UPDATE ledger_entry SET at = '2026-11-09 02:00:00+00:00'",
        "UPDATE ledger_entry SET by_id = 1",
        "UPDATE ledger_entry SET liable_name = '别家'",
    ):
        story.session.execute(text(change))
        after = queries.content_sha256(story.session, "2026-11")
        assert after != before, change
        before = after
    story.session.rollback()


def _on_table(story: Story) -> str:
    is_sqlite = story.session.get_bind().dialect.name == "sqlite"
    return "" if is_sqlite else " ON ledger_entry"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET amount_fen = 1",
        "DELETE FROM ledger_entry",
        "UPDATE month SET total_fen = 1 WHERE status = 'closed'",
        "UPDATE month SET status = 'open' WHERE status = 'closed'",
        "DELETE FROM month",
        "UPDATE event SET reason = 'x'",
        "DELETE FROM event",
        "INSERT INTO ledger_entry (entry_no, month, at, by_id, account, amount_fen, document, "
        "liable_kind, liable_party, liable_name, supplier, store, style_no, production_year, "
        "defect, piece_no, registration_no) SELECT 'x', month, at, by_id, account, amount_fen, "
        "document, liable_kind, liable_party, liable_name, supplier, store, style_no, "
        "production_year, defect, piece_no, registration_no FROM ledger_entry",
    ],
)
def test_the_database_itself_refuses_to_change_a_closed_month(story: Story, statement: str) -> None:
    _approved(story)
    _close(story)
    with pytest.raises(DBAPIError):
        story.session.execute(text(statement))
    story.session.rollback()
    assert story.month("2026-11").total_fen == 18984


def test_money_is_whole_fen_in_the_database_too(story: Story) -> None:
    with pytest.raises(DBAPIError):
        story.session.execute(text("UPDATE style SET cost_price_fen = 'abc'"))
    story.session.rollback()
    with pytest.raises(Exception, match="whole fen"):
        story.write(lambda: setattr(_style(story), "cost_price_fen", 1.5))


def _style(story: Story):  # type: ignore[no-untyped-def]
    return story.registration(story.register()).piece.sku.style
