"""From laid out labels to what a printer takes, in the form that was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from labels.face import Face
from labels.face_pdf import faces_pdf, sheets_pdf
from labels.face_picture import face_png, face_svg
from labels.face_zpl import faces_zpl
from labels.fonts import Fonts

Form = Literal["pdf", "sheet", "zpl", "png", "svg"]


@dataclass(frozen=True)
class Wanted:
    """How labels are printed: the form, the printer's dots an inch and the copies of each.

    `start` is the first free place of the first sheet.
    """

    form: Form = "pdf"
    dpi: int = 203
    copies: int = 1
    start: int = 1


def labels_printed(faces: Sequence[Face], fonts: Fonts, wanted: Wanted, title: str) -> bytes:
    """Return the labels in the form that was chosen, the copies of each beside each other.

    A picture or a drawing is of one label, whatever the copies. Raises `ValueError` when there is
    no label, more than one for a picture, a place that no sheet has or a code that is too long.
    """
    if wanted.form in ("png", "svg"):
        if len(faces) != 1:
            raise ValueError(f"a picture shows one label, not {len(faces)}")
        draw = face_png if wanted.form == "png" else face_svg
        return draw(faces[0], fonts, wanted.dpi)
    if wanted.form == "zpl":
        return faces_zpl(faces, fonts, wanted.dpi, copies=wanted.copies)
    every = [face for face in faces for _copy in range(wanted.copies)]
    if wanted.form == "sheet":
        return sheets_pdf(every, fonts, wanted.dpi, title, start=wanted.start)
    return faces_pdf(every, fonts, wanted.dpi, title)
