"""Numbers of pieces, registrations and documents.

Piece, registration and delivery numbers carry a check character (ISO 7064 MOD 37,36) and may have
gaps; the numbers of money and custody documents are gap-free and count up within a year.
"""

from __future__ import annotations

import re
from enum import StrEnum

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PIECE = re.compile(r"P[0-9]{8}[0-9A-Z]")
_MAX_SEQUENCE = 99_999_999
FIRST_RESERVED = 50_000_001
"""From here on piece numbers are those of pre-printed rolls; below, those that are minted."""


class DocumentPrefix(StrEnum):
    """What a document number begins with."""

    SHIPMENT = "FH"
    DISCREPANCY = "CY"
    LOSS_FORM = "BS"
    DESTRUCTION = "XH"
    DEDUCTION = "KK"
    ACCOUNT = "DZ"


def check_character(body: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character of ``body`` (digits and capital letters).

    It catches every single wrong character and 99 in 100 swaps of neighbours. Raises ValueError
    for an empty body or a character outside 0-9 and A-Z.
    """
    if not body:
        raise ValueError("there is nothing to compute a check character of")
    product = 36
    for character in body:
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def gtin_check_digit(digits: str) -> str:
    """Return the check digit of a GTIN's digits before it: weights 3 and 1 from the right."""
    values = [int(digit) for digit in reversed(digits)]
    return str(-(3 * sum(values[0::2]) + sum(values[1::2])) % 10)


def piece_no(sequence: int) -> str:
    """Return the piece number of a garment: ``P``, eight digits, check character.

    Raises ValueError unless ``sequence`` is from 1 to 99,999,999.
    """
    return _with_check("P", sequence)


def registration_no(sequence: int) -> str:
    """Return a registration's number: ``DJ``, eight digits, check character.

    Raises ValueError unless ``sequence`` is from 1 to 99,999,999.
    """
    return _with_check("DJ", sequence)


def delivery_no(sequence: int) -> str:
    """Return our own number of a delivery: ``DH``, eight digits, check character.

    Raises ValueError unless ``sequence`` is from 1 to 99,999,999.
    """
    return _with_check("DH", sequence)


def is_piece_no(text: str) -> bool:
    """Return whether ``text`` is a piece number in normal form with its right check character."""
    return _PIECE.fullmatch(text) is not None and check_character(text[:-1]) == text[-1]


def has_piece_shape(text: str) -> bool:
    """Return whether ``text`` is written like a piece number; its check character may be wrong."""
    return _PIECE.fullmatch(text) is not None


def document_no(prefix: DocumentPrefix, year: int, sequence: int) -> str:
    """Return a document's number such as ``BS-2026-000001``; past 999,999 it grows wider.

    Raises ValueError for a year outside 2000 to 9999 or a sequence below 1.
    """
    if not 2000 <= year <= 9999 or sequence < 1:
        raise ValueError("a document number needs a year of four digits and a sequence from 1")
    return f"{prefix.value}-{year}-{sequence:06d}"


def _with_check(prefix: str, sequence: int) -> str:
    if not 1 <= sequence <= _MAX_SEQUENCE:
        raise ValueError(f"the sequence must be from 1 to {_MAX_SEQUENCE}")
    body = f"{prefix}{sequence:08d}"
    return body + check_character(body)
