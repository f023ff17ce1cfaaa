"""Amounts as paper wants them: grouped digits and the capitals that nobody can alter (大写金额)."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_LIMIT_FEN = 10**15


def yuan(fen: int) -> str:
    """Return an amount in fen as yuan with two decimals and grouped thousands: `1,299.50`."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def capitals(fen: int) -> str:
    """Return an amount in fen in capitals, without the prefix 人民币.

    An amount that ends at 元 is closed with 整; one that ends at 角 or 分 is not. A zero between
    digits is written once; zeros right before 万, 亿 and 元 are not written. A negative amount
    starts with 负. Raises `ValueError` beyond 10^15 fen.
    """
    if abs(fen) > _LIMIT_FEN:
        raise ValueError(f"amount out of range for capitals: {fen} fen")
    if fen == 0:
        return "零元整"
    sign = "负" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    text = f"{_integer(whole)}元" if whole else ""
    if not rest:
        return f"{sign}{text}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif whole:
        text += "零"
    if cents:
        text += f"{_DIGITS[cents]}分"
    return sign + text


def count_capitals(count: int) -> str:
    """Return a number of pieces in capitals: 12 is 壹拾贰. Raises `ValueError` below zero."""
    if count < 0:
        raise ValueError(f"a count cannot be negative: {count}")
    return _integer(count) if count else "零"


def _integer(number: int) -> str:
    """Return a positive integer below 10^16 in capitals."""
    upper, lower = divmod(number, 10**8)
    text = f"{_below_yi(upper)}亿" if upper else ""
    if lower and upper and lower < 10**7:
        text += "零"
    return text + _below_yi(lower)


def _below_yi(number: int) -> str:
    upper, lower = divmod(number, 10**4)
    text = f"{_below_wan(upper)}万" if upper else ""
    if lower and upper and lower < 10**3:
        text += "零"
    return text + _below_wan(lower)


def _below_wan(number: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += f"{'零' if gap else ''}{_DIGITS[digit]}{_PLACES[place]}"
        gap = False
    return text
