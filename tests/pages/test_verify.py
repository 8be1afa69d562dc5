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
    file: bytes
    folder: Path

    @property
    def ledger(self) -> dict[str, Any]:
        return dict(json.loads(self.file))

    def recomputed(self, file: bytes, *printed: str) -> subprocess.CompletedProcess[str]:
        """What the downloaded program says of a ledger, the words typed as they are printed."""
        (self.folder / "ledger.json").write_bytes(file)
        words = " ".join((f"{self.proof.last}={proof.grouped(self.proof.digest)}", *printed)).split()
        called = [sys.executable, "-I", "recompute.py", "ledger.json", *words]
        return subprocess.run(called, cwd=self.folder, capture_output=True, text=True, check=False)

    def faults(self, ledger: dict[str, Any]) -> list[str]:
        """The same without a process of its own, and without the digest of the file."""
        return list(recompute.faults(ledger, [f"{self.proof.last}={proof.coded(self.proof.digest)}"]))


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
    return Paper(made, client.get(f"{PAGE}/ledger.json").content, tmp_path)


def test_the_open_ledger_recomputes_and_agrees_with_the_papers(paper: Paper, village: Village) -> None:
    with village.database.read() as connection:
        settled = proof.proof_of(connection, 1, SUMMER)
    assert settled
    told = paper.recomputed(paper.file, f"2026Q3={proof.grouped(settled.snapshot)}")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("qingshan: 5 entries, 1 settled quarters,\n2 printed digests, 0 faults.")


def test_a_paper_of_another_ledger_is_told(paper: Paper) -> None:
    other = proof.grouped(chain.digest_of(["another"]))
    for printed, at in ((f"2026Q3={other}", "2026Q3"), (f"2026Q1={other}", "2026Q1"), (f"9={other}", "9")):
        told = paper.recomputed(paper.file, printed)
        assert (told.returncode, told.stdout.count("The ledger does not lead")) == (1, 1)
        assert f"The ledger does not lead to the digest at {at}." in told.stdout


def test_a_changed_byte_is_named_and_the_program_ends_with_1(paper: Paper) -> None:
    changed = paper.file.replace(b'"H03"', b'"H04"', 1)
    told = paper.recomputed(changed)
    assert told.returncode == 1
    assert "Entry no. 1 is not what it was." in told.stdout
    assert "The file is not as it was handed out." in told.stdout


def test_no_byte_can_be_changed_without_a_word(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the program itself, in this process: bytes of the head, which no entry covers, and some of the rest."""
    program, file = paper.folder / "recompute.py", paper.folder / "one.json"
    code = compile(program.read_text("utf-8"), str(program), "exec")
    monkeypatch.setattr(sys, "argv", [str(program), str(file)])

    def ends_with(changed: bytes) -> object:
        file.write_bytes(changed)
        with pytest.raises(SystemExit) as ended:
            exec(code, {"__name__": "__main__"})
        return ended.value.code

    assert not ends_with(paper.file)
    head = paper.file.index(b'"entries"')
    for at in (*range(0, head, 2), *range(head, len(paper.file), 11), len(paper.file) - 1):
        assert ends_with(paper.file[:at] + bytes([paper.file[at] ^ 1]) + paper.file[at + 1 :]), at


def test_a_file_that_was_cut_or_garbled_is_called_damaged(paper: Paper) -> None:
    for damaged in (paper.file[:-20], paper.file.replace(b'"entries"', b'"entri"'), b"[]", b"{}", b""):
        told = paper.recomputed(damaged)
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


def settled(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """The result changed, and its digest in the file made anew: the paper has the old one."""

    def work(ledger: dict[str, Any]) -> None:
        [result] = ledger["settled"]
        change(result)
        result["digest"] = chain.digest_of(list(result.values())[:-1])

    return work


def another_total(result: dict[str, Any]) -> None:
    result["standings"][0][2] += 5


def another_rank(result: dict[str, Any]) -> None:
    result["standings"][1][0] = 1


def another_day(result: dict[str, Any]) -> None:
    result["settled_at"] = "2026-10-01T00:00:00.000000+00:00"


def other_names(result: dict[str, Any]) -> None:
    result["names"] = "0" * 64


def without_its_digest(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    return lambda ledger: change(ledger["settled"][0])


TAMPERING = (
    *(change("points", 70), change("household", 2), change("item", "H04"), change("month", 202609)),
    *(change("facts", "0" * 64), change("digest", "f" * 64), change("verdict", "reversed", 0)),
    *(chained_anew, without_tail, settled(another_total), settled(another_rank)),
    *map(without_its_digest, (another_day, other_names)),
)


def test_every_kind_of_tampering_is_found(paper: Paper) -> None:
    assert paper.faults(paper.ledger) == []
    for tampering in TAMPERING:
        changed = deepcopy(paper.ledger)
        tampering(changed)
        assert paper.faults(changed), tampering


def test_a_result_with_other_names_or_another_day_is_found_by_its_paper(
    paper: Paper, village: Village
) -> None:
    with village.database.read() as connection:
        notice = proof.proof_of(connection, 1, SUMMER)
    assert notice
    for tampering in (another_day, other_names):
        changed = paper.ledger
        settled(tampering)(changed)
        assert not paper.faults(changed)  # for the file agrees with itself
        assert list(recompute.faults(changed, [f"2026Q3={proof.coded(notice.snapshot)}"]))


@pytest.mark.teeth
def test_without_the_paper_a_chain_that_was_made_anew_is_not_found(paper: Paper) -> None:
    changed = paper.ledger
    chained_anew(changed)
    assert list(recompute.faults(changed, [])) == []


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
    assert plain.content == packed.content == paper.file
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
    assert handed.content == paper.file
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
    assert list(recompute.faults(ledger, [])) == []
