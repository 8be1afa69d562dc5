"""A village's first year by its pages alone, from the set-up to the honours: every door, in the order of use."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from sqlalchemy import select

from kiosk import recompute
from kiosk.scoring.tables import household
from kiosk.scoring.verification import verify
from kiosk.settings import Settings
from tests.conftest import Clock
from tests.pages.desks import Desk
from tests.sheets.workbooks import workbook

PASSWORD = "qing-shan-2027"
SETUP = {
    "village_name": "青山村",
    "village_code": "qingshan",
    "public_names": "masked",
    "admin_name": "陈会计",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "rulebook": "default",
}
ROSTER = workbook(
    ("户号", "姓名", "与户主关系", "村民小组", "出生日期"),
    ("001", "张三", "户主", "一组", "1970-05-05"),
    ("", "李秀英", "妻", "", "1972-03-08"),
    ("002", "王建国", "户主", "一组", "1958-10-01"),
    ("003", "赵小燕", "户主", "二组", "2014-11-11"),
)
STAFF = {"刘敏": "recorder", "罗永红": "reviewer", "孙丽": "reviewer"}
REGISTERS = ("events", "decisions", "objections", "honours", "rewards")


@dataclass
class Year:
    """The application, its clock, and a browser for whoever comes."""

    app: Litestar
    clock: Clock
    zone: Any
    desks: dict[str, Desk] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def at(self, moment: str) -> None:
        """Turn the clock; sessions of earlier months have ended."""
        self.clock.now = datetime.fromisoformat(moment).replace(tzinfo=self.zone)
        self.desks.clear()

    def desk(self, name: str = "") -> Desk:
        if name not in self.desks:
            self.desks[name] = Desk(self.app)
            if name:
                assert self.desks[name].sign_in(name, PASSWORD).status_code == 303
        return self.desks[name]

    def get(self, path: str, name: str = "") -> str:
        answer = self.desk(name).get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, who: str, path: str, /, **fields: str) -> Response:
        return self.desk(who).post(path, **fields)

    def done(self, who: str, path: str, /, **fields: str) -> None:
        """What must succeed."""
        answer = self.post(who, path, **fields)
        assert answer.status_code in (201, 303), (path, answer.status_code, answer.text[-2000:])

    def record(self, code: str, item: str, day: str, points: str = "", reason: str = "村里看见的") -> None:
        key = f"{code}-{item}-{day}-{points}"
        what = {"household": code, "member": "", "item": item, "points": points, "reason": reason}
        self.done(
            "刘敏", "/record", submission_key=key, occurred_on=day, place="村部", basis="单位反馈", **what
        )


def first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]


def bring_in(year: Year) -> None:
    """The roster: looked at, then confirmed."""
    admin = year.desk("陈会计")
    preview = admin.post("/admin/import/roster", files={"roster_file": ("花名册.xlsx", ROSTER)}).text
    kept = first(r'name="file" value="([^"]+)"', preview).replace("&#43;", "+")
    assert admin.post("/admin/import/roster", file=kept, sure="1").status_code == 303
    with year.app.state.site.database.read() as connection:
        year.tokens = {row.code: row.token for row in connection.execute(select(household))}


def close(year: Year, quarter: str, published: str, settled: str) -> None:
    year.at(published)
    year.done("罗永红", f"/admin/quarters/{quarter}/publication", sure="1")
    year.at(settled)
    year.done("罗永红", f"/admin/quarters/{quarter}/settlement", sure="1")


def winter(year: Year) -> None:
    """What waits is asked about, answered, approved; a family declares a deed and it is taken up."""
    year.at("2027-02-10T10:00")
    year.record("001", "H03", "2027-02-09", "6", "捐款修路")
    waiting = first(r'id="review-(\d+)"', year.get("/review", "罗永红"))
    year.done("罗永红", f"/review/{waiting}/question", question="收据在哪里？")
    assert "收据在哪里？" in year.get("/record", "刘敏")
    year.done("刘敏", f"/record/{waiting}/answer", answer="收据贴在台账第三页")
    assert "收据贴在台账第三页" in year.get("/review", "罗永红")
    year.done("罗永红", "/review/decisions", event=waiting, listed=waiting, verdict="approved")
    page = f"/h/{year.tokens['002']}/declaration"
    key = first(r'name="submission_key" value="([^"]+)"', year.get(page))
    said = {
        "item": "D02",
        "member": "",
        "occurred_on": "2027-02-01",
        "place": "家中",
        "reason": "换了节水龙头",
    }
    year.done("", page, submission_key=key, **said)
    taken = first(r'href="/record\?declaration=(\d+)', year.get("/record/declarations", "刘敏"))
    form = year.get(f"/record?declaration={taken}", "刘敏")
    key = first(r'name="submission_key" value="([^"]+)"', form)
    year.done(
        "刘敏", "/record", submission_key=key, declaration=taken, household="002", basis="自主申报", **said
    )
    close(year, "2027Q1", "2027-04-01T09:00", "2027-04-09T09:00")


def spring(year: Year) -> None:
    """A deduction is objected to and taken back; until then the quarter cannot be settled."""
    year.at("2027-05-20T10:00")
    year.record("001", "C01", "2027-05-19", "5")
    year.record("002", "G05", "2027-05-19", reason="撂荒两亩")
    waiting = first(r'id="review-(\d+)"', year.get("/review", "罗永红"))
    year.done("罗永红", "/review/decisions", event=waiting, listed=waiting, verdict="approved")
    year.at("2027-07-01T09:00")
    year.done("罗永红", "/admin/quarters/2027Q2/publication", sure="1")
    form = f"/h/{year.tokens['002']}/objection"
    key = first(r'name="submission_key" value="([^"]+)"', year.get(f"{form}?period=2027Q2"))
    words = "那两亩是别家的地"
    year.done("", form, submission_key=key, period="2027Q2", about=f"event-{waiting}", words=words)
    year.at("2027-07-09T09:00")
    assert year.post("罗永红", "/admin/quarters/2027Q2/settlement", sure="1").status_code == 422
    assert words in year.get("/objections/1", "孙丽")
    year.done("孙丽", "/objections/1/answer", way="taken_back", event=waiting, reason="查了地界，确是别家的")
    year.done("罗永红", "/admin/quarters/2027Q2/settlement", sure="1")
    assert "查了地界" in year.get(f"/h/{year.tokens['002']}?period=2027Q2")


def year_s_end(year: Year) -> None:
    """The last two quarters; the sample; honours, rewards, a certificate."""
    year.at("2027-08-15T10:00")
    year.record("001", "C01", "2027-08-14", "4")
    close(year, "2027Q3", "2027-10-01T09:00", "2027-10-09T09:00")
    year.at("2027-11-15T10:00")
    year.record("002", "C01", "2027-11-14", "3")
    close(year, "2027Q4", "2028-01-01T09:00", "2028-01-09T09:00")
    year.at("2028-01-12T10:00")
    drawing = {"public_number": "07 12 18 22 25 31 09", "again": "07121822253109"}
    year.done("陈会计", "/admin/sample/2027Q4", **drawing)
    year.done("罗永红", "/admin/years/2027/decisions", honour="最美家庭", household="001", decision="granted")
    key = first(r'name="submission_key" value="([^"]+)"', year.get("/admin/rewards", "罗永红"))
    given = {"kind": "goods", "what": "食用油两桶", "reason": "年度第一", "decided_on": "2028-01-10"}
    year.done("罗永红", "/admin/rewards", submission_key=key, household="001", year="2027", **given)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, _empty_data: Path) -> Iterator[Year]:
    from kiosk.app import create_app  # what needs no web shall not wait for it

    settings = Settings(data=tmp_path_factory.mktemp("office") / "data")
    shutil.copytree(_empty_data, settings.data)
    clock = Clock(datetime(2027, 1, 4, 9, tzinfo=settings.zone))
    app = create_app(settings, clock, grace=0)
    lived = Year(app, clock, settings.zone)
    assert lived.desk().post("/setup", **SETUP).status_code == 303
    lived.desks.clear()
    bring_in(lived)
    for name, role in STAFF.items():
        lived.done("陈会计", "/admin/people", name=name, role=role, password=PASSWORD, household="")
    for season in (winter, spring, year_s_end):
        season(lived)
    yield lived
    app.state.site.database.close()


def test_the_ledger_of_the_year_is_sound(year: Year) -> None:
    with year.app.state.site.database.read() as connection:
        assert verify(connection, 1) == []


@pytest.mark.parametrize(
    ("quarter", "totals"),
    [
        ("2027Q1", {"001": 6, "002": 1, "003": 0}),
        ("2027Q2", {"001": 5, "002": 0, "003": 0}),
        ("2027Q3", {"001": 4, "002": 0, "003": 0}),
        ("2027Q4", {"001": 0, "002": 3, "003": 0}),
    ],
)
def test_every_quarter_came_to_what_was_noted(year: Year, quarter: str, totals: dict[str, int]) -> None:
    told = json.loads(year.get(f"/v/qingshan/standings/{quarter}.json"))
    assert {row["household"]: row["total"] for row in told["standings"]} == totals


def test_the_honoured_household_finds_it_on_its_page_and_the_village_on_its_own(year: Year) -> None:
    assert "Most beautiful family" in year.get(f"/h/{year.tokens['001']}")
    assert "食用油两桶" in year.get(f"/h/{year.tokens['001']}")
    assert "食用油两桶" not in year.get("/v/qingshan")
    number = first(r"/admin/honours/(\d+)/certificate", year.get("/admin/years/2027", "罗永红"))
    assert "张三" in year.get(f"/admin/honours/{number}/certificate", "罗永红")


@pytest.mark.parametrize("name", REGISTERS)
def test_every_register_of_the_year_is_a_page(year: Year, name: str) -> None:
    assert year.get(f"/admin/registers/{name}?period=2027", "罗永红")


def test_libreoffice_opens_every_workbook_of_the_office(year: Year, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office or not shutil.which("pdftotext"):
        pytest.skip("needs LibreOffice (libreoffice-calc-nogui) and pdftotext (poppler-utils)")
    files = {}
    for number, path in enumerate(workbooks(year)):
        answer = year.desk("陈会计").get(path)
        assert answer.content[:2] == b"PK", (path, answer.status_code)
        files[path] = tmp_path / f"{number}.xlsx"
        files[path].write_bytes(answer.content)
    assert len(files) > 15
    alone = [f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--norestore"]
    into = ["--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([office, *alone, *into, *map(str, files.values())], capture_output=True, check=True)
    for path, file in files.items():
        told = subprocess.run(
            ["pdftotext", "-layout", file.with_suffix(".pdf"), "-"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert re.search(r"\w", told.stdout), path
        assert "###" not in told.stdout, path  # a column too narrow for its figures or days


# public ones, the township's, one that has to be asked for with a measure, and one that needs a draw
ELSEWHERE = ("/v/", "/admin/villages", "/admin/fairness/events", "/admin/sample/{quarter:str}/sheet")


def workbooks(year: Year) -> Iterator[str]:
    """The address of every one but the registers (tests/sheets/test_in_libreoffice.py has those), from the routes
    themselves: whoever adds a list has it looked at here."""
    for route in year.app.routes:
        if route.path.endswith(".xlsx") and not route.path.startswith(ELSEWHERE):
            named = route.path.replace("{year:int}", "2027").replace("{quarter:str}", "2027Q1")
            yield f"{named}?period=2027Q1"
    yield from ("/admin/reports/2027Q1.xlsx", "/admin/reports/2027.xlsx")
    found = re.findall(r'href="(/admin/analysis/[^"]+)"', year.get("/admin/analysis?period=2027Q1", "陈会计"))
    yield from sorted({path.replace("&amp;", "&") for path in found})


def test_whoever_kept_the_paper_can_check_the_whole_ledger(year: Year, tmp_path: Path) -> None:
    notice = year.get("/v/qingshan/notice/2027Q4")
    number = first(r"entries no\. \d+ to (\d+)", notice)
    groups = first(r'class="digest">([A-Z2-7 ]+)<', notice)
    (tmp_path / "ledger.json").write_bytes(year.desk().get("/v/qingshan/verify/ledger.json").content)
    command = [sys.executable, recompute.__file__, str(tmp_path / "ledger.json"), f"{number}={groups}"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, (number, groups, told.stdout, told.stderr)
    assert "1 printed digests, 0 faults" in told.stdout


def test_who_did_what_is_on_record(year: Year) -> None:
    log = year.get("/admin/activity", "陈会计")
    for words in ("Q4 2027", "刘敏"):
        assert words in log
