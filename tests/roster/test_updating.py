"""A newer roster comes in: what would change is said first, and nobody disappears silently."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, delete, func, select, update

from kiosk.roster import households
from kiosk.roster.comparing import Home, Person, plan
from kiosk.roster.updating import bring_in
from kiosk.scoring import ledger
from kiosk.scoring.problems import Refused
from kiosk.scoring.roll import on_roll
from kiosk.scoring.tables import household, member, village
from kiosk.sheets import roster
from kiosk.sheets.writing import Format, write_table
from tests.scoring.small_village import RECORDER, at, small_village

TODAY = date(2026, 8, 15)
ZHANG = Home("001", [Person("张三", "户主", True), Person("李秀英", "妻", False)])
WANG = Home("002", [Person("王建国", "户主", True)])


@pytest.fixture
def connection() -> Iterator[Connection]:
    """青山村 with 张三 and 李秀英 in household 001, 王建国 in 002."""
    with small_village() as small:
        yield small.connection


def people(connection: Connection) -> dict[str, Any]:
    return {row.name: row for row in connection.execute(select(member))}


def test_the_same_roster_changes_nothing(connection: Connection) -> None:
    before = connection.scalar(select(village.c.revision))
    made = bring_in(connection, 1, [ZHANG, WANG], None)
    assert (made.is_empty, made.same, made.missing) == (True, 3, [])
    assert connection.scalar(select(village.c.revision)) == before


def test_new_households_and_people_join_and_can_be_found(connection: Connection) -> None:
    born = Person("张小明", "长子", False, date(2026, 8, 1), joined=date(2026, 8, 1))
    zhao = Home("003", [Person("赵小燕", "户主", True)], group="三组", residency="resident")
    made = bring_in(connection, 1, [replace(ZHANG, people=[*ZHANG.people, born]), WANG, zhao], None)
    assert [home.code for home in made.new_homes] == ["003"]
    assert [(code, person.name) for code, _home, person in made.new_people] == [("001", "张小明")]
    new = households.by_code(connection, 1, "003")
    assert new is not None
    assert (new.group, new.residency, len(new.token)) == ("三组", "resident", 26)
    assert people(connection)["赵小燕"].search.split()[:2] == ["zhaoxiaoyan", "zxy"]


def test_changed_fields_change_and_empty_ones_keep_what_was_known(connection: Connection) -> None:
    named = Person("张三", "户主", True, born=date(1970, 5, 5))
    made = bring_in(connection, 1, [Home("001", [named, ZHANG.people[1]], address="村口3号"), WANG], None)
    assert [dict(change.fields) for change in made.changes] == [
        {"address": ("", "村口3号")},
        {"born": (None, date(1970, 5, 5))},
    ]
    assert bring_in(connection, 1, [ZHANG, WANG], None).is_empty
    home = households.by_code(connection, 1, "001")
    assert home is not None
    assert (home.address, home.group) == ("村口3号", "一组")


def test_a_plan_alone_writes_nothing(connection: Connection) -> None:
    before = people(connection)
    plan(connection, 1, [Home("009", [Person("赵六", "户主", True)])], date(2026, 8, 1))
    assert people(connection) == before


def test_whoever_is_missing_is_listed_and_stays(connection: Connection) -> None:
    made = bring_in(connection, 1, [Home("001", ZHANG.people[:1])], None)
    assert [(code, name) for code, name, _key in made.missing] == [("001", "李秀英"), ("002", "王建国")]
    assert all(row.left is None for row in people(connection).values())


def test_the_missing_leave_when_somebody_says_on_which_day(connection: Connection) -> None:
    day = date(2026, 7, 31)
    bring_in(connection, 1, [Home("001", ZHANG.people[:1])], day)
    assert {name: row.left for name, row in people(connection).items()} == {
        "张三": None,
        "李秀英": day,
        "王建国": day,
    }
    assert [home.code for home in on_roll(connection, 1, date(2026, 8, 1))] == ["001"]
    assert [home.code for home in on_roll(connection, 1, day)] == ["001", "002"]


def test_nobody_leaves_before_joining(connection: Connection) -> None:
    connection.execute(update(member).where(member.c.name == "王建国").values(joined=date(2026, 8, 1)))
    with pytest.raises(Refused, match="王建国 of household 002 joined on 2026-08-01 only"):
        bring_in(connection, 1, [ZHANG], date(2026, 7, 31))


def test_somebody_who_had_left_comes_back(connection: Connection) -> None:
    bring_in(connection, 1, [ZHANG], date(2026, 7, 31))
    back = bring_in(connection, 1, [ZHANG, WANG], None)
    assert [dict(change.fields) for change in back.changes] == [{"left": (date(2026, 7, 31), None)}]
    assert back.same == 2  # 张三 and 李秀英
    assert people(connection)["王建国"].left is None
    assert len(people(connection)) == 3


def test_a_new_head_takes_over_from_the_old_one(connection: Connection) -> None:
    swapped = Home("001", [Person("张三", "丈夫", False), Person("李秀英", "户主", True)])
    bring_in(connection, 1, [swapped, WANG], None)
    assert on_roll(connection, 1, TODAY)[0].head == "李秀英"
    assert people(connection)["张三"].head is False


def test_a_household_keeps_one_head_even_if_the_old_one_is_missing(connection: Connection) -> None:
    bring_in(connection, 1, [Home("001", [Person("李秀英", "户主", True)]), WANG], None)
    old = people(connection)["张三"]
    assert (old.head, old.relation, old.left) == (False, "原户主", None)
    again = write_table(roster.EXPORTED, roster.rows(connection, 1), "csv")
    assert plan(connection, 1, roster.read_roster(again, TODAY)).is_empty


def test_zeros_that_excel_ate_are_found_again(connection: Connection) -> None:
    made = plan(connection, 1, [replace(ZHANG, code="1"), replace(WANG, code="2")])
    assert (made.is_empty, made.missing) == (True, [])


def test_zeros_count_where_it_is_not_clear_who_is_meant(connection: Connection) -> None:
    made = plan(connection, 1, [ZHANG, WANG, Home("1", [Person("赵六", "户主", True)])])
    assert [home.code for home in made.new_homes] == ["1"]


_TEXT = some.text(alphabet="张三李四欧阳·-=+@'ab （）1", min_size=1, max_size=6).map(lambda text: f"王{text}")
_DAY = some.dates(date(1930, 1, 1), date(2019, 12, 31))
_RISKY = some.sampled_from(["", "=1+1", "+5", "-3", "@x", "'=a", "''-b", "村口，老井"])


@some.composite
def _rosters(draw: some.DrawFn) -> list[Home]:
    codes = draw(some.lists(some.sampled_from(["001", "1-2", "A7", "0020", "五户"]), min_size=1, unique=True))
    return [
        Home(code, _people(draw), draw(_RISKY), draw(_RISKY), draw(some.sampled_from(["local", "resident"])))
        for code in codes
    ]


def _people(draw: some.DrawFn) -> list[Person]:
    names = draw(some.lists(_TEXT, min_size=1, max_size=4, unique=True))
    days = some.none() | _DAY
    return [
        Person(
            name,
            "户主" if place == 0 else "家人",
            place == 0,
            draw(days),
            draw(days),
            _later(draw) if place else None,
        )
        for place, name in enumerate(names)
    ]


def _later(draw: some.DrawFn) -> date | None:
    return draw(some.none() | some.dates(date(2020, 1, 1), date(2026, 1, 1)))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=30, deadline=None)
@given(homes=_rosters())
def test_an_exported_roster_comes_back_and_changes_nothing(form: Format, homes: list[Home]) -> None:
    with small_village() as small:
        small.connection.execute(delete(member))
        small.connection.execute(delete(household))
        try:
            bring_in(small.connection, 1, roster.read_roster(_typed(homes), TODAY), None)
        except Refused:
            reject()  # two names that are one without their blanks
        content = write_table(roster.EXPORTED, roster.rows(small.connection, 1), form)
        made = plan(small.connection, 1, roster.read_roster(content, TODAY))
        assert (made.new_homes, made.new_people, made.changes, made.missing) == ([], [], [], [])
        assert made.same == small.connection.scalar(select(func.count()).select_from(member))


def _typed(homes: list[Home]) -> bytes:
    rows = [
        (
            home.code,
            one.name,
            one.relation,
            home.group,
            home.address,
            home.residency,
            one.born,
            one.joined,
            one.left,
        )
        for home in homes
        for one in home.people
    ]
    return write_table(roster.EXPORTED, rows, "csv")


def test_nobody_leaves_before_a_deed_that_counts() -> None:
    with small_village() as small:
        small.record("B", "2026-08-10", household=2, points="5")
        with pytest.raises(Refused) as caught:
            bring_in(small.connection, 1, [ZHANG], date(2026, 8, 9))
        (problem,) = caught.value.problems
        assert problem.text().startswith("Household 002 has an event on 2026-08-10 (乙, no. 1)")
    with small_village() as small:
        undone = small.record("B", "2026-08-10", household=2, points="5", now="2026-08-10")
        small.record("B", "2026-08-08", household=2, points="5", now="2026-08-10")
        ledger.reverse(small.connection, 1, undone.event_id, RECORDER, "", at("2026-08-10T11:00"))
        bring_in(small.connection, 1, [ZHANG], date(2026, 8, 8))
        assert people(small.connection)["王建国"].left == date(2026, 8, 8)
