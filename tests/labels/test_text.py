"""What people typed prints literally, whatever it is (reliability, section 3)."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.styles import ParagraphStyle

from labels.fonts import Fonts, FontUnusable, register
from labels.pen import open_canvas
from labels.text import BOX, CAP, clean, fitted, line, paragraph, text_width, visible

Reader = Callable[[bytes], list[str]]


def _style(fonts: Fonts, word_wrap: str | None = "CJK") -> ParagraphStyle:
    return ParagraphStyle("remark", fontName=fonts.regular, fontSize=8, wordWrap=word_wrap)


def _printed(text: str, fonts: Fonts) -> bytes:
    buffer = io.BytesIO()
    canvas = open_canvas(buffer, (210, 297), fonts, "", "", True)
    body = paragraph(text, _style(fonts))
    body.wrapOn(canvas, 500, 10_000)
    body.drawOn(canvas, 20, 100)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize(
    "typed",
    [
        "size<M",
        "<b>abc",
        "abc</b>",
        "&x;&amp;",
        '<img src="/etc/passwd" width=10 height=10/>',
        '<a href="javascript:alert(1)">x</a>',
        "<onDraw name=evil/>",
        '<font color="__import__(1)">x</font>',
        "{{7*7}}{0.__class__}",
        "顾客称“左袖”开线，约３厘米；鋆、彧、犇、䶮",
    ],
)
def test_mark_up_prints_literally(typed: str, print_fonts: Fonts, page_texts: Reader) -> None:
    assert page_texts(_printed(typed, print_fonts)) == [re.sub(r"\s+", "", typed)]


def test_a_picture_on_the_server_never_enters_a_remark(tmp_path: Path, print_fonts: Fonts) -> None:
    picture = tmp_path / "secret.png"
    Image.new("RGB", (4, 4), "red").save(picture)
    pdf = _printed(f'<img src="{picture}" width="10" height="10"/>', print_fonts)
    assert b"/Subtype /Image" not in pdf


def test_an_endless_remark_is_cut_where_everybody_sees_it(
    print_fonts: Fonts, page_texts: Reader
) -> None:
    assert page_texts(_printed("很" * 50_000, print_fonts)) == ["很" * (CAP - 1) + "…"]


def test_an_endless_word_may_break(print_fonts: Fonts) -> None:
    body = paragraph("x" * 150, _style(print_fonts, None))
    assert [word for fragment in body.frags for word in fragment.text.split()] == [
        "x" * 60,
        "x" * 60,
        "x" * 30,
    ]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\x00b\x1dc", "abc"),
        ("半个\ud83d表情", "半个表情"),
        ("一行\r\n二行\t三", "一行 二行 三"),
        ("\u202eevil\u200b", "evil"),
        ("  两  端  ", "两 端"),
    ],
)
def test_controls_and_broken_characters_are_dropped(typed: str, shown: str) -> None:
    assert clean(typed) == shown


def test_a_line_is_cut_with_an_ellipsis() -> None:
    assert (line("一二三四五", 5), line("一二三四五六", 5)) == ("一二三四五", "一二三四…")


def test_a_character_without_a_glyph_shows_as_a_box(print_fonts: Fonts) -> None:
    assert visible("𠮷☑䶮a", print_fonts.regular) == f"{BOX}{BOX}䶮a"


def test_a_fitted_text_keeps_within_its_width(print_fonts: Fonts) -> None:
    shown = fitted("男装休闲夹克防风防泼水", print_fonts.regular, 8, 40)
    assert shown == "男装休闲…"
    assert text_width(shown, print_fonts.regular, 8) <= 40


def test_registering_the_fonts_again_gives_the_same_names(print_fonts: Fonts) -> None:
    folder = Path(__file__).parents[2] / "static" / "vendor" / "fonts"
    again = register(folder / "NotoSansSC-Regular.ttf", folder / "NotoSansSC-Bold.ttf")
    assert again == print_fonts


def test_a_missing_font_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        FontUnusable, match=r"打印字体文件不存在：.*none\.ttf，请先运行 make install。"
    ):
        register(tmp_path / "none.ttf", tmp_path / "none.ttf")


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fake.ttf").write_bytes(b"not a font at all")
    with pytest.raises(FontUnusable, match=r"打印字体无法使用：.*fake\.ttf"):
        register(tmp_path / "fake.ttf", tmp_path / "fake.ttf")
