"""The paper that a party signed: photographed, added to the form, and bound to the signature."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.account import Role
from tracker.domain.errors import RuleViolation
from tracker.domain.loss import Status
from tracker.domain.photo import Kind, Subject
from tracker.models.loss import LossForm
from tracker.models.photo import Photo
from tracker.models.signed_paper import SignatureScan
from tracker.queries import photo as photos
from tracker.queries import signed_paper as queries
from tracker.services import approval
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


def counts(form: LossForm, photo: Photo) -> bool:
    """Return whether a photo shows the paper that the party was asked to sign last."""
    is_old = form.asked_at is not None and photo.at < form.asked_at
    return photo.kind == Kind.SIGNATURE and not is_old


def follow(act: Act, form: LossForm, photo: Photo) -> None:
    """Bind a photo that came after the signature on paper that it shows.

    Whoever recorded the signature adds it, or who could have: any other photo is bound to nothing.
    """
    if form.status not in AFTER_SIGNING:
        return
    bound = {scan.photo_id for scan in queries.scans(act.session, form.id)}
    recorders = {one.by_id for one in queries.live_on_paper(act.session, form.id)}
    is_recorder = Role.BUSINESS in approval.lent_to_sign(act, form).actor.roles
    if photo.id not in bound and (is_recorder or act.actor.account_id in recorders):
        _rest_upon(act, form, [photo])


def _rest_upon(act: Act, form: LossForm, found: Sequence[Photo]) -> None:
    for signature in queries.live_on_paper(act.session, form.id):
        act.session.add_all(
            SignatureScan(signature_id=signature.id, photo_id=photo.id, sha256=photo.sha256)
            for photo in found
        )
    act.session.flush()
