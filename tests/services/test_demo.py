"""The demonstration's password: known to everybody, until other machines may reach it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from tests.story import MONDAY, Story
from tracker.domain.account import Role
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.queries import account as accounts
from tracker.services import account, demo


def log_in(story: Story, password: str) -> str:
    """Log in as a store's staff; return the secret of the log-in."""
    return str(story.write(lambda: account.log_in(story.session, "store1", password, MONDAY))[1])


def test_a_fresh_password_replaces_the_known_one_and_ends_every_log_in(story: Story) -> None:
    secret = log_in(story, demo.PASSWORD)
    assert demo.known_password(story.session) == demo.PASSWORD
    story.write(lambda: demo.set_password(story.session, "bado-kilu-semo", MONDAY))
    assert demo.known_password(story.session) is None
    assert accounts.session_of(story.session, secret) is None
    with pytest.raises(RuleViolation, match="wrong_password"):
        log_in(story, demo.PASSWORD)
    assert log_in(story, "bado-kilu-semo") != secret


def test_accounts_that_are_not_the_demonstrations_keep_theirs(story: Story) -> None:
    def add() -> Any:
        return account.add_account(
            story.session,
            login="own",
            name="李梅",
            role=Role.CLERK,
            site="ASD",
            password_hash=account.hash_password("our own password"),
        )

    story.write(add)
    story.write(lambda: demo.set_password(story.session, "bado-kilu-semo", MONDAY))
    own = accounts.by_login(story.session, "own")
    assert own is not None
    assert account.matches(own.password_hash, "our own password")


def test_a_fresh_password_is_typed_with_letters_alone_and_never_twice_the_same() -> None:
    made = {demo.fresh_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"([b-z][aeiou]){2}(-([b-z][aeiou]){2}){2}", one) for one in made)


def test_a_short_password_is_refused(story: Story) -> None:
    with pytest.raises(InvalidInput, match="short_password"):
        story.write(lambda: demo.set_password(story.session, "short", MONDAY))
    assert demo.known_password(story.session) == demo.PASSWORD


def test_the_lines_at_the_start_tell_a_password_that_works_or_none() -> None:
    assert demo.accounts_text("bado-kilu-semo").splitlines()[0].endswith(" bado-kilu-semo")
    assert demo.PASSWORD not in demo.accounts_text(None)
    assert "demo password" in demo.accounts_text(None)


def test_the_command_sets_a_password_and_prints_it(app: Flask, story: Story) -> None:
    told = app.test_cli_runner().invoke(args=["demo", "password"])
    [password] = re.findall(r"password: (\S+)", told.stdout)
    assert log_in(story, password)
    told = app.test_cli_runner().invoke(args=["demo", "password", demo.PASSWORD])
    assert told.stdout == demo.accounts_text(demo.PASSWORD) + "\n"
    assert log_in(story, demo.PASSWORD)
    told = app.test_cli_runner().invoke(args=["demo", "password", "short"])
    assert (told.exit_code, told.stdout) == (1, "")
