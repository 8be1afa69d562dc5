"""S12: a roster of 6,000 rows, from the file to the committed database."""

import time
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from itertools import count

from python_calamine import CalamineWorkbook

from benchmarks.figures import Figure, in_turn
from benchmarks.village import DATA, homes
from kiosk.database import migrate, open_database
from kiosk.roster.updating import bring_in
from kiosk.roster.villages import add_village
from kiosk.settings import Settings
from kiosk.sheets.roster import read_roster
from kiosk.sheets.writing import write_table

GOALS = ("S12",)
_HEADINGS = ["户号", "姓名", "与户主关系", "村民小组", "门牌", "户籍", "出生日期"]


def measure(goals: set[str], full: bool) -> Iterator[Figure]:  # noqa: ARG001
    content = _workbook()
    folders = count()

    def whole() -> float:
        settings = Settings(data=DATA / "rosters" / str(next(folders)))
        now = datetime.now(settings.zone)
        (settings.data / "kiosk.db").unlink(missing_ok=True)
        migrate(settings, now)
        database = open_database(settings)
        database.write(lambda connection: add_village(connection, "qingshan", "青山村"))
        began = time.perf_counter()
        read = read_roster(content, now.date())
        database.write(lambda connection: bring_in(connection, 1, read, None))
        taken = time.perf_counter() - began
        database.close()
        return taken

    def cells() -> float:
        began = time.perf_counter()
        CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
        return time.perf_counter() - began

    seconds = in_turn({"import": whole, "cells": cells})
    detail = f"{seconds['import'] * 1000:.0f} ms, {seconds['cells'] * 1000:.0f} ms"
    share = seconds["import"] / seconds["cells"]
    against = "reading the cells with python-calamine"
    yield Figure("S12", "roster of 6,000 rows to committed", against, share, 25, "at most", detail)


def _workbook() -> bytes:
    rows = [
        [home.code, one.name, one.relation, home.group, f"青山路{home.code}号", "本村", str(one.born)]
        for home in homes(1200, 5)
        for one in home.people
    ]
    return write_table(_HEADINGS, rows, "xlsx")
