"""The files that jobs make, and the lock that tells whether somebody still works on one.

A file is written under a name of its own, brought to the disk, then renamed: what bears its final
name is whole. Its name carries the attempt, so that one that lost its turn overwrites nothing.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.domain.errors import no_space
from tracker.domain.job import Attempt

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LOCK = ".lock"


@dataclass(frozen=True)
class Kept:
    """A file on the disk: bytes and SHA-256."""

    size: int
    sha256: str


def path(folder: Path, attempt: Attempt) -> Path:
    """Return where the file of an attempt lies once it is whole."""
    return folder / f"{attempt.no}-{attempt.number}"


def store(folder: Path, attempt: Attempt, content: bytes) -> Kept:
    """Bring a file to the disk for good. Raises ``HangtagError`` ``no_space`` (507)."""
    target = path(folder, attempt)
    draft = target.with_name(f"{target.name}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        if error.errno in _NO_ROOM:
            raise no_space() from None
        raise
    _sync(folder)
    return Kept(len(content), hashlib.sha256(content).hexdigest())


def remove(folder: Path, attempt: Attempt) -> None:
    """Delete the file of an attempt, if it is there."""
    path(folder, attempt).unlink(missing_ok=True)


def fault_of(folder: Path, attempt: Attempt, size: int, sha256: str) -> str | None:
    """Return what is wrong with a file, or ``None``."""
    try:
        content = path(folder, attempt).read_bytes()
    except FileNotFoundError:
        return "has no file"
    is_same = len(content) == size and hashlib.sha256(content).hexdigest() == sha256
    return None if is_same else "is not the file that was made"


def sweep(folder: Path, kept: frozenset[str], before: datetime) -> int:
    """Delete files that no job names and nobody wrote since ``before``; return how many.

    ``kept`` holds names of files. A lock that somebody holds stays.
    """
    swept = 0
    for file in folder.glob("*") if folder.is_dir() else ():
        if file.name in kept or not _is_older(file, before):
            continue
        with held(folder, file.name.partition("-")[0].removesuffix(_LOCK)) as is_mine:
            if is_mine:
                file.unlink(missing_ok=True)
                swept += 1
    return swept


def _is_older(file: Path, moment: datetime) -> bool:
    try:
        return file.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


@contextmanager
def held(folder: Path, no: str) -> Iterator[bool]:
    """Hold a job; yields whether it was free.

    The system frees it when the holder and the child that renders for it are gone, however they
    ended: who gets it knows that nobody works on that job.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{no}{_LOCK}"
    handle = os.open(target, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        is_mine = _is_locked(handle) and _is_still(handle, target)
        yield is_mine
        if is_mine:
            target.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(handle: int, target: Path) -> bool:
    """Return whether the name still leads to this file: its last holder may have removed it."""
    try:
        return os.fstat(handle).st_ino == target.stat().st_ino
    except FileNotFoundError:
        return False


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
