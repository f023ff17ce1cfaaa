"""What leaves the house: over real lines to a web and a mail server of this machine."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from tests.kept import kept
from tests.outside_world import Post, Robot, post_office, robot
from tests.services.test_notice import overdue_on_the_road
from tests.story import Story
from tracker.db import utc_now
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.notice import Occasion
from tracker.domain.notice_channel import PAUSES, ChannelKind, Setup
from tracker.domain.notice_wish import Wish
from tracker.jobs import notices
from tracker.models.account import Account
from tracker.models.delivery import Delivery
from tracker.models.notice_channel import NoticeSending
from tracker.queries import notice_channel as channels
from tracker.services import notice, notice_post
from tracker.services import notice_channel as service
from tracker.services import notice_sending as sendings
from tracker.services.notice_channel import Plan

KEY = "the secret key of these tests, long enough"
ALL = frozenset(Occasion)


@pytest.fixture(autouse=True)
def _nothing_to_inspect(story: Story) -> None:
    inspected = update(Delivery).values(status="inspected")
    story.write(lambda: story.session.execute(inspected))


@pytest.fixture
def chat() -> Iterator[Robot]:
    with robot() as served:
        yield served


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as served:
        yield served


def open_channel(
    story: Story, kind: ChannelKind, setup: Setup, plan: Plan | None = None
) -> tuple[int, str]:
    """Add a channel and switch it on; return its number and a webhook's secret."""
    plan = plan or Plan("群", ALL)
    _name, secret = story.write(lambda: service.add(story.act("admin"), KEY, kind, plan, setup))
    [number] = [row.id for row in channels.every(story.session) if row.name == plan.name]
    story.write(lambda: service.switch(story.act("admin"), number, is_open=True))
    return number, secret


@kept
def overdue(story: Story, garments: int = 1) -> list[str]:
    """Tell of garments that nobody decided: to their manager and to the region."""
    nos = [story.register() for _one in range(garments)]
    story.wait(days=20)
    notice.tell(story.session, story.now)
    return nos


def send(story: Story, seconds: float = 2.0) -> list[str]:
    """Play one round of the sender at the story's moment; return the states it left."""
    story.write(lambda: sendings.recover(story.session, story.now))
    story.write(lambda: sendings.compose(story.session, KEY, story.now))
    failed: set[int] = set()
    while found := story.write(lambda: sendings.claim(story.session, story.now, failed)):
        setup = service.unseal(KEY, channels.get(story.session, found.channel_id))
        message = sendings.message_of(story.session, found.no)
        outcome = notice_post.post(found.kind, setup, message, story.now, seconds)
        no = found.no
        story.write(lambda no=no, o=outcome: sendings.finish(story.session, no, o, story.now))
        if not outcome.is_sent:
            failed.add(found.channel_id)
    return states(story)


def states(story: Story) -> list[str]:
    story.session.rollback()
    return list(story.session.scalars(select(NoticeSending.state).order_by(NoticeSending.id)))


def test_while_every_channel_is_off_nothing_leaves(story: Story, chat: Robot) -> None:
    number, _secret = open_channel(story, ChannelKind.WECOM, Setup(url=chat.url))
    story.write(lambda: service.switch(story.act("admin"), number, is_open=False))
    overdue(story)
    assert (send(story), chat.calls) == ([], [])


def test_a_robot_is_told_each_step_of_a_matter_once(story: Story, chat: Robot) -> None:
    setup = Setup(url=chat.url, address="https://hangtag.example")
    open_channel(story, ChannelKind.WECOM, setup)
    [no] = overdue(story)
    assert [send(story) for _round in range(3)] == [["sent"]] * 3
    [said] = chat.texts
    assert said.startswith("吊牌售后：登记单未处理（1）\n广州天河店的登记单 " + no)
    assert f"https://hangtag.example/registrations/{no}" in said


def test_many_of_a_kind_are_one_line_with_a_link(story: Story, chat: Robot) -> None:
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url, address="https://h.example"))
    nos = overdue(story, garments=4)
    send(story)
    [said] = chat.texts
    assert said.split("\n") == [
        "吊牌售后：登记单未处理（4）",
        f"登记单未处理：4 项（{nos[0]}、{nos[1]}、{nos[2]} 等）",
        "https://h.example/notices?occasion=undecided",
    ]


def test_what_was_told_before_a_channel_opened_does_not_go_out(story: Story, chat: Robot) -> None:
    overdue(story)
    story.wait(minutes=1)
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url))
    assert send(story) == []


def test_somebody_new_who_is_told_of_what_is_open_brings_nothing_old_over_a_chat(
    story: Story, chat: Robot
) -> None:
    overdue(story)
    story.wait(minutes=1)
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url))
    joins = update(Account).where(Account.login == "qa").values(role="region", region="R1")
    story.write(lambda: story.session.execute(joins))
    assert notice.tell(story.session, story.now) == 1
    assert send(story) == []


def test_a_step_that_is_told_after_a_later_one_goes_out_too_and_once(
    story: Story, chat: Robot
) -> None:
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url))
    no, box = overdue_on_the_road(story)
    send(story)
    story.count_in(box, no)
    notice.tell(story.session, story.now)
    before = len(chat.texts)
    assert [send(story)[-1] for _round in range(2)] == ["sent"] * 2
    [said] = chat.texts[before:]
    assert said.startswith(f"吊牌售后：返修超期（1）\n广州天河店的登记单 {no}")


def test_a_channel_of_one_store_tells_of_that_store_alone(story: Story, chat: Robot) -> None:
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url), Plan("二店", ALL, site="S002"))
    overdue(story)
    assert send(story) == []


def test_a_chat_that_answers_200_with_its_own_error_has_not_taken_it(
    story: Story, chat: Robot
) -> None:
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url))
    chat.answer = {"errcode": 93000, "errmsg": "invalid webhook url geheim-123"}
    overdue(story)
    assert send(story) == ["waiting"]
    error = story.session.scalar(select(NoticeSending.error))
    assert error == "93000: invalid webhook url ***"


def test_a_server_that_fails_is_tried_again_after_growing_pauses_then_given_up(
    story: Story, chat: Robot
) -> None:
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url))
    chat.status = 500
    overdue(story)
    assert send(story) == ["waiting"]
    for pause in PAUSES:
        story.now += pause - timedelta(seconds=1)
        before = len(chat.calls)
        send(story)
        assert len(chat.calls) == before
        story.wait(seconds=1)
        send(story)
        assert len(chat.calls) == before + 1
    assert states(story) == ["given_up"]
    notice.tell(story.session, story.now)
    told = story.session.execute(text("SELECT record FROM notice WHERE occasion='sending_failed'"))
    assert len(told.all()) == 1


def test_a_robot_that_takes_the_call_and_hangs_is_not_told_twice(story: Story, chat: Robot) -> None:
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url))
    chat.hangs = True
    overdue(story)
    assert send(story, seconds=0.3) == ["unknown"]
    story.wait(days=1)
    chat.hangs = False
    assert (send(story), len(chat.calls)) == (["unknown"], 1)
    no = story.session.scalar(select(NoticeSending.no))
    story.write(lambda: sendings.again(story.act("admin"), str(no)))
    assert (send(story), len(chat.calls)) == (["sent"], 2)
    with pytest.raises(RuleViolation):
        story.write(lambda: sendings.again(story.act("admin"), str(no)))


def test_nobody_listening_is_a_failure_that_is_tried_again(story: Story) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    open_channel(story, ChannelKind.FEISHU, Setup(url=f"http://127.0.0.1:{port}/hook"))
    overdue(story)
    assert send(story) == ["waiting"]


def test_a_webhook_is_signed_and_sent_again_under_its_id_when_no_answer_came(
    story: Story, chat: Robot
) -> None:
    _number, secret = open_channel(story, ChannelKind.WEBHOOK, Setup(url=chat.url))
    chat.hangs = True
    [no] = overdue(story)
    assert send(story, seconds=0.3) == ["waiting"]
    chat.hangs = False
    story.wait(minutes=2)
    assert send(story) == ["sent"]
    ids = []
    for _path, headers, body in chat.calls:
        stamp = headers["Hangtag-Timestamp"]
        wanted = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        assert headers["Hangtag-Signature"] == f"v1={wanted}"
        told = json.loads(body)
        ids.append((headers["Hangtag-Id"], told["id"]))
        assert [(row["record"], row["step"]) for row in told["notices"]] == [(no, 3)]
        assert told["notices"][0]["severity"] == "overdue"
    assert ids[0] == ids[1]


def test_a_sender_killed_in_the_middle_leaves_a_message_of_unknown_fate(
    story: Story, chat: Robot
) -> None:
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url))
    open_channel(story, ChannelKind.WEBHOOK, Setup(url=chat.url), Plan("系统", ALL))
    overdue(story)
    story.write(lambda: sendings.compose(story.session, KEY, story.now))
    for _message in range(2):
        assert story.write(lambda: sendings.claim(story.session, story.now)) is not None
    assert send(story) == ["unknown", "waiting"]
    story.wait(minutes=2)
    assert send(story) == ["unknown", "sent"]
    assert len(chat.calls) == 1


def test_a_message_is_one_sender_s_alone(story: Story, chat: Robot) -> None:
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url))
    overdue(story)
    for _runner in range(2):
        story.write(lambda: sendings.compose(story.session, KEY, story.now))
    claims = [story.write(lambda: sendings.claim(story.session, story.now)) for _runner in range(2)]
    assert [claim is not None for claim in claims] == [True, False]


def test_a_quiet_channel_says_in_the_morning_what_came_at_night(story: Story, chat: Robot) -> None:
    plan = Plan("夜", ALL, quiet_from=21 * 60, quiet_until=8 * 60)
    open_channel(story, ChannelKind.WECOM, Setup(url=chat.url), plan)
    story.wait(hours=11)
    overdue(story)
    assert send(story) == []
    story.wait(hours=10, minutes=59)
    assert send(story) == []
    story.wait(minutes=1)
    assert send(story) == ["sent"]


MAIL = Setup(host="127.0.0.1", security="none", sender="hangtag@example.cn")


def mailed(post: Post) -> list[tuple[str, str, str]]:
    """Return to whom each mail went, its subject and its text."""
    found = []
    for to, raw in post.mails:
        mail = email.message_from_bytes(raw.encode(), policy=email.policy.default)
        found.append((to, str(mail["Subject"]), mail.get_content().strip()))
    return found


def wish(story: Story, login: str, **more: Any) -> None:
    wanted = Wish(mailed=ALL, address=f"{login}@example.cn", **more)
    story.write(lambda: notice.wish(story.act(login), wanted))


def test_a_reader_gets_by_mail_what_he_asked_for_in_his_language(story: Story, post: Post) -> None:
    open_channel(story, ChannelKind.MAIL, replace(MAIL, port=post.port))
    wish(story, "region1", language="en")
    [no] = overdue(story)
    assert send(story) == ["sent"]
    [(to, subject, said)] = mailed(post)
    assert (to, subject) == ("region1@example.cn", "Hangtag: Registration undecided (1)")
    assert said.startswith(f"Registration {no} of 广州天河店 must be accepted")


def test_what_was_read_or_is_done_is_not_mailed(story: Story, post: Post) -> None:
    open_channel(story, ChannelKind.MAIL, replace(MAIL, port=post.port))
    wish(story, "region1")
    wish(story, "manager1")
    [no] = overdue(story)
    story.write(lambda: notice.read(story.act("region1")))
    story.do("manager1", "registration", no, "accept")
    notice.tell(story.session, story.now)
    assert (send(story), post.mails) == ([], [])


def test_a_digest_goes_out_once_a_day_at_its_hour(story: Story, post: Post) -> None:
    open_channel(story, ChannelKind.MAIL, replace(MAIL, port=post.port))
    wish(story, "region1", digest_minute=18 * 60)
    nos = overdue(story, garments=5)
    assert send(story) == []
    story.wait(hours=8)
    assert send(story) == ["sent"]
    [(_to, subject, said)] = mailed(post)
    assert subject == "吊牌售后：登记单未处理（5）"
    assert said == f"登记单未处理：5 项（{nos[0]}、{nos[1]}、{nos[2]} 等）"
    story.wait(hours=3)
    assert send(story) == ["sent"]


def test_quiet_hours_of_a_reader_span_midnight(story: Story, post: Post) -> None:
    open_channel(story, ChannelKind.MAIL, replace(MAIL, port=post.port))
    wish(story, "region1", quiet_from=21 * 60, quiet_until=8 * 60)
    story.wait(hours=13, minutes=59)
    overdue(story)
    assert send(story) == []
    story.wait(hours=8, minutes=1)
    assert send(story) == ["sent"]


@pytest.mark.parametrize(
    ("fault", "state"),
    [({"refusal": "451 later"}, "waiting"), ({"drops": True}, "unknown")],
)
def test_a_mail_that_is_refused_waits_and_one_that_hangs_in_the_air_is_unknown(
    story: Story, post: Post, fault: dict[str, Any], state: str
) -> None:
    open_channel(story, ChannelKind.MAIL, replace(MAIL, port=post.port))
    wish(story, "region1")
    for name, value in fault.items():
        setattr(post, name, value)
    overdue(story)
    assert send(story) == [state]


def test_secrets_are_sealed_kept_when_left_empty_and_lost_with_the_key(story: Story) -> None:
    setup = Setup(url="https://oapi.dingtalk.com/robot/send?access_token=abc", secret="SECxyz")
    number, _secret = open_channel(story, ChannelKind.DINGTALK, setup)
    row = channels.get(story.session, number)
    assert (row.host, "abc" in row.sealed, "SECxyz" in row.sealed) == (
        "oapi.dingtalk.com",
        False,
        False,
    )
    plan = Plan("改名", ALL)
    story.write(lambda: service.change(story.act("admin"), KEY, number, plan, Setup()))
    assert service.unseal(KEY, channels.get(story.session, number)) == setup
    with pytest.raises(RuleViolation):
        service.unseal(
            "another key of the server, long enough", channels.get(story.session, number)
        )


@pytest.mark.parametrize(
    "url", ["http://example.cn/x", "ftp://example.cn", "https://u:p@example.cn", "", "https://"]
)
def test_an_address_that_is_not_fit_is_refused(story: Story, url: str) -> None:
    with pytest.raises(InvalidInput):
        open_channel(story, ChannelKind.WECOM, Setup(url=url))


def test_only_the_administrator_keeps_channels(story: Story) -> None:
    act, setup = story.act("supervisor"), Setup(url="https://example.cn/x")
    with pytest.raises(Forbidden):
        story.write(lambda: service.add(act, KEY, ChannelKind.WECOM, Plan("x", ALL), setup))


def test_an_error_never_tells_a_secret() -> None:
    setup = Setup(url="https://example.cn/send?key=abc", secret="SEC", password="PW")
    assert setup.hides("refused https://example.cn/send?key=abc with SEC, PW, abc") == (
        "refused *** with ***, ***, ***"
    )


def test_the_runner_s_round_sends_and_one_beside_it_does_nothing(
    app: Flask, story: Story, chat: Robot
) -> None:
    story.now = utc_now() - timedelta(hours=1)
    key = app.config["SETTINGS"].secret_key
    plan = Plan("群", ALL)
    story.write(
        lambda: service.add(story.act("admin"), key, ChannelKind.WECOM, plan, Setup(url=chat.url))
    )
    number = channels.every(story.session)[0].id
    story.write(lambda: service.switch(story.act("admin"), number, is_open=True))
    story.now -= timedelta(days=20)
    story.register()
    story.session.rollback()
    notices.tell(app)
    assert notices.send(app) == 1
    assert notices.send(app) == 0
    assert len(chat.calls) == 1
