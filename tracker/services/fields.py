"""Bounded types for the services' signatures, and the check that blanks are no words."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, Len

from tracker.domain.errors import InvalidInput
from tracker.domain.money import MAX_FEN

Text8 = Annotated[str, Len(1, 8)]
Text16 = Annotated[str, Len(1, 16)]
Text20 = Annotated[str, Len(1, 20)]
Text40 = Annotated[str, Len(1, 40)]
Text80 = Annotated[str, Len(1, 80)]
Text200 = Annotated[str, Len(1, 200)]
Filter = Annotated[str, Len(0, 40)]
"""A key that bounds a report; empty for all."""
Note = Annotated[str, Len(0, 2000)]
"""Why, in words: the reason of an override, a remark."""
Code = Annotated[str, Len(0, 4096)]
"""Whatever a scanner typed."""
Fen = Annotated[int, Ge(0), Le(MAX_FEN)]
Minutes = Annotated[int, Ge(0), Le(10_000)]
StandardMinutes = Annotated[int, Ge(1), Le(1440)]
"""What an operation usually takes: at most a day."""
Quantity = Annotated[int, Ge(1), Le(10_000)]
Count = Annotated[int, Ge(0), Le(100_000)]
Signed = Annotated[int, Ge(-100_000), Le(100_000)]
"""A change of stock, in or out."""
CartonNo = Annotated[int, Ge(1), Le(99)]
"""Carton x of a shipment."""
Grams = Annotated[int, Ge(1), Le(1_000_000)]
Area = Annotated[int, Ge(1), Le(1_000_000)]
"""An area in mm²: up to one square metre."""
Year = Annotated[int, Ge(2000), Le(2100)]
Reason = Annotated[str, Len(1, 2000)]
"""Why, in words or as a code of the list of reasons; never empty."""


def required(text: str | None, field: str, zh: str, en: str) -> str:
    """Return ``text`` trimmed. Raises ``InvalidInput`` ``missing_field`` when nothing is written.

    ``zh`` and ``en`` say what to write.
    """
    if text is None or not text.strip():
        raise InvalidInput("missing_field", zh, en, field)
    return text.strip()


def reason_of(text: str) -> str:
    """Return a reason trimmed. Raises ``InvalidInput`` ``missing_field``."""
    return required(text, "reason", "请写明原因。", "Write the reason.")
