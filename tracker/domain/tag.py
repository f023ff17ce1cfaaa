"""What a scanner typed, read as a tag: normalised first, then classified.

Understands EAN-13 (in-store ones too), UPC-A, GTIN-14, GS1 element strings, GS1 Digital Links,
SGTIN-96 in hexadecimal, style-colour-size with separators and our own piece numbers; anything else
that could be printed on a tag is ``unknown``. Style, colour and size written as one word, and codes
that only the catalogue or an earlier scan can know, are for the queries to read. Never raises
anything but InvalidInput, whatever comes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from tracker.domain import epc, number
from tracker.domain.errors import InvalidInput
from tracker.domain.named import NamedEnum

MAX_CHARACTERS = 512
"""More than any tag holds, a link with its campaign included."""
_MAX_COMPOSED = 256
"""Composing stacked accents takes time by the square of their number."""

FNC1 = "\x1d"
"""What a scanner types for GS1's separator: the only control character with a meaning."""
_LINE_ENDS = "\r\n\t\v\f"
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_AIM_IDENTIFIER = re.compile(r"\](?:(?P<gs1>C1|d2|Q3|J1|e[0-3])|[A-Za-z][0-9A-Za-z])")
_FRAMING = " #$@\\`|~^" + _LINE_ENDS
"""Blanks and what scanners are set to type before and after a code; in no tag they are its end."""
_TYPED_FNC1 = re.compile(r"\{GS\}|<GS>|\^\]", re.IGNORECASE)
_CODE_39 = re.compile(r"\*([^*]+)\*")
_PRINTABLE = re.compile(r"[\x20-\x7e\x1d]+")
_URL = re.compile(r"https?://", re.IGNORECASE)
_ELEMENTS = re.compile(r"01[0-9]{14}(?:[0-9]{2}.+)?|\([0-9]{2,4}\).+", re.DOTALL)
_GTIN = re.compile(r"[0-9]{12,14}")
_AS_PRINTED = re.compile(r"[0-9] [0-9]{6} [0-9]{6}|[0-9] [0-9]{5} [0-9]{5} [0-9]")
_EAN13_SERIAL = re.compile(r"(?P<ean>[0-9]{13})[-_/](?P<serial>[0-9]{4,12})")
_SGTIN96 = re.compile(r"30[0-9A-F]{22}")
_STYLE = r"(?P<style>(?=[A-Z]*[0-9])[0-9A-Z]{5,20})"
_COLOUR = r"(?P<colour>[0-9A-Z]{1,10})"
_SIZE = r"(?P<size>[0-9A-Z]{1,6}(?:[/.][0-9A-Z]{1,6})?)"
_STYLE_COLOUR_SIZE = re.compile(
    rf"{_STYLE} ?[-_ ] ?{_COLOUR} ?[-_ ] ?{_SIZE}(?: ?[-_ ] ?(?P<serial>[0-9]{{4,16}}))?"
)
_WITH_SLASHES = re.compile(
    rf"{_STYLE} ?/ ?{_COLOUR} ?/ ?{_SIZE}(?: ?[-/] ?(?P<serial>[0-9]{{4,16}}))?"
)
_SERIAL_AT_THE_END = re.compile(r"(?P<word>.*[0-9A-Z]) ?[-_/ ] ?(?P<serial>[0-9]{4,16})")
_OPAQUE = re.compile(r"[0-9]{12,16}")


class Kind(NamedEnum):
    """What a code on a tag is."""

    EAN13 = "ean13", "EAN-13 商品条码", "EAN-13 barcode"
    UPCA = "upca", "UPC-A 商品条码", "UPC-A barcode"
    GTIN14 = "gtin14", "GTIN-14 商品条码", "GTIN-14 barcode"
    GS1 = "gs1", "GS1 标识", "GS1 element string"
    DIGITAL_LINK = "digital_link", "GS1 数字链接", "GS1 Digital Link"
    SGTIN96 = "sgtin96", "RFID 标签", "RFID tag"
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

    @property
    def unique_code(self) -> str | None:
        """What names one garment for ever, the same in every carrier; ``None`` for a SKU's tag."""
        if self.serial is None:
            return None
        if self.gtin14 is not None:
            return f"(01){self.gtin14}(21){self.serial.upper()}"
        return f"{self.style_no}-{self.colour}-{self.size}-{self.serial}"

    @property
    def barcode(self) -> str | None:
        """The SKU's barcode as the catalogue keeps it: EAN-13, and 14 digits only for a pack."""
        if self.gtin14 is None:
            return None
        return self.gtin14.removeprefix("0")

    @property
    def is_bare_number(self) -> bool:
        """Whether it is a barcode's digits alone, which may also spell a product."""
        return self.gtin14 is not None and _GTIN.fullmatch(self.code) is not None

    @property
    def is_opaque(self) -> bool:
        """Whether it may be a garment's own number that says nothing of its product."""
        return self.kind is Kind.UNKNOWN and _OPAQUE.fullmatch(self.code) is not None


def parse(raw: str) -> Tag:
    """Return the tag that a scanner or a person typed; two tags in one burst are no tag.

    Raises InvalidInput on field ``code``: ``too_long``, ``empty``, ``not_a_tag`` or
    ``bad_check_digit``.
    """
    text, is_gs1 = _unframed(raw)
    if _URL.match(text):
        url = _in_one_line(text)
        return _link(url) or Tag(Kind.UNKNOWN, url)
    if is_gs1 or FNC1 in text or _ELEMENTS.fullmatch(text):
        found = _element_string(text)
        if found is not None:
            return found
    return _plain(_in_one_line(text))


def unchecked(raw: str) -> Tag | None:
    """Return bare digits of 12 to 14 places as an unknown code, whatever their check digit.

    They may be style, colour and size in one word, or a garment's own number (conventions 2.2):
    only the catalogue or an earlier scan can know. ``None`` for every other code.
    """
    code = normalise(raw)
    return Tag(Kind.UNKNOWN, code) if _GTIN.fullmatch(code) else None


def split_burst(raw: str) -> list[str]:
    """Return the codes of a burst, one a line: a scanner may send several before anybody reads."""
    return [code for code in re.split(f"[{_LINE_ENDS}]+", raw) if code.strip()]


def words(code: str) -> list[tuple[str, str | None]]:
    """Return how a code may be style, colour and size in one word, and a serial number after it."""
    tail = _SERIAL_AT_THE_END.fullmatch(code)
    return [(code, None), *([(tail["word"], tail["serial"])] if tail else [])]


def styles_in(word: str) -> list[str]:
    """Return the style numbers that a word may begin with, the longest first; two characters at
    least are left for colour and size."""
    return [word[:end] for end in range(min(len(word) - 2, 40), 2, -1)]


def normalise(raw: str) -> str:
    """Return the code without what scanners and input methods add, in capitals unless a URL.

    Raises InvalidInput on field ``code``: ``too_long``, ``empty`` or ``not_a_tag``.
    """
    return _in_one_line(_unframed(raw)[0])


def _unframed(raw: str) -> tuple[str, bool]:
    """Return the code with separators as FNC1, and whether the scanner said that it is GS1's."""
    if len(raw) > MAX_CHARACTERS:
        raise _too_long()
    if not raw.isascii() and len(raw) > _MAX_COMPOSED:
        raise _not_a_tag()
    text = unicodedata.normalize("NFKC", raw).translate(_DASHES)
    visible = "".join(character for character in text if _is_kept(character))
    visible, is_gs1 = _without_prefixes(_TYPED_FNC1.sub(FNC1, visible))
    if not visible:
        raise _refusal(
            "empty",
            "没有读到条码。请将扫描枪对准吊牌重新扫描，或手工输入。",
            "No code was read. Scan the tag again, or type the code.",
        )
    if not _PRINTABLE.fullmatch(visible):
        raise _not_a_tag()
    return visible if _URL.match(visible) else visible.upper(), is_gs1


def _without_prefixes(text: str) -> tuple[str, bool]:
    is_gs1 = False
    while True:
        text = text.strip(_FRAMING)
        if text.startswith(FNC1) or text.endswith(FNC1):
            is_gs1 = is_gs1 or text.startswith(FNC1)
            text = text.strip(FNC1)
        elif (prefix := _AIM_IDENTIFIER.match(text)) is not None:
            is_gs1 = is_gs1 or prefix["gs1"] is not None
            text = text[prefix.end() :]
        elif (starred := _CODE_39.fullmatch(text)) is not None:
            text = starred[1]
        else:
            return text, is_gs1


def _in_one_line(text: str) -> str:
    """A separator that separates nothing of GS1's becomes a blank: it must not join two words."""
    return re.sub(r" {2,}", " ", text.replace(FNC1, " "))


def _is_kept(character: str) -> bool:
    if character in _LINE_ENDS or character == FNC1:
        return True
    return unicodedata.category(character) not in {"Cc", "Cf"}


def _plain(code: str) -> Tag:
    if number.has_piece_shape(code):
        if not number.is_piece_no(code):
            raise _bad_check_digit()
        return Tag(Kind.PIECE, code, piece_no=code)
    if _AS_PRINTED.fullmatch(code):
        code = code.replace(" ", "")
    if _GTIN.fullmatch(code):
        kind = {12: Kind.UPCA, 13: Kind.EAN13, 14: Kind.GTIN14}[len(code)]
        return Tag(kind, code, gtin14=_checked(code))
    if (match := _EAN13_SERIAL.fullmatch(code)) is not None:
        ean, serial = match.groups()
        return Tag(Kind.EAN13, f"{ean}-{serial}", gtin14=_checked(ean), serial=serial)
    if _SGTIN96.fullmatch(code) and (item := epc.sgtin96(code)) is not None:
        return Tag(Kind.SGTIN96, code, gtin14=item[0], serial=item[1])
    match = _STYLE_COLOUR_SIZE.fullmatch(code) or _WITH_SLASHES.fullmatch(code)
    return _style_colour_size(match) if match is not None else Tag(Kind.UNKNOWN, code)


def _element_string(text: str) -> Tag | None:
    from tracker.domain import gs1

    item = gs1.of_element_string(text)
    if item is None:
        return None
    serial = f"21{item.serial}" if item.serial else ""
    gtin14 = _checked(item.gtin14)
    return Tag(Kind.GS1, f"01{gtin14}{serial}", gtin14=gtin14, serial=item.serial)


def _link(url: str) -> Tag | None:
    from tracker.domain import gs1

    item = gs1.of_link(url)
    if item is None:
        return None
    gtin14 = _checked(item.gtin14)
    serial = f"/21/{quote(item.serial, safe='')}" if item.serial else ""
    code = f"https://id.gs1.org/01/{gtin14}{serial}"
    return Tag(Kind.DIGITAL_LINK, code, gtin14=gtin14, serial=item.serial)


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


def _checked(digits: str) -> str:
    """Return 14 digits. Raises InvalidInput ``bad_check_digit``."""
    if number.gtin_check_digit(digits[:-1]) != digits[-1]:
        raise _bad_check_digit()
    return digits.zfill(14)


def _bad_check_digit() -> InvalidInput:
    return _refusal(
        "bad_check_digit",
        "条码校验位不对，可能扫错或输错。请重新扫描，或对照吊牌逐位输入。",
        "The check digit is wrong: the code was misread or mistyped. "
        "Scan it again, or type it digit by digit from the tag.",
    )


def _not_a_tag() -> InvalidInput:
    return _refusal(
        "not_a_tag",
        "内容不是一个吊牌条码：只能有一行字母、数字和常用符号。"
        "请关闭中文输入法，一次只扫一个吊牌，重新扫描。",
        "This is not the code of one tag: only letters, digits and common signs on one line. "
        "Turn the input method off and scan one tag again.",
    )


def _too_long() -> InvalidInput:
    return _refusal(
        "too_long",
        "内容超过 512 个字符，不是吊牌条码。请清空后只扫一个吊牌。",
        "More than 512 characters: this is not a tag. Clear the field and scan one tag.",
    )


def _refusal(code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(code, zh, en, field="code")
