"""The catalogues of the bench and the stock of parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.services.test_bench import at_bench, faults, work_of
from tests.story import Story
from tracker.domain.bench import MovementKind
from tracker.domain.codes import Defect
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, RuleViolation, StaleVersion
from tracker.models.repair import Work
from tracker.queries import operation as operations
from tracker.queries import part as parts
from tracker.queries import repair as repairs
from tracker.services import operation, part
from tracker.services.repair import Operation, Part

ZIP = "ZIP-60"


def stock(story: Story, code: str = ZIP) -> int:
    """Return how many of a part lie in stock."""
    story.session.rollback()
    return parts.stock_of(story.session, parts.get(story.session, code)).quantity


def move(story: Story, kind: str, quantity: int, login: str = "clerk", **more: Any) -> None:
    """Move a part into or out of stock."""
    story.write(
        lambda: part.move(story.act(login), ZIP, kind=MovementKind(kind), quantity=quantity, **more)
    )


def work(story: Story, no: str, **fields: Any) -> None:
    """Record work with two operations and a zip of the catalogue."""
    told: dict[str, Any] = {
        "operations": [Operation("更换整条拉链", 28, "ZIP"), Operation("开线缝合", 12, "SEAM")],
        "parts": [Part("尼龙拉链 60cm", 2, 1200, ZIP), Part("客供胸标", 1, 0)],
        "labour_fen": 2300,
    }
    story.do("repairer", "registration", no, "work", **(told | fields))


def test_used_parts_leave_the_stock_and_the_money_stays_as_it_was_entered(story: Story) -> None:
    [no] = at_bench(story)
    before = stock(story)
    work(story, no)
    assert stock(story) == before - 2
    assert repairs.spent_fen(story.session, story.registration(no).id) == 3500
    entry = work_of(story, no)
    assert (entry.minutes, entry.standard_minutes) == (40, 40)
    [used] = parts.movements(story.session, parts.get(story.session, ZIP))[0][:1]
    assert (used.kind, used.quantity, used.work_id) == ("used", -2, entry.id)
    assert faults(story) == []


def test_free_words_need_no_catalogue_and_take_nothing(story: Story) -> None:
    [no] = at_bench(story)
    before = stock(story)
    free = [Operation("手工补花", 30), Operation("开线缝合", 12, "SEAM")]
    work(story, no, operations=free, parts=[Part("拉链", 1, 600)])
    assert stock(story) == before
    assert work_of(story, no).standard_minutes is None


def test_a_repair_never_waits_for_paper(story: Story) -> None:
    [no] = at_bench(story)
    move(story, "corrected", -stock(story), reason="盘点")
    work(story, no)
    found = parts.stock_of(story.session, parts.get(story.session, ZIP))
    assert (found.quantity, found.is_short, found.is_low) == (-2, True, True)


def test_a_changed_price_does_not_change_past_work(story: Story) -> None:
    [no] = at_bench(story)
    work(story, no)
    story.write(
        lambda: operation.change(
            story.act("supervisor"), "SEAM", zh="开线缝合", en="Sew", minutes=99, labour_fen=9900
        )
    )
    story.write(
        lambda: part.change(
            story.act("supervisor"), ZIP, name="金属拉链", unit="条", price_fen=9900, low_level=1
        )
    )
    entry = work_of(story, no)
    assert (entry.standard_minutes, entry.labour_fen, entry.parts_fen) == (40, 2300, 1200)
    assert [one["name"] for one in entry.parts] == ["尼龙拉链 60cm", "客供胸标"]
    assert repairs.spent_fen(story.session, story.registration(no).id) == 3500


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"operations": [Operation("缝合", 1, "NONE")]}, "unknown_operation"),
        ({"parts": [Part("拉链", 1, 0, "NONE")]}, "unknown_part"),
    ],
)
def test_a_code_that_the_catalogue_never_had_is_refused_whole(
    story: Story, fields: dict[str, Any], code: str
) -> None:
    [no] = at_bench(story)
    with pytest.raises(InvalidInput) as refusal:
        work(story, no, **fields)
    assert refusal.value.code == code
    story.session.rollback()
    assert story.session.query(Work).count() == 0


def test_what_is_retired_is_offered_no_more_but_a_repair_that_names_it_stands(
    story: Story,
) -> None:
    [no] = at_bench(story)
    story.write(lambda: part.retire(story.act("supervisor"), ZIP))
    story.write(lambda: operation.retire(story.act("supervisor"), "SEAM"))
    offered = [one.part.code for one in parts.every(story.session, active_only=True)]
    assert ZIP not in offered
    assert "SEAM" not in [one.code for one in operations.every(story.session, active_only=True)]
    work(story, no)
    assert work_of(story, no).standard_minutes == 40
    story.write(lambda: part.restore(story.act("supervisor"), ZIP))
    assert parts.get(story.session, ZIP).is_active


def test_stock_is_the_sum_of_what_came_went_and_was_corrected(story: Story) -> None:
    before = stock(story)
    move(story, "received", 30)
    move(story, "returned", 1, login="supervisor")
    move(story, "corrected", -4, reason="盘点少四条")
    assert stock(story) == before + 27


@pytest.mark.parametrize(
    ("kind", "quantity", "reason", "code"),
    [
        ("received", 0, None, "bad_quantity"),
        ("received", -1, None, "bad_quantity"),
        ("returned", -1, None, "bad_quantity"),
        ("corrected", 0, "盘点", "bad_quantity"),
        ("corrected", 3, None, "missing_field"),
        ("corrected", 3, " ", "missing_field"),
        ("used", 1, None, "used_by_work"),
    ],
)
def test_a_movement_that_says_nothing_is_refused(
    story: Story, kind: str, quantity: int, reason: str | None, code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        move(story, kind, quantity, reason=reason)
    assert refusal.value.code == code


def test_movements_stand_for_good(story: Story) -> None:
    for change in ("UPDATE part_movement SET quantity = 1", "DELETE FROM part_movement"):
        with pytest.raises(IntegrityError):
            story.session.execute(text(change))
        story.session.rollback()


CHANGES: dict[str, Callable[[Story, str], Any]] = {
    "move": lambda story, login: move(story, "received", 1, login),
    "add a part": lambda story, login: part.add(
        story.act(login), code="X1", name="甲", unit="个", price_fen=1, low_level=0
    ),
    "change a part": lambda story, login: part.change(
        story.act(login), ZIP, name="甲", unit="个", price_fen=1, low_level=0
    ),
    "retire a part": lambda story, login: part.retire(story.act(login), ZIP),
    "add an operation": lambda story, login: operation.add(
        story.act(login), code="X1", zh="甲", en="A", minutes=1, labour_fen=1
    ),
    "change an operation": lambda story, login: operation.change(
        story.act(login), "SEAM", zh="甲", en="A", minutes=1, labour_fen=1
    ),
    "retire an operation": lambda story, login: operation.retire(story.act(login), "SEAM"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("login", ["repairer", "assessor", "store1", "finance"])
def test_the_wrong_role_changes_nothing(story: Story, change: str, login: str) -> None:
    with pytest.raises(Forbidden):
        CHANGES[change](story, login)


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "move"])
def test_the_clerk_moves_stock_but_keeps_no_catalogue(story: Story, change: str) -> None:
    with pytest.raises(Forbidden):
        CHANGES[change](story, "clerk")


def test_a_code_is_used_once_and_is_written_in_capitals(story: Story) -> None:
    def add(code: str) -> Any:
        return operation.add(
            story.act("supervisor"),
            code=code,
            zh="烫补丁",
            en="Iron a patch on",
            minutes=8,
            labour_fen=400,
            defect=Defect.HOLE_SNAG,
        )

    made = story.write(lambda: add(" patch-1 "))
    assert (made.code, made.defect, made.changed_by.login) == ("PATCH-1", "HOLE_SNAG", "supervisor")
    with pytest.raises(RuleViolation) as taken:
        add("PATCH-1")
    assert taken.value.code == "code_taken"
    with pytest.raises(InvalidInput) as bad:
        add("补丁")
    assert bad.value.code == "bad_code"


def test_a_stale_page_overwrites_nothing(story: Story) -> None:
    version = operations.get(story.session, "SEAM").version
    story.write(lambda: operation.retire(story.act("supervisor", version=version), "SEAM"))
    with pytest.raises(StaleVersion):
        story.write(lambda: operation.restore(story.act("supervisor", version=version), "SEAM"))
    with pytest.raises(NotFound):
        operation.retire(story.act("supervisor"), "NONE")
