"""The hash chain grows with the transaction that writes what it covers (house: numbers)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from tracker.domain.chain import FIRST, Head, Kind, mac
from tracker.domain.errors import RuleViolation
from tracker.models.chain import ChainCheck, ChainLink, PrintedHead
from tracker.queries import chain as queries
from tracker.queries import verify_chain
from tracker.services.act import Act

SERIES = "chain"
BATCH = 5_000
_BEGIN = text(
    "INSERT INTO counter (series, last) VALUES (:series, 1) ON CONFLICT (series) DO NOTHING"
)
_TAKE = text("UPDATE counter SET last = last + :count WHERE series = :series RETURNING last")


def begin(session: Session, now: datetime) -> bool:
    """Begin the chain with one link over all that stands already; returns whether it did.

    A database that comes from before the chain has its ledger covered by that one digest.
    """
    if session.execute(_BEGIN, {"series": SERIES}).rowcount != 1:  # type: ignore[attr-defined]
        return False
    covered = hashlib.sha256()
    for kind in queries.COVERED:
        for record in queries.records(session, kind):
            covered.update(verify_chain.covered_by_beginning(record))
    legs, events = queries.marks(session)
    ref, sha256, key = f"{legs}/{events}", covered.hexdigest(), queries.key_of(session)
    row = {"seq": 1, "kind": Kind.GENESIS.value, "ref": ref, "at": now, "content_sha256": sha256}
    row["mac"] = mac(key, 1, now, Kind.GENESIS.value, ref, sha256, FIRST)
    session.execute(insert(ChainLink), [row])
    return True


def append(act: Act, *covered: tuple[Kind, str]) -> Head:
    """Append a link for each (kind, ref), over the rows as they stand; returns the new head.

    Call it last: the counter's row stays locked until the transaction ends, so that no two links
    follow the same one. Raises ``RuleViolation`` ``not_prepared`` before the chain has begun.
    """
    act.session.flush()
    found = {
        (record.kind, record.ref): record
        for kind in {kind: None for kind, _ in covered}
        for record in queries.records(
            act.session, kind, [ref for other, ref in covered if other is kind]
        )
    }
    return _append(act.session, [(found[pair], act.now) for pair in covered])


def append_all(session: Session) -> int:
    """Append a link for all that has none, in the order in which it came; returns how many.

    For a history that was written in bulk: each link carries the moment of what it covers.
    """
    streams = [
        (record for record in queries.records(session, kind) if record.seq is None)
        for kind in queries.COVERED
    ]
    fresh = merge(*streams, key=lambda record: record.at)
    count = 0
    while batch := list(islice(fresh, BATCH)):
        _append(session, [(record, record.at) for record in batch])
        count += len(batch)
    return count


def _append(session: Session, fresh: Sequence[tuple[queries.Record, datetime]]) -> Head:
    last = session.execute(_TAKE, {"series": SERIES, "count": len(fresh)}).scalar_one_or_none()
    before = queries.head(session)
    if last is None or before is None:
        raise RuleViolation(
            "not_prepared",
            "数据链尚未建立，未入账。请系统管理员先运行 prepare。",
            "The chain has not begun, nothing was written: the administrator runs prepare first.",
        )
    rows = list(_links(fresh, before, queries.key_of(session)))
    session.execute(insert(ChainLink), rows)
    return Head(rows[-1]["seq"], rows[-1]["at"], rows[-1]["mac"])


def _links(
    fresh: Iterable[tuple[queries.Record, datetime]], before: Head, key: bytes
) -> Iterable[dict[str, Any]]:
    seq, previous = before.seq, before.mac
    for record, at in fresh:
        seq += 1
        previous = mac(key, seq, at, record.kind.value, record.ref, record.sha256, previous)
        yield {
            "seq": seq,
            "kind": record.kind.value,
            "ref": record.ref,
            "at": at,
            "content_sha256": record.sha256,
            "mac": previous,
        }


def head(session: Session) -> Head | None:
    """Return the chain's head, for the foot of a paper; ``None`` before the chain has begun."""
    return queries.head(session)


def head_of(session: Session, seq: int) -> Head | None:
    """Return a link as the head that it once was."""
    link = queries.link(session, seq)
    return Head(link.seq, link.at, link.mac) if link else None


def is_printed(session: Session, document: str, seq: int) -> bool:
    """Return whether a document's paper with this head is on record."""
    return queries.is_printed(session, document, seq)


def keep_printed(session: Session, document: str, found: Head, now: datetime) -> None:
    """Keep which head a document's paper carries, once for each head."""
    if not queries.is_printed(session, document, found.seq):
        row = PrintedHead(at=now, document=document, seq=found.seq, mac=found.mac)
        session.add(row)
        session.flush()


def keep_check(act: Act, found: Head | None, faults: Sequence[str]) -> None:
    """Keep that the chain was verified up to its head, and what was found first."""
    act.session.add(
        ChainCheck(
            at=act.now,
            by_id=act.actor.account_id,
            seq=found.seq if found else 0,
            mac=found.mac if found else FIRST,
            faults=len(faults),
            first_fault=faults[0][:500] if faults else None,
        )
    )
    act.session.flush()
