"""The import of deliveries from a file: refused whole, every bad row named; repeating is harmless.

One row is one SKU of one delivery: ``site,delivery_no,received_on,barcode,quantity``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.calendar import shanghai_date
from tracker.domain.delivery import Origin
from tracker.domain.errors import InvalidInput
from tracker.models.site import Site
from tracker.queries import delivery as queries
from tracker.queries import site as sites
from tracker.services import delivery
from tracker.services.act import Act
from tracker.services.rows import (
    BadFile,
    BadRow,
    Counts,
    Row,
    Watch,
    checked,
    repeated,
    text_of,
    wrong,
)

COLUMNS = ("site", "delivery_no", "received_on", "barcode", "quantity")
MAX_QUANTITY = 10_000
_DAY = re.compile(r"(20[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})( 00:00:00)?")
_QUANTITY = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True)
class _Line:
    site: str
    delivery_no: str
    received_on: date
    sku_id: int
    barcode: str
    quantity: int

    @property
    def key(self) -> tuple[str, str]:
        return self.site, self.delivery_no


class _Reader:
    """Reads rows; sites and barcodes that were found once are remembered."""

    def __init__(self, act: Act) -> None:
        self._act, self._today = act, shanghai_date(act.now)
        self.stores: dict[str, Site] = {}
        self._skus: dict[str, tuple[int, str]] = {}

    def line(self, row: Row) -> _Line:
        """Return a row's line. Raises ``InvalidInput`` with the column that is wrong."""
        values = row.values
        return _Line(
            self._site(values["site"].upper()),
            text_of(values, "delivery_no", 40),
            self._day(values["received_on"]),
            *self._sku(values["barcode"]),
            _quantity(values["quantity"]),
        )

    def _site(self, code: str) -> str:
        if code not in self.stores:
            store = sites.store(self._act.session, code)
            if store is None:
                raise wrong("site", "没有这家店铺。", "There is no such store.")
            self.stores[code] = store
        return code

    def _day(self, typed: str) -> date:
        found = _DAY.fullmatch(typed)
        try:
            day = date(*(int(part) for part in found.groups()[:3])) if found else None
        except ValueError:
            day = None
        if day is None:
            raise wrong(
                "received_on",
                "请填写日期，例如 2026-11-20。",
                "Write a date, such as 2026-11-20.",
            )
        delivery.check_day(day, self._today)
        return day

    def _sku(self, barcode: str) -> tuple[int, str]:
        if barcode not in self._skus:
            try:
                sku = delivery.sku_of(self._act, barcode)
            except InvalidInput:
                raise wrong(
                    "barcode",
                    "商品资料里没有这个条码。",
                    "The catalogue does not know this barcode.",
                ) from None
            self._skus[barcode] = sku.id, delivery.code_of(sku)
        return self._skus[barcode]


def _quantity(typed: str) -> int:
    if not _QUANTITY.fullmatch(typed) or not 1 <= int(typed) <= MAX_QUANTITY:
        raise wrong(
            "quantity",
            f"请填写 1 到 {MAX_QUANTITY} 的整数。",
            f"A whole number from 1 to {MAX_QUANTITY}.",
        )
    return int(typed)


def import_deliveries(act: Act, rows: Sequence[Row], watch: Watch = iter) -> Counts:
    """Import deliveries at any store; one that stands with the same contents is left as it is.

    Raises ``BadFile`` with every bad row; then nothing is imported.
    """
    reader = _Reader(act)
    lines = checked(rows, reader.line, watch)
    bad = _contradictions(lines) or _clashes(act, reader, lines)
    if bad:
        raise BadFile(sorted(bad, key=lambda row: row.number))
    made = known = 0
    for (site, number), group in _grouped(lines).items():
        brought = {line.sku_id: line.quantity for _row, line in group}
        day = group[0][1].received_on
        _kept, is_new = delivery.keep(act, reader.stores[site], number, day, brought, Origin.IMPORT)
        made, known = made + is_new, known + (not is_new)
    return Counts(made, known)


def _grouped(
    lines: Sequence[tuple[int, _Line]],
) -> dict[tuple[str, str], list[tuple[int, _Line]]]:
    groups: dict[tuple[str, str], list[tuple[int, _Line]]] = {}
    for number, line in lines:
        groups.setdefault(line.key, []).append((number, line))
    return groups


def _contradictions(lines: Sequence[tuple[int, _Line]]) -> list[BadRow]:
    """Return the rows that name a SKU twice in a delivery, or another day than its first row."""
    bad: list[BadRow] = []
    for group in _grouped(lines).values():
        first, same = group[0]
        bad += repeated([(number, line.barcode) for number, line in group], "barcode")
        bad += [
            BadRow(
                number,
                f"received_on: 与第 {first} 行是同一张到货单，收货日期却不同。",
                f"received_on: it differs from row {first} of the same delivery.",
            )
            for number, line in group
            if line.received_on != same.received_on
        ]
    return bad


def _clashes(act: Act, reader: _Reader, lines: Sequence[tuple[int, _Line]]) -> list[BadRow]:
    """Return the first row of each delivery that stands already with other contents."""
    bad = []
    for (site, number), group in _grouped(lines).items():
        standing = queries.by_delivery_no(act.session, reader.stores[site].id, number)
        brought = {line.sku_id: line.quantity for _row, line in group}
        first, same = group[0]
        if standing and not delivery.is_same(act, standing, same.received_on, brought):
            refusal = delivery.differs(standing)
            zh, en = refusal.message("zh"), refusal.message("en")
            bad.append(BadRow(first, f"delivery_no: {zh}", f"delivery_no: {en}"))
    return bad
