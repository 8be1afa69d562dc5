"""Objecting: from a household's own page, and from the code on the public notice."""

import re
from contextlib import suppress
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from sqlalchemy import Connection

from kiosk.accounts import throttle
from kiosk.scoring import answering, objecting, objections, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.answering import Reject, TakeBack
from kiosk.scoring.objecting import Complaint, raise_objection
from kiosk.scoring.objections import Figures, Objection
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Refused
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, told
from tests.pages.household_of_zhang import ADDRESS, Office
from tests.pages.recorders import hire
from tests.pages.test_household import text_of

FORM = f"{ADDRESS}/objection"
PUBLIC = "/v/qingshan/objection"
SUMMER = parse_period("2026Q3")


@pytest.fixture
def phone(app: Litestar, village: Village) -> Desk:
    """A villager's, in English."""
    return Desk(app)


@pytest.fixture
def office(village: Village, clock: Clock) -> Office:
    return Office(village, clock())


def hidden(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found
    return found[1]


def send(phone: Desk, address: str, **fields: str) -> Response:
    """Open the form and send it."""
    shown = phone.get(address)
    usual = {"submission_key": hidden(shown, "submission_key"), "words": "那天不在家", **fields}
    return phone.post(address.partition("?")[0], **usual)


def kept(village: Village) -> list[Objection]:
    with village.database.read() as connection:
        return objections.of_village(connection, 1)


def answer(village: Village, clock: Clock, number: int, remedy: answering.Remedy, reason: str) -> None:
    def work(connection: Connection) -> None:
        by = Actor(3, "陈静", "reviewer", 1)
        answering.answer(connection, 1, number, remedy, reason, by, clock())

    village.write(lambda connection: hire(connection, village))
    village.write(work)


def test_a_form_that_lacks_something_says_that_it_was_not_sent(phone: Desk, village: Village) -> None:
    for address in (FORM, PUBLIC):
        refused = send(phone, address, words="")
        assert refused.status_code == 422
        assert "Not sent yet: please look at the fields marked in red." in text_of(refused.text)
    assert kept(village) == []


def test_a_deed_leads_to_its_objection_and_the_answer_stands_on_the_page(
    phone: Desk, village: Village, office: Office, clock: Clock
) -> None:
    receipt = office.deed("C06", "2026-08-03", points="-2")
    office.approve(receipt)
    link = re.search(rf'href="({FORM}\?event={receipt.event_id})"', phone.get(ADDRESS).text)
    assert link
    shown = phone.get(link[1])
    assert f'value="event-{receipt.event_id}" required checked' in shown.text
    sent = send(phone, link[1], about=f"event-{receipt.event_id}", name="张三", contact="13800000000")
    assert sent.status_code == 303
    arrived = text_of(phone.get(sent.headers["location"]).text)
    for words in (
        "Objection no. 1",
        "The village office answers by 22 August 2026",
        "On your household's page",
    ):
        assert words in arrived
    page = text_of(phone.get(ADDRESS).text)
    assert "waits for an answer" in page
    assert "那天不在家" in page
    assert "13800000000" not in page
    answer(village, clock, 1, TakeBack(receipt.event_id), "查实那天确实外出")
    for address in (ADDRESS, sent.headers["location"]):
        page = text_of(phone.get(address).text)
        assert f"Receipt no. {receipt.event_id} was taken back." in page
        assert "查实那天确实外出" in page


def test_two_taps_are_one_objection(phone: Desk, village: Village) -> None:
    form = {"submission_key": "a" * 32, "about": "rank", "words": "名次不对"}
    answers = [phone.post(FORM, **form) for _ in range(2)]
    assert [one.headers["location"] for one in answers] == [f"{FORM}?sent={'a' * 32}"] * 2
    assert [one.kind for one in kept(village)] == ["rank"]
    changed = phone.post(FORM, **{**form, "words": "少记了一次"})
    assert changed.status_code == 422
    assert "has raised no. 1 already" in changed.text
    assert hidden(changed, "submission_key") != "a" * 32


@pytest.mark.parametrize("about", ["", "event-", "event-999", "weather", "event-x"])
def test_what_is_typed_stays_when_something_is_missing(phone: Desk, village: Village, about: str) -> None:
    answer = send(phone, FORM, about=about, words="  ", name="张<三>", contact="门口")
    assert answer.status_code == 422
    assert "Write in a few words what is not right" in told(answer)
    assert len(told(answer)) == 2
    assert 'value="张&lt;三&gt;"' in answer.text
    assert kept(village) == []


def test_another_households_deed_is_not_its_to_object_to(
    phone: Desk, village: Village, office: Office
) -> None:
    theirs = office.deed("A01", "2026-08-14", house="002")
    assert "A01" not in phone.get(f"{FORM}?event={theirs.event_id}").text
    assert send(phone, FORM, about=f"event-{theirs.event_id}").status_code == 422
    assert kept(village) == []


def test_a_settled_quarter_is_corrected_in_the_running_one(phone: Desk, office: Office) -> None:
    receipt = office.at("2026-05-07").deed("H01", "2026-05-06", "张三")
    office.at("2026-07-02").close("2026Q2")
    address = f"{FORM}?event={receipt.event_id}"
    assert "Q2 2026 is settled and stays as it is" in text_of(phone.get(address).text)
    sent = send(phone, address, about=f"event-{receipt.event_id}", event=str(receipt.event_id))
    assert "it is corrected in Q3 2026" in text_of(phone.get(sent.headers["location"]).text)
    for page in (ADDRESS, f"{ADDRESS}?period=2026Q2"):
        assert "It is about Q2 2026, which is settled" in text_of(phone.get(page).text)


def test_while_a_quarter_is_on_notice_the_plate_leads_to_an_objection_that_holds_it_up(
    phone: Desk, village: Village, clock: Clock
) -> None:
    clock.now = clock.now.replace(month=10, day=3)
    village.write(lambda connection: settlement.publish(connection, 1, SUMMER, "村委会", clock()))
    shown = phone.get(FORM).text
    assert hidden(phone.get(FORM), "period") == "2026Q3"
    assert "Q3 2026 is on public notice until" in shown
    other = re.search(rf'href="({FORM}\?period=2026Q4)"', shown)
    assert other
    assert hidden(phone.get(other[1]), "period") == "2026Q4"
    assert f'href="{FORM}?period=2026Q3"' in phone.get(other[1]).text
    assert send(phone, FORM, about="missing", period="2026Q3").status_code == 303
    with village.database.read() as connection:
        assert objections.open_in(connection, 1, SUMMER) == 1
    page = text_of(phone.get(ADDRESS).text)
    assert "A deed that is missing · Q3 2026" in page
    answer(village, clock, 1, Reject(), "当天没有这项活动")
    assert "当天没有这项活动" in phone.get(ADDRESS).text
    clock.now = clock.now.replace(year=2027, month=1)
    assert "当天没有这项活动" not in phone.get(ADDRESS).text
    assert "当天没有这项活动" in phone.get(f"{ADDRESS}?period=2026Q3").text


def test_three_may_wait_and_the_fourth_is_told_what_else_to_do(phone: Desk, village: Village) -> None:
    for _ in range(3):
        assert send(phone, FORM, about="rank").status_code == 303
    assert "<form class=" not in phone.get(FORM).text
    fourth = phone.post(FORM, submission_key="b" * 32, about="rank", words="还有一件")
    assert fourth.status_code == 422
    assert "or tell the village office on paper" in text_of(fourth.text)
    assert len(kept(village)) == 3


def test_a_strange_or_foreign_key_shows_nothing(phone: Desk) -> None:
    sent = send(phone, PUBLIC, kind="rank").headers["location"].partition("?")[2]
    for address in (f"{FORM}?{sent}", f"{FORM}?sent=x", f"{PUBLIC}?sent=x", f"/h/{'X' * 26}/objection"):
        assert phone.get(address).status_code == 404


def test_anybody_objects_from_the_notice_without_a_name(
    phone: Desk, village: Village, office: Office, clock: Clock
) -> None:
    receipt = office.deed("A01", "2026-08-14", house="002")
    told_of = {"kind": "event", "household": "2", "event": f"No. {receipt.event_id} ABCD"}
    sent = send(phone, f"{PUBLIC}?quarter=2026Q3", quarter="2026Q3", words="她家没人去", **told_of)
    arrived = text_of(phone.get(sent.headers["location"]).text)
    assert "Objection no. 1" in arrived
    assert "keep its address" in arrived
    (one,) = kept(village)
    assert (one.source, one.household_code, one.event_id, one.name) == ("notice", "002", receipt.event_id, "")
    theirs = phone.get(f"/h/TOKEN{'002':>021}").text
    assert "她家没人去" not in theirs
    assert "Our objections" not in theirs
    assert "1 objections raised, 0 upheld, 0 rejected, 1 still open" in text_of(phone.get("/v/qingshan").text)
    answer(village, clock, 1, Reject(), "有照片为证")
    assert "有照片为证" in text_of(phone.get(sent.headers["location"]).text)
    assert "0 upheld, 1 rejected, 0 still open" in text_of(phone.get("/v/qingshan").text)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": ""}, "Choose what it is about"),
        ({"household": "999"}, "No household has the number 999; look at it again, or leave it out"),
        ({"event": "x"}, "Write the number that stands after “Receipt no.”, or leave it out"),
        ({"event": "12"}, "There is no such receipt here; look at its number again, or leave it out"),
        ({"words": "字" * 501}, "Too long; write at most 500 characters"),
        ({"name": "\u202e三张"}, "There are characters in it that cannot be read; type it again"),
    ],
)
def test_what_the_public_form_refuses(
    phone: Desk, village: Village, typed: dict[str, str], sentence: str
) -> None:
    answer = send(phone, PUBLIC, **{"kind": "event", "contact": "东头第二家", **typed})
    assert (answer.status_code, told(answer)) == (422, [sentence])
    assert "东头第二家" in answer.text
    assert kept(village) == []


@pytest.mark.parametrize("quarter", ["2027Q1", "2026", "x", "", "0000Q1"])
def test_a_quarter_that_is_none_is_the_running_one(phone: Desk, village: Village, quarter: str) -> None:
    assert '<option value="2026Q3" selected>' in phone.get(f"{PUBLIC}?quarter={quarter}").text
    send(phone, PUBLIC, kind="rank", quarter=quarter)
    assert kept(village)[0].quarter == SUMMER


def test_neighbours_behind_one_wifi_get_through_and_a_script_among_them_does_not(
    app: Litestar, village: Village, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(throttle, "OBJECTIONS_PER_ADDRESS", 6)
    family = [Desk(app) for _ in range(4)]
    for phone in family:
        assert send(phone, PUBLIC, kind="rank").status_code == 303
    answers = [send(Desk(app), PUBLIC, kind="rank", name=f"脚本{number}") for number in range(5)]
    assert [one.status_code for one in answers] == [303, 303, 429, 429, 429]  # a new cookie each time
    assert "Use the code at your own door" in text_of(answers[-1].text)
    assert 'value="脚本4"' in answers[-1].text
    for phone in family:  # the script does not stop them
        assert [send(phone, PUBLIC, kind="rank").status_code for _ in range(3)] == [303, 303, 429]
    assert send(Desk(app), FORM, about="rank").status_code == 303  # nor whoever says which household it is
    assert len(kept(village)) == 15
    clock.move(days=1)
    assert send(Desk(app), PUBLIC, kind="rank").status_code == 303


def test_one_phone_cannot_object_for_the_whole_street_by_its_plates(
    app: Litestar, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "OBJECTIONS_BY_PLATE", 2)
    forms = [f"/h/TOKEN{code:>021}/objection" for code in ("001", "002", "003")]
    answers = [send(Desk(app), form, about="rank") for form in forms]
    assert [one.status_code for one in answers] == [303, 303, 429]
    assert "come to the village office" in text_of(answers[-1].text)
    assert "那天不在家" in answers[-1].text


def test_a_flood_fills_the_form_not_the_village(
    app: Litestar, village: Village, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """Whatever one does, no more wait than can be read and answered on one page."""
    monkeypatch.setattr(objecting, "MOST_FROM_NOTICE", 2)
    for _ in range(3):
        village.write(lambda connection: flood(connection, clock))
    assert len(kept(village)) == 2
    honest = Desk(app)
    shown = text_of(honest.get(PUBLIC).text)
    for words in ("no more are taken for now", "The code at your own door", "come to the village office"):
        assert words in shown
    assert '<form class="objection"' not in honest.get(PUBLIC).text
    late = honest.post(PUBLIC, submission_key="f" * 32, kind="rank", words="真有一事")
    assert (late.status_code, "真有一事" in late.text) == (422, True)
    assert send(honest, FORM, about="rank").status_code == 303


def flood(connection: Connection, clock: Clock) -> None:
    key = f"flood-{objections.open_count(connection, 1)}-key"
    with suppress(Refused):
        raise_objection(connection, 1, Complaint(key, "rank", "notice", SUMMER, "乱写"), clock())


def test_a_second_tap_is_not_counted(
    app: Litestar, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "OBJECTIONS_PER_ADDRESS", 1)
    form: dict[str, Any] = {"submission_key": "c" * 32, "kind": "rank", "words": "名次不对"}
    assert [Desk(app).post(PUBLIC, **form).status_code for _ in range(3)] == [303, 303, 303]
    with village.database.read() as connection:
        assert objections.figures(connection, 1, SUMMER) == Figures(raised=1)
