"""How an account wants to be told, and how a message says it: one line for many of a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.calendar import SHANGHAI
from tracker.domain.notice import Occasion, page_of, sentence

FEW = 3
"""More notices of one kind than these are one line of a message."""


@dataclass(frozen=True)
class Wish:
    """An account's wishes: minutes count from midnight in Shanghai.

    ``digest_minute``: when the day's digest goes out by e-mail; at once without it.
    """

    unwanted: frozenset[Occasion] = frozenset()
    mailed: frozenset[Occasion] = frozenset()
    address: str | None = None
    language: str = "zh"
    digest_minute: int | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None


@dataclass(frozen=True)
class Told:
    """One notice as a message tells it."""

    occasion: Occasion
    record: str
    step: int
    facts: Mapping[str, str]
    matter: str
    due_at: datetime


def told_moment(at: datetime) -> str:
    """Return a moment as a notice says it; the end of a day is its 24:00."""
    local = at.astimezone(SHANGHAI)
    if (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(days=1):%m-%d} 24:00"
    return f"{local:%m-%d %H:%M}"


def title(told: Sequence[Told], locale: str) -> str:
    """Return the subject of a message: its one occasion, or how many notices it holds."""
    names = list(dict.fromkeys(notice.occasion.label(locale) for notice in told))
    if locale == "en":
        return f"Hangtag: {names[0] if len(names) == 1 else 'notices'} ({len(told)})"
    return f"吊牌售后：{names[0] if len(names) == 1 else '通知'}（{len(told)}）"


def body(told: Sequence[Told], locale: str, address: str) -> str:
    """Return the text of a message: a line a notice, one line where there are many of a kind.

    ``address`` is where the system is reached, without a slash at its end; empty for no links.
    """
    lines: list[str] = []
    for occasion in Occasion:
        some = [notice for notice in told if notice.occasion is occasion]
        if len(some) > FEW:
            lines.append(_many(occasion, some, locale, address))
        else:
            lines += [_one(notice, locale, address) for notice in some]
    return "\n".join(lines)


def _one(notice: Told, locale: str, address: str) -> str:
    text = sentence(notice.occasion, notice.facts, locale)
    link = f"\n{address}{page_of(notice.occasion, notice.record)}" if address else ""
    return f"{text}{link}"


def _many(occasion: Occasion, some: Sequence[Told], locale: str, address: str) -> str:
    shown = [notice.record for notice in some[:FEW]]
    if locale == "en":
        text = f"{occasion.en}: {len(some)} ({', '.join(shown)} …)"
    else:
        text = f"{occasion.zh}：{len(some)} 项（{'、'.join(shown)} 等）"
    return f"{text}\n{address}/notices?occasion={occasion.value}" if address else text
