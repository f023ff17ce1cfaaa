"""Commands, over the same services as pages and API."""

from __future__ import annotations

from flask import Flask

from tracker.cli import (
    account,
    catalog,
    delivery,
    demo,
    forecast,
    job,
    ledger,
    photo,
    server,
    simulate,
    verify,
)


def register(app: Flask) -> None:
    """Install the commands; ``flask --app wsgi --help`` lists them."""
    for command in (
        *server.COMMANDS,
        *demo.COMMANDS,
        *simulate.COMMANDS,
        *catalog.COMMANDS,
        *delivery.COMMANDS,
        *account.COMMANDS,
        *ledger.COMMANDS,
        *photo.COMMANDS,
        *job.COMMANDS,
        *forecast.COMMANDS,
        *verify.COMMANDS,
    ):
        app.cli.add_command(command)
