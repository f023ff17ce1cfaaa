"""A trade item's number and serial out of the carriers of GS1: element string and web link.

``tag.py`` imports this module when the first such code comes: its library takes a sixth of a second
to load, and most tags are plain barcodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

_ITEM_IN_PATH = re.compile(r"/01/[0-9]{12,14}(?:/|$)")


@dataclass(frozen=True)
class TradeItem:
    """A GTIN of 14 digits, its check digit unchecked, and the serial number of one piece of it."""

    gtin14: str
    serial: str | None


def of_element_string(text: str) -> TradeItem | None:
    """Return the item of an element string, its separators as ``\\x1d`` or its numbers in
    parentheses; ``None`` where it is none or names no item."""
    try:
        read = GS1Message.parse_hri if text.startswith("(") else GS1Message.parse
        return _item(read(text).element_strings)
    except (ParseError, ValueError):
        return None


def of_link(url: str) -> TradeItem | None:
    """Return the item of a GS1 Digital Link; ``None`` for every other address."""
    address = url.split("#")[0].split("?")[0].rstrip("/")
    if not _ITEM_IN_PATH.search(address):
        return None
    try:
        return _item(GS1DigitalLinkURI.parse(address).element_strings)
    except (ParseError, ValueError):
        return None


def _item(elements: Iterable[GS1ElementString]) -> TradeItem | None:
    values = {element.ai.ai: element.value for element in reversed(list(elements))}
    if "01" not in values:
        return None
    return TradeItem(values["01"], values.get("21"))
