"""The paper that a party signed: photographed, added to the form, and bound to the signature."""

from __future__ import annotations

from tracker.domain.errors import RuleViolation
from tracker.domain.photo import Kind, Subject
from tracker.models.loss import LossForm
from tracker.models.photo import Photo
from tracker.models.signed_paper import SignatureScan
from tracker.queries import photo as photos
from tracker.queries import signed_paper as queries
from tracker.services.act import Act


def bind(act: Act, form: LossForm) -> None:
    """Bind to the signature on paper the photos of it that were added since the party was asked.

    Who records what somebody signed elsewhere shows it (journey: who signs). Raises
    ``RuleViolation`` ``no_signed_paper`` where there is none.
    """
    found: list[Photo] = []
    if form.asked_at is not None:
        kind, subject = Kind.SIGNATURE, Subject.LOSS_FORM
        found += photos.of_kind(act.session, subject, form.id, kind, form.asked_at)
    if not found:
        raise RuleViolation(
            "no_signed_paper",
            "请先拍下或扫描责任方签过字的纸质报损单，以「纸质签字」照片加到本单，再登记签字。",
            "Add a photo or scan of the signed paper form first, of the kind “signature”.",
        )
    [signature] = queries.live_on_paper(act.session, form.id)
    act.session.add_all(
        SignatureScan(signature_id=signature.id, photo_id=photo.id, sha256=photo.sha256)
        for photo in found
    )
    act.session.flush()
