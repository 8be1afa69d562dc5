"""A village full of canaries: words that must never be met where they do not belong (goals.md, R20)."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import httpx
from litestar import Litestar
from litestar.testing import TestClient
from PIL import Image
from sqlalchemy import Connection

from kiosk.office.tables import honour_decision
from kiosk.scoring import settlement
from kiosk.scoring.periods import parse_period
from kiosk.scoring.tables import household, kin
from kiosk.scoring.villages import changed
from kiosk.scoring.voices import objection_answer, objection_answer_note
from tests.faults.serving import RULEBOOK, done
from tests.visitors import visitor

ID_NUMBER, MOBILE_IN_ROSTER = "330127201606010024", "13700137003"
MINOR, MINOR_HEAD, GROWN_UP = "童小雨", "苗小禾", "柳秀莲"
MOBILE_AS_PLACE, MOBILE_AS_REASON = "13800138001", "13900139002"
DEDUCTION, REJECTION, REVERSAL = "深夜酒后吵闹", "证人不肯作证", "原来是邻居家做的"
OBJECTOR, CONTACT, OBJECTION = "卓阿婆", "13600136004", "亲眼看见半夜吵闹"
OWN_OBJECTION, DECLARED, DECLINED = "少记了修渠的两天", "连夜守堤三个晚上", "名单里没有这一户"
LEFT_OUT = "与邻居的纠纷没有了结"
RECEIPTS = {what: f"canary{what:0>26}" for what in ("notice", "plate", "declaration")}
CAMERA, LATITUDE = "CanaryCam 3000", 30.123456
PASSWORDS = {"刘敏": "竹林深处有人家 1", "陈静": "小桥流水不回头 2"}

ROSTER = f"""户号,姓名,与户主关系,村民小组,出生日期,身份证号,联系电话
001,童建军,户主,一组,1980-01-01,,{MOBILE_IN_ROSTER}
001,{GROWN_UP},妻,一组,1982-02-02,,
001,{MINOR},长女,一组,,{ID_NUMBER},
002,王建国,户主,一组,1958-10-01,,
005,{MINOR_HEAD},户主,二组,2012-11-11,,
"""

NEVER_STORED = (ID_NUMBER, MOBILE_IN_ROSTER, *PASSWORDS.values(), CAMERA)
NEVER_PUBLIC = (
    *(*NEVER_STORED, MINOR, MINOR_HEAD, GROWN_UP),
    *(MOBILE_AS_PLACE, MOBILE_AS_REASON, DEDUCTION, REJECTION, REVERSAL),
    *(OBJECTOR, CONTACT, OBJECTION, OWN_OBJECTION, DECLARED, DECLINED, LEFT_OUT, *RECEIPTS.values()),
)
_NOT_FOLLOWED = re.compile(
    "/(static|style|language)/|.*/standings/(19|20[01]|202[0-4])"
)  # nothing grew there
_LINK = re.compile(r'(?:href|src|action|data-hx-get|data-address)="(/[^"#]*)')


@dataclass
class Place:
    """The village, its application, and by the codes of its households their tokens and heads."""

    data: Path
    app: Litestar
    tokens: dict[str, str] = field(default_factory=dict)
    heads: ClassVar[dict[str, str]] = {"001": "童建军", "002": "王建国", "005": "苗小禾"}

    @property
    def never_public(self) -> tuple[str, ...]:
        return (*NEVER_PUBLIC, *self.tokens.values())


def settle_in(data: Path) -> None:
    """What the office does: village, roster, rulebook and people, by the commands."""
    roster = data.with_name("roster.csv")
    roster.write_text(ROSTER, "utf-8")
    done(data, "village", "add", "qingshan", "青山村", "--public-names", "full")
    done(data, "import", "roster", str(roster), "--village", "qingshan")
    done(data, "import", "rulebook", str(RULEBOOK), "--applies-from", "2026-01-01")
    for (name, password), role in zip(PASSWORDS.items(), ("recorder", "reviewer"), strict=True):
        words = ("user", "add", name, "--role", role, "--village", "qingshan", "--password-stdin")
        done(data, *words, typed=f"{password}\n")


def live(data: Path, app: Litestar, now: datetime) -> Place:
    """Deeds of a settled quarter and of the running one, by the pages of recorder and reviewer."""
    recorder, reviewer = (sign_in(app, name) for name in PASSWORDS)
    record(recorder, "I01", "2026-05-06", "001", MINOR)
    record(recorder, "I01", "2026-05-06", "005", MINOR_HEAD)
    app.state.site.database.write(lambda connection: _settle(connection, now))
    record(recorder, "I01", "2026-08-14", "001", MINOR, place=MOBILE_AS_PLACE)
    record(recorder, "I01", "2026-08-14", "001", GROWN_UP)
    record(recorder, "I01", "2026-08-15", "005", MINOR_HEAD)
    record(recorder, "C01", "2026-08-14", "001", points="4", reason=MOBILE_AS_REASON, photo=photo())
    deducted = record(recorder, "C06", "2026-08-14", "001", points="-2", reason=DEDUCTION)
    rejected = record(recorder, "G01", "2026-08-13", "002", reason="新种黄桃")
    decide(reviewer, deducted, "approved")
    decide(reviewer, rejected, "rejected", REJECTION)
    mistaken = record(recorder, "I01", "2026-08-12", "002", "王建国")
    post(reviewer, f"/record/{mistaken}/reversal", {"reason": REVERSAL})
    with app.state.site.database.read() as connection:
        tokens = {row.code: row.token for row in connection.execute(household.select())}
    speak_up(app, tokens, deducted)
    post(recorder, "/record/declarations/1/refusal", {"answer": DECLINED})
    app.state.site.database.write(lambda connection: _judge(connection, now))
    app.state.site.cache.revisions.refresh()
    return Place(data, app, tokens)


def speak_up(app: Litestar, tokens: dict[str, str], event: int) -> None:
    """What people send without signing in: against 001 by a neighbour; of itself, and for itself, by 002."""
    anybody = visitor(app)
    anybody.get("/login")
    said = {"words": OBJECTION, "name": OBJECTOR, "contact": CONTACT}
    about = {"kind": "event", "quarter": "2026Q3", "household": "001", "event": str(event)}
    post(anybody, "/v/qingshan/objection", {"submission_key": RECEIPTS["notice"], **about, **said})
    own = {**said, "about": "rank", "words": OWN_OBJECTION, "submission_key": RECEIPTS["plate"]}
    post(anybody, f"/h/{tokens['002']}/objection", own)
    deed = {"item": "C01", "occurred_on": "2026-08-14", "reason": DECLARED}
    picture = {"photo": ("dyke.jpg", photo(), "image/jpeg")}
    sent = {"submission_key": RECEIPTS["declaration"], **deed}
    post(anybody, f"/h/{tokens['002']}/declaration", sent, picture)


def photo() -> bytes:
    """A picture that tells where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0110] = CAMERA
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 7.0, LATITUDE), 3: "E", 4: (120.0, 5.0, 1.0)})
    file = BytesIO()
    Image.new("RGB", (80, 60), "green").save(file, "JPEG", exif=exif)
    return file.getvalue()


def sign_in(app: Litestar, name: str) -> TestClient[Litestar]:
    browser = visitor(app)
    browser.headers["accept"] = "application/json"
    browser.get("/login")
    post(browser, "/login", {"username": name, "password": PASSWORDS[name]})
    return browser


def post(
    browser: TestClient[Litestar], path: str, fields: dict[str, str], files: Any = None
) -> httpx.Response:
    headers = {"x-csrftoken": browser.cookies["csrftoken"]}
    answer = browser.post(path, data=fields, files=files, headers=headers, follow_redirects=False)
    assert answer.status_code < 400, answer.text
    return answer


def record(
    browser: TestClient[Litestar],
    item: str,
    day: str,
    code: str,
    member: str = "",
    photo: bytes = b"",
    **more: str,
) -> int:
    """The number of the event."""
    fields = {"submission_key": f"{item}-{day}-{code}-{member}", "household": code, "member": member}
    fields |= {"item": item, "occurred_on": day, "basis": "单位反馈", "reason": "见通知", **more}
    files = {"photo": ("yard.jpg", photo, "image/jpeg")} if photo else None
    event: int = post(browser, "/record", fields, files).json()["event"]
    return event


def decide(browser: TestClient[Litestar], event: int, verdict: str, reason: str = "") -> None:
    post(browser, f"/review/{event}/decision", {"verdict": verdict, "reason": reason})


def crawl(browser: httpx.Client, starts: list[str], **headers: str) -> dict[str, str]:
    """Every page that somebody finds who follows all links from there: its headers and its text, by address."""
    found: dict[str, str] = {}
    queue = list(dict.fromkeys(starts))
    while queue:
        address = queue.pop()
        answer = browser.get(address, headers=headers, follow_redirects=False)
        found[address] = f"{answer.headers}\n{answer.text}"
        links = [unescape(link) for link in _LINK.findall(answer.text)]
        links += [answer.headers["location"]] if "location" in answer.headers else []
        queue += {link for link in links if not _NOT_FOLLOWED.match(link)} - {*queue, *found}
    return found


def met(pages: dict[str, str], canaries: tuple[str, ...]) -> set[tuple[str, str]]:
    """(address, canary) wherever one was met."""
    return {(address, canary) for address, text in pages.items() for canary in canaries if canary in text}


def _judge(connection: Connection, now: datetime) -> None:
    """Last year's honours, one of them a child's who is the head; and the reviewer's kin: that child's household."""
    who = {"village_id": 1, "year": 2025, "account_id": 2, "decided_by": "陈静", "decided_at": now}
    honour = {**who, "honour": "最美家庭"}
    ids = {row.code: row.id for row in connection.execute(household.select())}
    for code, word, reason in (("001", "granted", ""), ("005", "granted", ""), ("002", "declined", LEFT_OUT)):
        said = {"household_id": ids[code], "decision": word, "reason": reason}
        connection.execute(honour_decision.insert().values(**honour, **said))
    answered = {"answered_by": "村支书", "answered_at": now, "account_id": 2}
    connection.execute(objection_answer.insert().values(objection_id=1, outcome="rejected", **answered))
    connection.execute(objection_answer_note.insert().values(objection_id=1, reason="两位证人都在场"))
    connection.execute(kin.insert().values(account_id=2, household_id=ids["005"]))
    changed(connection, 1)


def _settle(connection: Connection, now: datetime) -> None:
    quarter = parse_period("2026Q2")
    settlement.publish(connection, 1, quarter, "村委会", now - timedelta(days=9))
    settlement.settle(connection, 1, quarter, "村委会", now)
