"""The table of liability rules as the supervisor keeps it, and garments judged by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.story import Story
from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from tracker.domain.liability import Conditions, Goods, Rule
from tracker.domain.liability_rules import DEFAULTS
from tracker.domain.loss import Share
from tracker.queries import liability_rule as queries
from tracker.queries import loss
from tracker.services import liability_rule as service

TODAY = date(2026, 11, 2)
NEW = Rule(
    "OLD-STOCK", 35, Conditions(made_from=10), 0, 0, 100, "1.39", "老货由总公司承担",
    "old stock: head office", TODAY,
)  # fmt: skip
WHY = "与供应商年度协议"


def _shares(story: Story, no: str) -> list[tuple[str, int]]:
    rows = loss.liabilities(story.session, story.registration(no).id)
    return [(row.liable_kind, row.percent) for row in rows]


def _derivation(story: Story, no: str) -> list[tuple[str, bool]]:
    found = queries.derivation(story.session, story.registration(no).id)
    return [(step["code"], step["is_match"]) for step in found.steps] if found else []


def _add(story: Story, rule: Rule = NEW, login: str = "supervisor") -> Any:
    return story.write(lambda: service.add(story.act(login), rule, reason=WHY))


def test_a_new_database_holds_the_shipped_rules(story: Story) -> None:
    assert queries.in_force(story.session, TODAY) == list(DEFAULTS)
    assert story.write(lambda: service.seed(story.session)) == 0


def test_a_garment_keeps_every_rule_that_was_looked_at(story: Story) -> None:
    no = story.scrapped()
    assert _derivation(story, no) == [
        ("LOST", False), ("WRONG-ITEM", False), ("OUR-CAUSE", False), ("SUPPLIER", True),
    ]  # fmt: skip
    found = queries.derivation(story.session, story.registration(no).id)
    assert found is not None
    assert (found.rule, found.judged_on) == ("SUPPLIER", TODAY)
    assert found.steps[1] == {
        "code": "WRONG-ITEM",
        "rules": "3.16",
        "is_match": False,
        "zh": "缺陷是「褪色/掉色/沾色/串色」，本条只适用于：拿错/发错货",
        "en": "the defect is “fading, bleeding or crocking”; the rule is only for: wrong item",
    }


def test_a_changed_rule_judges_what_is_registered_from_its_day_on(story: Story) -> None:
    before = story.register(cause=Cause.UNKNOWN)
    other = next(rule for rule in DEFAULTS if rule.code == "OTHERWISE")
    tomorrow = replace(other, supplier=50, head_office=50, effective_from=TODAY + timedelta(days=1))
    story.write(lambda: service.change(story.act("supervisor"), tomorrow, reason=WHY))
    story.wait(days=1)
    after = story.register(cause=Cause.UNKNOWN)
    story.at_after_sales(before, after)
    for no in (before, after):
        story.scrap(no)
    assert _shares(story, before) == [("head_office", 100)]
    assert _shares(story, after) == [("supplier", 50), ("head_office", 50)]


def test_a_new_rule_takes_its_place_in_the_order_and_a_retired_one_leaves_it(story: Story) -> None:
    _add(story)
    found = [rule.code for rule in queries.in_force(story.session, TODAY)]
    assert found[:5] == ["LOST", "WRONG-ITEM", "OUR-CAUSE", "OLD-STOCK", "SUPPLIER"]
    old = story.scrapped(production_year=2024)
    young = story.scrapped(production_year=2026)
    assert _shares(story, old) == [("head_office", 100)]
    assert _shares(story, young) == [("supplier", 100)]
    act = story.act("supervisor")
    day = story.now.date()
    story.write(lambda: service.retire(act, "OLD-STOCK", effective_from=day, reason="协议到期"))
    assert queries.in_force(story.session, day) == list(DEFAULTS)
    told = [(row.is_retired, row.reason, row.by.login) for row in
            queries.of_code(story.session, "OLD-STOCK")]  # fmt: skip
    assert told == [(False, WHY, "supervisor"), (True, "协议到期", "supervisor")]


def test_a_styles_history_and_the_owner_of_the_goods_count(story: Story) -> None:
    asked = Conditions(
        defects=frozenset({Defect.FADE_BLEED}),
        goods=frozenset({Goods.OWN}),
        cases=3,
        days=30,
        stores=2,
    )
    batch = replace(NEW, code="BATCH", place=5, conditions=asked, supplier=100, head_office=0)
    _add(story, batch)
    unknown = {"cause": Cause.UNKNOWN, "defect": Defect.FADE_BLEED}
    first = story.register(**unknown)
    story.register("store2", **unknown)
    third = story.register(**unknown)
    story.at_after_sales(first, third)
    for no in (first, third):
        story.scrap(no)
    assert _shares(story, first) == [("supplier", 100)]
    franchise = story.register("store2", **unknown)
    story.at_after_sales(franchise, login="store2", manager="manager2")
    story.scrap(franchise)
    assert _shares(story, franchise) == [("head_office", 100)]


def test_shares_by_hand_stand_beside_what_the_rules_would_say(story: Story) -> None:
    no = story.received(cause=Cause.WORKMANSHIP)
    story.scrap(no, Share(LiableKind.HEAD_OFFICE, 100), note="赠品")
    assert _shares(story, no) == [("head_office", 100)]
    assert _derivation(story, no)[-1] == ("SUPPLIER", True)


@pytest.mark.parametrize("login", ["clerk", "finance", "business", "admin"])
def test_only_the_supervisor_keeps_the_table(story: Story, login: str) -> None:
    with pytest.raises(Forbidden):
        _add(story, login=login)
    assert queries.in_force(story.session, TODAY) == list(DEFAULTS)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"effective_from": date(2026, 11, 1)}, "in_the_past"),
        ({"supplier": 1}, "shares_not_100"),
        ({"zh": " "}, "missing_field"),
        ({"code": "a b"}, "bad_code"),
    ],
)
def test_a_version_that_cannot_be_is_refused(
    story: Story, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _add(story, replace(NEW, **changed))
    assert refusal.value.code == code


def test_the_last_rule_for_every_case_stays_and_a_code_is_used_once(story: Story) -> None:
    act = story.act("supervisor")
    with pytest.raises(RuleViolation) as refusal:
        story.write(lambda: service.retire(act, "OTHERWISE", effective_from=TODAY, reason=WHY))
    assert refusal.value.code == "no_catch_all"
    _add(story)
    with pytest.raises(RuleViolation) as twice:
        _add(story)
    assert twice.value.code == "code_taken"
    with pytest.raises(NotFound):
        story.write(lambda: service.change(act, replace(NEW, code="NONE"), reason=WHY))


def test_a_version_is_never_overwritten(story: Story) -> None:
    for fault in ("UPDATE liability_rule SET place = 1", "DELETE FROM liability_rule"):
        with pytest.raises(DatabaseError):
            story.write(lambda fault=fault: story.session.execute(text(fault)))
        story.session.rollback()


def test_nothing_is_changed_before_a_version_that_would_undo_it(story: Story) -> None:
    _add(story)
    later = replace(NEW, head_office=0, supplier=100, effective_from=TODAY + timedelta(days=9))
    story.write(lambda: service.change(story.act("supervisor"), later, reason=WHY))
    tomorrow, act = TODAY + timedelta(days=1), story.act("supervisor")
    for verb in (
        lambda: service.retire(act, NEW.code, effective_from=tomorrow, reason=WHY),
        lambda: service.change(act, replace(NEW, effective_from=tomorrow), reason=WHY),
    ):
        with pytest.raises(RuleViolation) as refusal:
            story.write(verb)
        assert (refusal.value.code, refusal.value.facts["day"]) == ("later_version", "2026-11-11")
    on = later.effective_from
    story.write(lambda: service.retire(act, NEW.code, effective_from=on, reason=WHY))
    assert NEW.code not in [rule.code for rule in queries.in_force(story.session, on)]
