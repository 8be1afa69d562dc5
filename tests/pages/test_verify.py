"""Checking the ledger against a paper: on the page, and by recomputing what is downloaded."""

import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection

from kiosk import recompute
from kiosk.fairness import draws
from kiosk.scoring import chain, disclosure, ledger, proof, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import parse_period
from tests.conftest import Clock, Village
from tests.pages.desks import signed_in, told
from tests.pages.test_notice import REVIEWER, SUMMER, count, publish

PAGE = "/v/qingshan/verify"


@dataclass
class Paper:
    """The notice that hangs in the square, and the ledger as it was downloaded."""

    proof: proof.Proof
    ledger: dict[str, Any]
    folder: Path

    def recomputed(self, ledger: dict[str, Any] | None = None) -> subprocess.CompletedProcess[str]:
        """What the downloaded program says of the downloaded ledger."""
        file = self.folder / "ledger.json"
        file.write_text(json.dumps(ledger or self.ledger), "utf-8")
        printed = f"{self.proof.last}={proof.grouped(self.proof.digest)}".split()
        called = [sys.executable, "-I", str(self.folder / "recompute.py"), str(file), *printed]
        return subprocess.run(called, capture_output=True, text=True, check=False)

    def faults(self, ledger: dict[str, Any]) -> list[str]:
        """The same without a process of its own."""
        notices = [(notice["number"], notice["digest"]) for notice in ledger["publications"]]
        printed = [*notices, (self.proof.last, proof.grouped(self.proof.digest))]
        return list(recompute.faults(ledger, printed))


@pytest.fixture
def paper(client: TestClient[Litestar], village: Village, clock: Clock, tmp_path: Path) -> Paper:
    """The third quarter, with three deeds of which one was taken back, is settled; the fourth has one deed."""
    first = count(village, clock, "001", "H03", date(2026, 8, 13), "6")
    count(village, clock, "001", "H03", date(2026, 8, 14), "8")
    count(village, clock, "003", "C06", date(2026, 8, 15))
    clock.move(days=50)
    village.write(lambda connection: ledger.reverse(connection, 1, first, REVIEWER, "查实不符", clock()))
    made = publish(village, clock)
    clock.move(days=8)
    village.write(lambda connection: settlement.settle(connection, 1, SUMMER, "刘主任", clock()))
    count(village, clock, "002", "H03", date(2026, 10, 5), "6")
    (tmp_path / "recompute.py").write_text(client.get(f"{PAGE}/recompute.py").text, "utf-8")
    return Paper(made, client.get(f"{PAGE}/ledger.json").json(), tmp_path)


def test_the_open_ledger_recomputes_and_agrees_with_the_paper(paper: Paper) -> None:
    told = paper.recomputed()
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("qingshan: 5 entries, 1 settled quarters,\n1 printed digests, 0 faults.")


def test_a_changed_byte_is_named_and_the_program_ends_with_1(paper: Paper) -> None:
    paper.ledger["entries"][1][disclosure.COLUMNS.index("points")] += 5
    told = paper.recomputed()
    assert told.returncode == 1
    assert "Entry no. 2 is not what it was." in told.stdout


def test_a_file_that_was_cut_or_garbled_is_called_damaged(paper: Paper) -> None:
    whole = json.dumps(paper.ledger)
    file = paper.folder / "damaged.json"
    for damaged in (whole[:-20], whole.replace('"entries"', '"entri"'), "[]", "{}"):
        file.write_text(damaged, "utf-8")
        called = [sys.executable, "-I", str(paper.folder / "recompute.py"), str(file)]
        told = subprocess.run(called, capture_output=True, text=True, check=False)
        assert (told.returncode, told.stdout) == (1, "")
        assert told.stderr.startswith("This file is damaged"), told.stderr


def test_the_sample_can_be_drawn_again_from_the_open_ledger(
    paper: Paper, client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    """As the page says, with nothing but the open ledger and the public number."""
    assert "尚未抽取" in client.get(PAGE).text
    admin = Actor(None, "周支书", "admin", 1)
    made = village.write(lambda connection: draws.draw(connection, 1, SUMMER, "03 11 17 22", admin, clock()))
    village.noticed()
    column = {name: place for place, name in enumerate(disclosure.COLUMNS)}
    [notice] = paper.ledger["publications"]
    rows = [row for row in paper.ledger["entries"] if row[column["number"]] <= notice["number"]]
    undone = {row[column["event"]] for row in rows if row[column["cause"]] == "reversal"}
    awarded = {
        row[column["event"]]
        for row in rows
        if row[column["cause"]] == "award" and 202607 <= row[column["month"]] <= 202609
    }
    seed = sha256(f"{'0' * 64}|{notice['quarter']}|03111722".encode()).hexdigest()
    order = sorted(awarded - undone, key=lambda event: sha256(f"{seed}|{event}".encode()).hexdigest())
    assert (made.seed, list(made.events)) == (seed, order[:10])
    text = client.get(PAGE).text
    assert f"<dd>{', '.join(map(str, order))}</dd>" in text
    assert "取2026年10月5日起开出的第一期" in text


def change(column: str, value: Any, row: int = 1) -> Callable[[dict[str, Any]], None]:
    def work(ledger: dict[str, Any]) -> None:
        ledger["entries"][row][disclosure.COLUMNS.index(column)] = value

    return work


def chained_anew(ledger: dict[str, Any]) -> None:
    """As somebody does who changes two points and works out every later digest, the file's notices too."""
    previous = "0" * 64
    change("points", 100)(ledger)
    for row in ledger["entries"]:
        previous = row[-1] = chain.digest_of([previous, ledger["village"], *row[:-1]])
    for notice in ledger["publications"]:
        notice["digest"] = ledger["entries"][notice["number"] - 1][-1]
    ledger["settled"].clear()


def without_tail(ledger: dict[str, Any]) -> None:
    del ledger["entries"][3:]
    ledger["publications"].clear()
    ledger["settled"].clear()


def another_total(ledger: dict[str, Any]) -> None:
    ledger["settled"][0]["standings"][0][2] += 5


def another_rank(ledger: dict[str, Any]) -> None:
    ledger["settled"][0]["standings"][1][0] = 1


TAMPERING = (
    *(change("points", 70), change("household", 2), change("item", "H04"), change("month", 202609)),
    *(change("facts", "0" * 64), change("digest", "f" * 64), change("verdict", "reversed", 0)),
    *(chained_anew, without_tail, another_total, another_rank),
)


def test_every_kind_of_tampering_is_found(paper: Paper) -> None:
    assert paper.faults(paper.ledger) == []
    for tampering in TAMPERING:
        changed = deepcopy(paper.ledger)
        tampering(changed)
        assert paper.faults(changed), tampering


@pytest.mark.teeth
def test_without_the_paper_a_chain_that_was_made_anew_is_not_found(paper: Paper) -> None:
    chained_anew(paper.ledger)
    notices = [(notice["number"], notice["digest"]) for notice in paper.ledger["publications"]]
    assert list(recompute.faults(paper.ledger, notices)) == []


def test_the_open_ledger_holds_no_names_and_no_codes(
    client: TestClient[Litestar], paper: Paper, village: Village
) -> None:
    text = json.dumps(paper.ledger, ensure_ascii=False)
    assert not any(
        word in text for word in ("张三", "清扫门前", "表彰文件", "老会计", "刘主任", '"001"', "TOKEN")
    )
    assert paper.ledger["columns"] == list(disclosure.COLUMNS)
    own = client.get(f"/h/TOKEN{'001':>021}").text
    assert f"我家在公开账本里的编号：{village.households['001']}。" in own


def test_the_download_is_packed_for_those_who_take_it_and_made_once(
    client: TestClient[Litestar],
    paper: Paper,
    village: Village,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed = client.get(f"{PAGE}/ledger.json", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    with monkeypatch.context() as patched:
        patched.setattr(disclosure, "lines", lambda *_: pytest.fail("made again"))
        plain = client.get(f"{PAGE}/ledger.json", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == packed.json() == paper.ledger
    count(village, clock, "004", "H03", date(2026, 10, 6), "6")
    assert len(client.get(f"{PAGE}/ledger.json").json()["entries"]) == 6


def test_a_village_may_let_its_office_hand_the_ledger_out(
    client: TestClient[Litestar], app: Litestar, paper: Paper, village: Village
) -> None:
    clerk = signed_in(app, village, "周平", "admin")
    link = "/v/qingshan/verify/ledger.json"
    assert link in client.get(PAGE).text
    assert told(clerk.post("/admin/village/ledger", open_ledger="")) == [
        "Choose who may have the open ledger"
    ]
    assert clerk.post("/admin/village/ledger", open_ledger="office").status_code == 303
    village.noticed()
    page = client.get(PAGE).text
    assert link not in page
    assert "recompute.py" in page
    assert proof.grouped(paper.proof.digest) in page
    assert client.get(link).status_code == 404
    handed = clerk.get("/admin/village/ledger.json")
    assert handed.headers["content-disposition"] == 'attachment; filename="qingshan-ledger.json"'
    assert handed.json() == paper.ledger
    assert "Took the open ledger to hand it out" in clerk.get("/admin/activity?topic=exports").text
    clerk.post("/admin/village/ledger", open_ledger="everybody")
    assert client.get(link).status_code == 200


def test_an_empty_ledger_is_open_too(client: TestClient[Litestar], village: Village) -> None:
    ledger = client.get(f"{PAGE}/ledger.json").json()
    assert ledger["entries"] == []
    assert list(recompute.faults(ledger, [])) == []
    assert client.get("/v/nowhere/verify/ledger.json").status_code == 404


def test_the_program_is_short_enough_to_be_read() -> None:
    assert len(Path(recompute.__file__).read_text("utf-8").splitlines()) <= 60


def compared(client: TestClient[Litestar], **query: object) -> str:
    """The heading of the answer."""
    client.cookies.set("lang", "en")
    answer = client.get(PAGE, params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200
    return answer.text.partition('id="answer-heading">')[2].partition("<")[0]


def test_a_paper_is_compared_in_big_words(client: TestClient[Litestar], paper: Paper) -> None:
    number, digest = paper.proof.last, paper.proof.digest
    assert compared(client) == ""
    for typed in (proof.coded(digest), proof.grouped(digest), proof.grouped(digest).lower(), digest):
        assert compared(client, first=1, number=number, digest=typed) == "Yes, it agrees"
    assert compared(client, digest=proof.grouped(digest)) == "Yes, it agrees"
    other = proof.grouped(chain.digest_of(["another"]))
    assert compared(client, number=number, digest=other) == "No, it does not agree"
    assert compared(client, number=number + 1, digest=proof.grouped(digest)) == "No, it does not agree"
    assert compared(client, number=99, digest=proof.grouped(digest)) == "No, entries are missing"
    assert compared(client, digest=other) == "None of the notices below has this digest"
    assert compared(client, number="x", digest=other) == "None of the notices below has this digest"
    assert compared(client, number=number, digest="ABCD EFGH") == "That is too little to compare"
    assert compared(client, number=number, digest="<b>") == "That is too little to compare"


def test_the_page_lists_every_notice_with_its_digests(
    client: TestClient[Litestar], paper: Paper, village: Village
) -> None:
    with village.database.read() as connection:
        [settled] = proof.proofs(connection, 1)
        newest = chain.head(connection, 1)[1]
    text = client.get(PAGE).text
    for digest in (settled.digest, settled.snapshot, newest):
        assert proof.grouped(digest) in text
    assert "/v/qingshan/notice/2026Q3" in text
    assert compared(client, digest=proof.grouped(settled.snapshot)) == "Yes, it agrees"


def test_before_the_first_notice_the_page_says_so(client: TestClient[Litestar], village: Village) -> None:
    client.cookies.set("lang", "en")
    assert "No quarter has been published yet" in client.get(PAGE).text
    assert client.get("/v/nowhere/verify").status_code == 404


def test_two_notices_without_news_between_them_recompute(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    def work(connection: Connection) -> None:
        settlement.publish(connection, 1, parse_period("2026Q1"), "刘主任", clock())
        settlement.publish(connection, 1, parse_period("2026Q2"), "刘主任", clock())

    village.write(work)
    ledger = client.get(f"{PAGE}/ledger.json").json()
    assert [notice["first"] for notice in ledger["publications"]] == [1, 1]
    notices = [(notice["number"], notice["digest"]) for notice in ledger["publications"]]
    assert list(recompute.faults(ledger, notices)) == []
