"""青山村 as the screen sees it, without a database."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from kiosk.pages.square_rows import Teller
from kiosk.pages.square_sizes import sizes
from kiosk.pages.square_slides import Facts, Screen, Slide, slides
from kiosk.scoring.deeds import Deed
from kiosk.scoring.standings import Household, Standing, Sums, standings

TODAY = date(2026, 8, 15)
TELLER = Teller(lambda household: household.head, "zh_Hans")
LANDSCAPE = Screen(sizes(55, 5), "landscape")
PORTRAIT = Screen(sizes(55, 5), "portrait")

HEADS = ("张三", "王建国", "欧阳建华", "李四", "赵小燕")
ZHANG, WANG, OUYANG, LI, ZHAO = (
    Household(number, f"{number:03}", head, head == "赵小燕", group)
    for number, head, group in zip(range(1, 6), HEADS, ("一组", "一组", "二组", "二组", "三组"), strict=True)
)


def ranking(points: dict[Household, str], base: int = 0) -> list[Standing]:
    """The standing of households with these points, all of them earned by members."""
    sums = {household.id: Sums(Decimal(earned)) for household, earned in points.items()}
    return standings(points, sums, Decimal(base))


def big_village(households: int, groups: int) -> list[Standing]:
    """Every household has points, and no two the same."""
    return ranking(
        {
            Household(number, f"{number:04}", f"户主{number}", False, f"第{number % groups}村民组"): str(
                number
            )
            for number in range(1, households + 1)
        }
    )


def deed(**given: Any) -> Deed:
    """A deed of which only the given parts matter."""
    plain = {
        "household_code": "001",
        "member_relation": "",
        "title": "清扫公共巷道",
        "title_en": "Swept the lane",
    }
    known = {**plain, "points": Decimal(2), **given}
    return Deed(**{field.name: known.get(field.name) for field in fields(Deed)})


def shown(facts: Facts, screen: Screen = LANDSCAPE, teller: Teller = TELLER) -> dict[str, Slide]:
    """The slides by their keys, in the order of showing."""
    return {slide.key: slide for slide in slides(facts, screen, teller)}
