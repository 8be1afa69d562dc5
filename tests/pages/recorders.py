"""The people who record and review in 青山村, each at a browser of their own."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection, insert

from kiosk.accounts import sessions
from kiosk.scoring.tables import account, kin
from tests.conftest import Village
from tests.visitors import visitor

# name: role, the household they live in, their kin's households
STAFF = {
    "刘敏": ("recorder", None, ("003",)),
    "赵强": ("recorder", "001", ()),
    "陈静": ("reviewer", None, ()),
    "周平": ("admin", "002", ()),
    "孙镇": ("township", None, ()),
}


def hire(connection: Connection, village: Village) -> None:
    """Everybody may sign in; nobody needs a password here."""
    for name, (role, home, relatives) in STAFF.items():
        here = None if role == "township" else village.id
        values = {"name": name, "role": role, "village_id": here, "password": "-", "active": True}
        adding = insert(account).values(**values, household_id=village.households.get(home or ""))
        account_id = connection.scalars(adding.returning(account.c.id)).one()
        for code in relatives:
            connection.execute(
                insert(kin).values(account_id=account_id, household_id=village.households[code])
            )


@dataclass
class Desk:
    """One person's browser."""

    browser: TestClient[Litestar]
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Response:
        return self.browser.get(path, headers={**self.headers, **headers})

    def post(self, path: str, fields: dict[str, Any], files: Any = None, **headers: str) -> Response:
        sent = {**self.headers, "x-csrftoken": self.browser.cookies["csrftoken"], **headers}
        return self.browser.post(path, data=fields, files=files, headers=sent, follow_redirects=False)

    def json(self, path: str, fields: dict[str, Any], files: Any = None) -> Response:
        return self.post(path, fields, files, accept="application/json")

    def part(self, path: str, fields: dict[str, Any], files: Any = None) -> Response:
        return self.post(path, fields, files, **{"hx-request": "true"})


def sit_down(app: Litestar, village: Village, name: str) -> Desk:
    """A browser in which this person is signed in."""
    site = app.state.site

    def begin(connection: Connection) -> str:
        row = connection.execute(account.select().where(account.c.name == name)).one()
        return sessions.begin(connection, row.id, site.clock())

    browser = visitor(app)
    browser.headers["accept"] = "text/html"
    browser.cookies.set("session", village.write(begin))
    desk = Desk(browser)
    desk.get("/record")
    return desk


def deed(**changed: str) -> dict[str, str]:
    """张三 of household 001 served as a volunteer this morning."""
    fields = {
        "submission_key": secrets.token_hex(16),
        "household": "001",
        "member": "张三",
        "item": "H01",
        "points": "",
        "occurred_on": "2026-08-15",
        "place": "河堤",
        "reason": "清理河道",
        "basis": "巡查",
    }
    return {**fields, **changed}
