"""How tests press the buttons of a page: a form with its own key, a scan with its row."""

from __future__ import annotations

from typing import Any
from uuid import uuid4


def key() -> dict[str, str]:
    """Return the key of a form of its own."""
    return {"action_id": str(uuid4())}


def post(browser: Any, path: str, **fields: Any) -> Any:
    """Send a form."""
    return browser.post(path, data={**key(), **fields})


def scan(browser: Any, box: str, action: str, code: str, **fields: Any) -> Any:
    """Scan a garment into, out of or at a box."""
    headers = {"HX-Request": "true"}
    path = f"/shipments/{box}/scans/{action}"
    return browser.post(path, data={**key(), "code": code, **fields}, headers=headers)
