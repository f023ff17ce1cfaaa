"""Photos on the disk, each under its digest: the same content is kept once.

A file is written under a name of its own, brought to the disk, then renamed: what bears its final
name is whole. The row that names it comes afterwards, so a killed upload leaves no row without its
file; files without a row are swept.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from tracker.domain.errors import no_space
from tracker.services.image import Shrunk

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def path(folder: Path, sha256: str, *, is_thumb: bool = False) -> Path:
    """Return where a content lies: ``<aa>/<digest>.jpg``, its thumbnail beside it."""
    return folder / sha256[:2] / f"{sha256}{'.thumb' if is_thumb else ''}.jpg"


def store(folder: Path, shrunk: Shrunk) -> None:
    """Bring a picture to the disk for good. Raises ``HangtagError`` ``no_space`` (507)."""
    try:
        _place(path(folder, shrunk.sha256, is_thumb=True), shrunk.thumb)
        _place(path(folder, shrunk.sha256), shrunk.content)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise no_space() from None
        raise


def read(folder: Path, sha256: str, *, is_thumb: bool = False) -> bytes:
    """Return a kept content. Raises ``FileNotFoundError``."""
    return path(folder, sha256, is_thumb=is_thumb).read_bytes()


def fault_of(folder: Path, sha256: str, size: int) -> str | None:
    """Return what is wrong with the files of a content, or ``None``."""
    if not path(folder, sha256, is_thumb=True).is_file():
        return "has no thumbnail"
    try:
        content = read(folder, sha256)
    except FileNotFoundError:
        return "has no file"
    is_same = len(content) == size and hashlib.sha256(content).hexdigest() == sha256
    return None if is_same else "is not the file that was kept"


def sweep(folder: Path, kept: frozenset[str], before: datetime) -> int:
    """Delete files of contents not in ``kept`` that are older than ``before``; return how many.

    An upload that is under way is younger than that, and one that is repeated makes its file young.
    """
    swept = 0
    for file in _files(folder):
        is_old = file.stat().st_mtime < before.timestamp()
        if is_old and file.name.partition(".")[0] not in kept:
            file.unlink(missing_ok=True)
            swept += 1
    return swept


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.glob("??/*") if file.is_file())


def _place(target: Path, content: bytes) -> None:
    try:
        os.utime(target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
    else:
        if target.stat().st_size == len(content):
            return
    draft = target.with_name(f"{target.name}.{uuid4().hex}.part")
    try:
        with draft.open("xb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(target.parent)


def _sync(folder: Path) -> None:
    """Bring the folder's own entry to the disk, so that the new name outlives a power loss."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
