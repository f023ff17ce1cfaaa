"""Commands, over the same services as pages and API."""

from __future__ import annotations

from flask import Flask

from tracker.cli import account, catalog, demo, ledger, server, verify


def register(app: Flask) -> None:
    """Install the commands; ``flask --app wsgi --help`` lists them."""
    for command in (
        *server.COMMANDS,
        *demo.COMMANDS,
        *catalog.COMMANDS,
        *account.COMMANDS,
        *ledger.COMMANDS,
        *verify.COMMANDS,
    ):
        app.cli.add_command(command)
