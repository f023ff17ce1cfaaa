"""The one way in which text that people typed reaches a PDF.

Everything that reportlab would parse, embed or choke on is dealt with here: control characters,
lone surrogates, mark-up, endless words, endless remarks and characters the font does not have.
`Paragraph(` appears nowhere else in the project.
"""

import re
import unicodedata
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

CAP = 2_000
LONGEST_RUN = 60
BOX = "□"
ELLIPSIS = "…"

_RUN = re.compile(rf"(\S{{{LONGEST_RUN}}})(?=\S)")
_BREAKS = dict.fromkeys(map(ord, "\t\n\v\f\r\x85"), " ")
_DROPPED = frozenset({"Cc", "Cf", "Cs"})


def clean(text: str) -> str:
    """Return `text` on one line: no control, format or surrogate characters, single spaces."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    spaced = text.translate(_BREAKS)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED)
    return " ".join(kept.split())


def visible(text: str, font_name: str) -> str:
    """Return `text` with every character that the registered font lacks shown as a box."""
    font = pdfmetrics.getFont(font_name)
    if not isinstance(font, TTFont):
        raise TypeError(f"{font_name} is not an embedded TrueType font")
    glyphs = font.face.charToGlyph
    return "".join(c if ord(c) in glyphs else BOX for c in text)


def line(text: str, limit: int) -> str:
    """Return `text` cleaned and cut to `limit` characters, the cut shown by an ellipsis.

    For strings that go to the canvas as they are, where nothing is parsed.
    """
    cleaned = clean(text[: limit * 4 + CAP])
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + ELLIPSIS


def fitted(text: str, font_name: str, size: float, width: float) -> str:
    """Return `text` as a visible single line, cut to `width` points at `size` points."""
    shown = visible(line(text, CAP), font_name)
    if text_width(shown, font_name, size) <= width:
        return shown
    room = width - text_width(ELLIPSIS, font_name, size)
    kept = 0
    for character in shown:
        room -= text_width(character, font_name, size)
        if room < 0:
            break
        kept += 1
    return shown[:kept] + ELLIPSIS


def text_width(text: str, font_name: str, size: float) -> float:
    """Return the width of `text` in points."""
    return float(pdfmetrics.stringWidth(text, font_name, size))


def paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """Return `text` as a paragraph that prints literally whatever was typed.

    Capped at 2,000 characters; runs of more than 60 characters without a space may break, which
    the CJK wrapping of a style does by itself; `<`, `>` and `&` are printed, never obeyed.
    """
    shown = visible(line(text, CAP), style.fontName)
    if style.wordWrap != "CJK":
        shown = _RUN.sub(r"\1 ", shown)
    return Paragraph(escape(shown), style)
