"""The keyed hash chain over documents of money and ledger entries: links, macs, what papers carry.

Whoever changes a row that a link covers, takes one away or puts one in, without the key breaks the
chain. Who has key and database could build it anew: the heads on printed papers tell.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tracker.domain.named import NamedEnum

PRINTED_DIGITS = 16
"""So many hexadecimal digits of a head stand on paper."""
FIRST = ""
"""What stands for the mac before the first link."""


class Kind(NamedEnum):
    """What a link covers."""

    GENESIS = "genesis", "起始", "Beginning"
    ENTRY = "entry", "分录", "Ledger entry"
    APPROVAL = "approval", "报损单批准", "Approved loss form"
    PAPER = "paper", "签批存档", "Signed paper"
    VOID = "void", "报损单作废", "Voided loss form"
    DESTRUCTION = "destruction", "销毁记录", "Destruction record"
    MONTH_SUBMIT = "month_submit", "结账月提交", "Submitted month"
    VOUCHERS = "vouchers", "凭证", "Vouchers"
    MONTH_CLOSE = "month_close", "结账", "Closed month"


@dataclass(frozen=True)
class Head:
    """The last link of the chain: its number, its moment, its mac in 64 hexadecimal digits."""

    seq: int
    at: datetime
    mac: str

    @property
    def printed(self) -> str:
        """The digits that stand on paper."""
        return self.mac[:PRINTED_DIGITS]


def content(rows: Sequence[Sequence[Any]]) -> str:
    """Return the SHA-256 of rows in 64 hexadecimal digits; instants count by their moment."""
    text = json.dumps(
        [list(row) for row in rows], ensure_ascii=False, separators=(",", ":"), default=_moment
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def mac(key: bytes, seq: int, at: datetime, kind: str, ref: str, sha256: str, previous: str) -> str:
    """Return a link's HMAC-SHA256 over all of it and the mac before it, in 64 hex digits."""
    text = "|".join((str(seq), _moment(at), kind, ref, sha256, previous))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def boundary(ref: str) -> tuple[int, int]:
    """Return up to which ledger leg and which event the beginning covers, of its link's ref."""
    legs, _slash, events = ref.partition("/")
    return (int(legs), int(events)) if legs.isdigit() and events.isdigit() else (0, 0)
