"""What becomes of a picture: small, upright, silent; what is none is refused with a sentence."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import timedelta

import pytest
from PIL import Image

from tests.photos import hollow_png, picture, saved, telling, two_halves
from tracker.domain.errors import InvalidInput
from tracker.domain.photo import Limits
from tracker.services.image import Shrunk, shrink

LIMITS = Limits(12, 1500 * 1024, 1600, 40_000_000, 2**31, timedelta(minutes=15))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def refused(raw: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(InvalidInput) as refusal:
        shrink(raw, limits)
    assert refusal.value.field == "file"
    assert refusal.value.message("zh")
    assert "{" not in refusal.value.message("zh") + refusal.value.message("en")
    return refusal.value.code


def test_a_large_picture_becomes_1600_pixels_and_a_thumbnail_of_320() -> None:
    small = shrink(picture(4000, 3000), LIMITS)
    assert (small.width, small.height) == (1600, 1200)
    assert opened(small.content).size == (1600, 1200)
    assert opened(small.thumb).size == (320, 240)
    assert {opened(small.content).format, opened(small.thumb).format} == {"JPEG"}


def test_a_small_picture_is_not_blown_up() -> None:
    small = shrink(picture(200, 100), LIMITS)
    assert (small.width, small.height) == (200, 100)
    assert opened(small.thumb).size == (200, 100)


def test_the_same_file_twice_is_the_same_content() -> None:
    assert shrink(picture(), LIMITS) == shrink(picture(), LIMITS)
    assert shrink(picture(), LIMITS).sha256 != shrink(picture(left="blue"), LIMITS).sha256


def test_nothing_that_the_file_told_is_kept() -> None:
    raw = telling()
    for word in (b"Secret Phone", b"script", b"a comment", b"a profile", b"Exif"):
        assert word in raw
    small = shrink(raw, LIMITS)
    for kept in (small.content, small.thumb):
        for word in (b"Secret", b"script", b"comment", b"profile", b"Exif", b"ICC"):
            assert word not in kept
        assert dict(opened(kept).getexif()) == {}
        assert set(opened(kept).info) <= {
            "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("orientation", "red"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")]
)
def test_a_picture_taken_on_its_side_stands_upright(orientation: int, red: str) -> None:
    kept = opened(shrink(telling(orientation), LIMITS).content)
    assert kept.size == ((800, 600) if red in ("left", "right") else (600, 800))
    width, height = kept.size
    places = {
        "left": (10, height // 2),
        "right": (width - 10, height // 2),
        "top": (width // 2, 10),
        "bottom": (width // 2, height - 10),
    }
    assert kept.getpixel(places[red])[1] < 60
    opposite = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[red]
    assert kept.getpixel(places[opposite])[1] > 200


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "I;16", "RGBA", "LA"])
def test_every_kind_of_pixels_is_taken(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    drawn = Image.new(mode, (60, 40)) if mode == "I;16" else two_halves(60, 40).convert(mode)
    assert opened(shrink(saved(drawn, form), LIMITS).content).mode == "RGB"


def test_what_is_transparent_becomes_white() -> None:
    raw = saved(Image.new("RGBA", (50, 50), (255, 0, 0, 0)), "PNG")
    assert opened(shrink(raw, LIMITS).content).getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_counts(form: str) -> None:
    frames = [two_halves(64, 48, colour) for colour in ("blue", "red", "green")]
    extra = {"lossless": True} if form == "WEBP" else {}
    raw = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100, **extra)
    red, green, blue = opened(shrink(raw, LIMITS).content).getpixel((5, 24))
    assert blue > 200
    assert red < 60
    assert green < 60


def test_a_file_with_a_page_behind_it_loses_the_page() -> None:
    small = shrink(picture() + b"<html><script>alert(1)</script></html>", LIMITS)
    assert b"script" not in small.content + small.thumb


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


NO_PHOTOS = {
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "php": b"<?php system($_GET['c']); ?>",
    "gif": saved(two_halves(20, 20), "GIF"),
    "bmp": saved(two_halves(20, 20), "BMP"),
    "tiff": saved(two_halves(20, 20), "TIFF"),
    "pdf": saved(two_halves(20, 20), "PDF"),
    "eps": saved(two_halves(20, 20), "EPS"),
    "zip": _zip(),
    "text": b"no photo",
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + b"\0" * 64,
}


@pytest.mark.parametrize("name", NO_PHOTOS)
def test_what_is_no_photo_is_refused_whatever_it_is_called(name: str) -> None:
    assert refused(NO_PHOTOS[name]) == "not_a_photo"


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert refused(b"") == "empty_file"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_truncated_file_is_refused(form: str, share: float) -> None:
    noise = Image.effect_noise((300, 200), 90).convert("RGB")
    raw = saved(noise, form)
    assert refused(raw[: int(len(raw) * share)]) == "unreadable_photo"


@pytest.mark.parametrize(
    ("width", "height", "code"),
    [
        (8000, 5001, "too_many_pixels"),
        (13_000, 13_000, "too_many_pixels"),
        (65_000, 65_000, "too_many_pixels"),
        (2**31 - 1, 2**31 - 1, "too_many_pixels"),
        (0, 10, "unreadable_photo"),
        (8000, 5000, "unreadable_photo"),
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked(width: int, height: int, code: str) -> None:
    assert refused(hollow_png(width, height)) == code


def test_a_picture_that_stays_too_large_is_refused() -> None:
    noise = Image.effect_noise((1200, 1200), 120).convert("RGB")
    tight = Limits(12, 60_000, 1600, 40_000_000, 2**31, timedelta(minutes=15))
    assert refused(saved(noise, "JPEG"), tight) == "photo_too_large"
    usual = len(shrink(saved(noise, "JPEG"), LIMITS).content)
    middling = Limits(12, usual * 8 // 10, 1600, 40_000_000, 2**31, timedelta(minutes=15))
    assert len(shrink(saved(noise, "JPEG"), middling).content) <= usual * 8 // 10


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_damaged_files_are_taken_or_refused_but_never_break(form: str) -> None:
    whole = saved(two_halves(120, 90), form)
    dice = random.Random(form)
    outcomes = set()
    for _ in range(150):
        raw = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            raw[dice.randrange(16, len(raw))] = dice.randrange(256)
        try:
            outcomes.add(type(shrink(bytes(raw), LIMITS)))
        except InvalidInput as refusal:
            outcomes.add(refusal.code)
    assert outcomes <= {Shrunk, "unreadable_photo", "too_many_pixels"}
    assert "unreadable_photo" in outcomes
