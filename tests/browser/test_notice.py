"""The notice of 320 households as a printer gets it: drawn by Chromium, page by page."""

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import chain
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk.commands.plates import print_pdf
from kiosk.pages.answers import render
from kiosk.pages.notice import context
from kiosk.pages.styles import bundle
from kiosk.roster.villages import village_by_id
from kiosk.scoring.noticed import Sheet, Tally
from kiosk.scoring.objections import Figures
from kiosk.scoring.periods import parse_period
from kiosk.scoring.proof import Proof, coded
from kiosk.scoring.settlement import QuarterState
from kiosk.scoring.standings import Household, Sums, standings
from tests.scoring.small_village import small_village

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine"),
    pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm on this machine"),
]
LAN = "http://192.168.1.20:8000"
SUMMER, SPRING = parse_period("2026Q3"), parse_period("2026Q2")
DIGEST, OLDER = (sha256(word.encode()).hexdigest() for word in ("秋", "夏"))
PUBLISHED = datetime(2026, 10, 3, 9, tzinfo=UTC)


def sheet(households: int) -> Sheet:
    homes = [Household(n, f"{n:04}", f"张{n}", False, f"{n % 8 + 1}组") for n in range(1, households + 1)]
    sums = {home.id: Sums(Decimal(home.id % 7), Decimal(home.id % 5)) for home in homes}
    before = Proof(SPRING, PUBLISHED, 1, 1200, OLDER)
    state = QuarterState(SUMMER, "on notice", PUBLISHED, "刘主任", date(2026, 10, 10), 2400, DIGEST)
    return Sheet(
        period=SUMMER,
        state=state,
        places=standings(homes, sums),
        tally=Tally(1200, Decimal(1500), Decimal(-12)),
        proof=Proof(SUMMER, PUBLISHED, 1201, 2400, DIGEST, before),
        book=None,
        base_points=Decimal(0),
        objections=Figures(),
        quarter_totals={},
    )


def print_notice(households: int, target: Path) -> list[str]:
    """The text of every page."""
    with small_village() as qingshan:
        village = replace(village_by_id(qingshan.connection, 1), public_names="full")
    text = render("zh_Hans", "notice.html", now=PUBLISHED, **context(LAN, village, sheet(households)))
    style = bundle("notice").replace("size: portrait", "size: A4 portrait")  # as people choose in the dialog
    alone, changed = re.subn(r'<link rel="stylesheet"[^>]*>', lambda _: f"<style>{style}</style>", text)
    assert changed == 1
    assert "A4 portrait" in alone
    browser = shutil.which("chromium")
    assert browser
    print_pdf(browser, alone, target)
    told = subprocess.run(["pdftotext", "-layout", str(target), "-"], capture_output=True, check=True)
    return told.stdout.decode().split("\f")[:-1]


def test_three_hundred_and_twenty_households_make_clean_pages(tmp_path: Path) -> None:
    """So many that all of them would fit on the sheets before, and the foot would stand alone on its own."""
    pages = print_notice(320, tmp_path / "notice.pdf")
    assert 8 <= len(pages) <= 11
    for number, page in enumerate(pages, start=1):
        assert re.search(rf"第\s*{number}\s*页，共\s*{len(pages)}\s*页", page), page
        if re.search(r"^\s*\d+\s+\d{4}\s", page, re.MULTILINE):
            assert re.search("名次.*户号.*户主.*村民小组.*家庭成员积分.*家庭积分.*合计", page), page
        assert "青山村 · 2026年第三季度" in page
    codes = [re.findall(r"^\s*\d+\s+(\d{4})\s+张", page, re.MULTILINE) for page in pages]
    assert Counter(chain(*codes)) == Counter(f"{number:04}" for number in range(1, 321))
    assert len(codes[-1]) >= 3  # the foot never stands alone
    last = pages[-1]
    kept_together = ("共320户", "有异议", "账本核对", "制表人", "监督小组", "（盖章）")
    assert [word for word in kept_together if word not in last] == []  # signatures never stand alone
    assert not any("制表人" in page for page in pages[:-1])
    assert read_codes(tmp_path / "notice.pdf", len(pages)) == [
        f"{LAN}/v/qingshan/objection?quarter=2026Q3",
        f"{LAN}/v/qingshan/verify?first=1201&number=2400&digest={coded(DIGEST)}",
    ]


def read_codes(pdf: Path, page: int) -> list[str]:
    dots = [
        "pdftoppm",
        "-r",
        "200",
        "-gray",
        "-f",
        str(page),
        "-l",
        str(page),
        str(pdf),
        str(pdf.with_suffix("")),
    ]
    subprocess.run(dots, check=True)
    [picture] = pdf.parent.glob("*.pgm")
    return sorted(code.text for code in zxingcpp.read_barcodes(Image.open(picture)))
