"""Pictures for the tests: drawn here, so that each is what its test says."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

ORIENTATION, MAKER, COMMENT, GPS = 0x0112, 0x010F, 0x9286, 0x8825


def two_halves(width: int = 800, height: int = 600, left: str = "red") -> Image.Image:
    """Return a picture whose left half is one colour and whose right half is white."""
    drawn = Image.new("RGB", (width, height), "white")
    drawn.paste(left, (0, 0, width // 2, height))
    return drawn


def picture(width: int = 800, height: int = 600, left: str = "red") -> bytes:
    """Return a JPEG file; another colour is another content."""
    return saved(two_halves(width, height, left), "JPEG")


def saved(drawn: Image.Image, form: str, **more: Any) -> bytes:
    """Return a picture as a file of a format."""
    buffer = BytesIO()
    drawn.save(buffer, form, **more)
    return buffer.getvalue()


def telling(orientation: int = 1) -> bytes:
    """Return a JPEG that tells where, with what and how upright it was taken, and a comment."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "Secret Phone Works"
    exif.get_ifd(0x8769)[COMMENT] = b"ASCII\0\0\0<script>alert(1)</script>"
    exif.get_ifd(GPS).update({1: "N", 2: (23.0, 7.0, 45.5), 3: "E", 4: (113.0, 19.0, 30.0)})
    return saved(
        two_halves(), "JPEG", exif=exif, comment=b"a comment", icc_profile=b"a profile" * 20
    )


def hollow_png(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to be ``width`` × ``height`` pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 64)
    chunks = b"".join(_chunk(name, data) for name, data in ((b"IHDR", head), (b"IDAT", body)))
    return b"\x89PNG\r\n\x1a\n" + chunks + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def oversized() -> dict[str, Any]:
    """Return a request whose one file is larger than the server takes."""
    head = b'--x\r\nContent-Disposition: form-data; name="photos"; filename="x.jpg"\r\n\r\n'
    return {
        "data": head + b"\xff" * 13_000_000 + b"\r\n--x--\r\n",
        "content_type": "multipart/form-data; boundary=x",
    }


def add_photo(program: Any, path: str, content: bytes, kind: str = "fault", **fields: Any) -> Any:
    """Send a photo as a program does; ``path`` ends in ``/photos``."""
    given = {"kind": kind, "action_id": str(uuid4()), **fields}
    return program.client.post(
        f"/api/v1{path}",
        data={**given, "file": (BytesIO(content), "照片.jpg")},
        headers=program.headers,
        content_type="multipart/form-data",
    )
