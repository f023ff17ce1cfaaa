"""The paper that a party signed: photographed, added to the form, and bound to the signature."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.errors import RuleViolation
from tracker.domain.loss import Status
from tracker.domain.photo import Kind, Subject
from tracker.models.loss import LossForm
from tracker.models.photo import Photo
from tracker.models.signed_paper import SignatureScan
from tracker.queries import photo as photos
from tracker.queries import signed_paper as queries
from tracker.services.act import Act

AFTER_SIGNING = frozenset({Status.SIGNED, Status.CONFIRMED, Status.APPROVED})


def bind(act: Act, form: LossForm) -> None:
    """Bind to the signature on paper the photos of it that were added since the party was asked.

    Who records at a browser what somebody signed elsewhere shows it (journey: who signs); after a
    program the photo may follow. Raises ``RuleViolation`` ``no_signed_paper``.
    """
    found: list[Photo] = []
    if form.asked_at is not None:
        kind, subject = Kind.SIGNATURE, Subject.LOSS_FORM
        found += photos.of_kind(act.session, subject, form.id, kind, form.asked_at)
    if not found and act.actor.is_by_cookie:
        raise RuleViolation(
            "no_signed_paper",
            "请先拍下或扫描责任方签过字的纸质报损单，以「纸质签字」照片加到本单，再登记签字。",
            "Add a photo or scan of the signed paper form first, of the kind “signature”.",
        )
    _rest_upon(act, form, found)


def follow(act: Act, form: LossForm, photo: Photo) -> None:
    """Bind a photo that came after the signature on paper that it shows."""
    if form.status in AFTER_SIGNING:
        _rest_upon(act, form, [photo])


def _rest_upon(act: Act, form: LossForm, found: Sequence[Photo]) -> None:
    for signature in queries.live_on_paper(act.session, form.id):
        act.session.add_all(
            SignatureScan(signature_id=signature.id, photo_id=photo.id, sha256=photo.sha256)
            for photo in found
        )
    act.session.flush()
