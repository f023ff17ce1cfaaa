"""Repair tags as they are printed: who printed which when, so that a second one says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labels.face import Face
from labels.fonts import Fonts
from labels.label_print import Form as Printed
from labels.label_print import Wanted, labels_printed
from labels.repair_tag import RepairTag, repair_tag_face
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Defect, Position, Source
from tracker.domain.errors import InvalidInput, not_found
from tracker.domain.label import Form, Setting
from tracker.domain.number import FIRST_RESERVED
from tracker.models.label import LabelPrint
from tracker.models.registration import Registration
from tracker.queries import label as queries
from tracker.queries import registration as registrations
from tracker.services import once
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper, product_name

MEDIA = {
    Form.PDF: PDF,
    Form.SHEET: PDF,
    Form.ZPL: "application/x-zpl",
    Form.PNG: "image/png",
    Form.SVG: "image/svg+xml",
}
_FORMS: dict[Form, Printed] = {
    Form.PDF: "pdf",
    Form.SHEET: "sheet",
    Form.ZPL: "zpl",
    Form.PNG: "png",
    Form.SVG: "svg",
}
MOST = 200
"""As many garments as one print takes."""


def preview(
    act: Act, piece_no: str, setting: Setting, fonts: Fonts, print_id: str | None = None
) -> Paper:
    """Return the repair tag of a piece (rule 1.11) and record nothing.

    It looks as the next print would, or as it came out in the print that ``print_id`` names.
    Raises ``NotFound``.
    """
    piece = registrations.piece_by_no(act.session, piece_no)
    last = registrations.last_of_piece(act.session, piece.id) if piece else None
    if last is None or not registrations.sees(act.session, act.actor, last):
        raise not_found("件号", "piece", piece_no)
    if print_id is not None:
        return in_print(act, print_id, setting, fonts, piece_no=piece_no)
    face = _face(last, setting, is_reprint=last.piece_id in _printed(act, [last]))
    return printed(piece_no, "返修标签", [face], setting, fonts)


def record(act: Act, print_id: str, nos: Sequence[str], setting: Setting) -> list[LabelPrint]:
    """Record that the tags of registrations are printed, once for ``print_id``; return its rows.

    The first tag of a piece is plain, every later print is a reprint; so is one of a piece that got
    its number from a pre-printed roll. Raises ``NotFound``, ``InvalidInput`` ``one_picture`` or
    ``too_many_labels``.
    """
    key = once.key(print_id, "action_id")
    before = queries.of_print(act.session, key)
    if before:
        if before[0].by_id != act.actor.account_id:
            raise not_found("打印", "print", key)
        return list(before)
    wanted = list(dict.fromkeys(nos))
    _check_count(len(wanted), setting)
    rows = [registrations.get(act.session, act.actor, no) for no in wanted]
    queries.locked_pieces(act.session, [row.piece_id for row in rows])
    known = _printed(act, rows)
    made = [
        LabelPrint(
            print_id=key,
            registration_id=row.id,
            piece_id=row.piece_id,
            at=act.now,
            by_id=act.actor.account_id,
            site_id=act.actor.site_id,
            copies=setting.copies,
            is_reprint=row.piece_id in known,
        )
        for row in rows
    ]
    act.session.add_all(made)
    act.session.flush()
    return made


def _check_count(count: int, setting: Setting) -> None:
    if not 1 <= count <= MOST:
        raise InvalidInput(
            "too_many_labels",
            "一次请选 1 至 {most} 件。",
            "Choose 1 to {most} garments at once.",
            "nos",
            most=MOST,
        )
    if count > 1 and setting.form.is_of_one:
        raise _one_picture()


def _one_picture() -> InvalidInput:
    return InvalidInput(
        "one_picture",
        "图片一次只能打印一张标签。请选 PDF 或 ZPL，或逐件打印。",
        "A picture shows one label: choose PDF or ZPL, or print one by one.",
        "form",
    )


def _printed(act: Act, rows: Sequence[Registration]) -> frozenset[int]:
    """Return the pieces that carry a tag already: a printed one, or one of a roll."""
    pieces = [row.piece_id for row in rows]
    of_rolls = {piece_id for piece_id in pieces if piece_id >= FIRST_RESERVED}
    return queries.printed_before(act.session, pieces) | of_rolls


def in_print(
    act: Act, print_id: str, setting: Setting, fonts: Fonts, *, piece_no: str | None = None
) -> Paper:
    """Return what one print printed, as often as it is asked for, or one piece's tag of it.

    The copies are those of the print. Raises ``NotFound`` for an unknown print and for one with a
    garment that the actor may not see.
    """
    rows = queries.of_print(act.session, print_id)
    if piece_no is not None:
        rows = [row for row in rows if row.registration.piece.piece_no == piece_no]
    sees = (registrations.sees(act.session, act.actor, row.registration) for row in rows)
    if not rows or not all(sees):
        raise not_found("打印", "print", print_id)
    faces = [_face(row.registration, setting, is_reprint=row.is_reprint) for row in rows]
    name = rows[0].registration.piece.piece_no if len(rows) == 1 else "labels"
    return printed(name, "返修标签", faces, replace(setting, copies=rows[0].copies), fonts)


def printed(name: str, title: str, faces: Sequence[Face], setting: Setting, fonts: Fonts) -> Paper:
    """Return labels in the form that was chosen. Raises ``InvalidInput`` ``one_picture``."""
    if len(faces) > 1 and setting.form.is_of_one:
        raise _one_picture()
    wanted = Wanted(_FORMS[setting.form], int(setting.dpi), setting.copies, setting.start)
    ending = "pdf" if setting.form is Form.SHEET else setting.form.value
    content = labels_printed(faces, fonts, wanted, title)
    return Paper(f"{name}.{ending}", MEDIA[setting.form], content)


def _face(row: Registration, setting: Setting, *, is_reprint: bool) -> Face:
    sku = row.piece.sku
    tag = RepairTag(
        piece_no=row.piece.piece_no,
        registration_no=row.no,
        style_no=sku.style.style_no,
        style_name=product_name(sku),
        colour=sku.colour,
        size=sku.size,
        defect=Defect(row.defect).zh,
        position=Position(row.position).zh,
        store=f"{row.site.code} {row.site.name}",
        registered_on=shanghai_date(row.registered_at),
        source=Source(row.source).zh,
        customer_hint="顾客" if row.source == Source.CUSTOMER else "",
        is_reprint=is_reprint,
    )
    return repair_tag_face(tag, setting.size.mm)
