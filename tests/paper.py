"""Papers as their signers get them: printed through their pages, read back, scanned."""

from __future__ import annotations

import re
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from tests.story import Story

Login = Callable[[str], FlaskClient]
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
"""What a sheet says does not hang on the database; who may see it is tried on both."""


def print_pdf(browser: FlaskClient, path: str) -> bytes:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    assert answer.content_type == "application/pdf"
    return bytes(answer.data)


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page without any white space."""
    document = pypdfium2.PdfDocument(pdf)
    found = [re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in document]
    document.close()
    return found


def scanned_codes(pdf: bytes) -> list[set[str]]:
    """What a scanner reads on each page, printed at the 203 dpi of a label printer."""
    document = pypdfium2.PdfDocument(pdf)
    pictures = [page.render(scale=203.2 / 72).to_pil() for page in document]
    document.close()
    return [{code.text for code in zxingcpp.read_barcodes(picture)} for picture in pictures]


def pages_are_numbered(pages: list[str], copies: int = 1) -> bool:
    each = len(pages) // copies
    return all(f"第{n % each + 1}页/共{each}页" in page for n, page in enumerate(pages))


def assert_says(page: str, *words: str) -> None:
    for word in words:
        assert word in page, (word, page)


def submit_form(story: Story, form: str) -> str:
    story.do("clerk", "loss_form", form, "submit")
    return form


def sign_off_form(story: Story, form: str) -> str:
    """Every step of a form, a strange supplier's signature on paper; return its number."""
    story.sign_off(form)
    return form
