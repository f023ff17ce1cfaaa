"""Rolls of blank repair tags: numbers printed beforehand, each paired with a garment by a scan."""

from __future__ import annotations

from sqlalchemy import select

from labels.fonts import Fonts
from labels.repair_tag import BlankTag, blank_tag_face
from tracker.domain.account import Role
from tracker.domain.errors import HangtagError, InvalidInput, NeedsInput, not_found
from tracker.domain.label import MOST_BLANKS, Setting
from tracker.domain.number import piece_no
from tracker.domain.tag import Kind, parse
from tracker.models.label import TagRoll
from tracker.models.registration import Piece
from tracker.queries import label as queries
from tracker.queries import registration as registrations
from tracker.services import label, once
from tracker.services.act import Act
from tracker.services.number import reserve
from tracker.services.papers import Paper

MAKERS = frozenset({Role.STORE_MANAGER, Role.CLERK, Role.SUPERVISOR})
"""Who prints a roll: a store's manager for the store, after-sales for itself."""


def add(act: Act, roll_id: str, count: int) -> TagRoll:
    """Reserve ``count`` piece numbers for the actor's site, once for ``roll_id``; return the roll.

    Raises ``InvalidInput`` ``bad_count`` and, for another's key, ``NotFound``.
    """
    key = once.key(roll_id, "action_id")
    before = act.session.scalar(select(TagRoll).where(TagRoll.roll_id == key))
    if before is not None:
        if before.by_id != act.actor.account_id:
            raise not_found("空白标签卷", "roll", key)
        return before
    if not 1 <= count <= MOST_BLANKS:
        raise InvalidInput(
            "bad_count",
            "一卷可以有 1 至 {most} 张标签。",
            "A roll has 1 to {most} tags.",
            "count",
            most=MOST_BLANKS,
        )
    first, last = reserve(act.session, count)
    roll = TagRoll(
        roll_id=key,
        first_id=first,
        last_id=last,
        at=act.now,
        by_id=act.actor.account_id,
        site_id=act.actor.site_id,
    )
    act.session.add(roll)
    act.session.flush()
    return roll


def paper(act: Act, identity: int, setting: Setting, fonts: Fonts) -> Paper:
    """Print the tags of a roll, as often as it is asked for: each number is one tag.

    Raises ``NotFound``, ``InvalidInput`` ``one_picture``.
    """
    roll = queries.roll(act.session, act.actor, identity)
    store = f"{roll.site.code} {roll.site.name}"
    numbers = range(roll.first_id, roll.last_id + 1)
    faces = [
        blank_tag_face(BlankTag(piece_no(number), store, f"第 {roll.id} 卷"), setting.size.mm)
        for number in numbers
    ]
    return label.printed(f"roll-{roll.id}", "空白返修标签", faces, setting, fonts)


def blank(act: Act, scanned: str) -> int:
    """Return the number that a blank tag of the actor's site holds for the garment in hand.

    Its roll stays locked until the transaction ends. Raises ``NeedsInput`` ``not_a_blank_tag``,
    also for another site's, and ``tag_in_use``.
    """
    number = _number(scanned)
    roll = queries.locked_roll(act.session, act.actor.site_id, number) if number else None
    if number is None or roll is None:
        raise NeedsInput(
            "not_a_blank_tag",
            "「{scanned}」不是本部门的空白返修标签。请从自己的标签卷上撕一张，再扫一次。",
            "“{scanned}” is no blank repair tag of yours. Take one off your own roll and scan it.",
            "repair_tag",
            scanned=scanned[:40],
        )
    if act.session.scalar(select(Piece.id).where(Piece.id == number)) is not None:
        raise NeedsInput(
            "tag_in_use",
            "返修标签 {scanned} 已经用在另一件衣服上。请换一张空白标签再扫。",
            "The repair tag {scanned} is on another garment already. Take another blank one.",
            "repair_tag",
            scanned=piece_no(number),
        )
    return number


def check_same(piece: Piece, scanned: str) -> None:
    """Keep a garment's number for life: whoever scans a second tag to it is told.

    Raises ``NeedsInput`` ``has_repair_tag``.
    """
    if _number(scanned) != piece.id:
        raise NeedsInput(
            "has_repair_tag",
            "这件衣服已有返修标签 {piece_no}，件号终身不变。请沿用原标签；标签坏了就重打一张。",
            "The garment has the repair tag {piece_no} for life. Keep it, or print it anew.",
            "repair_tag",
            piece_no=piece.piece_no,
        )


def is_blank(act: Act, scanned: str) -> bool:
    """Return whether a code is a blank tag of the actor's own that is on no garment."""
    number = _number(scanned)
    if number is None or registrations.piece_by_no(act.session, piece_no(number)) is not None:
        return False
    return queries.roll_of(act.session, act.actor.site_id, number) is not None


def _number(scanned: str) -> int | None:
    """Return the sequence of a piece number; nothing for a code that is none."""
    try:
        tag = parse(scanned)
    except HangtagError:
        return None
    return int(tag.code[1:-1]) if tag.kind is Kind.PIECE else None
