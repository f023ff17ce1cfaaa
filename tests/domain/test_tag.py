"""Reading tags (conventions 2.2 to 2.4, contract: POST /tags/parse)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import InvalidInput
from tracker.domain.number import gtin_check_digit, piece_no
from tracker.domain.tag import MAX_CHARACTERS, Kind, Tag, normalise, parse, split_burst


def refusal_of(raw):
    with pytest.raises(InvalidInput) as refusal:
        parse(raw)
    assert refusal.value.field == "code"
    assert refusal.value.message("zh").endswith("。")
    assert refusal.value.message("en").endswith(".")
    return refusal.value.code


@pytest.mark.parametrize(
    "code",
    ["6901234567892", "6921012340004", "6950000000019", "6971234560018", "6934567890122"],
)
def test_2_3_valid_ean13_codes_are_read(code):
    assert parse(code) == Tag(Kind.EAN13, code, gtin14=f"0{code}")


def test_2_3_a_wrong_check_digit_is_refused_and_never_repaired():
    assert refusal_of("6901234567890") == "bad_check_digit"


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.sampled_from("0123456789"))
def test_exactly_one_of_ten_last_digits_is_right(first_twelve, last):
    is_right = gtin_check_digit(first_twelve) == last
    if is_right:
        assert parse(first_twelve + last).kind is Kind.EAN13
    else:
        assert refusal_of(first_twelve + last) == "bad_check_digit"


@pytest.mark.parametrize(
    "raw",
    [
        "６９０１２３４５６７８９２",
        "6901234567892\r\n",
        "6901234567892\t",
        "\u200b6901234567892\ufeff",
        "]E06901234567892",
        "\x026901234567892\x03",
        " 6901234567892 ",
        "6 901234 567892",
    ],
)
def test_10_1_what_scanners_and_input_methods_add_is_taken_away(raw):
    assert parse(raw).code == "6901234567892"


@pytest.mark.parametrize("prefix", ["]E0", "]C1", "]d2", "]Q3", "]C0"])
def test_2_4_aim_identifiers_are_taken_away(prefix):
    assert normalise(prefix + "2613M04012-BK1-M") == "2613M04012-BK1-M"


@pytest.mark.parametrize(
    ("raw", "style_no", "colour", "size"),
    [
        ("2613M04012-BK1-170/88A", "2613M04012", "BK1", "170/88A"),
        ("2653D11007_NV2_175/92A", "2653D11007", "NV2", "175/92A"),
        ("2512L03001 BR1 50", "2512L03001", "BR1", "50"),
        ("2621s02003-wh1-m", "2621S02003", "WH1", "M"),
        ("212B01001-05-L", "212B01001", "05", "L"),
        ("2613M04012 － BK1 － 170／88A", "2613M04012", "BK1", "170/88A"),
        ("2613M04012—BK1—3XL", "2613M04012", "BK1", "3XL"),
    ],
)
def test_2_2_style_colour_size_is_read_with_its_separators(raw, style_no, colour, size):
    assert parse(raw) == Tag(
        Kind.STYLE_COLOUR_SIZE,
        f"{style_no}-{colour}-{size}",
        style_no=style_no,
        colour=colour,
        size=size,
    )


def test_2_2_a_serial_after_the_size_is_kept():
    tag = parse("2613M04012-BK1-170/88A-00012345")
    assert (tag.size, tag.serial) == ("170/88A", "00012345")


def test_our_own_piece_numbers_are_read():
    assert parse(f"]C0{piece_no(42).lower()}\r") == Tag(
        Kind.PIECE, piece_no(42), piece_no=piece_no(42)
    )


def test_a_misread_piece_number_is_refused():
    assert refusal_of("P00000001Y") == "bad_check_digit"


@pytest.mark.parametrize(
    "code",
    [
        "69012345678",
        "690123456789201",
        "00123",
        "1E5",
        "0X10",
        "2613M04012BK1M",
        "2026-11-22",
        "BS-2026-000001",
        "307C257BF7194E4000001A85",
        "' OR 1=1--",
        "JAVASCRIPT:ALERT(1)",
        "../../X",
        "{{7*7}}",
    ],
)
def test_what_no_rule_knows_is_unknown_and_keeps_its_characters(code):
    assert parse(code) == Tag(Kind.UNKNOWN, code)


def test_2_4_a_url_keeps_its_small_letters():
    assert (
        parse("https://Brand.example/01/0690/21/aB").code == "https://Brand.example/01/0690/21/aB"
    )


@pytest.mark.parametrize("raw", ["", "\r", " \t\r\n", "\x00", "\u200b", "]E0", "]C1 ]d2"])
def test_nothing_read_is_empty(raw):
    assert refusal_of(raw) == "empty"


@pytest.mark.parametrize(
    "raw",
    ["\u0410BC12-BK1-M", "2613\u041c04012-BK1-M", "吊牌", "é1234-BK1-M", "\ud800", "\u0131x"],
)
def test_lookalikes_and_other_scripts_are_not_a_tag(raw):
    assert refusal_of(raw) == "not_a_tag"


@pytest.mark.parametrize("between", ["\r", "\n", "\t", "\r\n", "\v", "\f"])
def test_two_tags_in_one_burst_are_two_and_never_become_one(between):
    assert refusal_of(f"690123{between}4567892") == "not_a_tag"
    assert split_burst(f"690123{between}4567892\r") == ["690123", "4567892"]


@pytest.mark.parametrize("raw", ["", "\r\n", " \r \n"])
def test_a_burst_without_codes_is_none(raw):
    assert split_burst(raw) == []


def test_the_length_is_capped_before_anything_else():
    assert parse("A" * MAX_CHARACTERS).kind is Kind.UNKNOWN
    assert refusal_of("A" * (MAX_CHARACTERS + 1)) == "too_long"
    assert refusal_of("\u200b" * 4097) == "too_long"
    assert refusal_of("\ufdfa" * 20) == "not_a_tag"
    assert refusal_of("\u0301\u0323" * 256) == "not_a_tag"
