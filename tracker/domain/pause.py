"""Pauses: what the work on a garment may wait for."""

from __future__ import annotations

from tracker.domain.named import NamedEnum


class Pause(NamedEnum):
    """What the work on a garment waits for. The 15 days run on (journey: the clocks)."""

    CUSTOMER = "customer", "等顾客答复", "Waits for the customer"
    PARTS = "parts", "等辅料", "Waits for parts"
    OUTSIDE = "outside", "等外修单位", "Waits for the outside repairer"
    FABRIC = "fabric", "等面料商", "Waits for the fabric maker"
    SUPPLIER = "supplier", "等供应商答复", "Waits for the supplier"
