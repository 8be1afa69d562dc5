"""People of 青山村 who move, split, merge and leave, as the office does it by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from kiosk.roster import editing
from kiosk.roster.comparing import Person
from kiosk.roster.households import Household, Member, by_code, members
from kiosk.roster.moving import Going, go
from kiosk.roster.search import search
from kiosk.roster.watching import Outcome
from kiosk.scoring import boards, ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Refused
from kiosk.scoring.roll import on_roll
from kiosk.scoring.tables import account, settlement, village
from tests.accounts.staff import hire
from tests.conftest import Village

TODAY = date(2026, 8, 15)
NOW = datetime(2026, 8, 15, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
PAPER = Actor(None, "台账", "admin", 1)


def home(connection: Connection, code: str) -> Household:
    found = by_code(connection, 1, code)
    assert found, code
    return found


def people(connection: Connection, code: str) -> dict[str, Member]:
    return {one.name: one for one in members(connection, home(connection, code).id) if one.left is None}


def going(village: Village, *names: str, **more: Any) -> Going:
    where: Any = more.pop("where", "household")
    fields = {"day": date(2026, 8, 1), "code": "002"} | more
    return Going(where, frozenset(village.members[name] for name in names), **fields)


def let_go(village: Village, code: str, plan: Going) -> Outcome:
    return village.write(lambda connection: go(connection, home(connection, code), plan, TODAY))


def refused(work: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as caught:
        work()
    return [problem.text() for problem in caught.value.problems]


def deed(village: Village, code: str, name: str, day: str) -> int:
    """A good deed of that person, or without a name of the household, approved on paper."""
    item, points = ("H01", None) if name else ("C01", Decimal(1))
    draft = ledger.Draft(
        submission_key=f"{code} {name} {day}",
        household_id=village.households[code],
        member_id=village.members[name] if name else None,
        item=item,
        points=points,
        occurred_on=date.fromisoformat(day),
    )
    return village.write(
        lambda connection: ledger.record_from_paper(connection, 1, draft, "刘敏", PAPER, NOW, True).event_id
    )


def total(village: Village, code: str) -> Decimal:
    with village.database.read() as connection:
        places = boards.standings(connection, 1, parse_period("2026Q3"), TODAY)
    return next(place.total for place in places if place.household.code == code)


def test_points_stay_where_they_were_earned_and_later_ones_count_in_the_new_household(alone: Village) -> None:
    deed(alone, "001", "张小明", "2026-07-10")
    stayed = total(alone, "001")
    outcome = let_go(alone, "001", going(alone, "张小明", relations={alone.members["张小明"]: "孙子"}))
    assert [one.text() for one in outcome.said] == [
        "From 2026-08-01 on 张小明 count for household 002.",
        "Points earned until then stay with household 001.",
    ]
    assert total(alone, "001") == stayed > 0
    with alone.database.read() as connection:
        there = people(connection, "002")["张小明"]
        assert (there.relation, there.joined, there.born) == ("孙子", date(2026, 8, 1), date(2015, 6, 1))
        old = next(one for one in members(connection, home(connection, "001").id) if one.name == "张小明")
        assert old.left == date(2026, 7, 31)
        assert [found.code for found in search(connection, 1, "zxm", TODAY)] == ["002"]
    alone.members["张小明"] = there.id
    deed(alone, "002", "张小明", "2026-08-01")
    assert total(alone, "002") == stayed


def test_events_after_the_day_of_moving_are_named_and_nothing_moves(alone: Village) -> None:
    number = deed(alone, "001", "张小明", "2026-08-05")
    told = refused(lambda: let_go(alone, "001", going(alone, "张小明")))
    assert len(told) == 1
    assert told[0].startswith("张小明 has an event on 2026-08-05 (")
    assert f"no. {number})" in told[0]
    with alone.database.read() as connection:
        assert "张小明" in people(connection, "001")
        assert "张小明" not in people(connection, "002")
    let_go(alone, "001", going(alone, "张小明", day=date(2026, 8, 6)))  # the day after is fine


def test_an_event_that_was_taken_back_stands_in_nobodys_way(alone: Village) -> None:
    number = deed(alone, "001", "张小明", "2026-08-05")
    reviewer = Actor(
        alone.write(lambda connection: hire(connection, "陈静", "reviewer", 1)).id, "陈静", "reviewer", 1
    )
    alone.write(lambda connection: ledger.reverse(connection, 1, number, reviewer, "记错了", NOW))
    let_go(alone, "001", going(alone, "张小明"))


def test_who_splits_off_founds_a_household_with_a_head_and_a_page_of_its_own(alone: Village) -> None:
    grown = {alone.members["王芳"]: "户主"}
    outcome = let_go(
        alone, "002", going(alone, "王芳", where="new", code="006", relations=grown, about={"group": "三组"})
    )
    assert outcome.said[0].text() == "From 2026-08-01 on 王芳 are household 006, which is new."
    with alone.database.read() as connection:
        new = home(connection, "006")
        assert (new.group, new.residency, len(new.token)) == ("三组", "local", 26)
        assert people(connection, "006")["王芳"].head
        assert [one.code for one in on_roll(connection, 1, date(2026, 7, 31))] == [
            "001",
            "002",
            "003",
            "004",
            "005",
        ]
        assert "006" in [one.code for one in on_roll(connection, 1, date(2026, 8, 1))]


def test_a_split_needs_a_free_code_and_a_head(alone: Village) -> None:
    taken = refused(lambda: let_go(alone, "002", going(alone, "王芳", where="new", code="1")))
    assert taken == ["There is a household 001 already; choose another code"]
    headless = refused(lambda: let_go(alone, "002", going(alone, "王芳", where="new", code="006")))
    assert headless == ["Household 006 would have no head; write 户主 for one of its people"]
    with alone.database.read() as connection:
        assert by_code(connection, 1, "006") is None


def test_a_household_that_joins_another_goes_off_the_roll_and_stays_in_the_books(alone: Village) -> None:
    deed(alone, "003", "", "2026-07-10")
    roles = {alone.members["欧阳建华"]: "父亲", alone.members["曾丽"]: "母亲"}
    outcome = let_go(alone, "003", going(alone, "欧阳建华", "曾丽", relations=roles))
    assert "Nobody is left in household 003" in outcome.said[-1].text()
    with alone.database.read() as connection:
        assert "003" not in [one.code for one in on_roll(connection, 1, TODAY)]
        assert people(connection, "002")["欧阳建华"].head is False
        assert home(connection, "003")


def test_a_household_with_a_later_event_of_its_own_cannot_leave_before(alone: Village) -> None:
    deed(alone, "003", "", "2026-08-02")
    told = refused(lambda: let_go(alone, "003", going(alone, "欧阳建华", "曾丽", where="away")))
    assert told[0].startswith("Household 003 has an event on 2026-08-02 (")


def test_when_the_head_goes_somebody_else_becomes_it(alone: Village) -> None:
    first = refused(lambda: let_go(alone, "001", going(alone, "张三", where="away")))
    assert first == ["The head goes and others stay: choose who is the head then"]
    let_go(alone, "001", going(alone, "张三", where="away", head=alone.members["李秀英"]))
    with alone.database.read() as connection:
        assert [one.name for one in people(connection, "001").values() if one.head] == ["李秀英"]
        assert next(one.head for one in on_roll(connection, 1, TODAY) if one.code == "001") == "李秀英"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": None}, "Choose the day from which it holds"),
        ({"day": date(2026, 8, 17)}, "Choose tomorrow at the latest: note it when it happens"),
        ({"code": "099"}, "There is no household 099 in this village; look the code up in the roster"),
        ({"code": "1"}, "They live in household 001 already; write the code of another one"),
        ({"code": ""}, "Write the code of the household they go to"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(alone: Village, changes: dict[str, Any], said: str) -> None:
    assert refused(lambda: let_go(alone, "001", going(alone, "张小明", **changes))) == [said]


def test_nobody_ticked_moves_nobody_and_a_head_needs_a_new_word(alone: Village) -> None:
    assert refused(lambda: let_go(alone, "001", going(alone))) == ["Tick who goes"]
    told = refused(lambda: let_go(alone, "005", going(alone, "赵小燕")))
    assert told == ["Write what 赵小燕 is there: 户主, 妻, 长子 …"]
    two = refused(
        lambda: let_go(alone, "005", going(alone, "赵小燕", relations={alone.members["赵小燕"]: "户主"}))
    )
    assert two == ["Household 002 would have two heads, 王建国、赵小燕; leave 户主 to one of them"]
    joined = refused(lambda: let_go(alone, "004", going(alone, "李四", where="away", day=date(2026, 7, 20))))
    assert joined == ["李四 joined on 2026-07-20; choose a later day"]


def test_a_settled_quarter_and_the_staff_at_home_are_named(alone: Village) -> None:
    def settle(connection: Connection) -> None:
        connection.execute(
            settlement.insert().values(
                village_id=1, start=202604, settled_at=NOW, settled_by="陈静", digest="0" * 64
            )
        )
        hire(connection, "李秀英", "recorder", 1)
        connection.execute(account.update().values(household_id=alone.households["001"]))

    alone.write(settle)
    plan = going(alone, "张小明", day=date(2026, 6, 30))
    outcome = alone.database.rehearse(lambda connection: go(connection, home(connection, "001"), plan, TODAY))
    assert [one.text() for one in outcome.warnings] == [
        "2026Q2 is settled: its ranking stays as it was printed"
    ]
    assert [name for _id, name in outcome.staff] == ["李秀英"]
    assert not let_go(alone, "001", replace(plan, day=date(2026, 7, 1))).warnings


def test_who_comes_back_has_a_gap_and_not_two_places(alone: Village) -> None:
    let_go(alone, "001", going(alone, "张小明", where="away", day=date(2026, 7, 1)))
    again = Person("张小明", "长子", False, date(2015, 6, 1), date(2026, 8, 1), None)

    def come_back(person: Person) -> Outcome:
        return alone.write(
            lambda connection: editing.add_person(connection, home(connection, "001"), person, TODAY)
        )

    twice = refused(lambda: come_back(replace(again, joined=date(2026, 6, 1))))
    assert twice == ["张小明 stands twice in household 001; add something to tell the two apart"]
    come_back(again)
    with alone.database.read() as connection:
        stays = [one for one in members(connection, home(connection, "001").id) if one.name == "张小明"]
    assert [(one.joined, one.left) for one in stays] == [(None, date(2026, 6, 30)), (date(2026, 8, 1), None)]


def test_a_person_is_put_right_but_not_against_the_ledger(alone: Village) -> None:
    number = deed(alone, "001", "李秀英", "2026-07-10")

    def change(**fields: Any) -> Outcome:
        def work(connection: Connection) -> Outcome:
            here = home(connection, "001")
            before = people(connection, "001")["李秀英"]
            person = Person(
                before.name, before.relation, before.head, before.born, before.joined, before.left
            )
            return editing.change_person(connection, here, before, replace(person, **fields), TODAY)

        return alone.write(work)

    assert f"no. {number})" in refused(lambda: change(left=date(2026, 7, 9)))[0]
    assert f"no. {number})" in refused(lambda: change(joined=date(2026, 7, 11)))[0]
    assert refused(lambda: change(joined=date(2026, 2, 2), left=date(2026, 2, 1))) == [
        "They cannot leave on 2026-02-01, before joining on 2026-02-02"
    ]
    assert refused(lambda: change(relation="户主", head=True)) == [
        "Household 001 would have two heads, 张三、李秀英; leave 户主 to one of them"
    ]
    change(name="李秀莹", joined=date(2026, 7, 10))
    with alone.database.read() as connection:
        assert search(connection, 1, "lxy", TODAY)[0].member == "李秀莹"


def test_only_who_has_no_event_can_be_taken_out(alone: Village) -> None:
    deed(alone, "001", "李秀英", "2026-07-10")

    def take_out(name: str) -> Outcome:
        return alone.write(
            lambda connection: editing.remove_person(
                connection, home(connection, "001"), people(connection, "001")[name]
            )
        )

    assert refused(lambda: take_out("李秀英")) == [
        "李秀英 has events, and cannot be taken out; write a day of leaving instead"
    ]
    assert refused(lambda: take_out("张三")) == [
        "Household 001 would have no head; write 户主 for one of its people"
    ]
    take_out("张小明")
    with alone.database.read() as connection:
        assert list(people(connection, "001")) == ["张三", "李秀英"]


def test_a_change_shows_on_public_pages_at_once(alone: Village) -> None:
    def revision() -> int:
        with alone.database.read() as connection:
            return connection.execute(select(village.c.revision)).scalar_one()

    before = revision()
    let_go(alone, "001", going(alone, "张小明"))
    assert revision() > before
