"""Reads of the hash chain: its head, and what each of its links covers as the rows stand today.

The columns stand in lists of their own: a column that joins a table later (IN_WHOSE_PLACE, CHECKED,
COUNTED, SEALED) counts only where it is set, or the links of before would no longer agree.
"""

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

BATCH = 200
_UNKNOWN = datetime.min.replace(tzinfo=UTC)
Columns = tuple[InstrumentedAttribute[Any], ...]
E_, F, L, S, D, P, M, W, T, V = (
    LedgerEntry, LossForm, LossLine, Signature, Destruction, DestructionLine, Month, SignedPaper,
    TakenOff, VoucherSet,
)  # fmt: skip
LEGS: Columns = (
    E_.id, E_.entry_no, E_.month, E_.at, E_.by_id, E_.account, E_.amount_fen, E_.document,
    E_.liable_kind, E_.liable_party, E_.liable_name, E_.supplier, E_.store, E_.style_no,
    E_.production_year, E_.defect, E_.piece_no, E_.registration_no, E_.reverses, E_.reason,
)  # fmt: skip
FORM: Columns = (
    F.id, F.no, F.status, F.liable_kind, F.party, F.party_name, F.month, F.opened_at,
    F.opened_by_id, F.total_fen, F.asked_at,
)  # fmt: skip
KEPT_CHAIN: Columns = (F.steps,)
LINES: Columns = (
    L.id, L.form_id, L.registration_id, L.is_live, L.liable_kind, L.party, L.percent, L.basis,
    L.basis_fen, L.spent_fen, L.salvage_fen, L.amount_fen, L.owner_credit_fen, L.frozen_at,
    L.nature, L.nature_why, L.cost_fen, L.vat_percent, L.vat_fen,
)  # fmt: skip
SIGNATURES: Columns = (S.id, S.form_id, S.step, S.at, S.by_id, S.is_on_paper, S.is_live)
IN_WHOSE_PLACE: Columns = (S.for_id, S.content_sha256)
DESTROYED: Columns = (
    D.id, D.no, D.status, D.planned_at, D.planned_by_id, D.destroyed_by_id, D.witnessed_by_id,
    D.witnessed_at, D.method, D.place, D.salvage_fen,
)  # fmt: skip
PIECES: Columns = (P.id, P.destruction_id, P.registration_id, P.scanned_at, P.scanned_by_id)
CHECKED: Columns = (P.checked_at, P.checked_by_id)
TAKEN_OFF: Columns = (T.id, T.registration_id, T.discrepancy_id, T.at, T.by_id, T.reason)
VOUCHERS: Columns = (
    V.id, V.month, V.ordinal, V.basis, V.vouchers, V.lines, V.total_fen, V.sha256, V.at, V.by_id,
)  # fmt: skip
COUNTED: Columns = (D.counted,)
PHOTOS: Columns = (Photo.id, Photo.kind, Photo.sha256, Photo.taken_by_id, Photo.at)
"""The photos that the witness signed with; what was removed before him is not covered."""
CLOSED: Columns = (
    M.id, M.month, M.status, M.submitted_by_id, M.submitted_at, M.closed_by_id, M.closed_at,
    M.total_fen, M.line_count, M.content_sha256,
)  # fmt: skip
SEALED: Columns = (M.totals_sha256,)
EVENT: Columns = (Event.id, Event.at, Event.actor_id, Event.reason)


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
    legs, events = (session.scalar(select(func.max(of.id))) for of in (E_, Event))
    return legs or 0, events or 0


def _link(kind: Kind, ref: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return and_(ChainLink.kind == kind.value, ChainLink.ref == ref)


def _stream(session: Session, query: Any) -> Iterator[Any]:
    return iter(session.execute(query.execution_options(yield_per=2_000)))


def _entries(session: Session, kind: Kind, refs: Sequence[str] | None) -> Iterator[Record]:
    first = func.min(E_.id).over(partition_by=E_.entry_no).label("first")
    query = (
        select(first, ChainLink.seq, ChainLink.content_sha256, *LEGS)
        .select_from(E_)
        .outerjoin(ChainLink, _link(kind, E_.entry_no))
        .order_by(first, E_.id)
    )
    if refs is not None:
        query = query.where(E_.entry_no.in_(refs))
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

    columns: Columns
    owner: InstrumentedAttribute[Any]
    later: Columns = ()
    of: tuple[ColumnElement[bool], ...] = ()


@dataclass(frozen=True)
class _Document:
    """How a kind of document is read: its row, its rows in other tables, the step that seals it."""

    model: Any
    columns: Columns
    ref: InstrumentedAttribute[Any]
    status: str
    noun: str
    action: str
    parts: tuple[_Part, ...] = ()
    later: Columns = ()

    def query(self, kind: Kind, refs: Sequence[str] | None) -> Select[Any]:
        sealed = _of(self.noun, self.action, self.model.id)
        query = (
            select(self.ref, ChainLink.seq, ChainLink.content_sha256, *EVENT)
            .add_columns(*self.columns, *self.later)
            .select_from(self.model)
            .outerjoin(Event, Event.id == sealed)
            .outerjoin(ChainLink, _link(kind, self.ref))
            .where(self.model.status == self.status)
            .order_by(Event.id, self.model.id)
        )
        return query if refs is None else query.where(self.ref.in_(refs))


_PARTS_OF_A_FORM = (_Part(LINES, L.form_id), _Part(SIGNATURES, S.form_id, IN_WHOSE_PLACE))
_PARTS_OF_A_DESTRUCTION = (
    _Part(PIECES, P.destruction_id, CHECKED),
    _Part(TAKEN_OFF, T.destruction_id),
    _Part(
        PHOTOS,
        Photo.subject_id,
        of=(Photo.noun == Subject.DESTRUCTION.value, Photo.removed_at.is_(None)),
    ),
)
_DOCUMENTS: Mapping[Kind, _Document] = {
    Kind.APPROVAL: _Document(
        F, FORM, F.no, "approved", LOSS_FORM.noun, "approve", _PARTS_OF_A_FORM, KEPT_CHAIN
    ),
    Kind.VOID: _Document(
        F, FORM, F.no, "voided", LOSS_FORM.noun, "void", _PARTS_OF_A_FORM, KEPT_CHAIN
    ),
    Kind.DESTRUCTION: _Document(
        D,
        DESTROYED,
        D.no,
        "witnessed",
        DESTRUCTION.noun,
        "witness",
        _PARTS_OF_A_DESTRUCTION,
        later=COUNTED,
    ),
    Kind.MONTH_CLOSE: _Document(M, CLOSED, M.month, "closed", MONTH.noun, "close", later=SEALED),
}


def _documents(session: Session, kind: Kind, refs: Sequence[str] | None) -> Iterator[Record]:
    document, start = _DOCUMENTS[kind], 3 + len(EVENT)
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
        select(*EVENT, M.month, M.status, M.submitted_by_id, M.submitted_at)
        .join(Month, M.id == Event.subject_id)
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
    query = select(
        W.document, W.audience, W.event_id, W.id, W.at, W.by_id, W.head_seq, W.sha256, W.size
    ).order_by(W.id)
    if refs is not None:
        query = query.where(W.document.in_({ref.partition("/")[0] for ref in refs}))
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
        .join(M, M.id == Event.subject_id)
        .where(Event.noun == MONTH.noun, Event.action == "close", M.month == V.month)
        .scalar_subquery()
    )
    ref = V.month + "/" + cast(V.ordinal, String)
    query = (
        select(ref, closed, ChainLink.seq, ChainLink.content_sha256, *VOUCHERS)
        .outerjoin(ChainLink, _link(kind, ref))
        .order_by(V.id)
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
