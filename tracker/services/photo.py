"""Photos: added to a garment, a box or a gap, and removed again with a reason.

A photo comes in two steps, so that no transaction waits for a picture: ``keep`` makes it small and
brings it to the disk, ``add`` writes its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import Forbidden, RuleViolation, not_found
from tracker.domain.photo import (
    TAKERS,
    Kind,
    Limits,
    Removal,
    Subject,
    check_kind,
    is_proven,
    limits_of,
    photos_closed,
    removal,
)
from tracker.models.photo import Photo
from tracker.queries import loss_photo, policy
from tracker.queries import photo as queries
from tracker.queries import signed_paper as signed_papers
from tracker.services import approval, image, photo_files, signature_scan
from tracker.services.act import Act
from tracker.services.fields import Reason, reason_of

KEPT_AFTER_REMOVAL = timedelta(days=30)
YOUNG = timedelta(hours=24)


def limits(act: Act) -> Limits:
    """Return the limits in force today."""
    return limits_of(policy.in_force(act.session, shanghai_date(act.now)))


def keep(act: Act, folder: Path, subject: Subject, no: str, kind: Kind, raw: bytes) -> image.Shrunk:
    """Make a picture small and bring it to the disk, if it may be added to the record.

    Raises ``NotFound``, ``Forbidden``, ``InvalidInput`` (see ``image.shrink``), ``RuleViolation``
    ``not_sealed``, ``HangtagError`` ``no_space``. The row is yet to be written by ``add``.
    """
    row = queries.record(act.session, act.actor, subject, no)
    _check_taker(act, subject, kind, row)
    check_kind(subject, kind, row.status)
    shrunk = image.shrink(raw, limits(act))
    photo_files.store(folder, shrunk)
    return shrunk


def add(
    act: Act, subject: Subject, no: str, *, kind: Kind, shrunk: image.Shrunk
) -> tuple[Photo, bool]:
    """Add a kept picture to a record; return its photo and whether it is new (rule 2.28).

    The same content again is the photo that stands, whatever its kind; as the paper that a party
    signed it counts only since the party was asked, so then it is a photo of its own. Raises
    ``NotFound``, ``Forbidden``, ``InvalidInput`` ``wrong_kind``, ``RuleViolation`` ``not_sealed``,
    ``too_many_photos`` or ``photo_quota``.
    """
    row = queries.record(act.session, act.actor, subject, no, for_update=True)
    _check_taker(act, subject, kind, row)
    is_paper = (subject, kind) == (Subject.LOSS_FORM, Kind.SIGNATURE)
    standing = queries.same(act.session, subject, row.id, shrunk.sha256)
    if standing is not None and (not is_paper or signature_scan.counts(row, standing)):
        if is_paper:
            signature_scan.follow(act, row, standing)
        return standing, False
    check_kind(subject, kind, row.status)
    _check_room(act, subject, row, len(shrunk.content))
    photo = Photo(
        noun=subject.value,
        subject_id=row.id,
        kind=kind.value,
        sha256=shrunk.sha256,
        bytes=len(shrunk.content),
        width=shrunk.width,
        height=shrunk.height,
        taken_by_id=act.actor.account_id,
        site_id=act.actor.site_id,
        at=act.now,
    )
    act.session.add(photo)
    act.session.flush()
    if is_paper:
        signature_scan.follow(act, row, photo)
    return photo, True


def _check_taker(act: Act, subject: Subject, kind: Kind, row: Any) -> None:
    """Whoever stands in for a taker adds the paper that he records in his place."""
    actor = act.actor
    if (subject, kind) == (Subject.LOSS_FORM, Kind.SIGNATURE):
        actor = approval.lent_to_sign(act, row).actor
    if not actor.is_any(TAKERS):
        raise Forbidden(
            "wrong_role",
            "您的岗位只能查看照片，不能添加。请转给经手的同事。",
            "Your role may look at photos, not add them: ask a colleague who handles the goods.",
        )


def _check_room(act: Act, subject: Subject, row: Any, size: int) -> None:
    allowed = limits(act)
    if queries.count(act.session, subject, row.id) >= allowed.per_record:
        raise RuleViolation(
            "too_many_photos",
            "这张单上最多放 {most} 张照片，已经满了。请先删掉不需要的再添加。",
            "There are {most} photos already, and no more go here: remove one first.",
            most=allowed.per_record,
        )
    if queries.site_bytes(act.session, act.actor.site_id) + size > allowed.site_bytes:
        raise RuleViolation(
            "photo_quota",
            "本单位的照片空间（{megabytes} MB）已用完。请联系系统管理员。",
            "Your site’s room for photos ({megabytes} MB) is used up: tell the administrator.",
            megabytes=allowed.site_bytes // (1024 * 1024),
        )


def removal_of(act: Act, photo: Photo, allowed: Limits) -> Removal:
    """Return whether and how the actor may remove a photo now."""
    return removal(act.actor, photo.taken_by_id, photo.site_id, act.now - photo.at, allowed)


def remove(act: Act, no: str, *, reason: Reason | None = None) -> tuple[Subject, str]:
    """Take a photo away: its row stays, nobody is shown it any more. Return noun and number.

    Its author needs no reason while it is fresh. Raises ``NotFound``, ``Forbidden``
    ``photo_not_yours``, ``RuleViolation`` ``photo_signed`` or ``photos_closed``, ``InvalidInput``
    ``missing_field``.
    """
    photo, subject, row = queries.get(act.session, act.actor, no, for_update=True)
    if is_proven(subject, row.status):
        raise photos_closed()
    allowed = limits(act)
    may = removal_of(act, photo, allowed)
    if may is Removal.NEVER:
        raise Forbidden(
            "photo_not_yours",
            "照片由拍摄人在 {minutes} 分钟内删除；之后请拍摄店的店长或售后主管写明原因再删。",
            "Its author may remove it within {minutes} minutes; later the manager of the store "
            "that took it or the supervisor, with a reason.",
            minutes=int(allowed.author_may_remove.total_seconds()) // 60,
        )
    if signed_papers.is_evidence(act.session, photo.id):
        raise RuleViolation(
            "photo_signed",
            "这张照片是责任方纸质签字的凭据，不能删除。",
            "A signature on paper rests upon this photo: it stays.",
        )
    why = reason_of(reason or "") if may is Removal.WITH_REASON else (reason or "").strip() or None
    photo.removed_at = act.now
    photo.removed_by_id = act.actor.account_id
    photo.reason = why
    act.session.flush()
    return subject, str(row.no)


def content(act: Act, folder: Path, no: str, *, is_thumb: bool = False) -> tuple[bytes, str]:
    """Return a photo's JPEG bytes and their tag, if the actor may see its record.

    Raises ``NotFound``, also when the file was lost.
    """
    photo, _subject, _row = queries.get(act.session, act.actor, no)
    return _read(folder, photo, is_thumb)


def content_on_form(
    act: Act, folder: Path, form_no: str, photo_no: int, *, is_thumb: bool = False
) -> tuple[bytes, str]:
    """Return the JPEG bytes and the tag of a photo that stands on a loss form.

    Raises ``NotFound``, also when the file was lost.
    """
    photo = loss_photo.get(act.session, act.actor, form_no, photo_no)
    return _read(folder, photo, is_thumb)


def _read(folder: Path, photo: Photo, is_thumb: bool) -> tuple[bytes, str]:
    try:
        found = photo_files.read(folder, photo.sha256, is_thumb=is_thumb)
    except FileNotFoundError:
        raise not_found("照片", "photo", photo.id) from None
    return found, f"{photo.sha256[:32]}{'-thumb' if is_thumb else ''}"


def faults(session: Session, folder: Path) -> Iterator[str]:
    """Yield what is wrong: a photo without its record, without its files, or with other ones."""
    yield from queries.without_record(session)
    for photo_id, sha256, size in queries.contents(session):
        fault = photo_files.fault_of(folder, sha256, size)
        if fault is not None:
            yield f"photo {photo_id} {fault}"


def sweep(session: Session, folder: Path, now: datetime) -> int:
    """Delete files that no photo names for a day, and removed photos' after thirty days.

    Returns how many files went.
    """
    kept = queries.kept_contents(session, now - KEPT_AFTER_REMOVAL)
    return photo_files.sweep(folder, kept, now - YOUNG)
