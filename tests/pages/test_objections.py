"""The office's pages for objections: what waits, what is known about it, and answering it."""

import re
from collections.abc import Callable

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from kiosk.office.activity import activities
from kiosk.scoring import history, objections
from kiosk.scoring.objecting import Complaint, raise_objection
from kiosk.scoring.objections import Objection
from kiosk.scoring.periods import parse_period
from tests.conftest import Clock, Village
from tests.pages.desks import told
from tests.pages.household_of_zhang import Office
from tests.pages.recorders import Desk, deed, hire, sit_down
from tests.pages.test_record import english, text, total

SUMMER = parse_period("2026Q3")


@pytest.fixture
def at(app: Litestar, village: Village) -> Callable[[str], Desk]:
    village.write(lambda connection: hire(connection, village))
    return lambda name: english(sit_down(app, village, name))


@pytest.fixture
def telephone(app: Litestar) -> Desk:
    """A villager's, in English."""
    return english(Desk(TestClient(app)))


def objects(village: Village, clock: Clock, kind: str = "rank", house: str = "001", **more: object) -> int:
    key = f"{kind}-{house}-{clock():%d%H%M}-{len(kept(village))}"
    complaint = Complaint(
        key,
        kind,
        "household",
        SUMMER,
        "名次<不>对",
        village.households[house],
        **more,  # type: ignore[arg-type]
    )
    return village.write(lambda connection: raise_objection(connection, 1, complaint, clock())[0].number)


def kept(village: Village) -> list[Objection]:
    with village.database.read() as connection:
        return objections.of_village(connection, 1)


def noted(village: Village) -> list[str]:
    with village.database.read() as connection:
        return [one.said.text() for one in activities(connection, 1, topic="objections")]


def test_the_open_ones_are_first_and_the_overdue_say_so(
    at: Callable[[str], Desk], village: Village, clock: Clock
) -> None:
    objects(village, clock)
    clock.move(days=5)
    objects(village, clock, "missing", "002", name="王芳", contact="村东")
    at("陈静").post("/objections/1/answer", {"way": "rejected", "reason": "已核对"})
    objects(village, clock, "rank", "003")
    clock.move(days=9)
    page = at("周平").get("/objections").text
    assert re.findall(r'class="number"><a href="/objections/(\d+)"', page) == ["2", "3", "1"]
    assert "overdue by 2 days" in text(page)
    assert "Waiting for an answer: 2." in text(page)
    assert "Objections (2)" in text(at("周平").get("/review").text)
    assert "名次&lt;不&gt;对" in page
    for query, numbers in (("state=rejected", ["1"]), ("state=overdue", ["2", "3"]), ("quarter=2026Q2", [])):
        page = at("周平").get(f"/objections?{query}").text
        assert re.findall(r'class="number"><a href="/objections/(\d+)"', page) == numbers


def test_one_page_tells_all_about_it(at: Callable[[str], Desk], village: Village, clock: Clock) -> None:
    event = int(at("刘敏").json("/record", deed()).json()["event"])
    objects(village, clock, "event", event_id=event, name="张三", contact="13800000000")
    page = text(at("陈静").get("/objections/1").text)
    for words in ("张三", "13800000000", "清理河道", "刘敏", "河堤", "from the household's page", "2026"):
        assert words in page
    assert at("陈静").get("/objections/2").status_code == 404


def test_taking_the_deed_back_is_one_step(at: Callable[[str], Desk], village: Village, clock: Clock) -> None:
    event = int(at("刘敏").json("/record", deed()).json()["event"])
    before = total(village, "001")
    objects(village, clock, "event", event_id=event)
    sent = {"way": "taken_back", "event": str(event), "reason": "当天不在场"}
    for _ in range(2):
        answer = at("陈静").post("/objections/1/answer", sent)
        assert (answer.status_code, answer.headers["location"]) == (303, "/objections/1")
    assert (before > 0, total(village, "001")) == (True, 0)
    assert kept(village)[0].effect == "taken back"
    assert "当天不在场" in text(at("陈静").get("/objections/1").text)
    assert noted(village) == ["Answered objection no. 1: upheld"]


def test_recording_what_was_missing_is_one_step_too(
    at: Callable[[str], Desk], village: Village, clock: Clock
) -> None:
    objects(village, clock, "missing")
    form = at("陈静").get("/objections/1").text
    key = re.search(r'name="submission_key" value="(\w{32})"', form)
    assert key
    assert "<option>张小明</option>" in form
    fields = {"way": "recorded", "submission_key": key[1], "household": "001", "reason": "有人作证"}
    refused = at("陈静").post("/objections/1/answer", {**fields, "item": "H01", "place": "河堤"})
    assert refused.status_code == 422
    assert told(refused) == ["Choose the day on which it happened, like 2026-08-01"]
    for typed in ("河堤", "有人作证", key[1]):
        assert typed in refused.text
    full = {**fields, "item": "H01", "member": "张三", "occurred_on": "2026-08-01", "basis": "群众反映"}
    assert at("陈静").post("/objections/1/answer", full).status_code == 303
    with village.database.read() as connection:
        recorded = history.deed(connection, 1, kept(village)[0].effect_event_id or 0)
    assert recorded
    assert (recorded.recorder, recorded.member_name, recorded.reason) == ("陈静", "张三", "有人作证")
    assert kept(village)[0].effect == "recorded"


def test_a_missing_deed_of_a_settled_quarter_is_a_late_entry(
    at: Callable[[str], Desk], village: Village, clock: Clock
) -> None:
    Office(village, clock()).at("2026-07-02").close("2026Q2")
    objects(village, clock, "missing")
    full = {
        "way": "recorded",
        "submission_key": "d" * 32,
        "household": "001",
        "reason": "补上",
        "item": "H01",
        "member": "张三",
        "occurred_on": "2026-06-01",
        "basis": "群众反映",
    }
    assert at("陈静").post("/objections/1/answer", full).status_code == 303
    with village.database.read() as connection:
        recorded = history.deed(connection, 1, kept(village)[0].effect_event_id or 0)
    assert recorded
    assert recorded.late


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"way": "rejected", "reason": " "}, "Write what was found"),
        ({"way": "", "reason": "好"}, "Choose how it is answered"),
        ({"way": "taken_back", "reason": "好", "event": "x"}, "Write the number of the receipt"),
        ({"way": "taken_back", "reason": "好", "event": "77"}, "There is no event no. 77"),
    ],
)
def test_an_answer_that_cannot_be_given_stays_typed(
    at: Callable[[str], Desk], village: Village, clock: Clock, fields: dict[str, str], sentence: str
) -> None:
    objects(village, clock)
    answer = at("陈静").post("/objections/1/answer", fields)
    assert answer.status_code == 422
    assert sentence in text(answer.text)
    assert fields["reason"].strip() in answer.text
    assert kept(village)[0].is_open
    assert noted(village) == []


def test_who_recorded_it_or_is_kin_is_told_who_answers(
    at: Callable[[str], Desk], village: Village, clock: Clock
) -> None:
    event = int(at("陈静").json("/record", deed()).json()["event"])
    objects(village, clock, "event", event_id=event)
    objects(village, clock, "rank", "002")
    for person, number, other in (("陈静", 1, "周平"), ("周平", 2, "陈静")):
        page = at(person).get(f"/objections/{number}").text
        assert 'name="way"' not in page
        assert other in text(page.partition("Somebody else answers")[2])
        refused = at(person).post(f"/objections/{number}/answer", {"way": "rejected", "reason": "无"})
        assert refused.status_code == 422
        assert (
            at(other).post(f"/objections/{number}/answer", {"way": "rejected", "reason": "无"}).status_code
            == 303
        )
    late = at("陈静").post("/objections/1/answer", {"way": "rejected", "reason": "又一次"})
    assert "周平 has answered this meanwhile" in text(late.text)


def test_whoever_must_recuse_does_not_learn_who_objected(
    at: Callable[[str], Desk], village: Village, clock: Clock
) -> None:
    event = int(at("陈静").json("/record", deed()).json()["event"])
    told = {"name": "李老太", "contact": "13800000000"}
    objects(village, clock, "event", event_id=event, **told)
    for person, sees in (("陈静", False), ("周平", True)):
        page = text(at(person).get("/objections/1").text)
        assert ("李老太" in page, "13800000000" in page) == (sees, sees)
        register = at(person).get("/admin/registers/objections?period=2026Q3").text
        assert ("李老太" in register) == sees
    assert "somebody else answers: 周平" in text(at("陈静").get("/objections/1").text)
    refused = at("陈静").post("/objections/1/answer", {"way": "rejected", "reason": "已核对"})
    assert refused.text.count("somebody else answers: 周平") == 1
    at("周平").post("/objections/1/answer", {"way": "taken_back", "event": str(event), "reason": "查实"})
    assert "李老太" not in at("陈静").get("/objections/1").text
    assert "李老太" in at("周平").get("/objections/1").text  # who decided by answering it


def test_several_are_rejected_together_but_none_by_who_must_recuse(
    at: Callable[[str], Desk], village: Village, clock: Clock
) -> None:
    for house in ("001", "003", "002", "004"):
        objects(village, clock, "rank", house)
    office = at("周平")  # of household 002
    page = office.get("/objections?state=open&tick=all").text
    assert re.findall(r'name="number" value="(\d)"[^>]* checked', page) == ["1", "2", "4"]
    assert "for somebody else" in text(page)
    unread = office.post("/objections/answers", {"number": ["1", "4"], "reason": " "})
    assert told(unread) == ["Write what was found; the household and whoever objected read it"]
    assert re.findall(r'name="number" value="(\d)"[^>]* checked', unread.text) == ["1", "4"]
    assert told(office.post("/objections/answers", {"reason": "好"})) == ["Tick at least one of them"]
    sent = {"number": ["1", "3", "4", "99"], "reason": "已逐条核对"}
    refused = office.post("/objections/answers", sent)
    assert refused.status_code == 422
    for words in ("Rejected: 2", "No. 3: This concerns your own household", "No. 99: There is no objection"):
        assert words in text(refused.text)
    again = office.post("/objections/answers", {**sent, "number": ["1", "4"]})
    assert (again.status_code, again.headers["location"]) == (303, "/objections?rejected=0")
    assert [one.state for one in kept(village)] == ["rejected", "open", "open", "rejected"]
    assert noted(village) == ["Rejected together: objections no. 1, 4"]


def test_what_a_neighbour_told_the_office_stands_on_the_neighbours_page(
    at: Callable[[str], Desk], telephone: Desk, village: Village
) -> None:
    event = int(at("刘敏").json("/record", deed()).json()["event"])
    office, accused, neighbour = at("陈静"), f"/h/TOKEN{'001':>021}", f"/h/TOKEN{'004':>021}"
    form = {"kind": "event", "event": str(event), "household": "001", "quarter": "2026Q3"}
    who = {"raiser": "4", "name": "李老太", "words": "那天他在城里", "submission_key": "e" * 32}
    assert told(office.post("/objections", {**form, **who, "raiser": "77"})) == [
        "No household has the number 77; look at it again, or leave it out"
    ]
    office.post("/objections", {**form, **who})
    assert "004" in office.get("/objections/1").text
    assert "waits for an answer" in text(telephone.get(neighbour).text)
    assert "bjection" not in text(telephone.get(accused).text.partition('id="objections"')[2][:400])
    office.post("/objections/1/answer", {"way": "rejected", "reason": "有照片为证"})
    shown = text(telephone.get(accused).text)
    assert "What others objected to here" in shown
    assert "有照片为证" in shown
    for secret in ("李老太", "那天他在城里", "004"):
        assert secret not in shown
    assert "有照片为证" in text(telephone.get(neighbour).text)


def test_the_office_enters_what_came_on_paper(
    at: Callable[[str], Desk], telephone: Desk, village: Village
) -> None:
    said = {"words": "帮工没有记", "name": "李老太", "raiser": "004"}
    form = {"kind": "missing", "household": "9", "quarter": "2026Q3", **said}
    refused = at("陈静").post("/objections", {**form, "submission_key": "e" * 32})
    assert told(refused) == ["No household has the number 9; look at it again, or leave it out"]
    assert "帮工没有记" in refused.text
    for _ in range(2):
        sent = at("陈静").post("/objections", {**form, "household": "4", "submission_key": "e" * 32})
        assert (sent.status_code, sent.headers["location"]) == (303, "/objections/1")
    (one,) = kept(village)
    assert (one.source, one.household_code, one.name) == ("office", "004", "李老太")
    assert noted(village) == ["Wrote down objection no. 1"]
    theirs = telephone.get(f"/h/TOKEN{'004':>021}").text
    assert "A deed that is missing" in theirs
    assert "帮工没有记" not in theirs


def test_where_nobody_said_which_household_it_is_chosen_first(
    at: Callable[[str], Desk], village: Village, clock: Clock
) -> None:
    at("陈静").post("/objections", {"submission_key": "f" * 32, "kind": "missing", "words": "少了一条"})
    assert 'name="item"' not in at("陈静").get("/objections/1").text
    assert "<option>王芳</option>" in at("陈静").get("/objections/1?household=2").text
    assert "There is no such household" in text(at("陈静").get("/objections/1?household=99").text)


def test_its_words_are_erased_for_a_reason_and_pages_say_so(
    at: Callable[[str], Desk], telephone: Desk, village: Village, clock: Clock
) -> None:
    objects(village, clock, name="张三", contact="13800000000")
    desk, erasing = at("周平"), "/admin/erasure?objection=1"
    sure = {"objection": "1", "reason": "本人要求", "sure": "1"}
    assert "This objection is open" in text(desk.post("/admin/erasure", sure).text)
    at("陈静").post("/objections/1/answer", {"way": "rejected", "reason": "张三记错了"})
    assert erasing in desk.get("/objections/1").text
    assert all(words in desk.get(erasing).text for words in ("名次&lt;不&gt;对", "13800000000", "张三记错了"))
    for _click in range(2):
        assert desk.post("/admin/erasure", sure).headers["location"] == f"{erasing}&done=true"
    assert noted(village) == [
        "Erased the words of objection no. 1 and of its answer: 本人要求",
        "Answered objection no. 1: rejected",
    ]
    assert erasing not in desk.get("/objections/1").text
    village.noticed()
    for page in (desk.get("/objections/1").text, telephone.get(f"/h/TOKEN{'001':>021}").text):
        assert "Its words were erased." in page
        assert "The words of the answer were erased." in page
        assert "记错" not in page
    assert "Its words were erased." in desk.get("/objections").text
