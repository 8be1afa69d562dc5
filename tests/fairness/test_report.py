"""A quarter read for its questions: what belongs to it, the counts beside them, and the places to look."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from kiosk.accounts.accounts import account_by_id
from kiosk.fairness import draws, figures
from kiosk.fairness.behind import behind
from kiosk.fairness.cases import Case, people_of, read_quarter
from kiosk.fairness.inspections import Inspection, inspect
from kiosk.fairness.kinship import kin_register, register_kin, strike_kin
from kiosk.fairness.places import pairs
from kiosk.fairness.report import Report, alphabetical, gather, report
from kiosk.office.activity import activities
from kiosk.roster import households
from kiosk.scoring import ledger, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.drafts import Draft
from kiosk.scoring.periods import parse_period
from kiosk.scoring.recusal import kin_relations
from kiosk.scoring.tables import account, household
from tests.fairness.test_comparing import case, person
from tests.scoring.small_village import (
    ADMIN,
    RECORDER,
    REVIEWER,
    ZONE,
    A,
    B,
    C,
    SmallVillage,
    at,
    book,
    small_village,
)

Q2, Q3, Q4 = (parse_period(name) for name in ("2026Q2", "2026Q3", "2026Q4"))
OTHER = Actor(9, "王芳", "recorder", 1)


@pytest.fixture
def qingshan() -> Iterator[SmallVillage]:
    """青山村, where B and C count at once and A waits for a second person; 王芳 lives in 002."""
    with small_village(
        book(A | {"review": "always"}, B | {"review": "never"}, C | {"review": "never"})
    ) as village:
        row = {"id": 9, "name": "王芳", "role": "recorder", "village_id": 1, "password": "", "active": True}
        village.connection.execute(insert(account).values(**row, household_id=2))
        yield village


def cases(village: SmallVillage, quarter: str = "2026Q3") -> dict[int, Case]:
    return {
        one.event_id: one for one in read_quarter(village.connection, 1, parse_period(quarter), ZONE).cases
    }


def report_of(village: SmallVillage, quarter: str = "2026Q3", now: str = "2026-09-20") -> Report:
    return report(gather(village.connection, 1, parse_period(quarter), at(now)))


def test_a_case_belongs_to_the_quarter_in_which_it_was_written_down(qingshan: SmallVillage) -> None:
    qingshan.record("B", "2026-06-30", points="1", now="2026-07-01T00:00")
    qingshan.record("B", "2026-06-30", points="1", now="2026-06-30T23:59")
    assert list(cases(qingshan, "2026Q2")) == [2]
    assert list(cases(qingshan)) == [1]


def test_forty_eight_hours_begin_when_the_day_is_over(qingshan: SmallVillage) -> None:
    qingshan.record("B", "2026-08-01", points="1", now="2026-08-03T23:59")
    qingshan.record("B", "2026-08-01", points="1", now="2026-08-04T00:01")
    assert [one.slow for one in cases(qingshan).values()] == [False, True]


def test_a_document_or_a_photo_is_evidence_and_erased_words_say_nothing(qingshan: SmallVillage) -> None:
    from kiosk.scoring.tables import note

    for words in ({"basis": "表彰文件"}, {"photo": "a" * 64}, {"basis": "巡查"}, {}):
        qingshan.record("B", "2026-08-01", points="1", **words)
    qingshan.connection.execute(note.delete().where(note.c.event_id == 4))
    assert [one.evidenced for one in cases(qingshan).values()] == [True, True, False, None]


def test_rows_from_paper_stand_apart(qingshan: SmallVillage) -> None:
    from datetime import date
    from decimal import Decimal

    draft = Draft("paper:ref:1", 1, None, "B", Decimal(1), date(2026, 8, 1))
    office = Actor(None, "台账", "admin", 1)
    ledger.record_from_paper(qingshan.connection, 1, draft, "陈会计", office, at("2026-09-20"), approved=True)
    quarter = read_quarter(qingshan.connection, 1, Q3, ZONE)
    assert (quarter.cases, quarter.paper) == ((), 1)


def test_the_counts_say_who_took_back_what_and_how_long_a_decision_took(qingshan: SmallVillage) -> None:
    connection = qingshan.connection
    for _ in range(4):
        qingshan.record("B", "2026-08-01", points="1", now="2026-08-01T10:00")
    ledger.reverse(connection, 1, 1, RECORDER, "", at("2026-08-01T11:00"))
    ledger.reverse(connection, 1, 2, REVIEWER, "重复", at("2026-08-05"))
    for hours, verdict in ((2, "approved"), (6, "rejected"), (4, "approved")):
        made = qingshan.record("A", "2026-08-01", member=1, now="2026-08-01T10:00")
        later = at("2026-08-01T10:00") + timedelta(hours=hours)
        ledger.decide(connection, 1, made.event_id, verdict, REVIEWER, "不实", later)
    found = report_of(qingshan)
    [mine] = found.recorders
    assert (mine.person.name, mine.events, mine.slips, mine.undone, mine.rejected) == ("陈会计", 7, 1, 1, 1)
    [reviewer] = found.reviewers
    assert (reviewer.decided, reviewer.approved, reviewer.rejected) == (3, 2, 1)
    assert reviewer.took == timedelta(hours=4)


def test_mean_points_stand_beside_those_of_the_others(qingshan: SmallVillage) -> None:
    for points in ("1", "2", "2"):
        qingshan.record("B", "2026-08-01", points=points)
    qingshan.record("B", "2026-08-01", points="10", by=OTHER)
    qingshan.record("C", "2026-08-01", by=OTHER)
    found = [
        (one.person.name, one.events, str(one.mean), str(one.others_mean))
        for one in report_of(qingshan).means
    ]
    assert found == [("陈会计", 3, "1.7", "10.0"), ("王芳", 1, "10.0", "1.7")]


def test_people_stand_as_their_names_are_read() -> None:
    from dataclasses import replace

    people = [replace(person(number), name=name) for number, name in enumerate(("张三", "单雄信", "陈静"))]
    assert [one.name for one in alphabetical(people)] == ["陈静", "单雄信", "张三"]


def test_the_three_places_to_look_are_those_that_an_even_spread_explains_least() -> None:
    from dataclasses import replace

    homes = {"一组": 10, "二组": 10}
    spread = [replace(case(1), household_id=number % 10) for number in range(40)]
    often = [
        replace(case(2, group="二组"), household_id=number) for number in (11, *[12] * 12, *[13] * 5, 14)
    ]
    found = pairs([*spread, *often], [person(1), person(2)], homes)
    assert [(one.person.id, one.household_id, one.events) for one in found][:2] == [(2, 12, 12), (2, 13, 5)]
    assert found[0].expected == pytest.approx(1.9)
    assert len(found) <= 3


def test_what_came_before_a_relation_was_registered_is_found(qingshan: SmallVillage) -> None:
    connection = qingshan.connection
    qingshan.record("B", "2026-05-01", points="1", now="2026-05-01", by=OTHER)
    waits = qingshan.record("A", "2026-05-02", member=1, now="2026-05-02")
    ledger.decide(connection, 1, waits.event_id, "approved", REVIEWER, "", at("2026-05-03"))
    home = households.by_code(connection, 1, "001")
    assert home
    assert report_of(qingshan).undeclared == []
    for actor in (OTHER, REVIEWER):
        register_kin(
            connection, account_by_id(connection, actor.account_id or 0), home, ADMIN, at("2026-09-01")
        )
    found = report_of(qingshan).undeclared
    assert [(one.person.name, one.household, one.events) for one in found] == [
        ("刘主任", "001", [2]),
        ("王芳", "001", [1]),
    ]


def test_a_relation_is_registered_with_a_trace_and_once(qingshan: SmallVillage) -> None:
    connection = qingshan.connection
    fang = account_by_id(connection, 9)
    home = households.by_code(connection, 1, "001")
    assert home
    for day in ("2026-08-01", "2026-08-02"):
        register_kin(connection, fang, home, ADMIN, at(day))
    [row] = [one for one in kin_register(connection, 1, at("2026-09-20")) if one.person.id == 9]
    assert row.home
    assert (row.home.code, row.home.head) == ("002", "王建国")
    assert [(one.code, one.head, one.since) for one in row.kin] == [("001", "张三", at("2026-08-01"))]
    assert kin_relations(connection, 1) == 1
    strike_kin(connection, fang, home, ADMIN, at("2026-09-01"))
    assert kin_relations(connection, 1) == 0
    said = [one.said.text() for one in activities(connection, 1, topic="people")]
    assert said == ["王芳 has no kin in household 001", "王芳 has kin in household 001"]


def test_the_public_gets_numbers_alone(qingshan: SmallVillage) -> None:
    connection = qingshan.connection
    qingshan.record("B", "2026-08-01", points="1")
    qingshan.record("B", "2026-08-02", points="1", by=OTHER)
    waits = qingshan.record("A", "2026-08-02", member=1, by=REVIEWER)
    ledger.decide(connection, 1, waits.event_id, "approved", ADMIN, "", at("2026-09-21"))
    qingshan.record("A", "2026-08-03", member=1)
    settlement.publish(connection, 1, Q3, "村委会", at("2026-10-02"))
    draws.draw(connection, 1, Q3, "1234", ADMIN, at("2026-10-03"))
    found = Inspection(1, "confirmed", "", "王大力", at("2026-10-04"))
    inspect(connection, 1, Q3, 1, found, ADMIN, at("2026-10-04"))
    seen = figures.public_figures(connection, 1, Q4, at("2026-10-04"))
    running, last = seen.quarters
    assert (last.events, last.recorders, last.checked, last.sampled, last.confirmed) == (4, 3, 1, 3, 1)
    assert (running.events, running.recorders, running.checked, running.sampled) == (0, 0, 0, 0)
    assert seen.draw
    assert seen.found == {"confirmed": 1, "doubtful": 0, "wrong": 0}


def test_every_figure_leads_to_its_events(qingshan: SmallVillage) -> None:
    for points in ("10", "1"):
        qingshan.record("B", "2026-08-01", points=points)
    qingshan.record("C", "2026-08-01", household=2)
    facts = gather(qingshan.connection, 1, Q3, at("2026-09-20"))
    highest = behind(facts, 1, "highest")
    assert highest
    assert (highest.events, highest.marked) == ([1, 2], {1})
    assert highest.title.text() == "陈会计: Given as many points as the item allows"
    recorded = behind(facts, 1, "recorded")
    assert recorded
    assert recorded.events == [1, 2, 3]
    at_home = behind(facts, 1, "recorded", 2)
    assert at_home
    assert at_home.events == [3]
    assert behind(facts, 1, "everything") is None
    assert behind(facts, 99, "recorded") is None
    assert behind(facts, 1, "before", 2) is None


def test_the_groups_of_home_and_kin_are_known(qingshan: SmallVillage) -> None:
    connection = qingshan.connection
    connection.execute(update(household).where(household.c.id == 1).values(group_name="二组"))
    home = households.by_code(connection, 1, "001")
    assert home
    register_kin(connection, account_by_id(connection, 9), home, ADMIN, at("2026-09-01"))
    [fang] = [one for one in people_of(connection, 1) if one.id == 9]
    assert (fang.group, fang.kin_groups) == ("一组", {"二组"})
