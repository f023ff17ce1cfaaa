"""What a device must know to trust this machine: the authority's certificate, and where we are."""

from __future__ import annotations

import hashlib
import socket
import ssl
import sys
from pathlib import Path

CERTIFICATE = "ca.crt"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
_ELSEWHERE = ("192.0.2.1", 9)
"""An address of documentation: nothing is sent, the system only names the way to it."""
_GET_ADDRESS = 0x8915
"""``SIOCGIFADDR`` of Linux."""


def folder_of(data_dir: Path) -> Path:
    """Return where the certificates lie."""
    return data_dir / "https"


def certificate(data_dir: Path) -> bytes | None:
    """Return the authority's certificate (DER), or ``None`` where HTTPS was never switched on."""
    file = folder_of(data_dir) / CERTIFICATE
    if not file.exists():
        return None
    return ssl.PEM_cert_to_DER_cert(file.read_text(encoding="ascii"))


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of a certificate as devices show it, so that people can compare."""
    digits = hashlib.sha256(content).hexdigest().upper()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def local_names() -> tuple[str, ...]:
    """Return the names by which devices nearby may know this machine."""
    name = socket.gethostname().split(".")[0].lower()
    return tuple(dict.fromkeys(("localhost", f"{name}.local", f"{name}.lan")))


def reachable(host: str) -> tuple[str, ...]:
    """Return the addresses under which a server that listens on ``host`` is reached.

    The first is the one to tell people. Listening everywhere (``0.0.0.0``) is being reached under
    each address of the machine. Raises ``OSError`` for a name that is no host's.
    """
    if host in EVERYWHERE:
        return addresses() or ("127.0.0.1",)
    told = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(row[4][0]) for row in told))


def web_address(scheme: str, address: str, port: int) -> str:
    """Return the address for a browser; an IPv6 number stands in brackets."""
    return f"{scheme}://[{address}]:{port}" if ":" in address else f"{scheme}://{address}:{port}"


def addresses() -> tuple[str, ...]:
    """Return the machine's IPv4 addresses, the one on the way to the others first."""
    found = [_on_the_way(), *_of_interfaces(), *_of_name()]
    return tuple(dict.fromkeys(one for one in found if one and not one.startswith("127.")))


def _on_the_way() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(_ELSEWHERE)
        except OSError:
            return None
        return str(line.getsockname()[0])


def _of_name() -> list[str]:
    try:
        told = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        return []
    return [str(row[4][0]) for row in told]


def _of_interfaces() -> list[str]:
    if sys.platform != "linux":
        return []
    import fcntl

    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        for _number, name in socket.if_nameindex():
            request = name.encode()[:15].ljust(40, b"\0")
            try:
                answer = fcntl.ioctl(line, _GET_ADDRESS, request)
            except OSError:
                continue
            found.append(socket.inet_ntoa(answer[20:24]))
    return found
