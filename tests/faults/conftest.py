"""A server of its own processes on the fresh chain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.faults.serving import Server
from tracker.extensions import db


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    """A running server on the fresh chain."""
    db.session.remove()
    db.engine.dispose()
    served = Server(app)
    served.start()
    app.config["CHAIN"].is_served = True
    yield served
    served.stop()
