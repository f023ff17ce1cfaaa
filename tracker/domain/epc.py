"""The code of an RFID hang tag: SGTIN-96, a trade item's number and serial in 96 bits."""

from __future__ import annotations

from tracker.domain.number import gtin_check_digit

_COMPANY = ((40, 12), (37, 11), (34, 10), (30, 9), (27, 8), (24, 7), (20, 6))
"""Bits and digits of the company prefix by partition; the item takes the rest of 44 and 13."""
_SERIAL_BITS, _ITEM_BITS = 38, 44


def sgtin96(digits: str) -> tuple[str, str] | None:
    """Return GTIN-14 and serial of 24 hexadecimal digits that begin with 30 (conventions 2.3).

    ``None`` where no partition is such, or a number has more digits than its partition allows.
    """
    bits = int(digits, 16)
    serial = bits & (1 << _SERIAL_BITS) - 1
    both = bits >> _SERIAL_BITS & (1 << _ITEM_BITS) - 1
    partition = bits >> (_SERIAL_BITS + _ITEM_BITS) & 7
    if partition >= len(_COMPANY):
        return None
    company_bits, company_digits = _COMPANY[partition]
    company, item = divmod(both, 1 << (_ITEM_BITS - company_bits))
    item_digits = 13 - company_digits
    if company >= 10**company_digits or item >= 10**item_digits:
        return None
    indicator, reference = f"{item:0{item_digits}d}"[0], f"{item:0{item_digits}d}"[1:]
    body = f"{indicator}{company:0{company_digits}d}{reference}"
    return body + gtin_check_digit(body), str(serial)
