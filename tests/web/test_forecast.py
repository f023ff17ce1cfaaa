"""The forecast on pages and in lists, its measure, the bench's days, the calendar."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text

from tests.story import Story
from tracker.db import utc_now, write
from tracker.domain.calendar import DayWord
from tracker.domain.pause import Pause
from tracker.domain.registration import Outcome
from tracker.models.forecast import Forecast
from tracker.queries import bench_load
from tracker.services import calendar, forecast
from tracker.web.day import business_day

Login = Callable[[str], FlaskClient]


@pytest.fixture
def lately(story: Story) -> Story:
    """A story that began twelve days ago, so that its pages are looked at in its own time."""
    story.now = utc_now() - timedelta(days=12)
    return story


def at_the_bench(story: Story, *nos: str) -> None:
    story.at_after_sales(*nos)
    for no in nos:
        story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)


def foretold(story: Story) -> None:
    write(story.session, lambda: forecast.refresh(story.session, utc_now()))


def test_the_garments_page_says_whether_it_makes_it_and_which_leg_eats_the_time(
    lately: Story, login: Login
) -> None:
    no = lately.register()
    at_the_bench(lately, no)
    page = login("repairer").get(f"/registrations/{no}").text
    assert "预计结果在每步操作后十分钟内算出。" in page
    foretold(lately)
    page = login("repairer").get(f"/registrations/{no}").text
    row = lately.session.scalar(select(Forecast))
    assert row is not None
    assert f"预计 {row.likely_on.isoformat()} 回店" in page
    assert "尚无已完成的记录，按规定时限估算" in page
    assert "已用 9 天，限 5 天" in page
    assert "时间主要耗在「维修质检」。" in page
    assert "超 4 天" in page


def test_a_pause_stands_on_the_page_with_its_end_and_the_due_day_stays(
    lately: Story, login: Login
) -> None:
    no = lately.register()
    at_the_bench(lately, no)
    lately.do("repairer", "registration", no, "pause", reason=Pause.PARTS)
    browser = login("clerk")
    page = browser.get(f"/registrations/{no}").text
    assert "已暂停：等辅料。到期日不变。" in page
    assert "至今" in page
    lately.wait(days=1)
    lately.do("clerk", "registration", no, "resume")
    page = browser.get(f"/registrations/{no}").text
    assert "已暂停" not in page
    assert "等辅料" in page
    assert "至今" not in page


def test_a_due_day_that_moved_is_told_with_its_reason(story: Story, login: Login) -> None:
    no = story.register()
    tuesday = story.registration(no).due_on
    write(
        story.session,
        lambda: calendar.say(
            story.act("supervisor"), first_on=tuesday, word=DayWord.FREE, reason="全员盘点"
        ),
    )
    page = login("store1").get(f"/registrations/{no}").text
    assert "到期日变更记录" in page
    assert "店铺处理期限 · 全员盘点" in page


def lie(story: Story, no: str, days: int) -> None:
    """Set the day by which a garment must move on, as a forecast would."""
    row = story.registration(no)
    story.session.execute(
        insert(Forecast).values(
            registration_id=row.id,
            at=utc_now(),
            leg="leg_repair",
            due_on=row.due_on,
            likely_on=row.due_on,
            safe_on=row.due_on,
            press_on=row.due_on + timedelta(days=days),
            risk="at_risk",
            steps=[{"leg": "leg_repair", "half": 3, "minutes_ahead": 90}],
        )
    )
    story.session.commit()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("repairer", "/bench"),
        ("supervisor", "/registrations?status=in_repair&sort=risk"),
        ("repairer", "/"),
        ("supervisor", "/forecast"),
    ],
)
def test_the_lists_put_first_what_must_move_first_and_say_why(
    lately: Story, login: Login, who: str, path: str
) -> None:
    nos = [lately.register() for _ in range(3)]
    at_the_bench(lately, *nos)
    for no, days in zip(nos, (-3, -9, -6), strict=True):
        lie(lately, no, days)
    page = login(who).get(path).text
    page = page[page.index("<main") :]
    order = [lately.piece_no(nos[index]) for index in (1, 2, 0)]
    places = [page.index(piece_no) for piece_no in order]
    assert places == sorted(places)
    assert page.count("最耗时：维修质检，约 3 天 · 前面还排着 90 分钟的活") == 3


def test_the_list_of_the_most_pressing_pages_by_its_own_order(lately: Story, login: Login) -> None:
    nos = [lately.register() for _ in range(52)]
    at_the_bench(lately, *nos)
    for index, no in enumerate(nos):
        lie(lately, no, -index // 2)
    browser = login("supervisor")
    first = browser.get("/registrations?status=in_repair&sort=risk").text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = browser.get(following.replace("&amp;", "&")).text
    found = [no for no in nos if f'/registrations/{no}"' in first]
    rest = [no for no in nos if f'/registrations/{no}"' in second]
    assert sorted(found + rest) == sorted(nos)
    assert len(found) == 50


def test_the_return_plan_sends_first_what_is_in_danger(lately: Story, login: Login) -> None:
    one, other = lately.register(), lately.register("store2")
    lately.at_after_sales(one)
    lately.at_after_sales(other, login="store2", manager="manager2")
    lately.repair(one)
    lately.repair(other)
    lie(lately, one, -2)
    lie(lately, other, -8)
    page = login("clerk").get("/shipments/plan").text
    assert page.index("S002") < page.index("S001")
    assert page.count("1 件有超期风险") == 2
    assert page.count("按预计须在") == 1, "only where the forecast presses more than the due day"


def test_the_bench_tells_its_minutes_due_by_day_against_what_it_does(
    lately: Story, login: Login
) -> None:
    done, *waiting = (lately.register() for _ in range(4))
    lately.at_after_sales(done, *waiting)
    lately.repair(done)
    for no in waiting:
        lately.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    load = bench_load.load(lately.session, business_day())
    assert (load.pieces, sum(day.pieces for day in load.days)) == (3, 3)
    assert load.minutes == sum(day.minutes for day in load.days) == load.days[-1].due_by_then
    assert load.capacity > 0
    assert [day.room for day in load.days[:2]] == [load.capacity, 2 * load.capacity]
    assert load.days[0].is_over
    page = login("repairer").get("/forecast/bench").text
    assert f"维修台现有 3 件，共 {load.minutes} 分钟。" in page
    assert f"超出 {load.minutes - load.capacity} 分钟" in page


def test_the_measure_shows_what_came_of_the_forecasts(lately: Story, login: Login) -> None:
    browser = login("supervisor")
    assert "这段时间没有带预计的衣服回店。" in browser.get("/forecast/measured").text
    no = lately.register()
    lately.at_after_sales(no)
    lately.repair(no)
    home = lately.registration(no)
    lately.session.execute(
        text(
            "INSERT INTO kept_forecast (registration_id, leg, made_on, due_on, likely_on, risk, "
            "constant_on, is_replayed) VALUES (:id, 'leg_packing', :day, :due, :likely, 'on_time', "
            ":due, false)"
        ),
        {
            "id": home.id,
            "day": lately.now.date(),
            "due": home.due_on,
            "likely": home.due_on - timedelta(days=7),
        },
    )
    lately.session.commit()
    lately.return_to_store(no)
    page = browser.get("/forecast/measured").text
    assert "预计 1 次，其中 1 次（100%）实际按时" in page


def test_nothing_in_flight_says_what_to_do_next(login: Login) -> None:
    page = login("supervisor").get("/forecast").text
    assert "店铺寄出后开始计时" in page
    assert [page.count(f"risk={risk}") for risk in ("on_time", "at_risk", "late")] == [1, 1, 1]


def test_a_store_sees_its_own_garments_alone(lately: Story, login: Login) -> None:
    own, other = lately.register(), lately.register("store2")
    lately.send(own)
    lately.send(other, login="store2", manager="manager2")
    foretold(lately)
    page = login("store1").get("/forecast").text
    assert lately.piece_no(own) in page
    assert lately.piece_no(other) not in page


def test_the_calendar_warns_shows_a_year_and_takes_a_day(login: Login, story: Story) -> None:
    browser = login("supervisor")
    page = browser.get("/calendar?year=2026").text
    assert page.count("<table>") == 12
    assert page.count("is-make_up") == 6 + 1
    assert page.count("<small>班</small>") == 6
    assert "<small>休</small>" in page
    assert "已关闭" not in page
    this_year = browser.get("/calendar").text
    assert "的节假日安排尚未公布。" in this_year
    made = browser.post(
        "/calendar?year=2026",
        data={
            "action_id": "7d0b9df8-6b43-4be7-9f65-1c8d5a4be001",
            "first_on": "2026-12-24",
            "word": "free",
            "reason": "年会",
        },
    )
    assert (made.status_code, made.headers["Location"]) == (303, "/calendar?year=2026")
    page = browser.get("/calendar?year=2026").text
    assert "年会" in page
    assert "is-ours" in page


@pytest.mark.parametrize("reason", ["长" * 201, " ", ""])
def test_a_day_wants_a_reason_that_its_column_holds(login: Login, reason: str) -> None:
    sent = {"first_on": "2026-12-24", "word": "free", "reason": reason}
    sent["action_id"] = "7d0b9df8-6b43-4be7-9f65-1c8d5a4be009"
    browser = login("supervisor")
    assert browser.post("/calendar", data=sent).status_code == 422
    assert browser.post("/calendar", data=sent | {"reason": "长" * 200}).status_code == 303


def test_a_notice_is_read_from_a_file_and_a_bad_one_is_said_row_by_row(login: Login) -> None:
    browser = login("admin")
    year = business_day().year + 1
    saturday = next(day for n in range(1, 8) if (day := date(year, 2, n)).isoweekday() == 6)

    def send(content: str, key: str) -> tuple[int, str]:
        answer = browser.post(
            f"/calendar/notice?year={year}",
            data={
                "action_id": f"7d0b9df8-6b43-4be7-9f65-1c8d5a4be{key}",
                "file": (io.BytesIO(content.encode()), "notice.csv"),
            },
            content_type="multipart/form-data",
        )
        return answer.status_code, answer.text

    status, page = send(f"day,word,reason\n{saturday},加班,春节\n", "002")
    assert (status, "第 2 行" in page, "word 一栏只能是「班」或「休」。" in page) == (
        422,
        True,
        True,
    )
    assert send(f"day,word\n{saturday},休\n", "003")[0] == 422
    assert "尚未公布" in browser.get(f"/calendar?year={year}").text
    assert send(f"day,word,reason\n{saturday},班,春节\n", "004")[0] == 303
    assert "尚未公布" not in browser.get(f"/calendar?year={year}").text


@pytest.mark.parametrize("path", ["/calendar", "/forecast/measured"])
def test_a_store_opens_neither_the_calendar_nor_the_measure(login: Login, path: str) -> None:
    assert login("store1").get(path).status_code == 403
