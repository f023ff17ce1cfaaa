"""The world outside, on this machine: a web server and a mail server that do as a test says."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Robot:
    """A web server: it keeps every call, and answers with ``status`` and ``answer``.

    While ``hangs`` it takes the call and never says a word.
    """

    url: str = ""
    status: int = 200
    answer: Any = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok"})
    hangs: bool = False
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        """What was said, call by call."""
        return [json.loads(body)["text"]["content"] for _path, _headers, body in self.calls]


@contextmanager
def robot() -> Iterator[Robot]:
    """Serve a robot on a free port."""
    kept = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.calls.append((self.path, dict(self.headers), body))
            if kept.hangs:
                kept.released.wait()
                return
            answer = json.dumps(kept.answer).encode()
            self.send_response(kept.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/send?key=geheim-123"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kept
    finally:
        kept.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Post:
    """A mail server: it keeps what was sent, and refuses the text with ``refusal``.

    While ``drops`` it closes the line instead of saying whether it took the text.
    """

    port: int = 0
    refusal: str = ""
    drops: bool = False
    mails: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def post_office() -> Iterator[Post]:
    """Serve SMTP on a free port, one line at a time."""
    kept, listener = Post(), socket.create_server(("127.0.0.1", 0))
    kept.port = listener.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            with line:
                _talk(line, kept)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield kept
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _talk(line: socket.socket, kept: Post) -> None:
    words = line.makefile("rwb")

    def say(text: str) -> None:
        words.write(text.encode() + b"\r\n")
        words.flush()

    to = ""
    say("220 post")
    while command := words.readline().decode().strip():
        verb = command[:4].upper()
        if verb == "RCPT":
            to = command.partition("<")[2].rstrip(">")
        if verb == "DATA":
            say("354 go on")
            text = b"".join(iter(words.readline, b".\r\n")).decode()
            kept.mails.append((to, text))
            if kept.drops:
                return
            say(kept.refusal or "250 taken")
        elif verb == "QUIT":
            say("221 bye")
            return
        else:
            say("250 well")
