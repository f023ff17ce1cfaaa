"""Scan tickets: they open the calls about scans alone, and the author stays who scanned."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.api.conftest import Programs, a_scan
from tests.story import Story
from tracker.models.account import Account, ScanTicket
from tracker.models.scan import Scan
from tracker.web.filters import moment

DEVICE = "3f1c2a52-9d0e-4a6b-8f53-0c1d2e3f4a5b"


class Page:
    """A scan page on a device: a browser that got its ticket, and calls with it."""

    def __init__(self, app: Flask, browser: Any) -> None:
        self.app = app
        self.issued = browser.post("/scan/ticket", json={"device": DEVICE})
        self.ticket = str(self.issued.json["ticket"]) if self.issued.status_code == 201 else ""

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API with the ticket, without any cookie."""
        return self.app.test_client().open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {self.ticket}"},
        )

    def post(self, path: str, body: Any) -> Any:
        """Post with the ticket."""
        return self.call("POST", path, body)


@pytest.fixture
def page(app: Flask, login: Any) -> Page:
    """The scan page of ``store1``."""
    return Page(app, login("store1"))


def test_a_browser_that_is_logged_in_gets_a_ticket_of_its_person_store_and_device(
    app: Flask, login: Any, story: Story
) -> None:
    browser = login("store1")
    told = browser.get("/scan/session")
    assert (told.status_code, told.json["login"]) == (200, "store1")
    assert told.json["site"] == {"code": "S001", "name": told.json["site"]["name"]}
    page = Page(app, browser)
    assert page.issued.status_code == 201
    kept = story.session.query(ScanTicket).one()
    assert (kept.account.login, kept.device, kept.revoked_at) == ("store1", DEVICE, None)
    assert kept.number in page.ticket
    assert page.issued.json["expires_at"] > page.issued.json["issued_at"]


def test_strangers_and_people_of_no_store_get_no_ticket(app: Flask, login: Any) -> None:
    assert app.test_client().get("/scan/session").status_code == 401
    assert login("clerk").get("/scan/session").status_code == 403
    assert Page(app, login("clerk")).issued.status_code == 403
    assert login("store1").post("/scan/ticket", json={"device": "x"}).status_code == 422


def test_a_ticket_opens_scans_and_nothing_else(page: Page, programs: Programs) -> None:
    assert page.post("/scans", a_scan()).status_code == 201
    assert page.post("/scans/batch", {"scans": [a_scan(piece="another")]}).status_code == 200
    assert page.call("GET", "/scans").status_code == 200
    garment = programs.register(piece="another")
    for method, path in [
        ("GET", "/registrations"),
        ("GET", f"/registrations/{garment['no']}"),
        ("GET", "/codes"),
        ("GET", "/shipments"),
        ("POST", f"/registrations/{garment['no']}/actions"),
        ("POST", "/shipments"),
        ("GET", f"/labels/{garment['piece_no']}.pdf"),
    ]:
        assert page.call(method, path, {} if method == "POST" else None).status_code == 401, path


def test_every_bit_of_a_ticket_counts(page: Page) -> None:
    true = page.ticket
    for place in range(len(true)):
        other = "A" if true[place] != "A" else "B"
        page.ticket = true[:place] + other + true[place + 1 :]
        answer = page.call("GET", "/scans")
        # the last character of the signature carries two bits that no reader sees
        assert answer.status_code == 401 or place == len(true) - 1, place


def test_the_author_stays_the_one_who_scanned(
    page: Page, app: Flask, login: Any, story: Story
) -> None:
    mine = page.post("/scans", a_scan()).json["scan_id"]
    theirs = Page(app, login("manager1")).post("/scans", a_scan(piece="another")).json["scan_id"]
    rows = {row.scan_id: (row.account.login, row.device) for row in story.session.query(Scan)}
    assert rows == {mine: ("store1", DEVICE), theirs: ("manager1", DEVICE)}
    makers = {
        row.scan_id: row.registration.registered_by.login for row in story.session.query(Scan)
    }
    assert makers == {mine: "store1", theirs: "manager1"}


def test_a_revoked_ticket_opens_nothing(page: Page, login: Any, story: Story) -> None:
    number = story.session.query(ScanTicket).one().number
    assert login("store2").post(f"/scan/devices/{number}/revoke").status_code == 404
    assert login("manager2").post(f"/scan/devices/{number}/revoke").status_code == 404
    assert page.call("GET", "/scans").status_code == 200
    assert login("manager1").post(f"/scan/devices/{number}/revoke").status_code == 303
    refused = page.post("/scans", a_scan())
    assert (refused.status_code, refused.json["status"]) == (401, 401)


@pytest.mark.parametrize("change", [{"is_active": False}, {"site_id": 2}])
def test_a_ticket_ends_with_its_persons_work_at_the_store(
    page: Page, story: Story, change: dict[str, Any]
) -> None:
    account = story.session.query(Account).filter_by(login="store1").one()
    for name, value in change.items():
        setattr(account, name, value)
    story.session.commit()
    assert page.post("/scans", a_scan()).status_code == 401


def test_a_server_restored_from_before_the_ticket_knows_it_still(page: Page, story: Story) -> None:
    story.session.query(ScanTicket).delete()
    story.session.commit()
    assert page.post("/scans", a_scan()).status_code == 201


def test_a_restored_server_asks_for_the_scans_it_lost(page: Page, story: Story) -> None:
    kept, lost, open_ = a_scan(), a_scan(piece="another"), a_scan(code="6900000000007")
    for body in (kept, lost, open_):
        page.post("/scans", body)
    ids = [body["scan_id"] for body in (kept, lost, open_)]
    assert page.post("/scans/known", {"scan_ids": ids}).json == {"missing": [ids[2]]}
    row = story.session.get(Scan, ids[1])
    story.session.delete(row)
    story.session.commit()
    assert page.post("/scans/known", {"scan_ids": ids}).json == {"missing": ids[1:]}
    assert page.post("/scans/known", {"scan_ids": ["x"]}).status_code == 422


def test_the_last_scan_is_taken_back_once(page: Page, programs: Programs) -> None:
    body = a_scan()
    made = page.post("/scans", body).json["registration"]
    undo = {"action_id": str(uuid4())}
    path = f"/scans/{body['scan_id']}/undo"
    first, again = page.post(path, undo), page.post(path, undo)
    told = {
        "scan_id": body["scan_id"],
        "outcome": "undone",
        "registration": {"no": made["no"], "status": "voided"},
    }
    assert (first.status_code, first.json, again.data) == (200, told, first.data)
    assert page.post(path, {"action_id": str(uuid4())}).status_code == 409
    assert page.post("/scans", body).json["registration"]["no"] == made["no"]


def test_nobody_takes_back_anothers_scan_nor_one_that_registered_nothing(
    page: Page, app: Flask, login: Any
) -> None:
    body, unknown = a_scan(), a_scan(code="6900000000007")
    page.post("/scans", body)
    page.post("/scans", unknown)
    undo = {"action_id": str(uuid4())}
    other = Page(app, login("store2"))
    assert other.post(f"/scans/{body['scan_id']}/undo", undo).status_code == 404
    refused = page.post(f"/scans/{unknown['scan_id']}/undo", undo)
    assert (refused.status_code, refused.json["code"]) == (409, "not_registered")


def test_a_device_holds_the_catalogue_without_prices(page: Page, programs: Programs) -> None:
    told = page.call("GET", "/scans/catalogue").json
    assert len(told["items"]) == 5
    assert told["next"] is None
    assert set(told["items"][0]) == {
        "barcode", "style_no", "name", "colour", "size", "fabric", "production_year",
    }  # fmt: skip
    same = page.call("GET", f"/scans/catalogue?since={told['version']}").json
    assert same == {"version": told["version"], "items": [], "next": None}
    manual = {"style_no": "9X01", "colour": "RD1", "size": "M", "supplier": "SUP01"}
    assert programs.scan(code="6900000000007", manual=manual).status_code == 201
    changed = page.call("GET", f"/scans/catalogue?since={told['version']}").json
    assert len(changed["items"]) == 6
    assert changed["version"] != told["version"]


def test_ones_own_latest_scans_stand_newest_first(page: Page, programs: Programs) -> None:
    done, unknown = a_scan(), a_scan(code="6900000000007")
    page.post("/scans", done)
    page.post("/scans", unknown)
    programs.scan("manager1", piece="another", site="S001")
    rows = page.call("GET", "/scans?limit=5").json["items"]
    assert [(row["scan_id"], row["outcome"], row["code"]) for row in rows] == [
        (unknown["scan_id"], "needs_input", "unknown_code"),
        (done["scan_id"], "done", None),
    ]
    assert rows[1]["registration"]["status"] == "registered"
    assert page.call("GET", "/scans?limit=0").status_code == 422


def test_a_station_asks_before_the_form_is_filled(page: Page, programs: Programs) -> None:
    new = page.call("GET", "/scans/look-up?code=6901234567892").json
    assert (new["product"]["style_no"], new["earlier"]) == ("2613M04012", None)
    assert not any("price" in name for name in new["product"])
    known = programs.register()
    told = page.call("GET", "/scans/look-up?code=6901234567892").json
    assert told["earlier"] == {"no": known["no"], "piece_no": known["piece_no"]}
    unique = page.call("GET", "/scans/look-up?code=(01)06901234567892(21)NEW").json
    assert (unique["product"]["style_no"], unique["earlier"]) == ("2613M04012", None)
    for code, status, why in [
        (known["piece_no"], 409, "already_registered"),
        ("6900000000007", 422, "unknown_code"),
        ("6901234567890", 422, "bad_check_digit"),
        ("", 422, "empty"),
    ]:
        refused = page.call("GET", f"/scans/look-up?code={code}")
        assert (refused.status_code, refused.json["code"]) == (status, why)


def test_the_list_of_devices_says_when_each_last_sent_a_scan(
    app: Flask, page: Page, login: Any, story: Story
) -> None:
    def uses() -> list[str]:
        return [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(
                r'data-label="最近使用">(.*?)</td>', login("store1").get("/scan/devices").text
            )
        ]

    assert uses() == ["暂无"]
    assert page.post("/scans", a_scan()).status_code == 201
    arrived = story.session.query(Scan).one().arrived_at
    assert uses() == [moment(arrived)]
    assert f'data-device="{DEVICE}"' in login("store1").get("/scan/devices").text
