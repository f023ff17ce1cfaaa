"""Every code met in practice, one by one (conventions 2.1 to 2.4).

What each row expects was worked out by python-stdnum and epcpy or by hand, not by our parser.
"""

from __future__ import annotations

import pytest

from tracker.domain.errors import InvalidInput
from tracker.domain.tag import Kind, Tag, parse

EAN13 = (
    "6901234567892",
    "6921012340004",
    "6950000000019",
    "6971234560018",
    "6900000000014",
    "6941234567898",
    "6999999999997",
    "4891234567898",
    "4711234567899",
    "4006381333931",
    "9787111111115",
    "0000000000000",
    "2000000000015",
    "2100123004508",
    "2212345123452",
    "2512345678908",
    "2900001000017",
    "2999999999991",
)
"""Barcodes of China, of others, and the in-store ones from 20 to 29."""

FRAMED = (
    "６９０１２３４５６７８９２",
    " 6901234567892",
    "6901234567892\r",
    "6901234567892\n",
    "6901234567892\r\n",
    "6901234567892\t",
    "\t6901234567892",
    "\x026901234567892\x03",
    "\u200b6901234567892",
    "\ufeff6901234567892",
    "6901234567892\u200d",
    "]E06901234567892",
    "]e06901234567892",
    "]C16901234567892",
    "]X06901234567892",
    "]E0 6901234567892",
    " ]E06901234567892\r\n",
    "\x1d6901234567892",
    "6901234567892\x1d",
    "#6901234567892",
    "~6901234567892~",
    "$6901234567892",
    "@6901234567892@",
    "6901234567892|",
    "`6901234567892`",
    "*6901234567892*",
    "^6901234567892",
    "\\6901234567892",
    "\x006901234567892",
    "6 901234 567892",
    "６ ９０１２３４ ５６７８９２",
    "\u30006901234567892\u3000",
    "6901234567892\x04",
    "\u20606901234567892",
    "\u200e6901234567892\u200f",
    "{GS}6901234567892",
)
"""One barcode with all that scanners and input methods put around it."""

UPCA = (
    ("012345678905", "012345678905"),
    ("036000291452", "036000291452"),
    ("078742012346", "078742012346"),
    ("601234567897", "601234567897"),
    ("888888888886", "888888888886"),
    ("000000000017", "000000000017"),
    ("812345678901", "812345678901"),
    ("999999999993", "999999999993"),
    ("0 12345 67890 5", "012345678905"),
)
"""Raw, and as 12 digits."""

GTIN14 = (
    "06901234567892",
    "16901234567899",
    "26901234567896",
    "86901234567898",
    "96901234567895",
    "00012345678905",
    "06950001000124",
)

ELEMENTS = (
    ("(01)06901234567892(21)ABC123", "ABC123"),
    ("(01) 06901234567892 (21) ABC123", "ABC123"),
    ("(21)ABC123(01)06901234567892", "ABC123"),
    ("(01)06901234567892(10)L1(21)S9", "S9"),
    ("(01)06901234567892(11)261122(10)L1(21)S9", "S9"),
    ("(01)06901234567892(17)270101(21)7", "7"),
    ("（01）06901234567892（21）ABC", "ABC"),
    ("010690123456789221ABC123", "ABC123"),
    ("010690123456789221ABC123\x1d10L1", "ABC123"),
    ("010690123456789210L1\x1d21ABC", "ABC"),
    ("01069012345678921126112221XYZ", "XYZ"),
    ("01069012345678921126112210L1\x1d21S9", "S9"),
    ("01069012345678921727010121S9", "S9"),
    ("21ABC\x1d0106901234567892", "ABC"),
    ("\x1d010690123456789221ABC", "ABC"),
    ("]C1010690123456789221ABC", "ABC"),
    ("]d2010690123456789221ABC", "ABC"),
    ("]Q3010690123456789221ABC\x1d", "ABC"),
    ("]J1010690123456789221ABC", "ABC"),
    ("]e0010690123456789221ABC", "ABC"),
    ("]C110L1\x1d010690123456789221ABC", "ABC"),
    ("]d2\x1d010690123456789221ABC\r", "ABC"),
    ("010690123456789221ABC{GS}10L1", "ABC"),
    ("010690123456789221ABC<GS>10L1", "ABC"),
    ("010690123456789221ABC^]10L1", "ABC"),
    ("010690123456789221abc", "ABC"),
    ("010690123456789221A/B-1.2_3", "A/B-1.2_3"),
    ("010690123456789221A(B)", "A(B)"),
    ("01069012345678922112345678901234567890", "12345678901234567890"),
    ("010690123456789291SHOP\x1d21S1", "S1"),
    ("01069012345678922401X\x1d21S1", "S1"),
    ("01069012345678923012\x1d21S1", "S1"),
    ("0106901234567892310300012321S1", "S1"),
)
"""Raw, serial: all of GTIN 06901234567892."""

ELEMENTS_OF_A_SKU = (
    ("0106901234567892", "06901234567892"),
    ("(01)06901234567892", "06901234567892"),
    ("]C10106901234567892", "06901234567892"),
    ("010690123456789210LOT7", "06901234567892"),
    ("010690123456789211261122", "06901234567892"),
    ("(01)06901234567892(10)LOT7(11)261122", "06901234567892"),
    ("0116901234567899", "16901234567899"),
    ("\x1d0106901234567892\x1d", "06901234567892"),
)
"""Raw, GTIN: no serial, so they name no garment."""

LINKS = (
    ("https://id.gs1.org/01/06901234567892/21/ABC123", "ABC123"),
    ("http://id.gs1.org/01/06901234567892/21/ABC123", "ABC123"),
    ("https://qr.brand.example/01/06901234567892/21/ABC123", "ABC123"),
    ("https://brand.example/p/q/01/06901234567892/21/ABC123", "ABC123"),
    ("https://brand.example/01/06901234567892/22/V1/10/L1/21/S9", "S9"),
    ("https://brand.example/01/06901234567892/10/L1/21/S9", "S9"),
    ("https://brand.example/01/06901234567892/21/S9?17=270101", "S9"),
    ("https://brand.example/01/06901234567892/21/S9#care", "S9"),
    ("https://brand.example/01/06901234567892/21/S9/", "S9"),
    ("https://brand.example/01/6901234567892/21/S9", "S9"),
    ("HTTPS://BRAND.EXAMPLE/01/06901234567892/21/S9", "S9"),
    ("https://brand.example:8443/01/06901234567892/21/S9", "S9"),
    ("https://brand.example/01/06901234567892/21/aB-c", "aB-c"),
    ("]Q1https://brand.example/01/06901234567892/21/S9\r", "S9"),
    ("ｈｔｔｐｓ：／／brand.example／01／06901234567892／21／S9", "S9"),
    ("https://brand.example/01/06901234567892/21/A%2FB", "A/B"),
)
"""Raw, serial: all of GTIN 06901234567892."""

LINKS_OF_A_SKU = (
    "https://brand.example/01/06901234567892",
    "https://brand.example/01/06901234567892?s=wechat",
)

SGTIN96 = (
    ("3074257BF7194E4000001A85", "80614141123458", "6789"),
    ("30320E85BC86A1403B9ACA01", "06901234567892", "1000000001"),
    ("3035A831C40003000000002A", "06950001000124", "42"),
    ("300000000000040000000007", "00000000000017", "7"),
    ("302282BA4104547FFFFFFFFF", "16901234567899", "274877906943"),
    ("3006022E9A69C1400000000C", "06901234567854", "12"),
    ("30A99B587B87164000000000", "06901234567892", "0"),
    ("304E92272C00C54000000063", "06901234567892", "99"),
    ("30720E85BC86A1403B9ACA01", "06901234567892", "1000000001"),
    ("3095A537C837754000000005", "06901234567892", "5"),
    ("303AA1F2C1BE157FFFFFFFFF", "06901234567892", "274877906943"),
    ("30FAA1F2E413254000000001", "96901234567895", "1"),
    ("3074257bf7194e4000001a85\r", "80614141123458", "6789"),
)
"""Raw, GTIN-14, serial."""

STYLE_COLOUR_SIZE = (
    ("212B01001-05-L", "212B01001", "05", "L", None),
    ("2613M04012-BK1-170/88A", "2613M04012", "BK1", "170/88A", None),
    ("2613M04012-BK1-M", "2613M04012", "BK1", "M", None),
    ("2613m04012-bk1-m", "2613M04012", "BK1", "M", None),
    ("2613M04012_BK1_M", "2613M04012", "BK1", "M", None),
    ("2613M04012 BK1 M", "2613M04012", "BK1", "M", None),
    ("2613M04012/BK1/M", "2613M04012", "BK1", "M", None),
    ("2613M04012/BK1/170/88A", "2613M04012", "BK1", "170/88A", None),
    ("2613M04012 / BK1 / 170/88A", "2613M04012", "BK1", "170/88A", None),
    ("2613M04012 - BK1 - 170/88A", "2613M04012", "BK1", "170/88A", None),
    ("２６１３Ｍ０４０１２－ＢＫ１－１７０／８８Ａ", "2613M04012", "BK1", "170/88A", None),
    ("2613M04012—BK1—M", "2613M04012", "BK1", "M", None),
    ("2613M04012\u2010BK1\u2011M", "2613M04012", "BK1", "M", None),
    ("]C02613M04012-BK1-M\r", "2613M04012", "BK1", "M", None),
    ("*2613M04012-BK1-M*", "2613M04012", "BK1", "M", None),
    ("]A0*2613M04012-BK1-M*", "2613M04012", "BK1", "M", None),
    ("2613M04012-BK1-XXXL", "2613M04012", "BK1", "XXXL", None),
    ("2613M04012-BK1-4XL", "2613M04012", "BK1", "4XL", None),
    ("2613M04012-BK1-38.5", "2613M04012", "BK1", "38.5", None),
    ("2613M04012-BK1-F", "2613M04012", "BK1", "F", None),
    ("2613M04012-0123456789-50", "2613M04012", "0123456789", "50", None),
    ("90123-1-S", "90123", "1", "S", None),
    ("2613M04012-BK1-170/88A-00012345", "2613M04012", "BK1", "170/88A", "00012345"),
    ("2613M04012/BK1/M/00012345", "2613M04012", "BK1", "M", "00012345"),
    ("2613M04012/BK1/170/88A-00012345", "2613M04012", "BK1", "170/88A", "00012345"),
    ("2613M04012 BK1 M 0001", "2613M04012", "BK1", "M", "0001"),
    ("2613M04012-BK1-M-1234567890123456", "2613M04012", "BK1", "M", "1234567890123456"),
)
"""Raw, style, colour, size, serial."""

PIECES = (
    ("P00000001Z", "P00000001Z"),
    ("p00000001z", "P00000001Z"),
    ("]C0P00000001Z\r", "P00000001Z"),
    ("*P00000001Z*", "P00000001Z"),
    ("Ｐ０００００００１Ｚ", "P00000001Z"),
)
"""Our repair tags."""

UNKNOWN = (
    "https://brand.example/",
    "https://brand.example/c/8Qx2",
    "https://brand.example/01/0690/21/aB",
    "https://brand.example/01/06901234567892/21/999999999999999999999",
    "https://brand.example/01/06901234567892/foo",
    "https://brand.example/?01=06901234567892",
    "https://",
    "http://[::1/01/06901234567892",
    "https://brand.example/414/6901234567892",
    "https://weixin.qq.com/r/0j5xYz",
    "307C257BF7194E4000001A85",
    "30FFFFFFFFFFFFFFFFFFFFFF",
    "3003FFFFFFFFFFFFFFFFFFFF",
    "3074257BF7194E4000001A8",
    "3174257BF7194E4000001A85",
    "3074257BF7194E4000001A8G",
    "3674257BF7194E4000001A85",
    "2613M04012BK1M",
    "2613M04012BK1170/88A",
    "690123456789201",
    "6901234567892012",
    "12345678",
    "123456",
    "A",
    "BS-2026-000001",
    "DJ00000001X",
    "FH-2026-000001",
    "SF1234567890123",
    "2026-11-22",
    "(10)LOT7",
    "(00)006901234567892012",
    "(01)123",
    "(99",
    "6901234567892 6921012340004",
    "69012345678926921012340004",
    "2613M04012-BK1",
    "-",
    "/",
    "()",
    "{{7*7}}",
    "' OR 1=1--",
)
"""Printable, and none of ours: the catalogue or an earlier scan may know it."""

MISREAD = (
    "6901234567893",
    "6921012340005",
    "6950000000010",
    "6971234560019",
    "6900000000015",
    "6941234567899",
    "2000000000016",
    "012345678906",
    "036000291453",
    "888888888887",
    "06901234567893",
    "16901234567890",
    "96901234567896",
    "(01)06901234567893(21)ABC",
    "010690123456789321ABC",
    "]C1010690123456789021ABC",
    "0106901234567891",
    "(21)ABC(01)06901234567890",
    "]d201069012345678941126112221S9",
    "011690123456789221S",
    "https://brand.example/01/06901234567893/21/S9",
    "https://brand.example/01/6901234567890",
    "http://brand.example/x/01/06901234567890/21/S9",
    "P00000001Y",
    "P12345678A",
    "6901234567890-00012345",
    "6 901234 567890",
    "0 12345 67890 6",
)
"""The check digit says that a digit is wrong."""

EMPTY = ("", " ", "\r", "\r\n", "\x00", "\u200b", "]E0", "]E0]C1", "\x1d", "{GS}", "##", "\u3000")
NO_TAG = (
    "吊牌",
    "6901234567892\r6921012340004",
    "A\nB",
    "A\tB",
    "\ud800",
    "\u0410BC12-BK1-M",
    "é",
    "2613M04012-黑-M",
    "😀",
    "6901234567892\v1",
    "٦٩٠١٢٣٤٥٦٧٨٩٢",
    "x" * 200 + "黑" * 100,
)
TOO_LONG = ("0" * 513, "0" * 4096, "A" * 5000, "\u200b" * 4097)


def code_of(row: tuple[str, ...] | str) -> str:
    return ascii(row if isinstance(row, str) else row[0])[:40]


def refusal_of(raw: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        parse(raw)
    return refusal.value.code


@pytest.mark.parametrize("code", EAN13, ids=code_of)
def test_2_2_an_ean13_names_a_sku(code: str) -> None:
    assert parse(code) == Tag(Kind.EAN13, code, gtin14=f"0{code}")


@pytest.mark.parametrize("raw", FRAMED, ids=code_of)
def test_2_4_what_stands_around_a_code_is_taken_away(raw: str) -> None:
    assert parse(raw) == Tag(Kind.EAN13, "6901234567892", gtin14="06901234567892")


@pytest.mark.parametrize("row", UPCA, ids=code_of)
def test_a_upca_is_an_ean13_with_a_zero_before_it(row: tuple[str, str]) -> None:
    raw, code = row
    assert parse(raw) == Tag(Kind.UPCA, code, gtin14=f"00{code}")
    assert parse(raw).barcode == f"0{code}"


@pytest.mark.parametrize("code", GTIN14, ids=code_of)
def test_a_gtin14_keeps_its_indicator(code: str) -> None:
    assert parse(code) == Tag(Kind.GTIN14, code, gtin14=code)
    assert parse(code).barcode == (code[1:] if code.startswith("0") else code)


@pytest.mark.parametrize("row", ELEMENTS, ids=code_of)
def test_an_element_string_with_a_serial_names_one_garment(row: tuple[str, str]) -> None:
    raw, serial = row
    code = f"010690123456789221{serial}"
    assert parse(raw) == Tag(Kind.GS1, code, gtin14="06901234567892", serial=serial)


@pytest.mark.parametrize("row", ELEMENTS_OF_A_SKU, ids=code_of)
def test_an_element_string_without_a_serial_names_a_sku(row: tuple[str, str]) -> None:
    raw, gtin14 = row
    assert parse(raw) == Tag(Kind.GS1, f"01{gtin14}", gtin14=gtin14)
    assert parse(raw).unique_code is None


@pytest.mark.parametrize("row", LINKS, ids=code_of)
def test_a_digital_link_with_a_serial_names_one_garment(row: tuple[str, str]) -> None:
    raw, serial = row
    tag = parse(raw)
    assert (tag.kind, tag.gtin14, tag.serial) == (Kind.DIGITAL_LINK, "06901234567892", serial)
    assert tag.unique_code == f"(01)06901234567892(21){serial.upper()}"


@pytest.mark.parametrize("raw", LINKS_OF_A_SKU, ids=code_of)
def test_a_digital_link_without_a_serial_names_a_sku(raw: str) -> None:
    code = "https://id.gs1.org/01/06901234567892"
    assert parse(raw) == Tag(Kind.DIGITAL_LINK, code, gtin14="06901234567892")


@pytest.mark.parametrize("row", SGTIN96, ids=code_of)
def test_2_3_an_rfid_tag_names_one_garment(row: tuple[str, str, str]) -> None:
    raw, gtin14, serial = row
    code = raw.strip().upper()
    assert parse(raw) == Tag(Kind.SGTIN96, code, gtin14=gtin14, serial=serial)


@pytest.mark.parametrize("row", STYLE_COLOUR_SIZE, ids=code_of)
def test_2_2_style_colour_size_is_split_though_sizes_hold_slashes(
    row: tuple[str, str, str, str, str | None],
) -> None:
    raw, style_no, colour, size, serial = row
    code = "-".join(part for part in (style_no, colour, size, serial) if part)
    assert parse(raw) == Tag(Kind.STYLE_COLOUR_SIZE, code, None, serial, style_no, colour, size)
    assert parse(raw).unique_code == (code if serial else None)


@pytest.mark.parametrize("row", PIECES, ids=code_of)
def test_our_repair_tags_are_read(row: tuple[str, str]) -> None:
    raw, piece_no = row
    assert parse(raw) == Tag(Kind.PIECE, piece_no, piece_no=piece_no)


@pytest.mark.parametrize("raw", UNKNOWN, ids=code_of)
def test_what_no_rule_knows_keeps_its_characters(raw: str) -> None:
    assert parse(raw) == Tag(Kind.UNKNOWN, raw)


@pytest.mark.parametrize("raw", MISREAD, ids=code_of)
def test_a_wrong_check_digit_is_refused_wherever_it_stands(raw: str) -> None:
    assert refusal_of(raw) == "bad_check_digit"


@pytest.mark.parametrize("raw", EMPTY, ids=code_of)
def test_nothing_read_is_empty(raw: str) -> None:
    assert refusal_of(raw) == "empty"


@pytest.mark.parametrize("raw", NO_TAG, ids=code_of)
def test_other_scripts_and_several_lines_are_no_tag(raw: str) -> None:
    assert refusal_of(raw) == "not_a_tag"


@pytest.mark.parametrize("raw", TOO_LONG, ids=code_of)
def test_what_is_longer_than_any_scanner_types_is_too_long(raw: str) -> None:
    assert refusal_of(raw) == "too_long"


def test_one_garment_has_one_name_in_all_its_carriers() -> None:
    carriers = (
        "(01)06901234567892(21)1000000001",
        "]d201069012345678921126112221" + "1000000001",
        "https://brand.example/01/06901234567892/10/L1/21/1000000001",
        "30320E85BC86A1403B9ACA01",
        "6901234567892-1000000001",
    )
    assert {parse(raw).unique_code for raw in carriers} == {"(01)06901234567892(21)1000000001"}


def test_a_barcode_and_a_serial_name_one_garment() -> None:
    assert parse("6901234567892-00012345") == Tag(
        Kind.EAN13, "6901234567892-00012345", gtin14="06901234567892", serial="00012345"
    )


@pytest.mark.parametrize(
    ("code", "is_opaque"),
    [
        ("690123456789201", True), ("6901234567892012", True), ("12345678901", False),
        ("12345678901234567", False), ("69012345678920A", False), ("6901234567892", False),
    ],
)  # fmt: skip
def test_only_digits_may_be_a_garments_own_number(code: str, is_opaque: bool) -> None:
    assert parse(code).is_opaque is is_opaque
