"""Every route says who may call it, and a GET writes nothing."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import event

from tests.story import Story
from tracker import edge
from tracker.extensions import csrf, db


def test_every_route_declares_who_may_call_it(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        undeclared = [
            rule.endpoint
            for rule in sqlite_app.url_map.iter_rules()
            if edge.declared_access(rule.endpoint) is None
        ]
    assert undeclared == []


def test_an_undeclared_route_answers_nobody(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context("/"):
        sqlite_app.view_functions["nobody"] = lambda: "secret"
        try:
            assert edge.declared_access("nobody") is None
        finally:
            del sqlite_app.view_functions["nobody"]


def test_the_extension_guards_all_but_the_api_and_links_whose_forms_check_it(
    sqlite_app: Flask,
) -> None:
    """A link's pages send no referrer, which the extension asks for; see the test of its token."""
    exempt = {blueprint.name for blueprint in csrf._exempt_blueprints if blueprint}
    assert exempt == {"api", "portal"}
    assert csrf._exempt_views == set()


def test_strangers_are_sent_to_the_log_in_from_every_page(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    for rule in sqlite_app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
            continue
        path = _filled(rule.rule)
        with sqlite_app.app_context():
            is_public = edge.declared_access(rule.endpoint) == edge.PUBLIC
        answer = client.get(path)
        if rule.endpoint.startswith("api."):
            assert answer.status_code == 401 or is_public, path
        elif not is_public:
            assert answer.status_code == 302, path
            assert answer.location.startswith("/login"), path


def test_a_get_never_writes(app: Flask, story: Story, login) -> None:  # type: ignore[no-untyped-def]
    no = story.register()
    browsers = [login(name) for name in ("store1", "supervisor", "finance")]
    statements: list[str] = []

    def note(_conn, _cursor, statement, *_more):  # type: ignore[no-untyped-def]
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and not rule.endpoint.endswith("static"):
                for browser in browsers:
                    answer = browser.get(_filled(rule.rule, no))
                    assert answer.status_code < 500, rule.rule
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    writes = [s for s in statements if s.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert writes == []


def _filled(rule: str, no: str = "DJ000000000") -> str:
    path = rule.replace("<int:number>", "1")
    for name in ("no", "piece_no", "month", "action", "code", "noun", "filename", "ext"):
        for form in (f"<{name}>", f"<path:{name}>", f"<string:{name}>"):
            path = path.replace(form, {"month": "2026-11", "no": no}.get(name, "x"))
    return path
