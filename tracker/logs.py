"""Structured logs: one JSON line an event, with the request's id and who called."""

from __future__ import annotations

import logging
import sys
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from tracker.edge import current_actor
from tracker.errors import shown_path


def configure(level: str) -> None:
    """Write JSON lines to standard error from ``level`` up."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            getattr(logging, level.upper(), logging.INFO)
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def register(app: Flask) -> None:
    """Log every request but those for static files."""
    log = structlog.get_logger("hangtag.request")

    @app.before_request
    def _start() -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex)
        g.started = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint and not request.endpoint.endswith("static"):
            caller = current_actor()
            log.info(
                "request",
                method=request.method,
                path=shown_path(),
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
                login=caller.login if caller else None,
            )
        return response
