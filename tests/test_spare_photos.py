"""Photos that nothing refers to any more go; whatever is evidence, or was asked for lately, stays."""

import os
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert, select

from kiosk import photos, spare_photos
from kiosk.scoring.voices import declaration
from kiosk.settings import Settings
from tests.conftest import Clock, Village

LONG_AGO, LATELY = timedelta(days=100), timedelta(days=10)
# state of the declaration (none: a form that was refused), when it was answered, when the photo came, whether it stays
PHOTOS = {
    "a": ("", None, LONG_AGO, False),
    "b": ("", None, LATELY, True),
    "c": ("waiting", None, LONG_AGO, True),
    "d": ("taken", LONG_AGO, LONG_AGO, True),
    "e": ("declined", LATELY, LONG_AGO, True),
    "f": ("declined", LONG_AGO, LONG_AGO, False),
}


def test_only_what_nothing_refers_to_is_deleted_and_only_after_a_while(
    alone: Village, settings: Settings, clock: Clock
) -> None:
    folder = settings.data / "photos"
    for letter, (state, answered, came, _) in PHOTOS.items():
        path = photos.path_of(folder, letter * 64)
        path.parent.mkdir(parents=True)
        path.write_bytes(b"picture")
        os.utime(path, ((clock() - came).timestamp(),) * 2)
        if state:
            at = clock() - answered if answered else None
            alone.write(
                lambda connection, letter=letter, state=state, at=at: _declare(connection, letter, state, at)
            )  # type: ignore[misc]
    assert spare_photos.delete_spare(alone.database, folder, clock()) == 2
    kept = {letter for letter in PHOTOS if photos.is_kept(folder, letter * 64)}
    assert kept == {letter for letter, (_, _, _, stays) in PHOTOS.items() if stays}
    with alone.database.read() as connection:
        named = set(connection.scalars(select(declaration.c.photo)))
    assert named == {"", *(letter * 64 for letter in "cde")}  # no page shows a picture that is gone
    assert spare_photos.delete_spare(alone.database, folder, clock()) == 0


def test_a_photo_that_comes_once_more_is_as_new(settings: Settings, clock: Clock) -> None:
    path = photos.path_of(settings.data, "a" * 64)
    path.parent.mkdir(parents=True)
    photos._store(path, b"picture")
    os.utime(path, (0, 0))
    photos._store(path, b"picture")
    assert path.stat().st_mtime > 0


def test_a_village_without_photos_has_none_to_delete(
    alone: Village, settings: Settings, clock: Clock
) -> None:
    assert spare_photos.delete_spare(alone.database, settings.data / "photos", clock()) == 0


def _declare(connection: Connection, letter: str, state: str, answered_at: datetime | None) -> None:
    said = {
        "item": "C01",
        "occurred_on": date(2026, 5, 1),
        "place": "",
        "reason": "扫地",
        "photo": letter * 64,
    }
    what = {"submission_key": letter, "state": state, "answer": "", "answered_by": "", "household_id": 1}
    when = {"declared_at": datetime.fromisoformat("2026-05-01T10:00+08:00"), "answered_at": answered_at}
    connection.execute(insert(declaration).values(village_id=1, **said, **what, **when))
