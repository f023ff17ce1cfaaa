"""Pictures made small and harmless: decoded, turned upright, encoded anew without what they told.

Nothing of the sent file is kept but its pixels: no position, no comment, no profile, no tail.
"""

from __future__ import annotations

import hashlib
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO

import filetype
from PIL import Image, ImageOps

from tracker.domain.errors import InvalidInput
from tracker.domain.photo import Limits

FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA = "image/jpeg"
THUMB_EDGE = 320
_SIGNATURES = {"image/jpeg", "image/png", "image/apng", "image/webp"}
_PHONE_ONLY = {"image/heic", "image/heif", "image/avif"}
_QUALITIES = (82, 70, 55, 40)
_DECODERS = threading.BoundedSemaphore(2)
"""So many pictures are unpacked at once in a process: each may take 200 MB for a moment."""
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, MemoryError, ArithmeticError, LookupError,
    TypeError, AttributeError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's readers are known to throw at a damaged or hostile file."""

warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Shrunk:
    """A picture as it is kept: two JPEG files, the digest of the large one, its pixels."""

    content: bytes
    thumb: bytes
    sha256: str
    width: int
    height: int


def shrink(raw: bytes, limits: Limits) -> Shrunk:
    """Return the picture in ``raw`` upright, ``limits.edge`` pixels at most, and its thumbnail.

    Of an animation the first picture counts. Raises ``InvalidInput``: ``empty_file``,
    ``not_a_photo``, ``unreadable_photo``, ``too_many_pixels`` or ``photo_too_large``.
    """
    _check_signature(raw)
    with _DECODERS:
        try:
            picture = _upright(raw, limits)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_many(limits.pixels) from None
        except _BROKEN:
            raise _unreadable() from None
    content = _encoded(picture, limits.photo_bytes)
    width, height = picture.size
    picture.thumbnail((THUMB_EDGE, THUMB_EDGE), Image.Resampling.LANCZOS)
    return Shrunk(
        content=content,
        thumb=_jpeg(picture, _QUALITIES[1]),
        sha256=hashlib.sha256(content).hexdigest(),
        width=width,
        height=height,
    )


def _check_signature(raw: bytes) -> None:
    if not raw:
        raise InvalidInput(
            "empty_file",
            "照片是空文件，没有收到内容。请重新拍一张。",
            "The file is empty: take the photo again.",
            "file",
        )
    kind = filetype.guess(raw)
    if kind is not None and kind.mime in _PHONE_ONLY:
        raise InvalidInput(
            "not_a_photo",
            "这是 HEIC 照片，系统读不了。请在手机相机设置里选「兼容性最佳」，或转成 JPG 再传。",
            "This is an HEIC photo: set the phone’s camera to “most compatible”, or send a JPEG.",
            "file",
        )
    if kind is None or kind.mime not in _SIGNATURES:
        raise InvalidInput(
            "not_a_photo",
            "这不是照片。请上传 JPG、PNG 或 WebP 格式的图片。",
            "This is no photo: send a JPEG, PNG or WebP picture.",
            "file",
        )


def _upright(raw: bytes, limits: Limits) -> Image.Image:
    """Return a new picture that holds the pixels of ``raw`` and nothing else."""
    with Image.open(BytesIO(raw), formats=FORMATS) as source:
        if source.width * source.height > limits.pixels:
            raise _too_many(limits.pixels)
        source.draft("RGB", (limits.edge, limits.edge))
        turned = ImageOps.exif_transpose(source)
        layer = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
        layer.thumbnail((limits.edge, limits.edge), Image.Resampling.LANCZOS)
        bare = Image.new("RGB", layer.size, "white")
        bare.paste(layer, mask=layer.getchannel("A") if layer.mode == "RGBA" else None)
        return bare


def _encoded(picture: Image.Image, at_most: int) -> bytes:
    for quality in _QUALITIES:
        content = _jpeg(picture, quality)
        if len(content) <= at_most:
            return content
    raise InvalidInput(
        "photo_too_large",
        "照片缩小后仍超过 {kilobytes} KB。请离近一点、对准要拍的地方重拍。",
        "Made small, the photo is still larger than {kilobytes} KB: take it again, closer.",
        "file",
        kilobytes=at_most // 1024,
    )


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()


def _unreadable() -> InvalidInput:
    return InvalidInput(
        "unreadable_photo",
        "照片打不开，可能没传完整或已损坏。请重新拍一张。",
        "The photo cannot be read: it is damaged or incomplete. Take it again.",
        "file",
    )


def _too_many(pixels: int) -> InvalidInput:
    return InvalidInput(
        "too_many_pixels",
        "照片的像素太多（最多 {megapixels} 百万像素）。请把相机调到普通像素再拍。",
        "The photo has too many pixels (at most {megapixels} megapixels): use the usual setting.",
        "file",
        megapixels=pixels // 1_000_000,
    )
