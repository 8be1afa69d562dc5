"""The fragment that the screen polls, drawn from known facts."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from kiosk.pages.answers import render
from kiosk.pages.square import board_context
from kiosk.pages.square_rows import Teller
from kiosk.pages.square_slides import Facts, slides
from kiosk.scoring.standings import Annual
from tests.golden import check_golden
from tests.pages.square_village import LANDSCAPE, OUYANG, TODAY, WANG, ZHANG, ZHAO, deed, ranking

GOLDEN = Path(__file__).parent / "golden" / "square_board.html"


def drawn() -> str:
    facts = Facts(
        TODAY,
        quarter=ranking({ZHANG: "32", WANG: "30.5", OUYANG: "10", ZHAO: "0"}),
        month=ranking({WANG: "12", ZHANG: "7"}),
        last_year=[Annual(1, WANG, Fraction(63, 2), 4)],
        moved={WANG.id: (3, Decimal(5))},
        deeds=[deed(household_id=ZHANG.id, member_relation="长子", member_name="张小明")],
        message="周六 <大扫除>",
    )
    told = slides(facts, LANDSCAPE, Teller(lambda household: household.head, "en"))
    context = board_context(told, LANDSCAPE, "http://kiosk.local/v/qingshan")
    return render("en", "_square_board.html", **context)


def test_the_board_of_qingshan_looks_as_it_did():
    lines = (line.strip() for line in drawn().splitlines())
    text = "\n".join(line for line in lines if line) + "\n"
    check_golden(GOLDEN, re.sub(r' d="[^"]+"', ' d="…"', text))


def test_nothing_on_the_board_is_styled_or_scripted_in_place():
    text = drawn()
    assert " style=" not in text
    assert "<script" not in text
    assert "&lt;大扫除&gt;" in text
