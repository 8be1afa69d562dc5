"""A tablet's file, taken in by the office because the tablet could not send it."""

import json
from base64 import b64encode
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from sqlalchemy import func, select

from kiosk.scoring.tables import event, note, waiting
from tests.conftest import Village
from tests.pages.recorders import Desk, deed, hire, sit_down
from tests.pages.test_photos import photo

PICTURE = "p1"


@pytest.fixture
def zhou(app: Litestar, village: Village) -> Desk:
    """周平, who administrates; 刘敏 is account 1, and household 003 is her kin."""
    village.write(lambda connection: hire(connection, village))
    return sit_down(app, village, "周平")


def saved(*deeds: dict[str, Any], village: str = "qingshan", account: int = 1) -> dict[str, Any]:
    """The file of 刘敏's tablet; a deed that asks for a `photo` shows the yard."""
    entries = []
    for fields in deeds:
        key = fields.pop("submission_key")
        entries.append(
            {
                "key": key,
                "kind": "deed",
                "path": "/record",
                "photo": fields.pop("photo", None),
                "fields": fields,
            }
            | {"account": account, "by": "刘敏", "device_at": "2026-08-14T08:00:00.000Z"}
        )
    pictures = {PICTURE: b64encode(photo()).decode()}
    return {"format": "kiosk-outbox-1", "village": village, "entries": entries, "photos": pictures}


def take(desk: Desk, data: Any) -> Response:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return desk.post("/admin/import/outbox", {}, {"outbox_file": ("kiosk.json", content, "application/json")})


def counted(village: Village) -> tuple[int, int, int]:
    """Events, those that wait, and those with a photo."""
    with village.database.read() as connection:
        ask = (select(func.count()).select_from(event), select(func.count()).select_from(waiting))
        pictures = select(func.count()).where(note.c.photo != "")
        events, wait, with_photo = (connection.scalar(one) or 0 for one in (*ask, pictures))
    return events, wait, with_photo


def test_everything_of_the_file_waits_for_a_reviewer(zhou: Desk, village: Village) -> None:
    answer = take(zhou, saved(deed(), deed(household="002", member="王芳", photo=PICTURE)))
    assert answer.status_code == 200
    assert counted(village) == (2, 2, 1)
    with village.database.read() as connection:
        assert set(connection.scalars(select(event.c.recorder))) == {"刘敏"}


def test_the_same_file_twice_and_the_tablet_after_all_are_one_event(
    zhou: Desk, village: Village, app: Litestar
) -> None:
    one = deed(item="E01", photo=PICTURE)
    key = one["submission_key"]
    take(zhou, saved(dict(one)))
    take(zhou, saved(dict(one)))
    again = {**one, "submission_key": key}
    again.pop("photo")
    late = sit_down(app, village, "刘敏").json("/record", again, {"photo": ("a.jpg", photo(), "image/jpeg")})
    assert late.status_code == 200
    assert counted(village)[0] == 1


def test_what_cannot_be_taken_in_is_said_one_by_one_and_the_rest_comes_in(
    zhou: Desk, village: Village
) -> None:
    answer = take(zhou, saved(deed(), deed(household="003", member=""), deed(household="999"), deed(item="")))
    assert counted(village)[0] == 1
    assert answer.text.count('<p class="problem">') >= 3
    assert "陈静" in answer.text


def test_a_file_of_strangers_is_refused_with_a_sentence(zhou: Desk, village: Village) -> None:
    stranger = take(zhou, saved(deed(), account=99))
    assert (stranger.status_code, counted(village)[0]) == (200, 0)
    for content in (saved(deed(), village="liushu"), {"format": "x"}, [], b"\xff", b"[" * 100_000, b""):
        answer = take(zhou, content)
        assert answer.status_code == 422
        assert 'id="outbox_file-problem"' in answer.text


def test_a_broken_picture_in_the_file_is_refused(zhou: Desk, village: Village) -> None:
    data = saved(deed(photo=PICTURE))
    data["photos"][PICTURE] = b64encode(b"no picture").decode()
    assert '<p class="problem">' in take(zhou, data).text
    assert counted(village)[0] == 0
