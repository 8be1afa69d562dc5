from datetime import date

import pytest

from kiosk.roster.names import is_minor, masked, public_name
from kiosk.scoring.standings import Household


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("欧阳建华", "欧阳*"), ("欧阳", "欧*"), ("Ali", "A*"), ("尉迟恭", "尉迟*")],
)
def test_a_masked_name_keeps_the_surname(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_a_head_is_named_as_the_village_chose() -> None:
    home = Household(1, "007", "张三", False, "一组")
    assert [public_name(home, mode) for mode in ("full", "masked", "code", None)] == [
        "张三",
        "张*",
        "007",
        "007",
    ]


def test_a_minor_head_is_never_named() -> None:
    home = Household(1, "007", "赵小燕", True, "一组")
    assert {public_name(home, mode) for mode in ("full", "masked", "code", None)} == {"007"}


@pytest.mark.parametrize(
    ("born", "relation", "minor"),
    [
        (date(2008, 8, 15), "长子", False),
        (date(2008, 8, 16), "长子", True),
        (date(1950, 1, 1), "长子", False),
        (None, "长孙女", True),
        (None, "户主", False),
        (None, "妻子", False),
        (None, "儿媳", False),
        (None, "女婿", False),
        (None, "外孙", True),
        (date(2008, 2, 29), "妻", False),
    ],
)
def test_eighteen_is_grown_up_and_an_unknown_child_is_not(
    born: date | None, relation: str, minor: bool
) -> None:
    assert is_minor(born, relation, date(2026, 8, 15)) is minor
