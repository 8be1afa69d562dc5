"""The registers (台账): what stands in their rows, and in which period."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert

from kiosk.office.tables import honour_decision, reward, reward_cancellation
from kiosk.scoring import ledger
from kiosk.scoring.periods import parse_period
from kiosk.scoring.tables import member
from kiosk.scoring.voices import objection, objection_answer, objection_answer_note, objection_note
from kiosk.sheets.registers import REGISTERS, columns_of, rows_of
from kiosk.sheets.registers_scope import Scope
from tests.scoring.small_village import (
    ADMIN,
    EXAMPLE,
    REVIEWER,
    SmallVillage,
    at,
    book,
    small_village,
)

WAITS = {
    "item": "D",
    "title": "丁",
    "title_en": "D",
    "subject": "household",
    "points": "6",
    "review": "always",
}


@pytest.fixture
def qingshan() -> Iterator[SmallVillage]:
    with small_village(book(*EXAMPLE, WAITS)) as village:
        yield village


def rows(
    village: SmallVillage, name: str, period: str = "2026Q3", now: str = "2026-09-30"
) -> list[dict[str, Any]]:
    """The rows of a register by their columns' titles."""
    scope = Scope(1, parse_period(period), at(now), "zh_Hans", str)
    titles = [column.title for column in columns_of(REGISTERS[name], str)]
    found = rows_of(REGISTERS[name], village.connection, scope)
    return [dict(zip(titles, row, strict=True)) for row in found]


def decide(village: SmallVillage, event_id: int, verdict: Any, when: str, reason: str = "") -> None:
    ledger.decide(village.connection, 1, event_id, verdict, REVIEWER, reason, at(when))


def test_deeds_stand_in_the_order_of_their_days_whenever_they_were_recorded(qingshan: SmallVillage) -> None:
    qingshan.record("B", "2026-08-02", points=3, household=2, place="村口", reason="清扫")
    qingshan.record("A", "2026-07-30", member=2, basis="巡查")
    first, second = rows(qingshan, "events")
    assert (first["Row"], first["Date"], first["Person"]) == (1, date(2026, 7, 30), "李秀英")
    assert (first["Head"], first["Household code"], first["Matter (item)"]) == ("张三", "001", "甲（A）")
    assert (second["Row"], second["Person"], second["Place"]) == (2, "the whole household", "村口")
    assert second["Reviewed by"] == "by the rulebook"


def test_only_the_days_of_the_period_count(qingshan: SmallVillage) -> None:
    for day in ("2026-06-30", "2026-07-01", "2026-09-20"):
        qingshan.record("C", day)
    assert [row["Date"].day for row in rows(qingshan, "events")] == [1, 20]
    assert [row["Date"].day for row in rows(qingshan, "events", "2026-06")] == [30]
    assert len(rows(qingshan, "events", "2026")) == 3


def test_a_deed_says_why_it_counts_less_or_not(qingshan: SmallVillage) -> None:
    for _ in range(3):
        qingshan.record("A", "2026-07-02", member=1)
    qingshan.record("D", "2026-07-03")
    refused = qingshan.record("D", "2026-07-04")
    decide(qingshan, refused.event_id, "rejected", "2026-07-05", "没有这回事")
    gone = qingshan.record("C", "2026-07-05")
    ledger.reverse(qingshan.connection, 1, gone.event_id, ADMIN, "记错了", at("2026-07-06"))
    found = rows(qingshan, "events")
    assert [(row["Points claimed"], row["Counted"]) for row in found] == [
        (5, 5),
        (5, 5),
        (5, 0),
        (6, ""),
        (6, 0),
        (-3, 0),
    ]
    capped, waits, rejected, reversed_ = (row["Remarks"] for row in found[2:])
    assert capped == "No. 3 this quarter; only 2 count"
    assert (waits, rejected) == ("waits for review", "rejected: 没有这回事")
    assert reversed_ == "taken back by 周支书: 记错了"


def test_whoever_has_left_is_still_called_by_name(qingshan: SmallVillage) -> None:
    qingshan.record("C", "2026-07-02")
    gone = member.update().where(member.c.household_id == 1).values(left=date(2026, 7, 10))
    qingshan.connection.execute(gone)
    assert [row["Head"] for row in rows(qingshan, "events")] == ["张三"]


def test_decisions_are_peoples_and_fall_into_the_period_by_the_villages_clock(qingshan: SmallVillage) -> None:
    qingshan.record("C", "2026-09-20")  # counts by the rulebook alone
    early, late = (qingshan.record("D", "2026-09-20") for _ in range(2))
    decide(qingshan, early.event_id, "approved", "2026-09-30T23:59:59")
    decide(qingshan, late.event_id, "rejected", "2026-10-01T00:00:00", "重复")
    (quarter,) = rows(qingshan, "decisions", now="2026-10-02")
    assert (quarter["Verdict"], quarter["Reviewed by"], quarter["Recorded by"]) == (
        "approved",
        "刘主任",
        "陈会计",
    )
    assert quarter["Decided at"].isoformat() == "2026-09-30T23:59:59+08:00"
    assert len(quarter["Receipt"]) >= 8
    (october,) = rows(qingshan, "decisions", "2026-10", "2026-10-02")
    assert (october["Verdict"], october["Grounds"], october["Head"]) == ("rejected", "重复", "张三")


def test_an_objection_says_what_it_is_about_and_what_became_of_it(qingshan: SmallVillage) -> None:
    deed = qingshan.record("C", "2026-07-02")
    for number, event_id, kind in ((71, deed.event_id, "event"), (12, None, "rank")):
        about = {
            "kind": kind,
            "event_id": event_id,
            "household_id": 1 if event_id else None,
            "source": "notice",
        }
        when = {"due_on": date(2026, 7, 19), "start": 202607, "about": 202604 if event_id else 202607}
        row = {"village_id": 1, "number": number, "submission_key": str(number), **about, **when}
        raised = at(f"2026-07-1{0 if event_id else 1}")
        qingshan.connection.execute(insert(objection).values(id=number, raised_at=raised, **row))
    for number, said in ((71, "那天不在家"), (12, "名次不对")):
        words = {"objection_id": number, "words": said, "name": "", "contact": "电话在此"}
        qingshan.connection.execute(insert(objection_note).values(words))
    answer = {"outcome": "upheld", "answered_by": "刘主任", "answered_at": at("2026-07-12")}
    done = {"event_id": deed.event_id, "account_id": 2}
    qingshan.connection.execute(insert(objection_answer).values(objection_id=71, **answer, **done))
    qingshan.connection.execute(insert(objection_answer_note).values(objection_id=71, reason="查实"))
    ledger.reverse(qingshan.connection, 1, deed.event_id, ADMIN, "查实", at("2026-07-12"))
    answered, still_open = rows(qingshan, "objections")
    assert (answered["About"], answered["Words"]) == ("2026Q2；against a deed；丙（C）", "那天不在家")
    assert (answered["Outcome"], answered["Head"]) == ("upheld", "张三")
    assert answered["Answer"] == "查实；the deed was taken back"
    assert (still_open["About"], still_open["Raised by"]) == ("2026Q3；against a rank", "not said")
    assert still_open["Outcome"] == "not answered yet"
    assert "电话在此" not in str(answered)
    assert rows(qingshan, "objections", "2026-08") == []


def test_honours_and_rewards_stand_in_the_period_of_their_decision(qingshan: SmallVillage) -> None:
    connection = qingshan.connection
    whom = {"village_id": 1, "year": 2026, "household_id": 2, "account_id": 3}
    decided = {"decided_by": "周支书", "decided_at": at("2026-12-31T23:00"), "reason": "家家都服气"}
    connection.execute(
        insert(honour_decision).values(**whom, **decided, honour="最美家庭", decision="granted")
    )
    noted = {"noted_by": "周支书", "noted_at": at("2026-12-31"), "decided_on": date(2026, 12, 30)}
    for number, what in ((1, "食用油两桶"), (2, "大米一袋")):
        given = {"id": number, "submission_key": what, "kind": "goods", "what": what, "reason": "第一名"}
        connection.execute(insert(reward).values(**whom, **noted, **given))
    undone = {"cancelled_by": "周支书", "cancelled_at": at("2026-12-31"), "account_id": 3}
    connection.execute(insert(reward_cancellation).values(reward_id=2, reason="写重了", **undone))
    (honour,) = rows(qingshan, "honours", "2026-12", "2027-01-05")
    assert (honour["Head"], honour["Honour"], honour["Decision"]) == ("王建国", "最美家庭", "granted")
    oil, rice = rows(qingshan, "rewards", "2026Q4", "2027-01-05")
    assert (oil["Reward"], oil["For the year"], oil["Kind"], oil["Remarks"]) == (
        "食用油两桶",
        2026,
        "Goods",
        "",
    )
    assert rice["Remarks"] == "cancelled by 周支书: 写重了"
    assert rows(qingshan, "rewards", "2026-11", "2027-01-05") == []


def test_what_is_read_at_once_is_a_month(qingshan: SmallVillage) -> None:
    scope = Scope(1, parse_period("2026"), at("2026-03-05"), "zh_Hans", str)
    assert [str(month) for month in scope.months()] == ["2026-01", "2026-02", "2026-03"]
