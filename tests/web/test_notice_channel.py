"""Channels on the administrator's pages: off until switched on, tested, secrets never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.outside_world import Robot, robot
from tests.story import Story
from tracker.queries import notice_channel as queries


@pytest.fixture
def chat() -> Iterator[Robot]:
    with robot() as served:
        yield served


def form(**fields: Any) -> dict[str, Any]:
    return {"action_id": str(uuid4()), "language": "zh", "name": "门店群", **fields}


def test_a_robot_is_added_tested_and_switched_on_its_secret_never_shown(
    chat: Robot, story: Story, login: Any
) -> None:
    browser = login("admin")
    assert "还没有外部通道" in browser.get("/notices/channels").text
    wanted = form(url=chat.url, occasions=["alarm"])
    assert browser.post("/notices/channels/new/wecom", data=wanted).status_code == 303
    [channel] = queries.every(story.session)
    assert (channel.open_from, channel.host, channel.occasions) == (None, "127.0.0.1", ["alarm"])
    one = f"/notices/channels/{channel.id}"
    assert "geheim-123" not in browser.get(one).text + browser.get("/notices/channels").text
    browser.post(f"{one}/test")
    assert chat.texts[0].count("Hangtag") == 2
    assert "测试消息已被接收" in browser.get("/notices/channels").text
    chat.answer = {"errcode": 93000, "errmsg": "no such key geheim-123"}
    browser.post(f"{one}/test")
    assert "93000: no such key ***" in browser.get("/notices/channels").text
    assert browser.post(f"{one}/switch", data={"open": "1"}).status_code == 303
    assert "已开启" in browser.get("/notices/channels").text
    changed = form(name="改名", url="", occasions=["alarm", "undecided"])
    assert browser.post(one, data=changed).status_code == 303
    browser.post(f"{one}/test")
    assert len(chat.calls) == 3


def test_a_webhook_s_secret_is_made_here_and_shown_once(
    chat: Robot, story: Story, login: Any
) -> None:
    browser = login("admin")
    wanted = form(url=chat.url)
    page = browser.post("/notices/channels/new/webhook", data=wanted)
    found = re.search(r"<code[^>]*>([\w-]{43})</code>", page.text)
    assert found is not None
    again = browser.post("/notices/channels/new/webhook", data=wanted)
    assert (again.status_code, len(queries.every(story.session))) == (303, 1)
    [channel] = queries.every(story.session)
    assert found[1] not in browser.get(f"/notices/channels/{channel.id}").text


@pytest.mark.parametrize("wrong", [{"url": "http://example.cn"}, {"url": ""}, {"name": ""}])
def test_a_channel_that_cannot_be_is_said_in_place(login: Any, wrong: dict[str, str]) -> None:
    answer = login("admin").post("/notices/channels/new/feishu", data=form(**wrong))
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["channels", "channels/new/mail", "channels/1", "sendings"])
def test_nobody_but_the_administrator_opens_them(login: Any, path: str) -> None:
    assert login("supervisor").get(f"/notices/{path}").status_code == 403


@pytest.mark.parametrize("path", ["channels/9", "channels/new/fax"])
def test_what_is_not_there_is_not_found(login: Any, path: str) -> None:
    assert login("admin").get(f"/notices/{path}").status_code == 404
