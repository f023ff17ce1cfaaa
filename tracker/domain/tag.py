"""What a scanner typed, read as a tag: normalised first, then classified.

Understands EAN-13, style-colour-size with separators and our own piece numbers; anything else that
could be printed on a tag is ``unknown``. Never raises anything but InvalidInput, whatever comes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tracker.domain import number
from tracker.domain.errors import InvalidInput
from tracker.domain.named import NamedEnum

MAX_CHARACTERS = 128

_LINE_ENDS = "\r\n\t"
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_AIM_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_URL = re.compile(r"https?://", re.IGNORECASE)
_EAN13 = re.compile(r"[0-9]{13}")
_EAN13_AS_PRINTED = re.compile(r"[0-9] [0-9]{6} [0-9]{6}")
_STYLE_COLOUR_SIZE = re.compile(
    r"(?P<style>(?=[A-Z]*[0-9])[0-9A-Z]{5,20}) ?[-_ ] ?"
    r"(?P<colour>[0-9A-Z]{1,10}) ?[-_ ] ?"
    r"(?P<size>[0-9A-Z]{1,6}(?:[/.][0-9A-Z]{1,6})?)"
    r"(?: ?[-_ ] ?(?P<serial>[0-9]{4,16}))?"
)


class Kind(NamedEnum):
    """What a code on a tag is."""

    EAN13 = "ean13", "EAN-13 商品条码", "EAN-13 barcode"
    STYLE_COLOUR_SIZE = "style_colour_size", "款色码", "style, colour and size"
    PIECE = "piece", "件号", "piece number"
    UNKNOWN = "unknown", "未知条码", "unknown code"


@dataclass(frozen=True)
class Tag:
    """A tag that was read. ``code`` is its normal form: parsing it again gives the same tag."""

    kind: Kind
    code: str
    gtin14: str | None = None
    serial: str | None = None
    style_no: str | None = None
    colour: str | None = None
    size: str | None = None
    piece_no: str | None = None


def parse(raw: str) -> Tag:
    """Return the tag that a scanner or a person typed.

    Raises InvalidInput on field ``code``: ``too_long``, ``empty``, ``not_a_tag`` or
    ``bad_check_digit``.
    """
    code = normalise(raw)
    if number.has_piece_shape(code):
        if not number.is_piece_no(code):
            raise _bad_check_digit()
        return Tag(Kind.PIECE, code, piece_no=code)
    if _EAN13_AS_PRINTED.fullmatch(code):
        code = code.replace(" ", "")
    if _EAN13.fullmatch(code):
        return _ean13(code)
    match = _STYLE_COLOUR_SIZE.fullmatch(code)
    if match is not None:
        return _style_colour_size(match)
    return Tag(Kind.UNKNOWN, code)


def normalise(raw: str) -> str:
    """Return the code without what scanners and input methods add, in capitals unless a URL.

    Raises InvalidInput on field ``code``: ``too_long``, ``empty`` or ``not_a_tag``.
    """
    if len(raw) > MAX_CHARACTERS:
        raise _too_long()
    text = unicodedata.normalize("NFKC", raw).translate(_DASHES)
    if len(text) > MAX_CHARACTERS:
        raise _too_long()
    text = _without_framing(text)
    if not text:
        raise _refusal(
            "empty",
            "没有读到条码。请将扫描枪对准吊牌重新扫描，或手工输入。",
            "No code was read. Scan the tag again, or type the code.",
        )
    if not _PRINTABLE.fullmatch(text):
        raise _refusal(
            "not_a_tag",
            "内容不是一个吊牌条码：只能有一行字母、数字和常用符号。"
            "请关闭中文输入法，一次只扫一个吊牌，重新扫描。",
            "This is not the code of one tag: only letters, digits and common signs on one line. "
            "Turn the input method off and scan one tag again.",
        )
    return text if _URL.match(text) else text.upper()


def ean13_check_digit(first_twelve: str) -> str:
    """Return the GS1 check digit of twelve digits (weights 1 and 3 in turn, modulo 10)."""
    digits = [int(digit) for digit in first_twelve]
    return str(-(sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10)


def _without_framing(text: str) -> str:
    """Return the text without invisible characters, outer blanks and AIM identifiers.

    A line end inside stays: two tags that arrive in one burst must never become one code.
    """
    visible = "".join(character for character in text if _is_visible(character)).strip()
    while (prefix := _AIM_IDENTIFIER.match(visible)) is not None:
        visible = visible[prefix.end() :].strip()
    return re.sub(r" {2,}", " ", visible)


def _is_visible(character: str) -> bool:
    return character in _LINE_ENDS or unicodedata.category(character) not in {"Cc", "Cf"}


def _ean13(code: str) -> Tag:
    if ean13_check_digit(code[:12]) != code[12]:
        raise _bad_check_digit()
    return Tag(Kind.EAN13, code, gtin14=f"0{code}")


def _style_colour_size(match: re.Match[str]) -> Tag:
    style, colour, size, serial = match.group("style", "colour", "size", "serial")
    parts = [style, colour, size, serial] if serial else [style, colour, size]
    return Tag(
        Kind.STYLE_COLOUR_SIZE,
        "-".join(parts),
        serial=serial,
        style_no=style,
        colour=colour,
        size=size,
    )


def _bad_check_digit() -> InvalidInput:
    return _refusal(
        "bad_check_digit",
        "条码校验位不对，可能扫错或输错。请重新扫描，或对照吊牌逐位输入。",
        "The check digit is wrong: the code was misread or mistyped. "
        "Scan it again, or type it digit by digit from the tag.",
    )


def _too_long() -> InvalidInput:
    return _refusal(
        "too_long",
        "内容超过 128 个字符，不是吊牌条码。请清空后只扫一个吊牌。",
        "More than 128 characters: this is not a tag. Clear the field and scan one tag.",
    )


def _refusal(code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(code, zh, en, field="code")
