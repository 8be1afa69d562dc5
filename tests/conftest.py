"""青山村 (qingshan) and its people, in a data folder of their own, at ten o'clock on 15 August 2026."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection, insert

from kiosk.accounts import passwords
from kiosk.database import Database, migrate, open_database
from kiosk.scoring import rulebooks
from kiosk.scoring.rulebook import Rulebook
from kiosk.scoring.rulebooks import default_rulebook
from kiosk.scoring.tables import household, member
from kiosk.scoring.tables import village as village_table
from kiosk.scoring.villages import changed
from kiosk.settings import Settings

T = TypeVar("T")
TEN_O_CLOCK = datetime(2026, 8, 15, 10, 0)  # noqa: DTZ001  the zone is the settings'

# 户号, 村民小组, and its people: name, relation, born, joined
PEOPLE = (
    (
        *("001", "一组"),
        (
            ("张三", "户主", "1970-05-05", None),
            ("李秀英", "妻", "1972-03-08", None),
            ("张小明", "长子", "2015-06-01", None),
        ),
    ),
    ("002", "一组", (("王建国", "户主", "1958-10-01", None), ("王芳", "长女", "1985-12-12", None))),
    ("003", "二组", (("欧阳建华", "户主", "1966-01-20", None), ("曾丽", "配偶", "1969-09-09", None))),
    ("004", "二组", (("李四", "户主", "1980-02-29", "2026-07-20"),)),
    ("005", "三组", (("赵小燕", "户主", "2014-11-11", None),)),
)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Village:
    """青山村: its ids, and a way to write that pages notice at once."""

    id: int
    database: Database
    code: str = "qingshan"
    households: dict[str, int] = field(default_factory=dict)  # by code
    members: dict[str, int] = field(default_factory=dict)  # by name
    noticed: Callable[[], None] = lambda: None

    def write(self, work: Callable[[Connection], T]) -> T:
        result = self.database.write(work)
        self.noticed()
        return result


@pytest.fixture(scope="session", autouse=True)
def _hashing_is_quick() -> Iterator[None]:
    """It is slow on purpose. tests/accounts/test_passwords.py does it in earnest, and so does every other process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_N", 256)
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def clock(settings: Settings) -> Clock:
    return Clock(TEN_O_CLOCK.replace(tzinfo=settings.zone))


@pytest.fixture(scope="session")
def _empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without a village: made once, copied for every test."""
    settings = Settings(data=tmp_path_factory.mktemp("empty") / "data")
    migrate(settings, TEN_O_CLOCK.replace(tzinfo=settings.zone))
    return settings.data


@pytest.fixture(scope="session")
def _qingshan_data(_empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with 青山村, its people and the default rulebook in force since 2026-01-01."""
    settings = Settings(data=tmp_path_factory.mktemp("qingshan") / "data")
    shutil.copytree(_empty_data, settings.data)
    database = open_database(settings)
    database.write(_settle_people)
    now = TEN_O_CLOCK.replace(tzinfo=settings.zone)
    database.write(
        lambda connection: rulebooks.add(connection, default_rulebook(), date(2026, 1, 1), "设置", now)
    )
    database.close()
    return settings.data


@pytest.fixture(scope="session")
def _standing_app(_empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """Registering every route takes longer than most tests: it is done once, and every test moves in."""
    from kiosk.app import create_app  # what needs no web shall not wait for it

    settings = Settings(data=tmp_path_factory.mktemp("standing") / "data")
    shutil.copytree(_empty_data, settings.data)
    app = create_app(settings, grace=0)
    app.state.site.close()
    return app


@pytest.fixture
def empty_app(
    settings: Settings, clock: Clock, _empty_data: Path, _standing_app: Litestar
) -> Iterator[Litestar]:
    """The application before its set-up."""
    shutil.copytree(_empty_data, settings.data)
    yield from _moved_in(_standing_app, settings, clock)


@pytest.fixture
def app(
    settings: Settings, clock: Clock, _qingshan_data: Path, _standing_app: Litestar
) -> Iterator[Litestar]:
    """The application over 青山村. Its pages show a change at once."""
    shutil.copytree(_qingshan_data, settings.data)
    yield from _moved_in(_standing_app, settings, clock)


@pytest.fixture
def client(app: Litestar) -> Iterator[TestClient[Litestar]]:
    """A visitor's browser, not signed in, in the default language."""
    with TestClient(app) as browser:
        browser.headers["accept"] = "text/html"
        yield browser


@pytest.fixture
def village(app: Litestar) -> Iterator[Village]:
    """青山村 behind `client`'s application."""
    site = app.state.site
    yield _village(site.database, site.cache.revisions.refresh)
    site.database.close()


@pytest.fixture
def alone(settings: Settings, _qingshan_data: Path) -> Iterator[Village]:
    """青山村 without the web."""
    shutil.copytree(_qingshan_data, settings.data)
    database = open_database(settings)
    yield _village(database)
    database.close()


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return default_rulebook()


def _moved_in(app: Litestar, settings: Settings, clock: Clock) -> Iterator[Litestar]:
    """The standing application, its site opened anew over this test's data, with the secret that it knows."""
    (settings.data / "secret").write_bytes(app.state.site.secrets.seed)
    app.state.site.__init__(settings, clock, grace=0)
    yield app
    app.state.site.close()


def _village(database: Database, noticed: Callable[[], None] = lambda: None) -> Village:
    with database.read() as connection:
        houses = {row.code: row.id for row in connection.execute(household.select())}
        people = {row.name: row.id for row in connection.execute(member.select())}
    return Village(1, database, households=houses, members=people, noticed=noticed)


def _settle_people(connection: Connection) -> None:
    connection.execute(
        insert(village_table).values(id=1, code="qingshan", name="青山村", public_names="full")
    )
    for code, group, people in PEOPLE:
        house = connection.execute(
            insert(household).values(
                village_id=1, code=code, group_name=group, residency="local", token=f"TOKEN{code:>021}"
            )
        ).inserted_primary_key
        for name, relation, born, joined in people:
            connection.execute(
                insert(member).values(
                    village_id=1,
                    household_id=house[0] if house else None,
                    name=name,
                    relation=relation,
                    head=relation == "户主",
                    born=date.fromisoformat(born),
                    joined=date.fromisoformat(joined) if joined else None,
                )
            )
    changed(connection, 1)
