"""What a witness signs at the shredder (监销, rule 1.45): his own scans or count, the photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.domain.errors import RuleViolation
from tracker.domain.photo import Kind


@dataclass(frozen=True)
class Proof:
    """What a witness has before him: pieces on the plan, those that he scanned, those that he
    counted by hand (``None``: he did not), photos by their kind."""

    pieces: int
    checked: int
    counted: int | None
    photos: Mapping[str, int]


def check_proof(proof: Proof, *, photos: int, is_every_piece_scanned: bool) -> None:
    """Hold a witness's proof against the plan and the policies (rules 1.44, 1.45).

    ``photos`` is how many the policy wants of each kind, before and after. Raises ``RuleViolation``
    ``count_differs``, ``witness_scans`` or ``photos_missing``.
    """
    if proof.counted is not None and proof.counted != proof.pieces:
        raise RuleViolation(
            "count_differs",
            "您清点的是 {counted} 件，记录上是 {pieces} 件，对不上不能监销。请重新清点；"
            "确实少了的，请售后主管写明原因移出计划。",
            "You counted {counted} pieces, the record has {pieces}: count again. What is missing "
            "the after-sales supervisor takes off the plan, with a reason.",
            counted=proof.counted,
            pieces=proof.pieces,
        )
    if is_every_piece_scanned and proof.checked < proof.pieces:
        raise RuleViolation(
            "witness_scans",
            "监销人须用自己的账号逐件扫码，还差 {left} 件。请扫完再监销。",
            "The witness scans every piece from his own log-in: {left} are left.",
            left=proof.pieces - proof.checked,
        )
    for kind in (Kind.BEFORE, Kind.AFTER):
        lacking = photos - proof.photos.get(kind.value, 0)
        if lacking > 0:
            raise RuleViolation(
                "photos_missing",
                "还缺{kind}照片 {lacking} 张，请先拍照添加到本记录，再监销。",
                "{lacking} photos are missing, “{kind_en}”: add them to the record first.",
                kind=kind.zh,
                kind_en=kind.en,
                lacking=lacking,
            )
