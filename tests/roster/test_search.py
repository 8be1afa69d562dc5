"""A recorder finds a household whatever they type of it."""

import pytest
from sqlalchemy import Connection, insert, update

from kiosk.roster.readings import keys_of
from kiosk.roster.search import Found, search
from kiosk.scoring.tables import household, member
from tests.scoring.small_village import at, small_village

TODAY = at("2026-08-15").date()
PEOPLE = (
    ("003", "二组", ("欧阳建华", "曾丽")),
    ("104", "二组", ("单雄信", "乐嘉")),
    ("A-5", "三组", ("吕布", "尉迟恭")),
)


@pytest.fixture
def connection():
    with small_village() as village:
        for code, group, names in PEOPLE:
            row = {"code": code, "group_name": group, "residency": "local", "token": code}
            adding = insert(household).values(village_id=1, **row).returning(household.c.id)
            home = village.connection.scalars(adding).one()
            for place, name in enumerate(names):
                person = {"village_id": 1, "household_id": home, "name": name, "head": place == 0}
                village.connection.execute(insert(member).values(relation="", **person))
        for row in village.connection.execute(member.select()).all():
            keyed = update(member).where(member.c.id == row.id).values(search=keys_of(row.name))
            village.connection.execute(keyed)
        yield village.connection


@pytest.mark.parametrize("typed", ["zs", "zhang", "zhangsan", "张", "张三", "001", "1", "Zhang San", "ＺＳ"])
def test_zhang_san_is_found_by_name_initials_and_code(connection: Connection, typed: str) -> None:
    assert Found("001", "张三", "一组", "") in search(connection, 1, typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("shan", "104"),
        ("dan", "104"),
        ("yuejia", "104"),
        ("zeng", "003"),
        ("zl", "003"),
        ("oyjh", "003"),
        ("ouyang", "003"),
        ("yuchi", "A-5"),
        ("lvbu", "A-5"),
        ("lubu", "A-5"),
        ("a-5", "A-5"),
    ],
)
def test_special_surnames_are_found_the_way_people_say_them(
    connection: Connection, typed: str, code: str
) -> None:
    assert code in [found.code for found in search(connection, 1, typed, TODAY)]


def test_another_member_is_named_beside_the_head(connection: Connection) -> None:
    assert search(connection, 1, "李秀英", TODAY) == [Found("001", "张三", "一组", "李秀英")]


def test_an_exact_code_comes_first(connection: Connection) -> None:
    assert next(found.code for found in search(connection, 1, "3", TODAY)) == "003"


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "!", "没有人"])
def test_nothing_is_found_by_nothing(connection: Connection, typed: str) -> None:
    assert search(connection, 1, typed, TODAY) == []


def test_those_who_left_are_not_found(connection: Connection) -> None:
    left = update(member).where(member.c.name == "王建国").values(left=at("2026-01-31").date())
    connection.execute(left)
    assert search(connection, 1, "wjg", at("2026-01-31").date())
    assert search(connection, 1, "wjg", at("2026-02-01").date()) == []
