"""The columns that the links of the hash chain cover, one by one.

A column that joins a table later stands in a list of its own (KEPT_CHAIN, IN_WHOSE_PLACE, CHECKED,
COUNTED, SEALED) and counts only where it is set, or the links of before would no longer agree.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from tracker.models.destruction import TakenOff
from tracker.models.history import Event
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.loss import Destruction, DestructionLine, LossForm, LossLine, Signature
from tracker.models.photo import Photo
from tracker.models.signed_paper import SignedPaper
from tracker.models.voucher import VoucherSet

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
PAPERS: Columns = (
    W.document, W.audience, W.event_id, W.id, W.at, W.by_id, W.head_seq, W.sha256, W.size,
)  # fmt: skip
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
