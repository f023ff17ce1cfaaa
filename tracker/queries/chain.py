"""Reads of the hash chain: its head, and what each of its links covers as the rows stand today."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from tracker.domain.chain import Head, Kind, content
from tracker.domain.ledger import MACHINE as MONTH
from tracker.domain.loss import DESTRUCTION
from tracker.domain.loss import MACHINE as LOSS_FORM
from tracker.domain.photo import Subject
from tracker.domain.signed_paper import paper_ref
from tracker.models.chain import ChainCheck, ChainLink, PrintedHead
from tracker.models.destruction import TakenOff
from tracker.models.history import Event
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.loss import Destruction, DestructionLine, LossForm, LossLine, Signature
from tracker.models.photo import Photo
from tracker.models.signed_paper import SignedPaper
from tracker.models.voucher import VoucherSet
from tracker.queries import chain_columns as cover

BATCH = 200
_UNKNOWN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    """What a link covers, or should: ``seq`` and ``kept`` are its link's, if it has one.

    ``mark`` is the first ledger leg's or the event's id, which says what the beginning covers.
    """

    kind: Kind
    ref: str
    at: datetime
    sha256: str
    mark: int
    seq: int | None
    kept: str | None


def key_of(session: Session) -> bytes:
    """Return the key of the chain, which the engine of the database carries."""
    options: Mapping[str, Any] = session.get_bind().get_execution_options()
    return bytes(options["chain_key"])


def head(session: Session) -> Head | None:
    """Return the last link; ``None`` before the chain has begun."""
    query = select(ChainLink.seq, ChainLink.at, ChainLink.mac).order_by(ChainLink.seq.desc())
    row = session.execute(query.limit(1)).first()
    return Head(*row) if row else None


def link(session: Session, seq: int) -> ChainLink | None:
    """Return a link by its number."""
    return session.get(ChainLink, seq) if 0 < seq < 2**62 else None


def last_links(session: Session, limit: int) -> Sequence[ChainLink]:
    """Return the last links, newest first."""
    return session.scalars(select(ChainLink).order_by(ChainLink.seq.desc()).limit(limit)).all()


def last_check(session: Session) -> ChainCheck | None:
    """Return the last verification, with who asked for it."""
    query = select(ChainCheck).order_by(ChainCheck.id.desc()).options(joinedload(ChainCheck.by))
    return session.scalar(query.limit(1))


def last_printed(session: Session) -> PrintedHead | None:
    """Return the furthest head that stands on a paper."""
    return session.scalar(select(PrintedHead).order_by(PrintedHead.seq.desc()).limit(1))


def is_printed(session: Session, document: str, seq: int) -> bool:
    """Return whether a document's paper with this head is on record."""
    query = select(PrintedHead.id).where(PrintedHead.document == document, PrintedHead.seq == seq)
    return session.scalar(query) is not None


def records(session: Session, kind: Kind, refs: Sequence[str] | None = None) -> Iterator[Record]:
    """Yield what the links of a kind cover, as it stands, in the order in which it came.

    Of ``refs`` only, if they are given. Read as a stream: a ledger has millions of legs.
    """
    return _SOURCES[kind](session, kind, refs)


def marks(session: Session) -> tuple[int, int]:
    """Return the ids of the last ledger leg and the last event of all, 0 where there is none."""
    legs, events = (session.scalar(select(func.max(of.id))) for of in (LedgerEntry, Event))
    return legs or 0, events or 0


def _link(kind: Kind, ref: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return and_(ChainLink.kind == kind.value, ChainLink.ref == ref)


def _stream(session: Session, query: Any) -> Iterator[Any]:
    return iter(session.execute(query.execution_options(yield_per=2_000)))


def _entries(session: Session, kind: Kind, refs: Sequence[str] | None) -> Iterator[Record]:
    first = func.min(LedgerEntry.id).over(partition_by=LedgerEntry.entry_no).label("first")
    query = (
        select(first, ChainLink.seq, ChainLink.content_sha256, *cover.LEGS)
        .select_from(LedgerEntry)
        .outerjoin(ChainLink, _link(kind, LedgerEntry.entry_no))
        .order_by(first, LedgerEntry.id)
    )
    if refs is not None:
        query = query.where(LedgerEntry.entry_no.in_(refs))
    for mark, legs in groupby(_stream(session, query), key=lambda row: row[0]):
        rows = [tuple(row) for row in legs]
        _, seq, kept, _, no, _, at, *_ = rows[0]
        yield Record(kind, no, at, content([row[3:] for row in rows]), mark, seq, kept)


def _of(noun: str, action: str, subject: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The last event of an action on a record: a tampered second one changes what is covered."""
    step = aliased(Event)
    return (
        select(func.max(step.id))
        .where(step.noun == noun, step.action == action, step.subject_id == subject)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class _Part:
    """Rows that belong to a document: their columns, those that joined later, whose they are.

    Of several that joined later any may be missing: each that is set counts with its name.
    """

    columns: cover.Columns
    owner: InstrumentedAttribute[Any]
    later: cover.Columns = ()
    of: tuple[ColumnElement[bool], ...] = ()


@dataclass(frozen=True)
class _Document:
    """How a kind of document is read: its row, its rows in other tables, the step that seals it."""

    model: Any
    columns: cover.Columns
    ref: InstrumentedAttribute[Any]
    status: str
    noun: str
    action: str
    parts: tuple[_Part, ...] = ()
    later: cover.Columns = ()

    def query(self, kind: Kind, refs: Sequence[str] | None) -> Select[Any]:
        sealed = _of(self.noun, self.action, self.model.id)
        query = (
            select(self.ref, ChainLink.seq, ChainLink.content_sha256, *cover.EVENT)
            .add_columns(*self.columns, *self.later)
            .select_from(self.model)
            .outerjoin(Event, Event.id == sealed)
            .outerjoin(ChainLink, _link(kind, self.ref))
            .where(self.model.status == self.status)
            .order_by(Event.id, self.model.id)
        )
        return query if refs is None else query.where(self.ref.in_(refs))


_PARTS_OF_A_FORM = (
    _Part(cover.LINES, LossLine.form_id),
    _Part(cover.SIGNATURES, Signature.form_id, cover.IN_WHOSE_PLACE),
)
_PARTS_OF_A_DESTRUCTION = (
    _Part(cover.PIECES, DestructionLine.destruction_id, cover.CHECKED),
    _Part(cover.TAKEN_OFF, TakenOff.destruction_id),
    _Part(
        cover.PHOTOS,
        Photo.subject_id,
        of=(Photo.noun == Subject.DESTRUCTION.value, Photo.removed_at.is_(None)),
    ),
)
_DOCUMENTS: Mapping[Kind, _Document] = {
    Kind.APPROVAL: _Document(
        LossForm,
        cover.FORM,
        LossForm.no,
        "approved",
        LOSS_FORM.noun,
        "approve",
        _PARTS_OF_A_FORM,
        cover.KEPT_CHAIN,
    ),
    Kind.VOID: _Document(
        LossForm,
        cover.FORM,
        LossForm.no,
        "voided",
        LOSS_FORM.noun,
        "void",
        _PARTS_OF_A_FORM,
        cover.KEPT_CHAIN,
    ),
    Kind.DESTRUCTION: _Document(
        Destruction,
        cover.DESTROYED,
        Destruction.no,
        "witnessed",
        DESTRUCTION.noun,
        "witness",
        _PARTS_OF_A_DESTRUCTION,
        cover.COUNTED,
    ),
    Kind.MONTH_CLOSE: _Document(
        Month, cover.CLOSED, Month.month, "closed", MONTH.noun, "close", later=cover.SEALED
    ),
}


def _documents(session: Session, kind: Kind, refs: Sequence[str] | None) -> Iterator[Record]:
    document, start = _DOCUMENTS[kind], 3 + len(cover.EVENT)
    rows = session.execute(document.query(kind, refs)).all()
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        parts = _parts(session, document, [row[start] for row in batch])
        for row in batch:
            ref, seq, kept, mark, at, *_ = row
            split = len(row) - len(document.later)
            later = [value for value in row[split:] if value is not None]
            covered = [(*row[3:split], *later), *parts[row[start]]]
            yield Record(kind, ref, at or _UNKNOWN, content(covered), mark or 0, seq, kept)


def _parts(session: Session, document: _Document, ids: Sequence[int]) -> dict[int, list[Any]]:
    """Return by document the rows that belong to it, in their order."""
    found: dict[int, list[Any]] = {identity: [] for identity in ids}
    for part in document.parts:
        query = select(part.owner, *part.columns, *part.later).where(part.owner.in_(ids), *part.of)
        split = len(part.columns)
        for identity, *row in session.execute(query.order_by(part.owner, part.columns[0])):
            names = (column.key for column in part.later)
            later = [pair for pair in zip(names, row[split:], strict=True) if pair[1] is not None]
            found[identity].append([*row[:split], *later])
    return found


def _submits(session: Session, kind: Kind, refs: Sequence[str] | None) -> Iterator[Record]:
    """Each submission as history has it; of a month that stands submitted, as the month has it."""
    rows = session.execute(
        select(*cover.EVENT, Month.month, Month.status, Month.submitted_by_id, Month.submitted_at)
        .join(Month, Month.id == Event.subject_id)
        .where(Event.noun == MONTH.noun, Event.action == "submit")
        .order_by(Event.id)
    ).all()
    links = {
        row.ref: row
        for row in session.execute(
            select(ChainLink.ref, ChainLink.seq, ChainLink.content_sha256).where(
                ChainLink.kind == kind.value
            )
        )
    }
    last = {row.month: row.id for row in rows}
    for row in rows:
        ref, by, at = f"{row.month}/{row.id}", row.actor_id, row.at
        if row.status != "open" and last[row.month] == row.id:
            by, at = row.submitted_by_id, row.submitted_at
        if refs is None or ref in refs:
            kept = links.get(ref)
            seq, sha256 = (kept.seq, kept.content_sha256) if kept else (None, None)
            covered = content([(row.id, row.month, by, at)])
            yield Record(kind, ref, row.at, covered, row.id, seq, sha256)


def _papers(session: Session, kind: Kind, refs: Sequence[str] | None) -> Iterator[Record]:
    """Each signed paper by its digest; whether the bytes have it is a question of its own."""
    query = select(*cover.PAPERS).order_by(SignedPaper.id)
    if refs is not None:
        query = query.where(SignedPaper.document.in_({ref.partition("/")[0] for ref in refs}))
    links = select(ChainLink.ref, ChainLink.seq, ChainLink.content_sha256)
    kept = {row.ref: row for row in session.execute(links.where(ChainLink.kind == kind.value))}
    for row in session.execute(query):
        ref = paper_ref(row.document, row.audience, row.event_id)
        link = kept.get(ref)
        seq, sha256 = (link.seq, link.content_sha256) if link else (None, None)
        if refs is None or ref in refs:
            yield Record(kind, ref, row.at, content([tuple(row)]), row.event_id, seq, sha256)


def _vouchers(session: Session, kind: Kind, refs: Sequence[str] | None) -> Iterator[Record]:
    """Each set of vouchers as it was drawn up, by whom and when: after its month was closed."""
    closed = (
        select(func.max(Event.id))
        .join(Month, Month.id == Event.subject_id)
        .where(Event.noun == MONTH.noun, Event.action == "close", Month.month == VoucherSet.month)
        .scalar_subquery()
    )
    ref = VoucherSet.month + "/" + cast(VoucherSet.ordinal, String)
    query = (
        select(ref, closed, ChainLink.seq, ChainLink.content_sha256, *cover.VOUCHERS)
        .outerjoin(ChainLink, _link(kind, ref))
        .order_by(VoucherSet.id)
    )
    if refs is not None:
        query = query.where(ref.in_(refs))
    for name, mark, seq, kept, *row in session.execute(query):
        yield Record(kind, name, row[-2], content([row]), mark or 0, seq, kept)


_SOURCES: Mapping[Kind, Callable[..., Iterator[Record]]] = {
    Kind.ENTRY: _entries,
    **dict.fromkeys(_DOCUMENTS, _documents),
    Kind.MONTH_SUBMIT: _submits,
    Kind.PAPER: _papers,
    Kind.VOUCHERS: _vouchers,
}
COVERED = tuple(_SOURCES)
"""The kinds that have rows to be compared with; the beginning covers rows of all of them."""
