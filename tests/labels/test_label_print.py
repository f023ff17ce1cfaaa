"""Labels as a printer takes them: sheets, copies, and words that are never commands."""

import re
from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zplkit.parse import parse

from labels.carton_label import carton_face
from labels.face_pdf import on_sheet
from labels.fonts import Fonts
from labels.label_print import Form, Wanted, labels_printed
from labels.repair_tag import SIZES, repair_tag_face
from tests.labels.test_carton_label import LABEL
from tests.labels.test_repair_tag import TAG

PIECE = replace(TAG, piece_no="P00000012K")
JOB = "XA PW LL LH FO BY BC FH FD FS FO GF FS PQ XZ"
"""What one label is made of: the size, the code, the picture and how often."""


def commands_of(zpl: bytes) -> list[str]:
    """The commands that a printer finds in a job."""
    return re.findall(r"[\^~]([A-Z0-9]{2})", zpl.decode("ascii"))


# --- sheets and copies


@pytest.mark.parametrize(
    ("size", "across", "down"), [(SIZES[0], 3, 7), (SIZES[1], 5, 9), ((100.0, 75.0), 2, 3)]
)
def test_a_sheet_of_a4_has_so_many_places(
    size: tuple[float, float], across: int, down: int
) -> None:
    face = replace(repair_tag_face(PIECE), width=size[0], height=size[1])
    assert on_sheet(face) == (across, down)


@pytest.mark.parametrize(
    ("start", "copies", "pages"), [(1, 21, 1), (1, 22, 2), (21, 1, 1), (21, 2, 2), (5, 17, 1)]
)
def test_a_sheet_begins_at_its_first_free_place(
    start: int, copies: int, pages: int, print_fonts: Fonts
) -> None:
    wanted = Wanted("sheet", 203, copies, start)
    pdf = labels_printed([repair_tag_face(PIECE)], print_fonts, wanted, "返修标签")
    document = pypdfium2.PdfDocument(pdf)
    sizes = [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document]
    document.close()
    assert sizes == [(210, 297)] * pages


def test_the_first_label_of_a_sheet_lies_on_the_place_that_was_named(print_fonts: Fonts) -> None:
    wanted = Wanted("sheet", 203, 1, 5)
    pdf = labels_printed([repair_tag_face(PIECE)], print_fonts, wanted, "返修标签")
    [page] = pypdfium2.PdfDocument(pdf)
    picture = page.render(scale=1).to_pil().convert("L").point(lambda shade: 255 - shade)
    left, top, right, bottom = (side / 72 * 25.4 for side in picture.getbbox())
    assert (left >= 15 + 60, right <= 15 + 120) == (True, True)
    assert (top >= 8.5 + 40, bottom <= 8.5 + 80) == (True, True)


def test_copies_of_a_label_follow_each_other(
    print_fonts: Fonts, page_texts: Callable[[bytes], list[str]]
) -> None:
    faces = [repair_tag_face(replace(PIECE, piece_no=f"P0000001{n}")) for n in (1, 2)]
    pages = page_texts(labels_printed(faces, print_fonts, Wanted("pdf", 203, 2), ""))
    assert [page[:9] for page in pages] == ["P00000011"] * 2 + ["P00000012"] * 2
    zpl = labels_printed(faces, print_fonts, Wanted("zpl", 203, 2), "")
    assert re.findall(rb"\^PQ(\d+)", zpl) == [b"2", b"2"]


@pytest.mark.parametrize("form", ["png", "svg"])
def test_a_picture_shows_one_label(form: Form, print_fonts: Fonts) -> None:
    face = repair_tag_face(PIECE)
    with pytest.raises(ValueError, match="one label, not 2"):
        labels_printed([face, face], print_fonts, Wanted(form), "")


@pytest.mark.parametrize("start", [0, 22])
def test_a_place_that_no_sheet_has_is_refused(start: int, print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="the places 1 to 21"):
        labels_printed([repair_tag_face(PIECE)], print_fonts, Wanted("sheet", 203, 1, start), "")


@pytest.mark.parametrize("form", ["pdf", "sheet", "zpl", "png", "svg"])
def test_a_resolution_that_no_printer_has_is_refused(form: Form, print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="203 or 300"):
        labels_printed([repair_tag_face(PIECE)], print_fonts, Wanted(form, 600), "")


# --- words are never commands


@pytest.mark.parametrize(
    "hostile",
    ["^XA^FO0,0^XZ", "~JR", "^FS^XZ~JA", "\x1b\x02^XA", "_5E_7E", "^GFA", "男~装^夹\x00克"],
)
def test_no_word_becomes_a_command_of_the_printer(hostile: str, print_fonts: Fonts) -> None:
    tag = replace(PIECE, style_name=hostile, defect=hostile, store=hostile, customer_hint=hostile)
    carton = replace(LABEL, sender=hostile, receiver=hostile, seal_no=hostile, mark=hostile)
    for face in (repair_tag_face(tag), carton_face(carton)):
        zpl = labels_printed([face], print_fonts, Wanted("zpl"), "")
        assert commands_of(zpl) == JOB.split()
        assert zpl.isascii()


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=30))
def test_whatever_was_typed_a_job_holds_our_commands_alone(text: str, print_fonts: Fonts) -> None:
    tag = replace(PIECE, style_name=text, colour=text, store=text)
    zpl = labels_printed([repair_tag_face(tag, SIZES[1])], print_fonts, Wanted("zpl"), "")
    kinds = {element.kind for element in parse(zpl).elements}
    assert set(commands_of(zpl)) == set(JOB.split())
    assert kinds == {"format_command"}


@pytest.mark.parametrize("code", ["P1^XZ", "P1~JR", "P1>8", "P1_5E", "P1\\&", "款号", "P\x001"])
def test_a_code_that_could_be_a_command_is_refused(code: str, print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match=r"holds letters|printable ASCII"):
        labels_printed(
            [repair_tag_face(replace(PIECE, piece_no=code))], print_fonts, Wanted("zpl"), ""
        )


def test_a_sign_in_a_code_stands_escaped(print_fonts: Fonts) -> None:
    face = carton_face(replace(LABEL, code="A b/1.2"))
    zpl = labels_printed([face], print_fonts, Wanted("zpl"), "")
    assert b"^FH_^FDA_20_62_2F1_2E2^FS" in zpl


def test_typed_words_are_text_in_a_drawing(print_fonts: Fonts) -> None:
    tag = replace(PIECE, style_name='</text><script>alert("x")</script>&')
    svg = labels_printed([repair_tag_face(tag)], print_fonts, Wanted("svg"), "").decode()
    assert "<script" not in svg
    assert '&lt;/text&gt;&lt;script&gt;alert("x")&lt;/script&gt;&amp;' in svg
