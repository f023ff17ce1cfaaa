"""Badges and PINs: issued by the store, good at the own site, never for money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from labels.fonts import Fonts, register
from tests.paper import scanned_codes
from tests.story import Story
from tracker.config import PRINT_FONTS
from tracker.domain.errors import Forbidden, HangtagError, InvalidInput, NotFound, RuleViolation
from tracker.models.account import LoginSession
from tracker.queries import account as queries
from tracker.services import account, actions, badge
from tracker.services.act import Act
from tracker.services.demo import PASSWORD

PIN = "2580"


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    """The print shop's fonts."""
    return register(*PRINT_FONTS)


class Desk:
    """A shared browser of store S001 and the cards of those who use it."""

    def __init__(self, story: Story, fonts: Fonts) -> None:
        self.story, self.fonts = story, fonts

    def enter(self, login: str) -> str:
        """Log in with the password; return the secret."""
        story = self.story
        return story.write(lambda: account.log_in(story.session, login, PASSWORD, story.now)[1])

    def card(self, login: str, by: str = "manager1", pin: str | None = PIN) -> str:
        """Issue a badge, set the PIN; return the badge's code as it is scanned from the card."""
        act = self.story.act(by)
        paper = self.story.write(lambda: badge.issue(act, login, self.fonts))
        if pin is not None:
            self.story.write(lambda: badge.set_pin(self.story.act(login), pin, PASSWORD))
        [[code]] = scanned_codes(paper.content)
        return str(code)

    def switch(self, secret: str, card: str, pin: str = PIN) -> str:
        """Change the browser over; return the new secret."""
        story = self.story
        return story.write(lambda: badge.switch(story.session, secret, card, pin, story.now)[1])

    def fail(self, secret: str, card: str, pin: str = PIN) -> str:
        """Try to change over as the page does, failure counted; return the refusal's code."""
        story = self.story
        with pytest.raises(RuleViolation) as refusal:
            self.switch(secret, card, pin)
        if refusal.value.code == "wrong_badge":
            story.write(lambda: badge.note_failure(story.session, secret, card, story.now))
        return refusal.value.code


@pytest.fixture
def desk(story: Story, fonts: Fonts) -> Desk:
    """The shared browser."""
    return Desk(story, fonts)


def test_a_badge_and_a_pin_change_the_browser_over_and_end_the_log_in_before(
    desk: Desk, story: Story
) -> None:
    before = desk.enter("manager1")
    card = desk.card("store1")
    after = desk.switch(before, f" {card.lower()}\r")
    assert queries.session_of(story.session, before) is None
    found = queries.session_of(story.session, after)
    assert found is not None
    assert (found.account.login, found.kind) == ("store1", "badge")
    kinds = story.session.scalars(select(LoginSession.kind).order_by(LoginSession.id)).all()
    assert list(kinds) == ["password", "badge"]


def test_the_new_log_in_is_no_older_than_the_password_it_stands_on(
    desk: Desk, story: Story
) -> None:
    secret, began = desk.enter("manager1"), story.now
    cards = [desk.card("store1"), desk.card("manager1")]
    for card in cards * 3:
        story.now += timedelta(hours=2)
        secret = desk.switch(secret, card)
    found = queries.session_of(story.session, secret)
    assert found is not None
    assert (found.password_at, found.started_at) == (began, began + timedelta(hours=12))


def test_only_a_badge_of_the_same_site_is_taken(desk: Desk) -> None:
    foreign = desk.card("store2", by="manager2")
    secret = desk.enter("store1")
    assert desk.fail(secret, foreign) == "wrong_badge"
    assert desk.fail(secret, "HTB0000000000000000") == "wrong_badge"
    assert desk.fail("nobody's secret", desk.card("manager1")) == "not_signed_in"


def test_a_replaced_or_withdrawn_badge_opens_nothing(desk: Desk, story: Story) -> None:
    secret, first = desk.enter("manager1"), desk.card("store1")
    second = desk.card("store1")
    assert first != second
    assert desk.fail(secret, first) == "wrong_badge"
    story.write(lambda: badge.withdraw(story.act("manager1"), "store1"))
    assert desk.fail(secret, second) == "wrong_badge"


def test_without_a_pin_the_holder_is_told_to_set_one(desk: Desk) -> None:
    card = desk.card("store1", pin=None)
    assert desk.fail(desk.enter("manager1"), card) == "no_pin"


def test_wrong_pins_slow_the_account_down_and_never_lock_it_for_good(
    desk: Desk, story: Story
) -> None:
    secret, card = desk.enter("manager1"), desk.card("store1")
    assert [desk.fail(secret, card, "9999") for _ in range(5)] == ["wrong_badge"] * 5
    assert desk.fail(secret, card) == "too_many"
    story.now += timedelta(minutes=5)
    assert desk.switch(secret, card)


def test_a_manager_issues_for_his_own_store_the_administrator_for_everybody(
    desk: Desk, story: Story
) -> None:
    for by, login in (("manager1", "store2"), ("store1", "store1"), ("clerk", "clerk")):
        with pytest.raises(NotFound):
            desk.card(login, by=by)
    assert desk.card("store2", by="admin", pin=None).startswith("HTB")


@pytest.mark.parametrize("pin", ["1234", "0000", "12"])
def test_a_weak_pin_is_refused(desk: Desk, pin: str) -> None:
    with pytest.raises(InvalidInput):
        desk.card("store1", pin=pin)


def test_a_log_in_by_badge_scans_but_takes_no_money_step_nor_touches_badges(
    desk: Desk, story: Story
) -> None:
    no = story.register()
    person = queries.by_login(story.session, "manager1")
    assert person is not None
    act = Act(story.session, replace(queries.actor_of(person), is_by_pin=True), story.now)

    def perform(noun: str, action: str, **fields: object) -> None:
        actions.perform(
            act, noun, no, action, fields,
            action_id="6f4c0f1e-6a4e-4ad4-9d7b-0a2a4f3f4b11", body={},
            done=lambda *_: "", refused=lambda error: error.code,
        )  # fmt: skip

    forbidden: list[tuple[str, str]] = [("loss_form", "sign"), ("month", "submit")]
    for noun, action in forbidden:
        with pytest.raises(Forbidden) as refusal:
            story.write(lambda noun=noun, action=action: perform(noun, action))
        assert refusal.value.code == "needs_password"
    story.write(lambda: perform("registration", "accept"))
    assert story.registration(no).status == "ready_to_ship"
    for attempt in (
        lambda: badge.set_pin(act, PIN, PASSWORD),
        lambda: badge.withdraw(act, "store1"),
    ):
        with pytest.raises(HangtagError) as refused:
            story.write(attempt)
        assert refused.value.code == "needs_password"
