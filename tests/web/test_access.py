"""Who sees what: every page × every role, with canaries of another store, a customer, a price."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.kept import kept
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.account import COST_ROLES
from tracker.services import demo
from tracker.services.registration import CustomerName
from tracker.web import portal

PHONE = "13987651234"
NAME = "欧阳锋芒"
PRICES = ("168.00", "189.84", "279.60", "16800", "18984", "27960")
LOGINS = [login for login, *_rest in demo.ACCOUNTS]
STRANGERS = ["store2", "manager2", "store3", "manager3", "supplier1", "admin"]


@pytest.fixture(autouse=True)
def _first_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    """No earlier test has hurried the links of this address."""
    monkeypatch.setattr(portal, "PACE_OF", portal.Pace())


@pytest.fixture
@kept
def canaries(story: Story) -> dict[str, str]:
    """A customer's garment of S001, repaired and under way back, and one on a form."""
    mended = story.register_customer(customer=CustomerName(NAME, PHONE))
    scrapped = story.register(cause="storage")
    story.wait(minutes=1)
    first = story.at_after_sales(mended, scrapped)
    story.repair(mended)
    story.scrap(scrapped)
    [form] = story.list_on_forms(scrapped)
    story.do("clerk", "loss_form", form, "submit")
    return {
        "registration": mended,
        "piece_no": story.piece_no(mended),
        "other": scrapped,
        "shipment": first,
        "form": form,
    }


def _paths(app: Flask, canaries: dict[str, str]) -> list[str]:
    paths = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
            continue
        if rule.endpoint.startswith("api."):
            continue
        numbers = {
            "/registrations": canaries["registration"],
            "/shipments": canaries["shipment"],
            "/loss": canaries["form"],
        }
        number = next((n for start, n in numbers.items() if rule.rule.startswith(start)), "x")
        path = rule.rule.replace("<piece_no>", canaries["piece_no"]).replace("<no>", number)
        path = path.replace("<month>", "2026-11").replace("<action>", "accept")
        paths.append(path.replace("<path:filename>", "x").replace("<ext>", "pdf"))
    searches = [canaries["piece_no"], PHONE[-4:], "T-20261001-8", f"SF-{canaries['shipment']}"]
    return [*paths, *(f"/registrations?q={q}" for q in searches), "/registrations?site=S001"]


@pytest.mark.parametrize("login_name", LOGINS)
def test_no_page_fails_or_tells_what_is_not_the_readers(
    app: Flask, login: Any, story: Story, canaries: dict[str, str], login_name: str
) -> None:
    """A customer's name and number nobody; another store's records, and prices, not everybody."""
    secrets = {PHONE, NAME}
    if not (story.actor(login_name).is_any(COST_ROLES) or login_name == "manager1"):
        secrets.update(PRICES)
    browser = login(login_name)
    for path in _paths(app, canaries):
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        told = {secret for secret in secrets if secret.encode() in answer.data}
        assert told == set(), path
        if login_name in STRANGERS:
            _is_not_found(path, answer, set(canaries.values()))


def _is_not_found(path: str, answer: Any, canaries: set[str]) -> None:
    assert answer.status_code in (200, 403, 404), (path, answer.status_code)
    asked = {canary for canary in canaries if canary in path}
    told = {canary for canary in canaries - asked if canary.encode() in answer.data}
    assert told == set(), path
    if asked and not path.startswith("/registrations?"):
        assert answer.status_code in (403, 404), path


def test_the_liable_stores_manager_sees_his_own_form(
    app: Flask, login: Any, canaries: dict[str, str]
) -> None:
    assert login("manager1").get(f"/loss-forms/{canaries['form']}").status_code == 200
    assert login("store1").get(f"/loss-forms/{canaries['form']}").status_code in (403, 404)


def test_a_supplier_sees_only_its_own_form(app: Flask, login: Any, story: Story) -> None:
    ours = story.scrapped()
    theirs = story.received(code="6921012340004", **SUPPLIER_FAULT)
    story.scrap(theirs)
    first, second = story.list_on_forms(ours, theirs)
    for form in (first, second):
        story.do("clerk", "loss_form", form, "submit")
    browser = login("supplier1")
    assert browser.get(f"/loss-forms/{first}").status_code == 200
    assert browser.get(f"/loss-forms/{second}").status_code == 404
    page = browser.get("/loss-forms").text
    assert first in page
    assert second not in page


def test_the_receiver_counts_blind_on_every_page(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    box = story.send(no)
    piece = story.piece_no(no)
    browser = login("clerk")
    for path in (f"/shipments/{box}", f"/shipments/{box}/contents", "/shipments", "/"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert piece not in answer.text, path
    assert browser.get(f"/shipments/{box}.pdf").status_code in (403, 404)


@pytest.mark.parametrize(
    ("login_name", "path"),
    [
        ("store2", "/registrations/{registration}/actions/accept"),
        ("manager2", "/registrations/{registration}/actions/hand_over"),
        ("store2", "/shipments/{shipment}/actions/seal"),
        ("manager2", "/loss-forms/{form}/actions/sign"),
        ("supplier1", "/loss-forms/{form}/actions/sign"),
    ],
)
def test_no_action_reaches_another_stores_record(
    app: Flask, login: Any, story: Story, canaries: dict[str, str], login_name: str, path: str
) -> None:
    from uuid import uuid4

    answer = login(login_name).post(
        path.format(**canaries), data={"action_id": str(uuid4()), "if_version": "1"}
    )
    assert answer.status_code in (403, 404)
