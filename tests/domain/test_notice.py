"""The plain rules of notices: moments of a week and a day, sentences, signatures, answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tracker.domain.account import Role
from tracker.domain.calendar import SHANGHAI
from tracker.domain.errors import InvalidInput
from tracker.domain.escalation import DEFAULTS, rises
from tracker.domain.notice import ABOUT, Due, Occasion, Reader, concerns, page_of, sentence
from tracker.domain.notice_channel import (
    ChannelKind,
    Setup,
    clip,
    refusal,
    request_of,
    signature,
)
from tracker.domain.notice_wish import told_moment
from tracker.domain.schedule import (
    cut_off_of_week,
    is_quiet,
    last_digest,
    next_cut_off,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        ("2026-11-02T10:00", "2026-11-06T16:00"),
        ("2026-11-06T16:00", "2026-11-06T16:00"),
        ("2026-11-06T16:01", "2026-11-13T16:00"),
        ("2026-12-31T23:59", "2027-01-01T16:00"),
        ("2027-01-02T00:00", "2027-01-08T16:00"),
        ("2028-02-28T12:00", "2028-03-03T16:00"),
    ],
)
def test_rule_1_31_the_next_cut_off_is_friday_at_four(moment: str, first: str) -> None:
    assert next_cut_off(at(moment), "5 16:00") == at(first)


def test_a_cut_off_is_of_its_own_iso_week() -> None:
    assert cut_off_of_week(at("2026-11-08T23:00"), "1 09:00") == at("2026-11-02T09:00")


@pytest.mark.parametrize("value", ["", "8 16:00", "0 16:00", "5", "5 25:00", "Fri 16:00"])
def test_a_cut_off_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        next_cut_off(at("2026-11-02T10:00"), value)
    assert refusal.value.code == "bad_value"


@pytest.mark.parametrize(
    ("clock", "night", "noon"),
    [
        ("20:59", False, False),
        ("21:00", True, False),
        ("23:59", True, False),
        ("00:00", True, False),
        ("07:59", True, False),
        ("08:00", False, False),
        ("12:00", False, True),
        ("13:59", False, True),
        ("14:00", False, False),
    ],
)
def test_quiet_hours_may_span_midnight(clock: str, night: bool, noon: bool) -> None:
    moment = at(f"2026-12-31T{clock}")
    assert is_quiet(moment, 21 * 60, 8 * 60) is night
    assert is_quiet(moment, 12 * 60, 14 * 60) is noon
    assert not is_quiet(moment, None, 8 * 60)
    assert not is_quiet(moment, 60, 60)


def test_the_last_digest_is_today_s_or_yesterday_s() -> None:
    assert last_digest(at("2027-01-01T09:00"), 540) == at("2027-01-01T09:00")
    assert last_digest(at("2027-01-01T08:59"), 540) == at("2026-12-31T09:00")


def test_the_end_of_a_day_is_its_24_00() -> None:
    assert told_moment(at("2027-01-01T00:00")) == "12-31 24:00"
    assert told_moment(datetime(2026, 11, 6, 8, 0, tzinfo=UTC)) == "11-06 16:00"


@pytest.mark.parametrize("occasion", Occasion)
def test_every_occasion_is_told_to_somebody_in_both_languages(occasion: Occasion) -> None:
    assert [step for step in DEFAULTS if step.occasion is occasion]
    names = ("record", "site", "due", "count", "status", "status_en", "party", "box", "job",
             "job_en", "channel", "likely")  # fmt: skip
    facts = dict.fromkeys(names, "x{y}")
    for locale in ("zh", "en"):
        assert re.findall(r"\{(?!y\})\w+\}", sentence(occasion, facts, locale)) == []
    assert page_of(occasion, "N1").startswith("/")
    assert "{" not in page_of(occasion, "N1")
    assert ABOUT[occasion].zh != ABOUT[occasion].en


def test_a_step_rises_where_an_earlier_moment_told_somebody_before() -> None:
    late = Occasion.WILL_BE_LATE
    assert {step for occasion, step in rises(DEFAULTS) if occasion is late} == {3, 4}
    overdue = Occasion.GARMENT_OVERDUE
    assert {step for occasion, step in rises(DEFAULTS) if occasion is overdue} == {3, 4}
    assert rises([step for step in DEFAULTS if step.ordinal == 1]) == frozenset()


def reader(role: Role, **more: object) -> Reader:
    facts = {"is_liaison": False, "site_id": 1, "region": "R1", "supplier": None} | more
    return Reader(7, role, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "who", "expected"),
    [
        (Role.STORE_STAFF, reader(Role.STORE_STAFF), True),
        (Role.STORE_STAFF, reader(Role.STORE_STAFF, site_id=2), False),
        (Role.STORE_STAFF, reader(Role.STORE_MANAGER), False),
        (Role.LIAISON, reader(Role.STORE_MANAGER, is_liaison=True), True),
        (Role.LIAISON, reader(Role.STORE_MANAGER, is_liaison=True, site_id=2), False),
        (Role.REGION, reader(Role.REGION, site_id=9), True),
        (Role.REGION, reader(Role.REGION, region="R2"), False),
        (Role.REGION, reader(Role.REGION, region=None), False),
        (Role.SUPERVISOR, reader(Role.SUPERVISOR, site_id=9), True),
        (Role.CLERK, reader(Role.CLERK, site_id=9), False),
        (Role.SUPPLIER, reader(Role.SUPPLIER, supplier="SUP01"), True),
        (Role.SUPPLIER, reader(Role.SUPPLIER, supplier="SUP02"), False),
    ],
)
def test_a_matter_concerns_its_site_its_region_its_supplier_and_no_blind_counter(
    role: Role, who: Reader, expected: bool
) -> None:
    due = Due(
        Occasion.GARMENT_OVERDUE, "DJ1", at("2026-11-02T00:00"), site_id=1, supplier="SUP01",
        kept_from=frozenset({Role.CLERK}),
    )  # fmt: skip
    assert concerns(due, role, who, "R1") is expected


def test_a_matter_of_one_person_concerns_nobody_else() -> None:
    due = Due(Occasion.JOB_FAILED, "j", at("2026-11-02T00:00"), account_id=7)
    assert concerns(due, Role.SUPERVISOR, reader(Role.AUDITOR), None)
    assert not concerns(
        Due(Occasion.JOB_FAILED, "j", due.due_at, account_id=8),
        Role.SUPERVISOR,
        reader(Role.SUPERVISOR),
        None,
    )


NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def test_dingtalk_is_signed_in_its_address() -> None:
    setup = Setup(url="https://oapi.dingtalk.com/robot/send?access_token=t", secret="SEC1")
    made = request_of(ChannelKind.DINGTALK, setup, "n", "你好", [], NOW)
    assert made.url == (
        "https://oapi.dingtalk.com/robot/send?access_token=t&timestamp=1795320000000"
        "&sign=Ed1mR3%2BHpcMU%2Ba2sX8P4KAvtrSEmtJoiUx4OoNh1G34%3D"
    )
    assert made.body == '{"msgtype":"text","text":{"content":"你好"}}'.encode()


def test_feishu_is_signed_in_its_body() -> None:
    setup = Setup(url="https://open.feishu.cn/open-apis/bot/v2/hook/t", secret="SEC1")
    made = request_of(ChannelKind.FEISHU, setup, "n", "好", [], NOW)
    assert (
        made.body
        == (
            '{"msg_type":"text","content":{"text":"好"},"timestamp":"1795320000",'
            '"sign":"uBXCL1i6A0THGlruRe7zHXkTctLwfdw+cnd5+9CKN50="}'
        ).encode()
    )


def test_a_webhook_s_signature_covers_its_moment_and_its_body() -> None:
    # echo -n '1795320000.{"a":1}' | openssl dgst -sha256 -hmac key
    known = "58b050fbf32819b89725c152f739177a78458e6030ae5caa9d73853a8db12fb4"
    assert signature("key", "1795320000", b'{"a":1}') == known
    assert signature("key", "1795320001", b'{"a":1}') != known


@pytest.mark.parametrize(
    ("kind", "status", "body", "why"),
    [
        (ChannelKind.WECOM, 200, b'{"errcode":0,"errmsg":"ok"}', None),
        (ChannelKind.WECOM, 200, b'{"errcode":93000,"errmsg":"bad key"}', "93000: bad key"),
        (ChannelKind.DINGTALK, 200, b'{"errcode":310000,"errmsg":"sign"}', "310000: sign"),
        (ChannelKind.FEISHU, 200, b'{"code":0,"msg":"success"}', None),
        (ChannelKind.FEISHU, 200, b'{"code":19021,"msg":"sign"}', "19021: sign"),
        (ChannelKind.FEISHU, 200, b"<html>", "no JSON"),
        (ChannelKind.FEISHU, 200, b"[]", "no JSON"),
        (ChannelKind.WEBHOOK, 204, b"", None),
        (ChannelKind.WEBHOOK, 302, b"", "HTTP 302"),
        (ChannelKind.WECOM, 500, b'{"errcode":0}', "HTTP 500"),
    ],
)
def test_only_a_yes_is_a_yes(kind: ChannelKind, status: int, body: bytes, why: str | None) -> None:
    assert refusal(kind, status, body) == why


def test_a_long_text_is_cut_at_a_line() -> None:
    assert clip("一\n二\n三", 100) == "一\n二\n三"
    assert clip("一\n二\n三", 10) == "一\n…"
