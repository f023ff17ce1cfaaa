"""What HTTPS needs beside the server: a greeting with a QR code, and the steps over plain HTTP.

A device that does not trust us yet cannot be told how over HTTPS. So a process of its own serves
the page with the steps, the authority's certificate and the style sheets without TLS, nothing else.
"""

from __future__ import annotations

import io
import multiprocessing
import signal
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import segno

from tracker.config import Settings
from tracker.jobs.child import end_with_parent
from tracker.services import trust

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STEPS = "/trust"
OPEN = (STEPS, "/hangtag-ca.crt", "/static/")


def greeting(settings: Settings, address: str) -> str:
    """Return what the terminal shows: both addresses, the authority's fingerprint, a QR code."""
    steps = trust.web_address("http", address, settings.steps_port) + STEPS
    picture = io.StringIO()
    segno.make(steps, micro=False).terminal(picture, border=2, compact=True)
    content = trust.certificate(settings.data_dir) or b""
    return "\n".join(
        [
            "",
            f"Hangtag  {trust.web_address('https', address, settings.port)}",
            f"手机先打开 / a phone opens first  {steps}",
            f"证书指纹 / fingerprint (SHA-256)  {trust.fingerprint(content)}",
            "",
            picture.getvalue(),
        ]
    )


def serve_steps(app: Any, settings: Settings) -> None:
    """Serve the steps from a process of its own, which ends with this one."""
    process = multiprocessing.Process(target=_serve, args=(app, settings), daemon=True)
    process.start()


def only_steps(application: Any) -> Any:
    """Return the WSGI application that serves what is open and leads everything else there."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(OPEN) and environ["REQUEST_METHOD"] == "GET":
            return application(environ, start)
        start("302 Found", [("Location", STEPS), ("Content-Length", "0")])
        return []

    return answer


def _serve(app: Any, settings: Settings) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        """A handler that logs no request: the application does."""

        def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    end_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    make_server(
        settings.host,
        settings.steps_port,
        only_steps(app.wsgi_app),
        threaded=True,
        request_handler=Quiet,
    ).serve_forever()
