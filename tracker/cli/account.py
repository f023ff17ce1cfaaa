"""``users add`` and ``tokens issue``."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from tracker.cli.asking import refusing
from tracker.db import utc_now, write
from tracker.domain.account import Role
from tracker.extensions import db
from tracker.services import account as service

users = AppGroup("users", help="Accounts.")
tokens = AppGroup("tokens", help="Tokens of the API.")


@users.command("add")
@click.option("--login", required=True, help="Log-in name, 40 characters at most.")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--site", required=True, help="Code of the site.")
@click.option("--supplier", help="Code of the supplier, for that role.")
@click.option("--region", help="Region, for that role.")
@click.option("--liaison", is_flag=True, help="The store's named liaison (rule 1.05).")
@click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for when left out; ten characters at least.",
)
@refusing
def add(
    login: str,
    name: str,
    role: str,
    site: str,
    supplier: str | None,
    region: str | None,
    liaison: bool,
    password: str,
) -> None:
    """Add an account."""
    if not 1 <= len(login) <= 40 or not 1 <= len(name) <= 80:
        raise click.BadParameter("a log-in has 1 to 40 characters, a name 1 to 80")
    session, password_hash = db.session(), service.hash_password(password)
    write(
        session,
        lambda: service.add_account(
            session,
            login=login,
            name=name,
            role=Role(role),
            site=site,
            password_hash=password_hash,
            supplier=supplier,
            region=region,
            is_liaison=liaison,
        ),
    )
    click.echo(login.lower())


@tokens.command("issue")
@click.option("--user", required=True, help="Log-in name of the account.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3660))
@refusing
def issue(user: str, days: int) -> None:
    """Print a new token of an account, and nothing else; it is shown only now."""
    session = db.session()
    click.echo(write(session, lambda: service.issue_token(session, user, days, utc_now())))


COMMANDS = (users, tokens)
