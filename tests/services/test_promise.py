"""Which promise holds for whom, from which day on, and what a garment is owed by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.story import MONDAY, Story
from tracker.domain.account import Role
from tracker.domain.calendar import DayWord
from tracker.domain.codes import Category, Cause
from tracker.domain.entitlement import Claim
from tracker.domain.errors import HangtagError
from tracker.domain.law_packs import Pack
from tracker.domain.policy import Reach, Scope
from tracker.domain.promise import Channel
from tracker.domain.quality_guide import Ground
from tracker.domain.registration import Choice, Outcome
from tracker.domain.warranty_step import StepName
from tracker.queries import promise as queries
from tracker.queries.verify_promise import promises_agree
from tracker.services import calendar, demo, promise, warranty

TODAY = date(2026, 11, 2)


def _refused(story: Story, work: Callable[[], object]) -> str:
    """Run a piece of work in its transaction; return the code of its refusal, or nothing."""
    try:
        story.write(work)
    except HangtagError as refusal:
        return refusal.code
    return ""


def _choose(story: Story, code: str, login: str = "supervisor", **facts: object) -> str:
    wanted = {"effective_from": TODAY, "reason": "总部决定"} | facts
    channel = Channel(str(wanted.pop("channel", "store")))
    return _refused(story, lambda: promise.choose(story.act(login), channel, code, **wanted))


def _place(story: Story, pack: Pack, store: str = "S001") -> None:
    story.write(lambda: promise.place(story.act("supervisor"), store, pack, reason="门店所在地"))


def test_until_somebody_chooses_the_chains_own_promise_holds(story: Story) -> None:
    assert queries.chosen(story.session, Channel.STORE, "R1", TODAY) == "chain"


def test_a_choice_holds_from_its_day_and_what_was_sold_before_keeps_its_own(story: Story) -> None:
    later = TODAY + timedelta(days=30)
    assert _choose(story, "plan") == ""
    assert _choose(story, "year_2024", effective_from=later) == ""
    held = [
        queries.chosen(story.session, Channel.STORE, "R1", day)
        for day in (TODAY - timedelta(days=1), TODAY, later - timedelta(days=1), later)
    ]
    assert held == ["chain", "plan", "plan", "year_2024"]


def test_what_a_region_chose_goes_before_the_chain_and_only_there(story: Story) -> None:
    assert _choose(story, "plan") == ""
    assert _choose(story, "factory", region="R1") == ""
    assert _choose(story, "short", channel="online") == ""
    held = [
        queries.chosen(story.session, channel, region, TODAY)
        for channel, region in (
            (Channel.STORE, "R1"),
            (Channel.STORE, "R2"),
            (Channel.STORE, None),
            (Channel.ONLINE, "R1"),
            (Channel.BULK, "R1"),
        )
    ]
    assert held == ["factory", "plan", "plan", "short", "chain"]


def test_no_choice_is_overwritten(story: Story) -> None:
    later = TODAY + timedelta(days=1)
    told = [_choose(story, "plan"), _choose(story, "chain")]
    told += [_choose(story, "chain", region="R1"), _choose(story, "chain", effective_from=later)]
    assert told == ["", "later_version", "", ""]
    kept = [(row.profile, row.region) for row in queries.choices(story.session)]
    assert kept == [("chain", None), ("chain", "R1"), ("plan", None)]
    assert queries.chosen(story.session, Channel.STORE, None, TODAY) == "plan"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE profile_choice SET profile = 'short'", "DELETE FROM law_place"],
)
def test_a_choice_and_a_law_once_kept_are_never_changed(story: Story, statement: str) -> None:
    assert _choose(story, "plan") == ""
    _place(story, Pack.SHANGHAI)
    with pytest.raises(DBAPIError, match="never changed"):
        story.session.execute(text(statement))
    story.session.rollback()


@pytest.mark.parametrize(
    ("code", "facts", "refusal"),
    [
        ("plan", {"effective_from": TODAY - timedelta(days=1)}, "in_the_past"),
        ("plan", {"region": "R99"}, "unknown_region"),
        ("plan", {"reason": "  "}, "missing_field"),
        ("nothing", {}, "not_found"),
        ("bulk_1", {}, "not_for_channel"),
        ("plan", {"login": "manager1"}, "wrong_role"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(
    story: Story, code: str, facts: dict[str, object], refusal: str
) -> None:
    assert _choose(story, code, **facts) == refusal
    assert list(queries.choices(story.session)) == []


def test_a_choice_before_a_later_one_is_refused(story: Story) -> None:
    assert _choose(story, "plan", effective_from=TODAY + timedelta(days=5)) == ""
    assert _choose(story, "short") == "later_version"


@pytest.mark.parametrize("role", [row[2] for row in demo.ACCOUNTS])
def test_only_the_supervisor_says_which_law_holds(story: Story, role: Role) -> None:
    login = next(row[0] for row in demo.ACCOUNTS if row[2] is role)
    told = _refused(
        story,
        lambda: promise.place(story.act(login), "S001", Pack.SHANGHAI, reason="上海门店"),
    )
    may = login == "supervisor"
    assert told == ("" if may else "wrong_role")
    held = Pack.SHANGHAI if may else Pack.NATIONAL
    assert queries.pack_of(story.session, story.actor("store1").site_id) is held


def test_in_zhejiang_a_customer_pays_no_depreciation_at_the_counter(story: Story) -> None:
    _place(story, Pack.ZHEJIANG)
    no = story.received_customer()
    more = {"outcome": Outcome.SCRAP, "cause": Cause.MATERIAL}
    assert story.do("assessor", "registration", no, "assess", **more) == "awaiting_customer"
    row = story.registration(no)
    assert warranty.cost_of(story.act("store1"), row, Choice.PAID_EXCHANGE) == 0
    answer = warranty.warranty(story.act("store1"), row, is_repairable=False)
    told = [(step.step, step.result) for step in answer.derivation][:4]
    assert told == [
        (StepName.PROFILE, "chain"),
        (StepName.LAW_PACK, "zhejiang"),
        (StepName.CONFLICT, "repair_within"),
        (StepName.CONFLICT, "depreciation"),
    ]


def test_elsewhere_the_chain_charges_its_depreciation(story: Story) -> None:
    no = story.received_customer()
    more = {"outcome": Outcome.SCRAP, "cause": Cause.MATERIAL}
    story.do("assessor", "registration", no, "assess", **more)
    cost = warranty.cost_of(story.act("store1"), story.registration(no), Choice.PAID_EXCHANGE)
    assert cost == 6990


def test_the_newest_law_of_a_store_holds_and_the_old_one_stays_to_be_read(story: Story) -> None:
    _place(story, Pack.SHANGHAI)
    _place(story, Pack.BEIJING)
    assert queries.pack_of(story.session, story.actor("store1").site_id) is Pack.BEIJING
    assert [row.pack for row in queries.places(story.session)] == ["beijing", "shanghai"]


def test_where_the_chains_free_days_stretch_a_letter_beyond_the_law_the_law_holds(
    story: Story,
) -> None:
    """Seven working days (2.75) are the 11th, and beyond the law's fifteen days once all rest."""
    claim = Claim(Channel.STORE, Category.TEXTILE, Ground.QUALITY, TODAY, TODAY, 69900)

    def done_by() -> tuple[date | None, str]:
        story.session.rollback()
        found = promise.answer(story.session, claim, Pack.NATIONAL, code="concise")
        return found.done_by, found.steps[-1].rule

    before = done_by()
    rest = {"first_on": TODAY + timedelta(days=1), "last_on": date(2026, 11, 13)}
    act = story.act("supervisor")
    story.write(lambda: calendar.say(act, word=DayWord.FREE, reason="搬仓", **rest))
    assert before == (date(2026, 11, 11), "2.75")
    assert done_by() == (date(2026, 11, 17), "处罚办法 8–10")


def test_wear_charged_where_the_law_bars_it_is_found(story: Story) -> None:
    """Set before the charge, the law of Zhejiang would have made it nothing (C-12)."""
    no = story.received_customer(purchased_on=date(2026, 10, 3))
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP, cause=Cause.MATERIAL)
    story.do("store1", "registration", no, "decide", choice=Choice.PAID_EXCHANGE)
    _place(story, Pack.ZHEJIANG)
    assert promises_agree(story.session) == []
    story.now = MONDAY
    _place(story, Pack.ZHEJIANG)
    assert promises_agree(story.session) == [
        f"entry {no}/charge-1 charges wear, which the law of zhejiang bars"
    ]


def test_what_a_store_or_a_supplier_has_of_its_own_counts_in_the_answer_too(story: Story) -> None:
    """The warranty of the day of the sale, by the narrowest scope that knows the case (C-08)."""
    story.policy("warranty_textile", "6", scope=Scope.STORE, target="S001")
    story.policy("warranty_textile", "9", scope=Scope.SUPPLIER, target="SUP04")
    day = TODAY + timedelta(days=120)
    claim = Claim(Channel.STORE, Category.TEXTILE, Ground.QUALITY, TODAY, day, 69900)
    reaches = (Reach("S001", "R1"), Reach("S002", "R1"), Reach("S002", supplier="SUP04"))
    found = [promise.answer(story.session, claim, Pack.NATIONAL, reach) for reach in reaches]
    assert [one.within_warranty for one in found] == [True, False, True]
    story.wait(days=120)
    told = []
    for login in ("store1", "store2"):
        row = story.registration(story.register_customer(login, purchased_on=TODAY))
        told.append(warranty.warranty(story.act("store1"), row).within_warranty)
    assert told == [True, False]
