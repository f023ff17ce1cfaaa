"""``HTTPS=1``: a real start, from the certificates to the page that a phone opens first."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.faults.serving import ROOT, free_port

FLASK = str(Path(sys.executable).with_name("flask"))
GREETED = "admin "
"""The last line of a start names the administrator."""


@dataclass
class Started:
    """A server that said all it says at its start."""

    folder: Path
    port: int
    steps_port: int
    said: str

    @property
    def password(self) -> str:
        """What the terminal says the password is."""
        return re.findall(r"password: (\S+)", self.said)[0]

    def opener(self) -> urllib.request.OpenerDirector:
        """Return a browser that trusts the server's authority."""
        context = ssl.create_default_context(cafile=self.folder / "https" / "ca.crt")
        return urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        )

    def log_in(self, login: str, password: str) -> str:
        """Log in over HTTPS as a browser does; return the page that follows."""
        browser, address = self.opener(), f"https://127.0.0.1:{self.port}"
        page = browser.open(f"{address}/login").read().decode()
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[-1]
        form = {"csrf_token": token, "login": login, "password": password}
        sent = urllib.request.Request(  # noqa: S310
            f"{address}/login", urllib.parse.urlencode(form).encode(), {"Referer": f"{address}/"}
        )
        return str(browser.open(sent).read().decode())


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """A server started with HTTPS=1 on an empty folder."""
    folder = tmp_path
    port, steps_port = free_port(), free_port()
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "HTTPS": "1",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "STEPS_PORT": str(steps_port),
        "LOG_LEVEL": "CRITICAL",
    }
    subprocess.run([FLASK, "--app", "wsgi", "prepare"], cwd=ROOT, env=environment, check=True)
    server = subprocess.Popen(
        [FLASK, "--app", "wsgi", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert server.stdout is not None
    said = ""
    for line in server.stdout:
        said += line
        if GREETED in line:
            break
    found = Started(folder, port, steps_port, said)
    _wait(found)
    try:
        yield found
    finally:
        server.terminate()
        server.wait(20)
        server.stdout.close()


def _wait(found: Started) -> None:
    for _ in range(600):
        time.sleep(0.05)
        try:
            found.opener().open(f"https://127.0.0.1:{found.port}/healthz", timeout=5).close()
            urllib.request.urlopen(f"http://127.0.0.1:{found.steps_port}/trust").close()
        except OSError:
            continue
        return
    pytest.fail("the server did not answer")


def read_from_the_terminal(said: str) -> str:
    """Return what a phone reads from the QR code that the terminal shows in half blocks."""
    lines = [
        line for line in said.splitlines() if set(line) & set("█▀▄") and set(line) <= set("█▀▄ ")
    ]
    picture = Image.new("L", (max(map(len, lines)), 2 * len(lines)), 0)
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            picture.putpixel((column, 2 * row), 255 * (block in "█▀"))
            picture.putpixel((column, 2 * row + 1), 255 * (block in "█▄"))
    framed = Image.new("L", (picture.width + 8, picture.height + 8), 255)
    framed.paste(picture, (4, 4))
    [found] = zxingcpp.read_barcodes(framed.resize((framed.width * 8, framed.height * 8)))
    return str(found.text)


def test_https_serves_by_its_own_authority_with_a_fresh_password(started: Started) -> None:
    steps = f"http://127.0.0.1:{started.steps_port}/trust"
    assert f"https://127.0.0.1:{started.port}" in started.said
    assert read_from_the_terminal(started.said) == steps
    with urllib.request.urlopen(steps) as answer:
        assert "hangtag-ca.crt" in answer.read().decode()
    assert re.fullmatch(r"[a-z]{4}-[a-z]{4}-[a-z]{4}", started.password)
    assert "王丽" in started.log_in("store1", started.password)
    with pytest.raises(urllib.error.HTTPError, match="422"):
        started.log_in("store1", "hangtag-demo")
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(f"https://127.0.0.1:{started.port}/healthz")
