"""Every label and paper with a code, in every form and at both resolutions, read by a scanner.

What comes out is made dots as the printer makes them: PDF by poppler, PNG as it is, SVG from its
bars, ZPL by a renderer of the printer's language. ``docs/labels.md`` shows the table.
"""

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zplkit
import zxingcpp
from PIL import Image, ImageChops, ImageDraw
from zplkit.rendering import Limits

from labels.carton_label import carton_face
from labels.customer_slip import customer_slip_pdf
from labels.face import DOTS_PER_INCH, Bars, Face, symbol
from labels.fonts import Fonts
from labels.label_print import Form, Wanted, labels_printed
from labels.packing_list import packing_list_pdf
from labels.registration_form import registration_form_pdf
from labels.repair_tag import SIZES, BlankTag, blank_tag_face, repair_tag_face
from tests.labels.test_carton_label import LABEL
from tests.labels.test_customer_slip import SLIP
from tests.labels.test_forms import REGISTRATION, packing
from tests.labels.test_repair_tag import TAG

PIECE, RESERVED = "P00000012K", "P99999999R"
SLIPPED = replace(TAG, piece_no=PIECE, registration_no="DJ00000123F")
LARGE, SMALL = SIZES
FACES: dict[str, tuple[Face, str]] = {
    "返修标签 60×40": (repair_tag_face(SLIPPED, LARGE), PIECE),
    "返修标签 40×30": (repair_tag_face(SLIPPED, SMALL), PIECE),
    "空白返修标签 60×40": (blank_tag_face(BlankTag(RESERVED, "S001", "1"), LARGE), RESERVED),
    "空白返修标签 40×30": (blank_tag_face(BlankTag(RESERVED, "S001", "1"), SMALL), RESERVED),
    "箱标 100×75": (carton_face(LABEL), LABEL.code),
}
BOX = packing(3)
PAPERS: dict[str, tuple[Callable[[Fonts], bytes], str]] = {
    "登记单 A4": (
        lambda fonts: registration_form_pdf(REGISTRATION, fonts),
        REGISTRATION.head.number,
    ),
    "装箱单 A4": (lambda fonts: packing_list_pdf(BOX, fonts), BOX.head.number),
    "顾客取件凭证 A5": (lambda fonts: customer_slip_pdf(SLIP, fonts), SLIP.piece_no),
}
FIRST_LABEL_MM = 110
"""The first label of a sheet lies within so much of its corner."""
RESOLUTIONS = tuple(DOTS_PER_INCH)
FORMS: tuple[Form, ...] = ("pdf", "sheet", "png", "svg", "zpl")
DOCUMENT = Path(__file__).parents[2] / "docs" / "labels.md"


def from_pdf(pdf: bytes, dpi: float, folder: Path, corner: float = 0) -> Image.Image:
    """Render the page as the printer's driver does, with poppler; only a `corner` of so many mm."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler's pdftoppm is not installed")
    source = folder / "print.pdf"
    source.write_bytes(pdf)
    side = str(round(corner / 25.4 * dpi))
    cut = ["-x", "0", "-y", "0", "-W", side, "-H", side] if corner else []
    command = ["pdftoppm", "-r", str(dpi), *cut, "-gray", "-png", source, folder / "page"]
    subprocess.run(command, check=True)
    return _opened(max(folder.glob("page-*.png")).read_bytes())


def _opened(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        picture.load()
        return picture.convert("L")


def from_svg(svg: bytes) -> Image.Image:
    """Set the bars of a drawing whose unit is one dot, and nothing else of it."""
    width, height = re.search(rb'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', svg).groups()  # type: ignore[union-attr]
    picture = Image.new("L", (round(float(width)), round(float(height))), 255)
    pen = ImageDraw.Draw(picture)
    [path] = re.findall(rb'<path shape-rendering="crispEdges" d="([^"]+)"/>', svg)
    for bar in re.findall(rb"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path):
        x, y, w, h = map(int, bar)
        pen.rectangle((x, y, x + w - 1, y + h - 1), fill=0)
    return picture


def from_zpl(zpl: bytes, dpi: int) -> list[Image.Image]:
    """Render every label of a job; ``^PQ``, how often, is no concern of the picture's."""
    options = zplkit.Options(profile="specification", dpi=dpi)
    drawn = zplkit.render(
        re.sub(rb"\^PQ\d+", b"", zpl), options, limits=Limits(graphic_bytes=200_000)
    )
    assert drawn.warnings == []
    rasters = [label.rasterize() for label in drawn.labels]
    return [Image.frombytes("L", (one.width, one.height), one.pixels) for one in rasters]


def read_codes(picture: Image.Image) -> set[tuple[str, str]]:
    return {(str(code.format), code.text) for code in zxingcpp.read_barcodes(picture)}


def bars_of_row(picture: Image.Image, face: Face, dpi: int) -> list[int]:
    """The dots of a line through the bars, as the printer sets them."""
    [bars] = [item for item in face.items if isinstance(item, Bars)]
    middle = round((bars.top + bars.height / 2) * DOTS_PER_INCH[dpi] / 25.4)
    return [int(picture.getpixel((x, middle))) for x in range(picture.width)]  # type: ignore[arg-type]


def bars_expected(picture: Image.Image, face: Face, dpi: int) -> list[int]:
    """The same dots worked out from the modules: each bar begins and ends on a whole dot."""
    [bars] = [item for item in face.items if isinstance(item, Bars)]
    drawn = symbol(face, bars, dpi)
    row = [255] * picture.width
    for index, module in enumerate(drawn.modules):
        if module == "1":
            start = drawn.left + index * drawn.dots
            row[start : start + drawn.dots] = [0] * drawn.dots
    return row


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", FACES)
def test_a_label_reads_back_and_its_bars_are_whole_dots(
    kind: str, form: Form, dpi: int, print_fonts: Fonts, tmp_path: Path
) -> None:
    face, code = FACES[kind]
    made = labels_printed([face], print_fonts, Wanted(form, dpi), kind)
    if form == "pdf":
        picture = from_pdf(made, DOTS_PER_INCH[dpi], tmp_path)
        assert bars_of_row(picture, face, dpi) == bars_expected(picture, face, dpi)
    elif form == "sheet":
        picture = from_pdf(made, DOTS_PER_INCH[dpi], tmp_path, FIRST_LABEL_MM)
    elif form == "png":
        picture = _opened(made)
    elif form == "svg":
        picture = from_svg(made)
    else:
        [picture] = from_zpl(made, dpi)
    assert read_codes(picture) == {("Code 128", code)}


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_reads_back(kind: str, dpi: int, print_fonts: Fonts, tmp_path: Path) -> None:
    draw, code = PAPERS[kind]
    picture = from_pdf(draw(print_fonts), DOTS_PER_INCH[dpi], tmp_path)
    assert read_codes(picture) == {("Code 128", code)}


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("kind", FACES)
def test_the_printers_own_code_and_our_picture_are_the_same_dots(
    kind: str, dpi: int, print_fonts: Fonts
) -> None:
    face, _code = FACES[kind]
    ours = _opened(labels_printed([face], print_fonts, Wanted("png", dpi), kind))
    [theirs] = from_zpl(labels_printed([face], print_fonts, Wanted("zpl", dpi), kind), dpi)
    assert ours.size == theirs.size
    assert ImageChops.difference(ours, theirs).getbbox() is None


def _dots(face: Face, dpi: int) -> str:
    [bars] = [item for item in face.items if isinstance(item, Bars)]
    dots = symbol(face, bars, dpi).dots
    return f"{dots} 点 = {dots / DOTS_PER_INCH[dpi] * 25.4:.3f} mm"


def test_the_table_of_the_document_is_this_one() -> None:
    ticks = " | ".join("✓" for _ in FORMS)
    rows = [
        f"| {kind} | `{code}` | {dpi} | {_dots(face, dpi)} | {ticks} |"
        for kind, (face, code) in FACES.items()
        for dpi in RESOLUTIONS
    ]
    told = DOCUMENT.read_text(encoding="utf-8")
    assert [row for row in rows if row not in told] == []
    assert [kind for kind in PAPERS if f"| {kind} |" not in told] == []
