"""Amounts on paper: grouped digits and capitals (conventions 4.1)."""

import random
import re
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.amount import capitals, count_capitals, yuan

DIGITS = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
SMALL = {"拾": 10, "佰": 100, "仟": 1000}
amounts = st.integers(-(10**15), 10**15) | st.integers(-200_000, 2_000_000)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (105, "壹元零伍分"),
        (1_000, "壹拾元整"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (100_005_000, "壹佰万零伍拾元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_000_480_795, "壹亿零肆仟捌佰零柒元玖角伍分"),
        (1_000_200_000_000, "壹佰亿零贰佰万元整"),
        (10**15, "壹拾万亿元整"),
        (-1_234, "负壹拾贰元叁角肆分"),
    ],
)
def test_capitals_of_the_known_amounts(fen: int, words: str) -> None:
    assert capitals(fen) == words


@pytest.mark.parametrize("fen", [10**15 + 1, -(10**15) - 1])
def test_capitals_refuse_what_no_cheque_carries(fen: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        capitals(fen)


def _section(text: str) -> int:
    """Read the capitals of a number below ten thousand."""
    total, digit = 0, 0
    for word in text:
        if word in DIGITS:
            digit = DIGITS[word]
        else:
            total += digit * SMALL[word]
            digit = 0
    return total + digit


def _read(words: str) -> int:
    """Read capitals back into fen, in another way than they were written."""
    sign = -1 if words.startswith("负") else 1
    body = words.removeprefix("负").removesuffix("整")
    whole, _, rest = body.rpartition("元")
    upper, _, lower = whole.rpartition("亿")
    number = 0
    for part in (upper, lower):
        wan, _, ones = part.rpartition("万")
        number = number * 10**8 + _section(wan) * 10**4 + _section(ones)
    jiao = re.search("(.)角", rest)
    cent = re.search("(.)分", rest)
    small = (DIGITS[jiao[1]] * 10 if jiao else 0) + (DIGITS[cent[1]] if cent else 0)
    return sign * (number * 100 + small)


@settings(deadline=None)
@given(amounts)
def test_capitals_read_back_to_the_same_fen(fen: int) -> None:
    assert _read(capitals(fen)) == fen


def _ten_thousand() -> set[int]:
    """Amounts of every length, of either sign, half of them with zeros within and at the end."""
    chance, found = random.Random(4), set[int]()
    while len(found) < 10_000:
        fen = chance.randrange(10 ** chance.randint(1, 15))
        if chance.random() < 0.5:
            digits = [d if chance.random() < 0.4 else "0" for d in str(fen)]
            fen = int("".join(digits))
        found.add(chance.choice((fen, fen, fen, -fen)))
    return found


def _by_cn2an(fen: int) -> str:
    """Another program's capitals; it forgets the 零 of a 万 section that is all zeros after 亿."""
    words = cn2an.an2cn(str(Decimal(fen).scaleb(-2)), "rmb")
    upper, lower = divmod(abs(fen) // 100, 10**8)
    return words.replace("亿", "亿零") if upper and 1_000 <= lower < 10_000 else words


def test_capitals_are_those_of_another_program_on_ten_thousand_amounts() -> None:
    amounts = sorted(_ten_thousand())
    assert [fen for fen in amounts if capitals(fen) != _by_cn2an(fen)] == []
    assert len(amounts) == 10_000


@settings(deadline=None)
@given(amounts)
def test_capitals_close_with_a_whole_only_at_yuan_and_never_double_a_zero(fen: int) -> None:
    words = capitals(fen)
    assert words.endswith("整") == (fen % 100 == 0)
    assert "零零" not in words
    assert not re.search("零[元万亿角分]", words.replace("零元整", "", fen == 0))


@pytest.mark.parametrize(
    ("fen", "digits"),
    [(129_950, "1,299.50"), (0, "0.00"), (5, "0.05"), (-129_905, "-1,299.05"), (-5, "-0.05")],
)
def test_yuan_shows_two_decimals_and_grouped_thousands(fen: int, digits: str) -> None:
    assert yuan(fen) == digits


@pytest.mark.parametrize(
    ("count", "words"), [(0, "零"), (12, "壹拾贰"), (500, "伍佰"), (1_005, "壹仟零伍")]
)
def test_counts_in_capitals(count: int, words: str) -> None:
    assert count_capitals(count) == words


def test_a_count_cannot_be_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        count_capitals(-1)
