"""Public pages are drawn once per version; a page that did not change costs neither a query nor a drawing."""

import asyncio
import threading
from collections.abc import Callable
from datetime import date

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine, event

from kiosk.pages.cache import Cache, Slot
from kiosk.pages.ready import Drawn, Ready
from kiosk.pages.revisions import Revisions
from kiosk.scoring.villages import changed
from tests.conftest import Clock, Village

TODAY, TOMORROW = date(2026, 8, 15), date(2026, 8, 16)
PAGE = Slot("qingshan", "zh_Hans", "html", "/v/qingshan")


class Painter:
    """Draws pages and counts them; `during` happens while it draws."""

    def __init__(self, during: Callable[[], None] = lambda: None) -> None:
        self.drawn = 0
        self.during = during

    def __call__(self) -> Drawn:
        self.drawn += 1
        text = f"drawing {self.drawn}"
        self.during()
        return Drawn(text)


@pytest.fixture
def cache(alone: Village) -> Cache:
    revisions = Revisions(alone.database)
    revisions.refresh()
    alone.noticed = revisions.refresh
    return Cache(revisions, grace=0)


def ask(cache: Cache, painter: Painter, times: int = 1, day: date = TODAY) -> list[Ready]:
    async def together() -> list[Ready]:
        return await asyncio.gather(*(cache.answer(PAGE, day, painter) for _ in range(times)))

    return asyncio.run(together())


def change(village: Village) -> None:
    village.write(lambda connection: changed(connection, village.id))


def test_fifty_readers_at_once_cost_one_drawing(cache: Cache) -> None:
    painter = Painter()
    answers = ask(cache, painter, times=50)
    assert painter.drawn == 1
    assert len({answer.tag for answer in answers}) == 1


def test_a_change_is_drawn_once_more(cache: Cache, alone: Village) -> None:
    painter = Painter()
    ask(cache, painter)
    change(alone)
    ask(cache, painter, times=3)
    ask(cache, painter)
    assert painter.drawn == 2


def test_another_village_s_change_draws_nothing(cache: Cache, alone: Village) -> None:
    painter = Painter()
    ask(cache, painter)
    alone.write(lambda connection: changed(connection, 99))
    ask(cache, painter)
    assert painter.drawn == 1


def test_midnight_draws_anew_because_the_roll_may_differ(cache: Cache) -> None:
    painter = Painter()
    ask(cache, painter)
    ask(cache, painter, day=TOMORROW)
    assert painter.drawn == 2


def test_a_change_during_the_drawing_is_not_pinned(cache: Cache, alone: Village) -> None:
    painter = Painter(during=lambda: change(alone) if painter.drawn == 1 else None)
    ask(cache, painter)
    ask(cache, painter)
    assert painter.drawn == 2


def test_a_failed_drawing_is_tried_again(cache: Cache) -> None:
    def fail_once() -> None:
        if painter.drawn == 1:
            raise RuntimeError("no paint")

    painter = Painter(during=fail_once)
    with pytest.raises(RuntimeError):
        ask(cache, painter, times=3)
    assert painter.drawn == 1
    assert ask(cache, painter)[0].status == 200


def test_a_storm_of_changes_draws_at_most_once_within_the_grace(cache: Cache, alone: Village) -> None:
    cache.grace = 60
    painter = Painter()
    for _ in range(20):
        change(alone)
        ask(cache, painter)
    assert painter.drawn == 1


def test_while_a_new_one_is_drawn_the_old_one_is_shown(cache: Cache, alone: Village) -> None:
    may_go_on = threading.Event()
    painter = Painter()
    first = ask(cache, painter)[0]
    change(alone)
    cache.grace = 0.2
    painter.during = lambda: may_go_on.wait(5) and None

    async def two_readers() -> tuple[Ready, Ready]:
        kept = cache._kept[PAGE]
        kept.drawn_at -= 1  # drawn long ago, and still shown a moment ago
        at_once = await cache.answer(PAGE, TODAY, painter)
        kept.current_at -= 1  # and now it is too old to be shown
        may_go_on.set()
        return at_once, await cache.answer(PAGE, TODAY, painter)

    at_once, later = asyncio.run(two_readers())
    assert at_once.tag == first.tag
    assert later.tag != first.tag
    assert painter.drawn == 2


def test_the_least_used_pages_make_room(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.pages.cache._ROOM", 5000)
    painter = Painter()

    async def browse() -> None:
        for number in range(10):
            address = Slot("qingshan", "en", "html", f"/v/qingshan?group={number}")
            await cache.answer(address, TODAY, painter)

    asyncio.run(browse())
    assert len(cache._kept) == 2
    assert cache._size <= 5000


def test_a_known_page_costs_no_statement_and_a_304_no_body(
    client: TestClient[Litestar], village: Village
) -> None:
    first = client.get("/v/qingshan")
    statements: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    again = client.get("/v/qingshan")
    unchanged = client.get("/v/qingshan", headers={"if-none-match": first.headers["etag"]})
    assert statements == []
    assert again.content == first.content
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == first.headers["etag"]


def test_each_encoding_language_and_form_has_its_own_tag(client: TestClient[Litestar]) -> None:
    address = "/v/qingshan/standings/2026Q3"
    plain = {"accept-encoding": "identity"}
    answers = [
        client.get(address),
        client.get(address, headers=plain),
        client.get(address, headers={"cookie": "lang=en"}),
        client.get(address, headers={"accept": "application/json"}),
    ]
    assert len({answer.headers["etag"] for answer in answers}) == 4
    assert "content-encoding" not in answers[1].headers
    assert answers[0].text == answers[1].text
    assert "Accept-Encoding" in answers[0].headers["vary"]
    assert "set-cookie" not in answers[0].headers


def test_what_nobody_named_in_the_address_makes_no_new_page(
    client: TestClient[Litestar], app: Litestar
) -> None:
    for tracking in ("from=wechat", "utm=1", "x[]=2"):
        client.get(f"/v/qingshan?{tracking}")
    client.get("/v/qingshan?q=001")
    assert [slot.address for slot in app.state.site.cache._kept] == ["/v/qingshan"]


def test_head_answers_like_get_without_a_body(client: TestClient[Litestar]) -> None:
    shown, asked = client.get("/v/qingshan"), client.head("/v/qingshan")
    assert asked.content == b""
    assert asked.headers["etag"] == shown.headers["etag"]
    assert client.post("/v/qingshan").status_code == 405


def test_a_page_shows_tomorrow_what_tomorrow_is(client: TestClient[Litestar], clock: Clock) -> None:
    assert "2026年第三季度" in client.get("/v/qingshan").text
    clock.move(days=60)
    assert "2026年第四季度" in client.get("/v/qingshan").text


def test_ten_changes_at_once_are_seen_with_few_readings(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[int] = []
    monkeypatch.setattr(Revisions, "refresh", lambda self: readings.append(1))

    async def ten() -> None:
        await asyncio.gather(*(cache.revisions.refresh_soon() for _ in range(10)))

    asyncio.run(ten())
    assert 1 <= len(readings) <= 2


def test_what_another_process_writes_is_seen_at_the_next_tick(
    cache: Cache, alone: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.pages.revisions._TICK", 0.001)
    revisions = cache.revisions
    before = revisions.version("qingshan", TODAY)

    async def serve() -> None:
        async with asyncio.timeout(10), revisions.keep_fresh():
            alone.database.write(lambda connection: changed(connection, alone.id))
            while revisions.version("qingshan", TODAY) == before:
                await asyncio.sleep(0.001)

    asyncio.run(serve())
    assert revisions.version("qingshan", TODAY) != before
