"""Money in integer fen (CNY): one rounding, exact splits, amounts as people type them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.domain.errors import InvalidInput

Fen = int

MAX_FEN: Fen = 10**12
_MAX_CHARACTERS = 40
_AMOUNT = re.compile(
    r"(?P<sign>[-+]?)(?P<yuan>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<cents>[0-9]+))?"
)
_LEAD = re.compile(r"([-+]?)\s*¥?\s*")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥"}


def half_up(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded half up (四舍五入), the half away from zero.

    The only rounding of the product: a reversal rounds to the exact opposite of what it reverses.
    Raises ValueError unless ``denominator`` is positive.
    """
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def split(total_fen: Fen, percents: Sequence[int]) -> tuple[Fen, ...]:
    """Split an amount by whole percents with the largest remainder; parts sum exactly (rule 1.38).

    Ties go to the earlier share. Returns fen in the order of ``percents``. Raises InvalidInput
    ``shares_not_100`` unless the percents are positive and sum to 100.
    """
    return split_weighted([(total_fen, percent) for percent in percents])


def split_weighted(parts: Sequence[tuple[Fen, int]]) -> tuple[Fen, ...]:
    """Split a loss of which every party's full amount is its own (rule 1.38).

    Each part is (the full amount by that party's price basis in fen, its percent). Its exact value
    is ``fen * percent / 100``; the total is the rounded sum of the exact values, and the largest
    remainders take what the round-down leaves, so the parts sum to that total. Equals ``split``
    where all amounts are equal. Raises InvalidInput ``shares_not_100`` as ``split`` does.
    """
    _check_percents([percent for _, percent in parts])
    hundredths = [fen * percent for fen, percent in parts]
    if sum(hundredths) < 0:
        return tuple(-part for part in _largest_remainder([-value for value in hundredths]))
    return _largest_remainder(hundredths)


def _largest_remainder(hundredths: Sequence[int]) -> tuple[Fen, ...]:
    total = half_up(sum(hundredths), 100)
    shares = [value // 100 for value in hundredths]
    by_remainder = sorted(range(len(shares)), key=lambda index: -(hundredths[index] % 100))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return tuple(shares)


def _check_percents(percents: Sequence[int]) -> None:
    if any(percent <= 0 for percent in percents) or sum(percents) != 100:
        raise InvalidInput(
            "shares_not_100",
            "各责任方的比例须为正整数，合计须为 100%，现在合计为 {total}%。请改正比例。",
            "Shares must be positive whole percents that sum to 100; they sum to {total}. "
            "Correct the shares.",
            field="liabilities",
            total=sum(percents),
        )


def parse_yuan(text: str, field: str, *, allow_negative: bool = False) -> Fen:
    """Return the fen of an amount in yuan as a person types it: ``168``, ``168.00``, ``1,299.50``.

    Full-width digits and signs of a Chinese input method and one leading ``¥``, before or after the
    sign, are understood.
    Raises InvalidInput on ``field``: ``missing_field``, ``bad_amount``, ``negative_amount``,
    ``amount_too_fine`` (more than two decimals) or ``amount_too_large`` (more than 10^12 fen).
    """
    typed = _LEAD.sub(r"\1", text.translate(_FULL_WIDTH).strip(), count=1)
    if not typed:
        raise InvalidInput(
            "missing_field", "请填写金额，例如 168.00。", "Enter an amount, such as 168.00.", field
        )
    match = _AMOUNT.fullmatch(typed) if len(typed) <= _MAX_CHARACTERS else None
    if match is None:
        raise InvalidInput(
            "bad_amount",
            "「{text}」不是金额。请以元为单位填写数字，例如 1299.50。",
            "“{text}” is not an amount. Enter a number of yuan, such as 1299.50.",
            field,
            text=text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8"),
        )
    cents = match["cents"] or ""
    fen = int(match["yuan"].replace(",", "")) * 100 + int(cents[:2].ljust(2, "0"))
    _check_amount(fen, match["sign"] == "-" and not allow_negative, len(cents) > 2, field)
    return -fen if match["sign"] == "-" else fen


def _check_amount(fen: Fen, is_forbidden_negative: bool, is_too_fine: bool, field: str) -> None:
    if is_too_fine:
        raise InvalidInput(
            "amount_too_fine",
            "金额最多两位小数。请精确到分。",
            "An amount has at most two decimals. Enter it to the fen.",
            field,
        )
    if is_forbidden_negative:
        raise InvalidInput(
            "negative_amount",
            "金额不能为负数。请填写零或正数。",
            "The amount cannot be negative. Enter zero or more.",
            field,
        )
    if fen > MAX_FEN:
        raise InvalidInput(
            "amount_too_large",
            "金额不能超过 100 亿元。请检查是否多输了数字。",
            "The amount cannot exceed 10,000,000,000 yuan. Check for extra digits.",
            field,
        )


def yuan(fen: Fen) -> str:
    """Return an amount in fen as yuan with two decimals and no separators: ``1299.50``."""
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{cents:02d}"
