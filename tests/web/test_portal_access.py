"""Nothing of another supplier by any route: log-in, token, link, searched for its canaries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.paper import page_texts
from tests.story import Story
from tests.web.portal import Party, link, suppliers
from tracker import edge
from tracker.db import utc_now
from tracker.domain.access_link import Noun
from tracker.domain.account import Role
from tracker.queries import loss
from tracker.web import portal

NOUNS = {"loss_form": "form", "statement": "statement"}
STORE_NAMES = ("广州天河店", "S001")


@pytest.fixture(autouse=True)
def _unhurried(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace of an address is not what these tests are about."""
    monkeypatch.setattr(portal, "PACE_OF", portal.Pace())
    monkeypatch.setattr(portal.Pace, "count", lambda *_counted: None)


@pytest.fixture
def parties(app: Flask, story: Story) -> dict[str, Party]:
    """Two suppliers with forms, disputes, photos and statements."""
    found = suppliers(story, edge.photo_folder())
    story.now = utc_now()
    return found


def _filled(rule: Any, theirs: Party, secret: str) -> Iterator[str]:
    """Yield the addresses of a route with everything in it that is another's."""
    document = theirs.statement if "statement" in rule.rule else theirs.form
    numbers = [theirs.form, theirs.disputed] if document == theirs.form else [document]
    if "registration" in rule.rule or "/photos" not in rule.rule:
        numbers += theirs.registrations[:1]
    for no in numbers:
        path = re.sub(r"<int:[a-z_]+>", str(theirs.photo), rule.rule)
        for name, value in {
            "no": str(theirs.photo) if rule.rule.startswith(("/photos", "/api/v1/photos")) else no,
            "registration_no": theirs.registrations[0],
            "piece_no": theirs.pieces[0],
            "month": "2026-11",
            "action": "sign" if "loss" in rule.rule else "agree",
            "ext": "pdf",
            "entry_no": f"{theirs.form}-1",
            "secret": secret,
        }.items():
            path = re.sub(rf"<([a-z]+:)?{name}>", value, path)
        yield re.sub(r"<[^>]+>", "x", path)


def _texts(answer: Any) -> str:
    """What an answer says: a PDF's text too."""
    if answer.content_type == "application/pdf":
        return "\n".join(page_texts(answer.data))
    return str(answer.get_data().decode("utf-8", "replace"))


def _asked(path: str, canaries: set[str]) -> set[str]:
    return {canary for canary in canaries if canary in path}


def _is_of_another(rule: Any, path: str, theirs: Party) -> bool:
    numbers = {theirs.form, theirs.disputed, theirs.statement, *theirs.registrations}
    return bool(_asked(path, numbers)) or "/photos/" in rule.rule


def test_no_route_tells_a_supplier_of_another_by_log_in_or_token(
    app: Flask, login: Any, api: Any, story: Story, parties: dict[str, Party]
) -> None:
    cells = 0
    for ours, theirs in (("SUP01", "SUP02"), ("SUP02", "SUP01")):
        browser, program = login(parties[ours].login), api(parties[ours].login)
        for rule in app.url_map.iter_rules():
            if rule.endpoint.endswith("static") or rule.endpoint in ("account.log_out",):
                continue
            is_api = rule.rule.startswith("/api/v1")
            access = edge.declared_access(rule.endpoint) or frozenset()
            for path in _filled(rule, parties[theirs], "x" * 43):
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    body = {"action_id": str(uuid4()), "if_version": "2", "reason": "x"}
                    answer = (
                        program.client.open(path, method=method, headers=program.headers, json=body)
                        if is_api
                        else browser.open(path, method=method, data=body)
                    )
                    cells += 1
                    said, canaries = _texts(answer), parties[theirs].canaries
                    leaked = {one for one in canaries - _asked(path, canaries) if one in said}
                    assert leaked == set(), (method, path)
                    if not _is_of_another(rule, path, parties[theirs]) or access == edge.PUBLIC:
                        continue
                    if Role.SUPPLIER in access and method == "GET":
                        assert answer.status_code == 404, (method, path)
                    assert answer.status_code in (302, 303, 403, 404, 415, 422), (method, path)
        story.session.rollback()
    assert story.form(parties["SUP02"].form).status == "submitted"
    assert story.form(parties["SUP01"].form).status == "submitted"
    assert story.statement(parties["SUP02"].statement).status == "issued"
    assert cells > 700


@pytest.mark.parametrize("noun", NOUNS)
def test_no_page_of_a_link_tells_of_another_party_a_customer_or_a_store(
    app: Flask, story: Story, parties: dict[str, Party], noun: str
) -> None:
    for ours, theirs in (("SUP01", "SUP02"), ("SUP02", "SUP01")):
        own, other = parties[ours], parties[theirs]
        secret = link(story, getattr(own, NOUNS[noun]), Noun(noun))
        browser = app.test_client()
        seen = 0
        for rule in app.url_map.iter_rules():
            if not rule.endpoint.startswith("portal.") or "GET" not in (rule.methods or ()):
                continue
            for path in _filled(rule, other, secret):
                answer = browser.get(path)
                said = _texts(answer)
                assert answer.status_code == (404 if "/photos/" in path else 200), path
                told = other.canaries | {own.disputed}
                assert {one for one in (*told, *STORE_NAMES) if one in said} == set(), path
                seen += 1
        assert seen >= 5
        assert getattr(own, NOUNS[noun]) in browser.get(f"/l/{secret}").text


def test_a_shared_garment_tells_each_party_its_own_share_alone(
    app: Flask, login: Any, api: Any, story: Story, parties: dict[str, Party]
) -> None:
    own, other = parties["SUP01"], parties["SUP02"]
    rows = loss.forms(story.session, story.actor("auditor"), statuses=["approved"])
    forms = {one.party: one.no for one in rows}
    for path in (f"/loss-forms/{forms['SUP01']}", f"/statements/{own.statement}"):
        for said in (
            login("supplier1").get(path).text,
            _texts(login("supplier1").get(f"{path}.pdf")),
            api("supplier1").get(path).text,
        ):
            assert other.name not in said, path
            assert "SUP02" not in said, path
            assert "40%" not in said, path
            assert not any(name in said for name in STORE_NAMES), path


def test_a_link_posts_to_no_other_document(
    app: Flask, story: Story, parties: dict[str, Party]
) -> None:
    secret = link(story, parties["SUP01"].form)
    told = {"action_id": str(uuid4()), "signer": "某人", "if_version": "2"}
    browser = app.test_client()
    for path in (f"/loss-forms/{parties['SUP02'].form}/actions/sign", "/links/1/revoke"):
        assert browser.post(path, data=told).location.startswith("/login"), path
    assert browser.post(f"/l/{secret}/actions/agree", data=told).status_code == 404
    assert browser.post(f"/l/{'x' * 43}/actions/sign", data=told).status_code == 404
    assert story.form(parties["SUP01"].form).status == "submitted"


def test_a_stores_manager_is_told_of_no_supplier_on_his_papers(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.received(cause="storage")
    story.scrap(no)
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    for path in (f"/loss-forms/{form}", f"/loss-forms/{form}.pdf"):
        said = _texts(login("manager1").get(path))
        assert form in said, path
        assert "锦程" not in said, path
        assert "SUP01" not in said, path
