"""What a hostile hand sends: a sensible request for every route, and what spoils it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from urllib.parse import quote, urlencode

from kiosk.scoring.rulebooks import canonical, default_rulebook
from tests.pages.test_roles import ROWS

HUGE = "9" * 30
WORDS = (
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "x\udfffy",
        "\u202e王\u202c",
        "\u200f\u061c",
        "\ufeff",
        "𠮷🀄️" * 9,
    ),
    *(
        HUGE,
        f"-{HUGE}",
        "-1",
        "0",
        "1e400",
        "NaN",
        "1.5",
        "٣",
        "²",
        "１２３",
        "½",
        "9" * 5000,
        "王" * 100_000,
    ),
    *(str(2**31), str(2**63), str(-(2**63) - 1), "NULL", "null", "true", "[]", "{}", "[1,2]", '"', "\\"),
    *(
        "'\"><script>alert(1)</script>",
        "%(x)s %s %d",
        "{{7*7}}",
        "{0}{x}",
        "../../etc/passwd",
        "//evil.example",
    ),
    *(
        "0001-01-01",
        "9999-12-31",
        "2026-02-30",
        "2026-13-01",
        "10000-01-01",
        "20260101",
        "2026-W01-1",
        "24:00",
    ),
    *("2026Q5", "0000Q1", "9999Q4", "2026-00", "1900", "99999", "=1+1", "\n\r\n", "a;b", "901", "T" * 26),
)
BYTES = (b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xae", b"%zz", b"\x00")
CONTENTS = (
    *(b"", b"\x00" * 100, b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"<svg onload=x>", b"x = 1", b"[x]\ny = 1"),
    *(b"a" * 200_000, "户号\t姓名\n".encode("utf-16"), "户号,姓名\n001,\x00王\n".encode(), b"\xed\xa0\x80"),
    "户号,日期,条目,分值,记录人\n001,2026-08-14,C01,1e400,刘敏\n002,0001-01-01,C01,2,刘敏\n".encode(),
    "户号,姓名,与户主关系,村民小组,出生日期\n001,王\u202e,户主,一组,9999-12-31\n".encode(),
    b'{"format":"kiosk-outbox-1","village":"qingshan","photos":{"p":"AA"},"entries":[{"kind":"deed","key":null,'
    b'"account":1e400,"photo":"p","device_at":0,"fields":{"household":[]}}]}',
)
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/x")
_DAY, _QUESTION = (
    "2026-08-14",
    ("2026Q2", "2026Q3", "2025", "2026-07", "qingshan", "linhe", "王", "1", "001", "C01"),
)
_ASKED = (
    *("q", "village", "quarter", "period", "year", "month", "kind", "state", "version", "before", "after"),
    *("household", "member", "declaration", "event", "sent", "size", "group", "shape", "number", "digest"),
    *(
        "person",
        "topic",
        "first",
        "last",
        "from",
        "to",
        "page",
        "where",
        "everybody",
        "approved",
        "done",
        "item",
    ),
    *(
        "recorder",
        "measure",
        "since",
        "until",
        "saved",
        "left",
        "again",
        "everywhere",
        "next",
        "renewed",
        "by",
    ),
)
_HOME = {"group": "一组", "address": "1 号", "residency": "local"}
_SOMEBODY = {"name": "李新", "relation": "长子", "born": "1990-01-01", "joined": "", "left": ""}
_DEED = {"household": "002", "member": "", "item": "H03", "points": "6", "occurred_on": _DAY, "place": "村部"}
_DEED |= {"reason": "捐款修路", "basis": "单位反馈"}
_OBJECTION = {
    "kind": "rank",
    "words": "名次不对",
    "quarter": "2026Q3",
    "household": "002",
    "event": "",
    "name": "",
}
_OBJECTION |= {"contact": ""}

# what would be accepted, but for whatever its key has to be new
SENSIBLE: Mapping[str, Mapping[str, str]] = {
    "/h/{token:str}/objection": {
        "about": "event-1",
        "period": "2026Q3",
        "words": "不对",
        "name": "",
        "size": "1",
    },
    "/v/{village:str}/objection": _OBJECTION,
    "/objections": _OBJECTION,
    "/objections/answers": {"number": "1", "reason": "属实"},
    "/objections/{number:int}/answer": {"way": "recorded", "reason": "属实", "event": "1", **_DEED},
    "/h/{token:str}/declaration": {**_DEED, "item": "C01", "photo_ticket": "", "size": "1"},
    "/login": {"username": "刘敏", "password": "x", "next": "/record"},
    "/logout": {},
    "/setup": {"village_code": "x", "village_name": "村", "admin_name": "张", "rulebook": "default"},
    "/password": {"password": "x", "password_new": "竹林深处 2026", "password_again": "竹林深处 2026"},
    "/record": {**_DEED, "late": "", "declaration": "", "photo_ticket": "", "photo_ready": ""},
    "/record/preview": _DEED,
    "/record/{event_id:int}/reversal": {"reason": "记错了"},
    "/record/{event_id:int}/answer": {"answer": "已补", "photo_ticket": ""},
    "/record/declarations/{number:int}/refusal": {"answer": "没有照片"},
    "/review/decisions": {"event": "1", "listed": "1 2", "verdict": "approved", "reason": ""},
    "/review/{event_id:int}/question": {"event": "1", "listed": "1", "question": "哪天？"},
    "/review/{event_id:int}/decision": {"verdict": "rejected", "listed": "1", "reason": "不属实"},
    "/admin/years/{year:int}/decisions": {
        "honour": "",
        "household": "002",
        "decision": "barred",
        "reason": "查",
    },
    "/admin/rewards": {
        "household": "002",
        "kind": "goods",
        "what": "肥皂",
        "reason": "评",
        "decided_on": _DAY,
    },
    "/admin/rewards/{reward_id:int}/cancellation": {"reason": "写错了", "year": "2025"},
    "/admin/broadcast/{quarter:str}": {"words": "乡亲们好", "begun_from": ""},
    "/admin/quarters/{quarter:str}/publication": {"sure": "1", "draw_source": "福彩3D"},
    "/admin/quarters/{quarter:str}/settlement": {"sure": "1", "early": "1", "early_reason": "换届"},
    "/admin/people": {"name": "新人", "role": "recorder", "household": "003", "password": "短"},
    "/admin/people/{person_id:int}/password": {"password": "短"},
    "/admin/people/{person_id:int}/state": {"active": "1"},
    "/admin/people/{person_id:int}/role": {"role": "reviewer"},
    "/admin/erasure": {"event": "1", "reason": "本人要求", "sure": ""},
    "/admin/import/outbox": {},
    "/admin/health/clock": {"sure": "1"},
    "/record/rounds": {"round": "a1b2c3", "group": "一组", "items": "C01\nC02"},
    "/record/rounds/{key:str}/visits": {"household": "002", "outcome": "nothing", "device_at": ""},
    "/record/rounds/{key:str}/end": {"device_at": ""},
    "/admin/people/{person_id:int}/household": {"household": "003"},
    "/admin/people/{person_id:int}/kin": {"kin": "004", "remove": ""},
    "/admin/village/names": {"public_names": "full"},
    "/admin/village/screen": {
        "screen_inches": "55",
        "screen_metres": "5",
        "screen_theme": "auto",
        "contact": "",
    },
    "/admin/village/ledger": {"open_ledger": "everybody"},
    "/admin/village/hours": {"screen_on": "06:00", "screen_off": "22:00"},
    "/admin/village/messages": {"words": "停水", "first_day": _DAY, "last_day": "2026-08-20"},
    "/admin/village/messages/{message_id:int}/removal": {},
    "/admin/household/{code:str}/plate": {"sure": "1", "plate": "x"},
    "/admin/import/roster": {"left": "", "file": ""},
    "/admin/import/events": {"state": "approved", "file": ""},
    "/admin/roster": {"code": "777", **_HOME, **_SOMEBODY},
    "/admin/roster/{code:str}": _HOME,
    "/admin/roster/{code:str}/members": _SOMEBODY,
    "/admin/roster/{code:str}/members/{member_id:int}": _SOMEBODY,
    "/admin/roster/{code:str}/members/{member_id:int}/removal": {"sure": ""},
    "/admin/roster/{code:str}/movement": {
        "where": "new",
        "code": "778",
        "goes-2": "1",
        "head": "2",
        "day": _DAY,
    },
    "/admin/sample/{quarter:str}": {"public_number": "03 11 17 22 28 31 09", "again": "03 11 17 22 28 31 09"},
    "/admin/sample/{quarter:str}/inspections": {"event": "1", "outcome": "doubtful", "inspected_by": "老张"},
    "/admin/sample/{quarter:str}/reversals": {"event": "1", "reason": "查无此事"},
    "/admin/rulebook/draft": {},
    "/admin/rulebook": {"content": canonical(default_rulebook()), "applies_from": _DAY},
}
FILES = {"/record": "photo", "/h/{token:str}/declaration": "photo", "/record/{event_id:int}/answer": "photo"}
FILES |= {"/admin/rulebook/draft": "rulebook_file", "/admin/import/roster": "roster_file"}
FILES |= {"/admin/import/events": "events_file", "/setup": "rulebook_file"}
FILES |= {"/admin/import/outbox": "outbox_file"}


@dataclass(frozen=True)
class Asked:
    """A request; `fields` as (name, value), `files` as (name, content), or a `body` in their place."""

    route: str
    path: str
    fields: tuple[tuple[str, bytes], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    body: bytes | None = None
    kind: str = KINDS[0]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.route.split()[0]

    def encoded(self) -> tuple[bytes, str]:
        """The body and what kind it is."""
        if self.body is not None:
            return self.body, self.kind
        if not self.files:
            return urlencode(self.fields).encode(), KINDS[0]
        parts = [(f'name="{_quoted(name)}"', value) for name, value in self.fields]
        parts += [(f'name="{_quoted(name)}"; filename="a.jpg"', value) for name, value in self.files]
        head = "--x\r\nContent-Disposition: form-data; "
        sent = b"".join(f"{head}{name}\r\n\r\n".encode() + value + b"\r\n" for name, value in parts)
        return sent + b"--x--\r\n", KINDS[1]


def hostile(random: Random, route: str) -> Asked:
    """A sensible request for the route that is spoiled in one to three places."""
    asked = _sensible(random, route)
    ways = (_spoil_query,) if asked.method == "GET" else (_spoil_field,) * 4
    for _ in range(random.choice((1, 1, 2, 3))):
        asked = random.choice((*ways * 2, _spoil_query, _spoil_address))(random, asked)
    if asked.method != "GET" and random.random() < 0.05:
        asked = replace(asked, body=random.choice((*BYTES, b"{}", b"--x\r\n\r\n")), kind=random.choice(KINDS))
    return asked


def _sensible(random: Random, route: str) -> Asked:
    method, path = route.split()
    for name, value in ROWS[route].parts.items():
        path = re.sub(rf"{{{name}:\w+}}", quote(value), path)
    if method == "GET":
        return Asked(route, path)
    key = f"key-{random.random()}"
    fields = {**SENSIBLE[route.split()[1]], "submission_key": key}
    file = FILES.get(route.split()[1])
    files = ((file, random.choice(CONTENTS)),) if file and random.random() < 0.5 else ()
    return Asked(route, path, tuple((name, _bytes(value)) for name, value in fields.items()), files)


def _spoil_field(random: Random, asked: Asked) -> Asked:
    """Another value, none, two, a file for a text or a text for a file."""
    name = random.choice(
        [*dict(asked.fields), *dict(asked.files), "sure", "all", f"goes-{HUGE}", "_charset_", ""]
    )
    rest = tuple(one for one in asked.fields if one[0] != name)
    value = _bytes(random.choice(WORDS)) if random.random() < 0.9 else random.choice(BYTES)
    way = random.random()
    if way < 0.1:
        return replace(asked, fields=rest)
    if way < 0.2:
        return replace(asked, fields=rest, files=(*asked.files, (name, random.choice(CONTENTS))))
    if way < 0.3:
        return replace(asked, fields=(*asked.fields, (name, value)))
    files = tuple(one for one in asked.files if one[0] != name)
    return replace(asked, fields=(*rest, (name, value)), files=files)


def _spoil_address(random: Random, asked: Asked) -> Asked:
    path, mark, query = asked.path.partition("?")
    parts = path.split("/")
    words = [_bytes(random.choice(WORDS))[:2000], random.choice(BYTES), HUGE.encode(), str(2**31).encode()]
    parts[random.randrange(1, len(parts))] = quote(random.choice(words), safe="")
    return replace(asked, path="/".join(parts) + mark + query)


def _spoil_query(random: Random, asked: Asked) -> Asked:
    """A few of the questions that pages know, sensible or not."""
    values = [_bytes(random.choice(WORDS))[:4000], random.choice(BYTES), random.choice(_QUESTION).encode()]
    more = urlencode([(name, random.choice(values)) for name in random.sample(_ASKED, 4)])
    return replace(asked, path=asked.path + ("&" if "?" in asked.path else "?") + more)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _quoted(name: str) -> str:
    return quote(name, safe="_-")
