"""The commands: what they print, what they refuse, and their exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.story import Story
from tracker.db import utc_now
from tracker.queries import account as accounts
from tracker.queries import catalog


@pytest.fixture
def run(app: Flask) -> Any:
    """Run a command and return its result."""

    def command(*arguments: object, given: str | None = None) -> Result:
        return app.test_cli_runner().invoke(args=[str(part) for part in arguments], input=given)

    return command


def test_a_token_is_printed_alone_and_opens_the_api(run: Any, client: Any):
    told = run("tokens", "issue", "--user", "store1", "--days", 3)
    assert (told.exit_code, told.stdout.count("\n")) == (0, 1)
    token = told.stdout.strip()
    answer = client.get("/api/v1/codes", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_token_for_nobody_is_refused(run: Any):
    told = run("tokens", "issue", "--user", "nobody")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "nobody" in told.stderr


def test_an_added_account_may_call(run: Any, session: Any):
    told = run(
        "users", "add", "--login", "New1", "--name", "李四", "--role", "store_staff", "--site",
        "S002", given="a-long-password\na-long-password\n",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    made = accounts.by_login(session, "new1")
    assert made is not None
    assert (made.name, made.role, made.site.code) == ("李四", "store_staff", "S002")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--login", "store1", "--role", "store_staff", "--site", "S001"), "taken"),
        (("--login", "new2", "--role", "store_staff", "--site", "S999"), "S999"),
        (("--login", "new2", "--role", "supplier", "--site", "HQ"), "supplier"),
    ],
)
def test_an_account_that_cannot_be_is_refused(run: Any, options: tuple[str, ...], reason: str):
    told = run("users", "add", "--name", "X", "--password", "a-long-password", *options)
    assert told.exit_code == 1
    assert reason in told.stderr


def test_the_month_is_reported_submitted_and_closed_by_two_people(
    run: Any, story: Story, session: Any
):
    story.sign_off(story.list_on_forms(story.scrapped())[0])
    session.rollback()
    told = run("month", "report", "2026-11", "--user", "finance", "--format", "json")
    assert json.loads(told.stdout)["totals"]["amount_fen"] == 19484 - 500
    text = run("month", "report", "2026-11", "--user", "finance").stdout.splitlines()
    assert text[0] == "2026-11  189.84  (1 lines)"

    assert run("month", "submit", "2026-11", "--user", "clerk").exit_code == 1
    assert run("month", "submit", "2026-11", "--user", "supervisor").stdout == "2026-11 in_review\n"
    assert run("month", "close", "2026-11", "--user", "supervisor").exit_code == 1
    assert run("month", "close", "2026-11", "--user", "finance").stdout == "2026-11 closed\n"
    again = run("month", "close", "2026-11", "--user", "finance")
    assert (again.exit_code, again.stdout) == (1, "")


def test_a_report_is_written_to_a_file(run: Any, story: Story, session: Any, tmp_path: Path):
    story.sign_off(story.list_on_forms(story.scrapped())[0])
    session.rollback()
    for kind, start in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfamount")):
        file = tmp_path / f"report.{kind}"
        told = run(
            "month", "report", "2026-11", "--user", "finance", "--format", kind, "--output", file
        )
        assert told.exit_code == 0
        assert file.read_bytes().startswith(start)


def test_who_may_not_see_money_gets_no_report(run: Any):
    told = run("month", "report", utc_now().strftime("%Y-%m"), "--user", "store1")
    assert told.exit_code == 1
    assert "189" not in told.output


def test_every_command_says_what_it_does(run: Any):
    for words in (
        ("catalog", "import"), ("sites", "import"), ("users", "add"), ("tokens", "issue"),
        ("month", "report"), ("month", "submit"), ("month", "close"), ("month", "opening"),
        ("verify",),
    ):  # fmt: skip
        told = run(*words, "--help")
        assert told.exit_code == 0
        assert told.stdout.startswith("Usage:")


def test_a_catalogue_that_is_not_there_leaves_the_old_one(run: Any, session: Any):
    assert run("catalog", "import", "/nowhere.csv").exit_code == 2
    assert len(catalog.page(session, None)) == 5
