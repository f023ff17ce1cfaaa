"""Photos on garments, boxes and gaps: kept once, within limits, removed with a reason."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.photos import picture
from tests.story import Story
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from tracker.domain.photo import Kind, Subject
from tracker.models.photo import Photo
from tracker.queries import photo as queries
from tracker.services import photo, photo_files
from tracker.services.verify import PHOTOS, verify

GARMENT, BOX, GAP = Subject.REGISTRATION, Subject.SHIPMENT, Subject.DISCREPANCY


class Camera:
    """Takes photos of the story's records into a folder of the test's own."""

    def __init__(self, story: Story, folder: Path) -> None:
        self.story, self.folder = story, folder

    def take(
        self,
        login: str,
        no: str,
        kind: Kind = Kind.FAULT,
        subject: Subject = GARMENT,
        raw: bytes | None = None,
    ) -> int:
        """Add a photo; return its number."""
        content = picture() if raw is None else raw
        shrunk = photo.keep(self.story.act(login), self.folder, subject, no, kind, content)
        act = self.story.act(login)
        return int(
            self.story.write(lambda: photo.add(act, subject, no, kind=kind, shrunk=shrunk)[0].id)
        )

    def remove(self, login: str, photo_id: int, reason: str | None = None) -> None:
        """Remove a photo."""
        act = self.story.act(login)
        self.story.write(lambda: photo.remove(act, str(photo_id), reason=reason))

    def seen(self, login: str, subject: Subject, no: str) -> list[int]:
        """Return the numbers of the photos that somebody sees on a record."""
        session, who = self.story.session, self.story.actor(login)
        row = queries.record(session, who, subject, no)
        listed = [found.id for found in queries.of_record(session, who, subject, row)]
        for photo_id in session.scalars(select(Photo.id).order_by(Photo.id)).all():
            assert self.shows(login, photo_id) == (photo_id in listed)
        return listed

    def shows(self, login: str, photo_id: int) -> bool:
        """Return whether somebody gets a photo's bytes."""
        try:
            content, _tag = photo.content(self.story.act(login), self.folder, str(photo_id))
        except NotFound:
            return False
        return content.startswith(b"\xff\xd8\xff")

    def faults(self) -> list[str]:
        """Return what ``verify`` says of the photos."""
        self.story.session.rollback()
        found = {one.code: one.faults for one in verify(self.story.session, self.folder)}
        return list(found[PHOTOS])


@pytest.fixture
def camera(story: Story, tmp_path: Path) -> Camera:
    return Camera(story, tmp_path / "photos")


def test_a_photo_tells_who_took_it_where_and_when(story: Story, camera: Camera) -> None:
    no = story.register()
    story.wait(minutes=3)
    photo_id = camera.take("store1", no)
    found, subject, row = queries.get(story.session, story.actor("store1"), str(photo_id))
    assert (subject, row.no, found.kind, found.at) == (GARMENT, no, "fault", story.now)
    assert (found.taken_by.login, found.site.code) == ("store1", "S001")
    assert (found.width, found.height) == (800, 600)
    file = camera.folder / found.sha256[:2] / f"{found.sha256}.jpg"
    assert file.stat().st_size == found.bytes


def test_the_same_photo_twice_on_a_record_is_one_and_one_file_serves_two_records(
    story: Story, camera: Camera
) -> None:
    first, second = story.register(), story.register()
    one = camera.take("store1", first)
    assert camera.take("store1", first) == one
    assert camera.take("manager1", first, Kind.EVIDENCE) == one
    other = camera.take("store1", second)
    assert other != one
    files = [file for file in camera.folder.rglob("*") if file.is_file()]
    assert sorted(file.name.partition(".")[2] for file in files) == ["jpg", "thumb.jpg"]


def test_a_record_carries_twelve_photos_and_one_removed_makes_room(
    story: Story, camera: Camera
) -> None:
    story.policy("photos_per_record", "2")
    no = story.register()
    first = camera.take("store1", no, raw=picture(left="red"))
    camera.take("store1", no, raw=picture(left="blue"))
    with pytest.raises(RuleViolation) as refusal:
        camera.take("store1", no, raw=picture(left="green"))
    assert (refusal.value.code, refusal.value.facts["most"]) == ("too_many_photos", 2)
    assert camera.take("store1", no, raw=picture(left="red")) == first
    camera.remove("store1", first)
    camera.take("store1", no, raw=picture(left="green"))


def test_a_sites_room_is_its_own(story: Story, camera: Camera) -> None:
    story.policy("photo_site_quota", "0")
    no = story.register()
    with pytest.raises(RuleViolation) as refusal:
        camera.take("store1", no)
    assert refusal.value.code == "photo_quota"
    story.wait(days=1)
    story.policy("photo_site_quota", "1")
    camera.take("store1", no)
    rows = story.session.execute(select(Photo)).scalars().all()
    story.session.execute(text("UPDATE photo SET bytes = :full"), {"full": 1024 * 1024})
    story.session.commit()
    assert len(rows) == 1
    with pytest.raises(RuleViolation) as again:
        camera.take("store1", no, raw=picture(left="blue"))
    assert again.value.code == "photo_quota"
    camera.take("store2", story.register("store2"))


@pytest.mark.parametrize("login", ["auditor", "finance", "vp", "logistics", "region1"])
def test_who_only_looks_adds_no_photo(story: Story, camera: Camera, login: str) -> None:
    no = story.register()
    with pytest.raises(Forbidden) as refusal:
        camera.take(login, no)
    assert refusal.value.code == "wrong_role"
    assert not camera.folder.exists()


def test_a_refused_file_leaves_nothing(story: Story, camera: Camera) -> None:
    no = story.register()
    for raw in (b"", b"<svg/>", picture()[:200]):
        with pytest.raises(InvalidInput):
            camera.take("store1", no, raw=raw)
    assert not camera.folder.exists()
    assert story.session.scalar(select(func.count(Photo.id))) == 0


# --- who sees


def test_another_store_neither_sees_nor_touches(story: Story, camera: Camera) -> None:
    no = story.register()
    photo_id = camera.take("store1", no)
    for login in ("store2", "manager2", "store3", "manager3", "supplier1", "admin"):
        assert not camera.shows(login, photo_id)
        with pytest.raises(NotFound):
            camera.take(login, no)
        with pytest.raises(NotFound):
            camera.remove(login, photo_id, "x")
    for login in ("store1", "manager1", "region1", "clerk", "assessor", "auditor"):
        assert camera.seen(login, GARMENT, no) == [photo_id]


def test_who_counts_blind_sees_the_closed_box_and_nothing_of_what_lies_in_it(
    story: Story, camera: Camera
) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    box = story.box("store1", no)
    inside = camera.take("store1", box, Kind.OTHER, BOX, picture(left="blue"))
    with pytest.raises(RuleViolation) as refusal:
        camera.take("store1", box, Kind.BOX, BOX)
    assert refusal.value.code == "not_sealed"
    story.dispatch("store1", box)
    sealed = camera.take("store1", box, Kind.BOX, BOX, picture(left="green"))
    damage = camera.take("clerk", box, Kind.EVIDENCE, BOX, picture(left="black"))
    assert camera.seen("clerk", BOX, box) == [sealed, damage]
    assert camera.seen("store1", BOX, box) == [inside, sealed, damage]
    story.wait(days=2)
    story.count_in(box, no)
    assert camera.seen("clerk", BOX, box) == [inside, sealed, damage]


def test_a_gap_carries_photos_that_both_sides_see(story: Story, camera: Camera) -> None:
    here, gone = story.register(), story.register()
    box = story.send(here, gone)
    story.wait(days=2)
    story.count_in(box, here)
    case = story.session.execute(text("SELECT no FROM discrepancy")).scalar_one()
    photo_id = camera.take("supervisor", case, Kind.EVIDENCE, GAP)
    assert camera.seen("store1", GAP, case) == [photo_id]
    assert camera.seen("supervisor", GAP, case) == [photo_id]
    assert not camera.shows("store2", photo_id)


# --- removing


def test_its_author_removes_a_fresh_photo_without_a_reason(story: Story, camera: Camera) -> None:
    no = story.register()
    photo_id = camera.take("store1", no)
    story.wait(minutes=15)
    camera.remove("store1", photo_id)
    assert camera.seen("store1", GARMENT, no) == []
    row = story.session.get(Photo, photo_id)
    assert (row.removed_at, row.removed_by_id, row.reason) == (story.now, row.taken_by_id, None)
    with pytest.raises(NotFound):
        camera.remove("store1", photo_id)
    assert camera.take("store1", no) != photo_id


def test_later_the_manager_or_the_supervisor_removes_it_with_a_reason(
    story: Story, camera: Camera
) -> None:
    no = story.register()
    first = camera.take("store1", no)
    second = camera.take("store1", no, raw=picture(left="blue"))
    story.wait(minutes=16)
    with pytest.raises(Forbidden) as refusal:
        camera.remove("store1", first, "x")
    assert refusal.value.code == "photo_not_yours"
    for blank in (None, "", " \u3000"):
        with pytest.raises(InvalidInput) as missing:
            camera.remove("manager1", first, blank)
        assert (missing.value.code, missing.value.field) == ("missing_field", "reason")
    camera.remove("manager1", first, " 拍到了顾客 ")
    camera.remove("supervisor", second, "重复")
    assert story.session.get(Photo, first).reason == "拍到了顾客"


def test_a_store_does_not_take_away_what_after_sales_saw(story: Story, camera: Camera) -> None:
    no = story.register()
    seen = camera.take("clerk", no, Kind.INTAKE)
    with pytest.raises(Forbidden):
        camera.remove("manager1", seen, "x")


# --- the files


def test_a_photo_without_its_files_or_with_others_is_found(story: Story, camera: Camera) -> None:
    camera.take("store1", story.register())
    assert camera.faults() == []
    row = story.session.scalars(select(Photo)).one()
    large = photo_files.path(camera.folder, row.sha256)
    small = photo_files.path(camera.folder, row.sha256, is_thumb=True)
    whole = large.read_bytes()
    large.write_bytes(whole[:-1] + b"x")
    assert camera.faults() == [f"photo {row.id} is not the file that was kept"]
    large.unlink()
    assert camera.faults() == [f"photo {row.id} has no file"]
    assert not camera.shows("store1", row.id)
    large.write_bytes(whole)
    small.unlink()
    assert camera.faults() == [f"photo {row.id} has no thumbnail"]
    small.write_bytes(b"x")
    story.session.execute(text("UPDATE photo SET subject_id = 999"))
    story.session.commit()
    assert camera.faults() == [f"photo {row.id} belongs to no registration"]


def test_a_photo_sent_again_mends_its_lost_file(story: Story, camera: Camera) -> None:
    no = story.register()
    photo_id = camera.take("store1", no)
    for file in camera.folder.rglob("*.jpg"):
        file.unlink()
    assert camera.faults() != []
    assert camera.take("store1", no) == photo_id
    assert camera.faults() == []


def test_an_upload_killed_before_its_row_leaves_a_file_that_is_swept_a_day_later(
    story: Story, camera: Camera
) -> None:
    no = story.register()
    photo.keep(story.act("store1"), camera.folder, GARMENT, no, Kind.FAULT, picture(left="blue"))
    kept = camera.take("store1", no)
    assert camera.faults() == []
    now = datetime.now(UTC)
    assert photo.sweep(story.session, camera.folder, now) == 0
    _age(camera.folder, now - timedelta(hours=25))
    assert photo.sweep(story.session, camera.folder, now) == 2
    assert camera.shows("store1", kept)
    assert camera.faults() == []


def test_a_removed_photos_files_go_after_thirty_days(story: Story, camera: Camera) -> None:
    photo_id = camera.take("store1", story.register())
    camera.remove("store1", photo_id)
    _age(camera.folder, story.now)
    assert photo.sweep(story.session, camera.folder, story.now + timedelta(days=30)) == 0
    late = story.now + timedelta(days=30, seconds=1)
    assert photo.sweep(story.session, camera.folder, late) == 2
    assert camera.faults() == []


def _age(folder: Path, since: datetime) -> None:
    then = since.timestamp()
    for file in folder.rglob("*.jpg"):
        os.utime(file, (then, then))
