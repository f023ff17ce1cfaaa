"""Codes that carry their Chinese and English names."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class NamedEnum(StrEnum):
    """A string code with its names: ``MEMBER = "code", "中文", "English"``."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str = "", en: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member

    def label(self, locale: str = "zh") -> str:
        """Return the name in the reader's language."""
        return self.en if locale.lower().startswith("en") else self.zh
