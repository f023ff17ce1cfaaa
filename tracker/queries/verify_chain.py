"""I13: the chain has no gap and no fork, its macs are right, and it covers what stands today."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.domain.chain import FIRST, Kind, boundary, mac
from tracker.models.chain import ChainCheck, ChainLink, PrintedHead
from tracker.queries import chain
from tracker.queries.chain import Record
from tracker.queries.verify import LIMIT

Fault = tuple[int, str]
"""The number of the link and the sentence; what has no link comes after all that have one."""
LAST = 2**62
_COUNTED = "SELECT last FROM counter WHERE series = 'chain'"


def covered_by_beginning(record: Record) -> bytes:
    """Return what the beginning's digest takes of a record."""
    return f"{record.kind.value}|{record.ref}|{record.sha256}\n".encode()


def chain_is_unbroken(session: Session) -> list[str]:
    """I13: links without a gap, each with its right mac, over the rows as they stand.

    The first sentence names the first bad row. Reads as a stream; writes nothing.
    """
    found = [*_printed(session), *_checked(session)]
    try:
        records, matched = _records(session)
        found += [*records, *_links(session, matched)]
    except (ValueError, TypeError) as error:
        found.append((0, f"a row that the chain covers cannot be read: {error}"))
    return [sentence for _, sentence in sorted(found)[:LIMIT]]


def _records(session: Session) -> tuple[list[Fault], set[int]]:
    """Compare what stands with what its links say; return the faults and the links met."""
    beginning = session.get(ChainLink, 1)
    legs, events = boundary(beginning.ref) if beginning else (0, 0)
    covered, matched, faults = hashlib.sha256(), {1}, []
    for kind in chain.COVERED:
        until = legs if kind is Kind.ENTRY else events
        for record in chain.records(session, kind):
            name = f"{kind.en.lower()} {record.ref}"
            if record.seq is None and record.mark <= until:
                covered.update(covered_by_beginning(record))
            elif record.seq is None:
                faults.append((LAST, f"{name} has no link"))
            else:
                matched.add(record.seq)
                if record.sha256 != record.kept:
                    faults.append((record.seq, f"link {record.seq}: {name} was changed"))
    if beginning is not None and covered.hexdigest() != beginning.content_sha256:
        faults.append((1, "link 1: what stood before the chain began was changed"))
    return faults, matched


def _links(session: Session, matched: set[int]) -> Iterator[Fault]:
    key, expected, previous = chain.key_of(session), 1, FIRST
    columns = (ChainLink.seq, ChainLink.at, ChainLink.kind, ChainLink.ref, ChainLink.content_sha256)
    query = select(*columns, ChainLink.mac).order_by(ChainLink.seq)
    for seq, at, kind, ref, sha256, kept in session.execute(
        query.execution_options(yield_per=2_000)
    ):
        if seq != expected:
            yield expected, f"link {expected} is missing; {seq} follows"
        if kept != mac(key, seq, at, kind, ref, sha256, previous):
            yield seq, f"link {seq} ({kind} {ref}) was changed, or another key made it"
        if seq not in matched:
            yield seq, f"link {seq}: {kind} {ref} is not there any more"
        if (kind == Kind.GENESIS.value) != (seq == 1):
            yield seq, f"link {seq} is no beginning"
        expected, previous = seq + 1, kept
    counted = session.scalar(text(_COUNTED))
    if counted is None or counted >= expected:
        yield expected, f"link {expected} is missing, the counter says {counted or 0}"
    elif counted < expected - 1:
        yield counted + 1, f"link {counted + 1} was never counted"


def _checked(session: Session) -> Iterator[Fault]:
    """The furthest head up to which the chain was found whole is still a link of it.

    A verification that found a fault vouches for nothing: the end was perhaps missing already.
    """
    query = (
        select(ChainCheck.seq, ChainCheck.at, ChainLink.mac == ChainCheck.mac)
        .outerjoin(ChainLink, ChainLink.seq == ChainCheck.seq)
        .where(ChainCheck.seq > 0, ChainCheck.faults == 0)
        .order_by(ChainCheck.seq.desc(), ChainCheck.id)
    )
    for seq, at, is_true in session.execute(query.limit(1)):
        if not is_true:
            yield seq, f"link {seq} is not the head that was verified at {at:%F %T} UTC"


def _printed(session: Session) -> Iterator[Fault]:
    """Every head that a paper carried is still a link of the chain."""
    query = (
        select(PrintedHead.seq, PrintedHead.document, PrintedHead.mac, ChainLink.mac)
        .outerjoin(ChainLink, ChainLink.seq == PrintedHead.seq)
        .where((ChainLink.mac.is_(None)) | (ChainLink.mac != PrintedHead.mac))
        .order_by(PrintedHead.seq)
    )
    for seq, document, printed, _ in session.execute(query.limit(LIMIT)):
        yield seq, f"link {seq} is not the head {printed[:16]} printed on {document}"
