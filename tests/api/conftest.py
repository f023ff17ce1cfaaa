"""The cast of the demonstration chain as programs that call the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

JACKET = "6901234567892"


class Programs:
    """Each account's program; ``do`` takes one action and expects it to succeed."""

    def __init__(self, api: Callable[[str], Any]) -> None:
        self.api = api
        self.known: dict[str, Any] = {}

    def __call__(self, login: str) -> Any:
        """Return the program of an account, logged in once."""
        if login not in self.known:
            self.known[login] = self.api(login)
        return self.known[login]

    def take(self, login: str, path: str, action: str, **fields: Any) -> Any:
        """Return the answer of one action."""
        body = {"action": action, "action_id": str(uuid4()), **fields}
        return self(login).post(f"{path}/actions", body)

    def do(self, login: str, path: str, action: str, **fields: Any) -> dict[str, Any]:
        """Take an action that must succeed; return its body."""
        answer = self.take(login, path, action, **fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def scan(self, login: str = "store1", **fields: Any) -> Any:
        """Return the answer of a scan with everything filled in but what ``fields`` say."""
        return self(login).post("/scans", a_scan(login, **fields))

    def register(self, login: str = "store1", **fields: Any) -> dict[str, Any]:
        """Register a garment; return the registration."""
        answer = self.scan(login, **fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json["registration"])

    def version(self, path: str, login: str = "auditor") -> int:
        """Return a record's version."""
        return int(self(login).get(path).json["version"])

    def send(self, *garments: dict[str, Any], login: str = "store1", manager: str = "manager1"):
        """Accept, pack, seal and dispatch; return the shipment's path."""
        for garment in garments:
            self.do(manager, f"/registrations/{garment['no']}", "accept")
        site = garments[0]["site"]
        box = self(login).post(
            "/shipments", {"from_site": site, "to_site": "ASD", "kind": "weekly"}
        )
        path = f"/shipments/{box.json['no']}"
        for garment in garments:
            self.do(login, path, "pack", code=garment["piece_no"], carton=1)
        self.dispatch(login, path)
        return path

    def dispatch(self, login: str, path: str) -> None:
        """Seal and dispatch a box."""
        self.do(login, path, "seal")
        self.do(login, path, "dispatch", carrier="顺丰速运", tracking_no="SF100", freight_fen=2500)

    def count_in(self, login: str, path: str, *garments: dict[str, Any]) -> None:
        """Count blind and reconcile."""
        for garment in garments:
            self.do(login, path, "receive", code=garment["piece_no"])
        self.do(login, path, "reconcile")

    def at_after_sales(self, *garments: dict[str, Any], **who: str) -> str:
        """Bring garments to the after-sales department."""
        path = self.send(*garments, **who)
        self.count_in("clerk", path, *garments)
        return str(path)

    def scrap(self, garment: dict[str, Any], **fields: Any) -> None:
        """Assess a garment as scrap."""
        facts = {"quality": True, "repairable": False, "restorable": False}
        self.do("assessor", f"/registrations/{garment['no']}", "assess", **(facts | fields))

    def approved(self, *garments: dict[str, Any]) -> list[str]:
        """List scrapped garments and take their forms to approved; return the forms' numbers."""
        answer = self("clerk").post("/loss-forms", {"codes": [g["piece_no"] for g in garments]})
        assert answer.status_code == 201, answer.text
        forms = [form["no"] for form in answer.json["loss_forms"]]
        for no in forms:
            self.sign_off(f"/loss-forms/{no}")
        return forms

    def sign_off(self, path: str) -> None:
        """Take a draft through every step."""
        self.do("clerk", path, "submit")
        status = self("auditor").get(path).json["status"]
        signing = [("supplier1", "sign")] if status == "submitted" else []
        for login, step in [*signing, ("logistics", "confirm"), ("vp", "approve")]:
            self.do(login, path, step, if_version=self.version(path))


def a_scan(login: str = "store1", **fields: Any) -> dict[str, Any]:
    """Return the body of a scan that is complete but for what ``fields`` say."""
    body = {
        "scan_id": str(uuid4()),
        "site": f"S00{login[-1]}",
        "code": JACKET,
        "source": "stock",
        "defect": "FADE_BLEED",
        "position": "left_sleeve",
        "area_cm2": 2.5,
        "cause": "dyeing_finishing",
        "tag_intact": True,
        "accessories_intact": True,
        "number_intact": True,
        "production_year": 2026,
        "piece": "another",
    }
    return {name: value for name, value in (body | fields).items() if value is not ...}


@pytest.fixture
def programs(api: Callable[[str], Any]) -> Programs:
    """The programs of every account."""
    return Programs(api)
