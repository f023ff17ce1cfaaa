"""The real runner and its timer: what is due reaches a real server outside, whatever that does."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from multiprocessing import active_children

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.faults.test_jobs import Runner, until
from tests.outside_world import Robot, robot
from tests.story import Story
from tracker.db import utc_now
from tracker.domain.notice import Occasion
from tracker.domain.notice_channel import ChannelKind, Setup
from tracker.jobs import notices
from tracker.models.delivery import Delivery
from tracker.models.notice_channel import NoticeSending
from tracker.queries import notice_channel as channels
from tracker.services import notice_channel
from tracker.services.notice_channel import Plan


@pytest.fixture
def outside() -> Iterator[Robot]:
    with robot() as served:
        yield served


@pytest.fixture
def other() -> Iterator[Robot]:
    with robot() as served:
        yield served


@pytest.fixture
def runner(app: Flask) -> Iterator[Runner]:
    """A runner that a test starts; one that still runs at the end is killed."""
    one = Runner(app)
    yield one
    if one.process is not None and one.process.poll() is None:
        one.kill()


def undecided(story: Story) -> str:
    """Leave one registration undecided for twenty days, and nothing else that is due."""
    inspected = update(Delivery).values(status="inspected")
    story.write(lambda: story.session.execute(inspected))
    story.now = utc_now() - timedelta(days=20)
    return story.register()


def open_webhook(app: Flask, story: Story, name: str, url: str) -> tuple[int, str]:
    """Open a webhook that hears of everything; return its number and its secret."""
    key, plan = app.config["SETTINGS"].secret_key, Plan(name, frozenset(Occasion))
    act, kind, setup = story.act("admin"), ChannelKind.WEBHOOK, Setup(url=url)
    secret = story.write(lambda: notice_channel.add(act, key, kind, plan, setup)[1])
    [number] = [row.id for row in channels.every(story.session) if row.name == name]
    story.write(lambda: notice_channel.switch(act, number, is_open=True))
    return number, secret


def sending(story: Story, channel: int) -> tuple[str, int] | None:
    """Return the state of a channel's one message and how often it was tried."""
    story.session.rollback()
    query = select(NoticeSending.state, NoticeSending.tries)
    row = story.session.execute(query.where(NoticeSending.channel_id == channel)).one_or_none()
    return None if row is None else (row.state, row.tries)


def told(call: tuple[str, dict[str, str], bytes], secret: str) -> list[tuple[str, str]]:
    """Return what a call told of, once its signature is found to be true."""
    _path, headers, body = call
    said = headers["Hangtag-Timestamp"].encode() + b"." + body
    expected = "v1=" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
    assert headers["Hangtag-Signature"] == expected
    return [(one["occasion"], one["record"]) for one in json.loads(body)["notices"]]


def test_the_timer_delivers_what_is_due_and_a_server_that_hangs_holds_up_no_scan(
    app: Flask, story: Story, outside: Robot, other: Robot, runner: Runner
) -> None:
    no = undecided(story)
    first, secret = open_webhook(app, story, "总部系统", outside.url)
    second, other_secret = open_webhook(app, story, "挂起的系统", other.url)
    other.hangs = True
    runner.start()
    until(lambda: other.calls)
    story.now = utc_now()
    scanned = story.register()
    assert story.registration(scanned).status == "registered"
    assert sending(story, second) == ("sending", 1), "the scan was answered, the message is not"
    assert sending(story, first) == ("sent", 1)
    assert [told(call, secret) for call in outside.calls] == [[("undecided", no)]]
    other.hangs = False
    other.released.set()
    until(lambda: sending(story, second) == ("waiting", 1))
    assert runner.stop() == 0
    pause_is_over = update(NoticeSending).values(next_at=utc_now())
    story.write(lambda: story.session.execute(pause_is_over))
    assert notices.start(app) is True
    until(lambda: sending(story, second) == ("sent", 2))
    assert [told(call, other_secret) for call in other.calls] == [[("undecided", no)]] * 2
    assert len({headers["Hangtag-Id"] for _path, headers, _body in other.calls}) == 1
    assert len(outside.calls) == 1


def test_no_sender_is_begun_while_no_channel_is_open(
    app: Flask, story: Story, outside: Robot
) -> None:
    undecided(story)
    notices.tell(app)
    before = active_children()
    assert notices.start(app) is False
    number, _secret = open_webhook(app, story, "总部系统", outside.url)
    act = story.act("admin")
    story.write(lambda: notice_channel.switch(act, number, is_open=False))
    assert notices.start(app) is False
    assert active_children() == before
    story.write(lambda: notice_channel.switch(act, number, is_open=True))
    assert notices.start(app) is True
    until(lambda: active_children() == before)
