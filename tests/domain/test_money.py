"""Integer fen: rounding half up, splits by largest remainder (rule 1.38), amounts as typed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import InvalidInput
from tracker.domain.money import MAX_FEN, half_up, parse_yuan, split, split_weighted, yuan


@st.composite
def percents(draw):
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=6)))
    return [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(5, 10, 1), (4, 10, 0), (15, 10, 2), (25, 10, 3), (-5, 10, -1), (-4, 10, 0), (0, 7, 0)],
)
def test_a_half_rounds_up_and_a_reversal_rounds_to_its_opposite(numerator, denominator, expected):
    assert half_up(numerator, denominator) == expected


def test_rounding_needs_a_positive_denominator():
    with pytest.raises(ValueError, match="positive"):
        half_up(1, 0)


@pytest.mark.parametrize(
    ("total", "shares", "expected"),
    [
        (1, [34, 33, 33], (1, 0, 0)),
        (100, [33, 33, 34], (33, 33, 34)),
        (101, [50, 50], (51, 50)),
        (10, [33, 33, 34], (3, 3, 4)),
        (16800, [85, 15], (14280, 2520)),
        (-101, [50, 50], (-51, -50)),
        (0, [60, 40], (0, 0)),
        (999, [100], (999,)),
    ],
)
def test_rule_1_38_a_loss_is_split_by_largest_remainder_ties_to_the_earlier(
    total, shares, expected
):
    assert split(total, shares) == expected


@pytest.mark.parametrize(
    "shares", [[], [33, 33, 33], [51, 50], [-1, 101], [0, 0, 0], [100, 0], [200, -100]]
)
def test_shares_that_do_not_sum_to_100_are_refused(shares):
    with pytest.raises(InvalidInput) as refusal:
        split(100, shares)
    assert refusal.value.code == "shares_not_100"
    assert "{" not in refusal.value.message("zh") + refusal.value.message("en")


@given(st.integers(-(10**12), 10**12), percents())
def test_parts_sum_exactly_and_each_is_within_one_fen_of_its_exact_share(total, shares):
    parts = split(total, shares)
    assert sum(parts) == total
    assert all(
        abs(part - Fraction(total * share, 100)) < 1
        for part, share in zip(parts, shares, strict=True)
    )


@given(st.integers(0, 10**9), percents())
def test_a_split_of_the_reversal_is_the_reversal_of_the_split(total, shares):
    assert split(-total, shares) == tuple(-part for part in split(total, shares))


@given(st.integers(0, 10**9), percents())
def test_another_order_of_shares_moves_at_most_one_fen_a_party(total, shares):
    backwards = split(total, shares[::-1])[::-1]
    moved = [abs(a - b) for a, b in zip(split(total, shares), backwards, strict=True)]
    assert max(moved) <= 1


def test_parties_with_amounts_of_their_own_share_the_rounded_sum_of_the_exact_values():
    # supplier 189.84 × 60 % = 113.904, store 168.00 × 40 % = 67.20; together 181.104
    assert split_weighted([(18984, 60), (16800, 40)]) == (11390, 6720)
    # 0.505 + 0.505 = 1.01: the odd fen goes to the earlier
    assert split_weighted([(101, 50), (101, 50)]) == (51, 50)


@given(st.data(), percents())
def test_weighted_parts_sum_to_the_rounded_exact_total(data, shares):
    amounts = [data.draw(st.integers(0, 10**9)) for _ in shares]
    parts = split_weighted(list(zip(amounts, shares, strict=True)))
    exact = sum(fen * share for fen, share in zip(amounts, shares, strict=True))
    assert sum(parts) == half_up(exact, 100)
    assert all(
        abs(part - Fraction(fen * share, 100)) < 1
        for part, fen, share in zip(parts, amounts, shares, strict=True)
    )


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("168", 16800),
        ("168.00", 16800),
        ("168.5", 16850),
        ("0", 0),
        ("0.01", 1),
        ("1,299.50", 129950),
        ("1299.50", 129950),
        (" ¥1,299.50 ", 129950),
        ("￥168", 16800),
        ("１６８．００", 16800),
        ("10000000000.00", MAX_FEN),
    ],
)
def test_amounts_are_read_as_people_type_them(text, fen):
    assert parse_yuan(text, "cost") == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing_field"),
        ("  ", "missing_field"),
        ("¥", "missing_field"),
        ("NaN", "bad_amount"),
        ("sNaN", "bad_amount"),
        ("Infinity", "bad_amount"),
        ("1e3", "bad_amount"),
        ("1_000", "bad_amount"),
        ("1,50", "bad_amount"),
        ("1.500,00", "bad_amount"),
        ("12,34,567", "bad_amount"),
        (".5", "bad_amount"),
        ("5.", "bad_amount"),
        ("--5", "bad_amount"),
        ("¥¥5", "bad_amount"),
        ("-¥-5", "bad_amount"),
        ("٣", "bad_amount"),
        ("5²", "bad_amount"),
        ("−5", "bad_amount"),
        ("{0.__class__}", "bad_amount"),
        ("\ud800", "bad_amount"),
        ("9" * 5000, "bad_amount"),
        ("-5", "negative_amount"),
        ("-0", "negative_amount"),
        ("0.005", "amount_too_fine"),
        ("1.000", "amount_too_fine"),
        ("10000000000.01", "amount_too_large"),
        ("6901234567892", "amount_too_large"),
    ],
)
def test_what_is_not_an_amount_is_refused_with_a_reason_on_its_field(text, code):
    with pytest.raises(InvalidInput) as refusal:
        parse_yuan(text, "cost")
    assert (refusal.value.code, refusal.value.field) == (code, "cost")
    assert refusal.value.message("zh").encode() != refusal.value.message("en").encode()


@pytest.mark.parametrize("text", ["-168.05", "－１６８．０５", "¥-168.05", "-¥168.05", "- 168.05"])
def test_a_negative_amount_is_read_only_where_it_may_be(text):
    assert parse_yuan(text, "correction", allow_negative=True) == -16805
    with pytest.raises(InvalidInput) as refusal:
        parse_yuan(text, "cost")
    assert refusal.value.code == "negative_amount"


@pytest.mark.parametrize(
    ("fen", "text"),
    [(129950, "1299.50"), (5, "0.05"), (0, "0.00"), (-5, "-0.05"), (-16800, "-168.00")],
)
def test_fen_are_written_as_yuan_with_two_decimals(fen, text):
    assert yuan(fen) == text


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_what_is_written_reads_back_to_the_fen(fen):
    assert parse_yuan(yuan(fen), "cost", allow_negative=True) == fen


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_refused(text):
    try:
        assert 0 <= parse_yuan(text, "cost") <= MAX_FEN
    except InvalidInput as refusal:
        assert refusal.field == "cost"
