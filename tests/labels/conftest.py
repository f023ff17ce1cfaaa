"""What the tests of the print shop share: fonts, texts of pages and the codes on them."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from labels.fonts import Fonts, register

FONT_FOLDER = Path(__file__).parents[2] / "static" / "vendor" / "fonts"


@pytest.fixture(scope="session")
def print_fonts() -> Fonts:
    regular = FONT_FOLDER / "NotoSansSC-Regular.ttf"
    bold = FONT_FOLDER / "NotoSansSC-Bold.ttf"
    if not (regular.is_file() and bold.is_file()):
        pytest.fail("The print fonts are not in static/vendor/fonts: `make install` brings them.")
    return register(regular, bold)


@pytest.fixture(scope="session")
def page_texts() -> Callable[[bytes], list[str]]:
    """The text of each page without any white space."""

    def read(pdf: bytes) -> list[str]:
        document = pypdfium2.PdfDocument(pdf)
        texts = []
        for page in document:
            text_page = page.get_textpage()
            texts.append(re.sub(r"\s+", "", text_page.get_text_range()))
            text_page.close()
            page.close()
        document.close()
        return texts

    return read


@pytest.fixture
def page_codes(tmp_path: Path) -> Callable[[bytes], list[list[tuple[str, str]]]]:
    """What a scanner reads on each page, printed at the 203 dpi of a label printer."""

    def read(pdf: bytes) -> list[list[tuple[str, str]]]:
        return [
            sorted({(str(code.format), code.text) for code in zxingcpp.read_barcodes(picture)})
            for picture in _pictures(pdf, tmp_path)
        ]

    return read


def _pictures(pdf: bytes, folder: Path) -> list[Image.Image]:
    if shutil.which("pdftoppm") is None:
        document = pypdfium2.PdfDocument(pdf)
        return [page.render(scale=300 / 72).to_pil() for page in document]
    source = folder / "print.pdf"
    source.write_bytes(pdf)
    for old in folder.glob("page-*.png"):
        old.unlink()
    command = ["pdftoppm", "-r", "203.2", "-gray", "-png", str(source), str(folder / "page")]
    subprocess.run(command, check=True)
    return [
        Image.open(io.BytesIO(path.read_bytes()), formats=["PNG"])
        for path in sorted(folder.glob("page-*.png"))
    ]


@pytest.fixture(scope="session")
def font_names() -> Callable[[bytes], set[str]]:
    """The names of the fonts a PDF refers to, without their subset prefix."""

    def read(pdf: bytes) -> set[str]:
        names = re.findall(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([A-Za-z0-9-]+)", pdf)
        return {name.decode() for name in names}

    return read
