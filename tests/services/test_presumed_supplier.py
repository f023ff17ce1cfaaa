"""What the rules proposed names the supplier as it is known now, until a form is submitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.kept import kept
from tests.services.test_provisional import BY_HAND, FACTS, GOODS, UNKNOWN
from tests.story import JACKET, SUPPLIER_FAULT, Story
from tracker.domain.codes import LiableKind
from tracker.domain.discrepancy import Finding
from tracker.domain.errors import RuleViolation
from tracker.domain.liability_rules import DEFAULTS
from tracker.domain.loss import Share, Verdict
from tracker.queries import liability_rule as rules
from tracker.queries import loss as queries
from tracker.queries import registration as registrations
from tracker.services import catalog, liability_rule, loss, provisional
from tracker.services.rows import Row
from tracker.services.verify import verify

JACKETS = {
    "barcode": JACKET, "style_no": "2613M04012", "colour": "BK1", "size": "170/88A",
}  # fmt: skip
NEW_SUPPLIER = [("supplier", "SUP03", 100)]


@kept
def _scrapped(story: Story, code: str = UNKNOWN) -> str:
    """A garment that the store registered by hand as SUP02's, scrapped for a supplier's fault."""
    no = story.received(code=code, manual=BY_HAND, production_year=2026, **SUPPLIER_FAULT)
    story.scrap(no)
    return no


def _confirm(story: Story, no: str) -> None:
    sku = story.registration(no).piece.sku
    story.write(lambda: provisional.confirm(story.act("clerk"), str(sku.id), FACTS))


def _match(story: Story, no: str) -> None:
    sku = story.registration(no).piece.sku
    story.write(lambda: provisional.match(story.act("clerk"), str(sku.id), code=JACKET))


def _import(story: Story, **values: str) -> None:
    rows = [Row(2, GOODS | values)]
    story.write(lambda: catalog.import_catalog(story.session, rows))


def _shares(story: Story, no: str) -> list[tuple[str, str, int]]:
    rows = queries.liabilities(story.session, story.registration(no).id)
    return [(row.liable_kind, row.party, row.percent) for row in rows]


def _parties(story: Story, forms: list[str]) -> list[tuple[str, int]]:
    found = [story.form(no) for no in forms]
    return [(form.party, form.total_fen) for form in found]


def _faults(story: Story) -> list[str]:
    return [fault for finding in verify(story.session) for fault in finding.faults]


def _rule_from_tomorrow(story: Story, code: str, **shares: int) -> None:
    rule = next(one for one in DEFAULTS if one.code == code)
    changed = replace(rule, effective_from=date(2026, 11, 3), **shares)
    act = story.act("supervisor")
    story.write(lambda: liability_rule.change(act, changed, reason="与供应商年度协议"))
    story.wait(days=1)


# --- before a form


@pytest.mark.parametrize("style_no", ["2633X05001", "2633X05010"])
def test_an_import_that_confirms_the_product_turns_to_its_supplier(
    story: Story, style_no: str
) -> None:
    no = _scrapped(story)
    assert _shares(story, no) == [("supplier", "SUP02", 100)]
    _import(story, style_no=style_no)
    assert _shares(story, no) == NEW_SUPPLIER
    forms = story.list_on_forms(no)
    assert _parties(story, forms) == [("SUP03", 10170)]
    assert story.do("clerk", "loss_form", forms[0], "submit") == "submitted"
    assert _faults(story) == []


def test_an_import_that_joins_it_to_another_entry_turns_to_that_products_supplier(
    story: Story,
) -> None:
    no = _scrapped(story)
    again = replace(BY_HAND, style_no="2633X05077")
    story.register(code="2633X05077-GN3-175/92A", manual=again, production_year=2026)
    _import(story, style_no="2633X05077")
    assert story.registration(no).piece.sku.style.style_no == "2633X05077"
    assert _shares(story, no) == NEW_SUPPLIER


def test_matching_it_to_a_known_product_turns_to_that_ones_supplier(story: Story) -> None:
    no = _scrapped(story)
    _match(story, no)
    assert _shares(story, no) == [("supplier", "SUP01", 100)]


def test_an_import_that_gives_a_style_another_supplier_turns_to_it(story: Story) -> None:
    no = story.scrapped()
    why = queries.liabilities(story.session, story.registration(no).id)[0].why
    _import(story, **JACKETS)
    assert _shares(story, no) == NEW_SUPPLIER
    assert queries.liabilities(story.session, story.registration(no).id)[0].why == why
    assert [story.form(form).party for form in story.list_on_forms(no)] == ["SUP03"]


def test_the_rule_that_decided_still_does(story: Story) -> None:
    _rule_from_tomorrow(story, "LOST", supplier=100, head_office=0)
    lost, there = story.register(), story.register()
    story.count_in(story.send(lost, there), there)
    told = {"finding": Finding.WRITTEN_OFF, "note": "承运商确认丢失"}
    story.do("supervisor", "discrepancy", "CY-2026-000001", "resolve", **told)
    assert _shares(story, lost) == [("supplier", "SUP01", 100)]
    _import(story, **JACKETS)
    assert _shares(story, lost) == NEW_SUPPLIER
    found = rules.derivation(story.session, story.registration(lost).id)
    assert found is not None
    assert found.rule == "LOST"
    assert [story.form(form).party for form in story.list_on_forms(lost)] == ["SUP03"]


def test_a_supplier_set_by_hand_stays_whatever_the_catalogue_says(story: Story) -> None:
    no, other = story.received(**SUPPLIER_FAULT), story.received(**SUPPLIER_FAULT)
    by_hand = [Share(LiableKind.SUPPLIER, 60, "SUP01"), Share(LiableKind.STORE, 40, "S001")]
    for garment in (no, other):
        story.scrap(garment, *by_hand, note="双方协商")
    forms = story.list_on_forms(no)
    _import(story, **JACKETS)
    kept_shares = [("supplier", "SUP01", 60), ("store", "S001", 40)]
    assert (_shares(story, no), _shares(story, other)) == (kept_shares, kept_shares)
    assert story.list_on_forms(other) == forms
    assert [story.form(form).party for form in forms] == ["SUP01", "S001"]
    for form in forms:
        assert story.do("clerk", "loss_form", form, "submit") == "submitted"


# --- on a draft


@pytest.mark.parametrize("how", [_confirm, lambda story, _no: _import(story)])
def test_a_draft_that_names_the_supplier_of_before_is_not_submitted(story: Story, how: Any) -> None:
    no = _scrapped(story)
    [form] = story.list_on_forms(no)
    assert story.refused("clerk", "loss_form", form, "submit") == "no_price"
    how(story, no)
    assert story.refused("clerk", "loss_form", form, "submit") == "supplier_changed"
    assert story.form(form).status == "draft"
    assert story.do("clerk", "registration", no, "unlist") == "scrap_pending"
    assert _shares(story, no) == NEW_SUPPLIER
    forms = story.list_on_forms(no)
    assert _parties(story, [form, *forms]) == [("SUP02", 0), ("SUP03", 10170)]
    assert story.do("clerk", "loss_form", forms[0], "submit") == "submitted"
    story.do("supervisor", "loss_form", form, "void", reason="供应商已更正")
    assert _faults(story) == []


def test_the_refusal_names_the_garment_both_suppliers_and_what_to_do(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    _import(story, **JACKETS)
    act = story.act("clerk")
    with pytest.raises(RuleViolation) as refusal:
        story.write(lambda: loss.submit(act, queries.get(story.session, act.actor, form)))
    piece = story.piece_no(no)
    assert refusal.value.message("zh") == (
        f"{piece} 的供应商现为 SUP03，不再是 SUP01，本单不能提交。"
        "请先把这件移出本单，再为它重新开报损单。"
    )
    assert refusal.value.message("en") == (
        f"The supplier of {piece} is SUP03 now, no longer SUP01, so the form is not submitted. "
        "Take the garment off it, then list it again."
    )


def test_voiding_the_draft_turns_its_garments_to_their_supplier_too(story: Story) -> None:
    no = _scrapped(story)
    [form] = story.list_on_forms(no)
    _confirm(story, no)
    story.do("supervisor", "loss_form", form, "void", reason="供应商已更正")
    assert _shares(story, no) == NEW_SUPPLIER
    assert [story.form(one).party for one in story.list_on_forms(no)] == ["SUP03"]
    assert _faults(story) == []


def test_shares_of_before_are_set_right_when_their_garment_is_listed(story: Story) -> None:
    no = story.scrapped()
    garment = story.registration(no)
    [share] = queries.liabilities(story.session, garment.id)
    story.write(lambda: setattr(story.session.get(type(share), share.id), "party", "SUP02"))
    assert [story.form(form).party for form in story.list_on_forms(no)] == ["SUP01"]
    assert _shares(story, no) == [("supplier", "SUP01", 100)]


# --- on a form that was submitted


def test_a_submitted_form_stays_as_it_was_submitted(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    _import(story, **JACKETS)
    assert _shares(story, no) == [("supplier", "SUP01", 100)]
    assert _parties(story, [form]) == [("SUP01", 18984)]
    story.sign_off(form)
    assert (story.form(form).status, story.form(form).total_fen) == ("approved", 18984)
    assert _faults(story) == []


def test_returned_it_is_a_draft_like_any_other(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    _import(story, **JACKETS)
    story.do("logistics", "loss_form", form, "return", reason="供应商有误")
    assert story.refused("clerk", "loss_form", form, "submit") == "supplier_changed"
    story.do("clerk", "registration", no, "unlist")
    assert [story.form(one).party for one in story.list_on_forms(no)] == ["SUP03"]


def test_a_split_garment_waits_until_its_other_form_comes_back(story: Story) -> None:
    _rule_from_tomorrow(story, "SUPPLIER", supplier=70, store=30)
    no = story.scrapped()
    suppliers, stores = story.list_on_forms(no)
    story.do("clerk", "loss_form", stores, "submit")
    _import(story, **JACKETS)
    assert _shares(story, no) == [("supplier", "SUP01", 70), ("store", "S001", 30)]
    assert story.refused("clerk", "loss_form", suppliers, "submit") == "supplier_changed"
    assert story.refused("clerk", "registration", no, "unlist") == "form_submitted"
    story.do("logistics", "loss_form", stores, "return", reason="供应商已更正")
    story.do("clerk", "registration", no, "unlist")
    forms = story.list_on_forms(no)
    assert [story.form(form).party for form in forms] == ["S001", "SUP03"]
    for form in forms:
        assert story.do("clerk", "loss_form", form, "submit") == "submitted"
    assert _faults(story) == []


def test_an_answered_dispute_tells_the_parties_that_stood_on_the_form(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    _import(story, **JACKETS)
    version = story.form(form).version
    story.do("supplier1", "loss_form", form, "dispute", reason="非我司供货", version=version)
    told = {"answer": Verdict.CHANGED, "reason": "核实为 SUP03 供货"}
    shares = [Share(LiableKind.SUPPLIER, 100)]
    story.do("supervisor", "loss_form", form, "answer", liabilities=shares, **told)
    garment = story.registration(no)
    [event] = [
        row for row in registrations.timeline(story.session, garment) if row.action == "reassign"
    ]
    assert [row["party"] for row in event.details["before"]] == ["SUP01"]
    assert _shares(story, no) == NEW_SUPPLIER
