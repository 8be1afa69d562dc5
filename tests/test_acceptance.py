"""From a clerk's spreadsheets to figures that can be trusted, by the commands alone.

A messy roster, the default rulebook and three thousand rows of a paper register come in; every exported figure
equals one that is worked out from the rows alone; the ledger verifies, until somebody changes one byte of it.
"""

import csv
import io
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import Result

from tests import paper_year
from tests.faults.serving import RULEBOOK, done, run
from tests.paper_year import LATE_COMERS, YEAR, Deed, Family, Rule
from tests.sheets.workbooks import workbook

ROWS = 3000
QUARTERS = {f"{YEAR}Q{number}": range(3 * number - 2, 3 * number + 1) for number in (1, 2, 3, 4)}
MONTHS = {f"{YEAR}-{month:02}": range(month, month + 1) for month in range(1, 13)}


@dataclass
class Year:
    """青山村's year 2025: on paper, and in the program."""

    data: Path
    families: list[Family]
    rules: list[Rule]
    deeds: list[Deed]
    counts: dict[int, Decimal]  # what each row comes to, by its number
    file: Path
    imported: Result

    def export(self, what: str, *words: str) -> list[dict[str, str]]:
        return export(self.data, what, "--village", "qingshan", *words)


def export(data: Path, what: str, *words: str) -> list[dict[str, str]]:
    written = done(data, "export", what, *words).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(written)))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("year")
    data, roster, file = folder / "data", folder / "花名册.xlsx", folder / "台账.xlsx"
    chance = random.Random(2025)
    families = paper_year.families(chance)
    roster.write_bytes(paper_year.roster_as_kept(families))
    done(data, "village", "add", "qingshan", "青山村", "--public-names", "full")
    done(data, "import", "roster", str(roster), "--village", "qingshan")
    rules = agree_on_rules(data, folder / "细则.csv")
    deeds = list(paper_year.deeds(chance, families, rules, ROWS))
    file.write_bytes(workbook(*paper_year.register(deeds, rules), sheet="台账"))
    imported = run(data, "import", "events", str(file), "--village", "qingshan")
    return Year(data, families, rules, deeds, paper_year.awarded(deeds, rules), file, imported)


def agree_on_rules(data: Path, file: Path) -> list[Rule]:
    """The default rulebook, with a cap on the points of every third item."""
    done(data, "import", "rulebook", str(RULEBOOK), "--applies-from", "2025-01-01")
    lines = export(data, "rulebook")
    for line in lines[::3]:
        highest = abs(Decimal(line["points"].rpartition("~")[2]))
        line |= {
            "max_times": "",
            "max_points": str(highest * 2 + Decimal("0.5")),
            "per": line["per"] or "quarter",
        }
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.DictWriter(target, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)
    done(data, "import", "rulebook", str(file), "--applies-from", "2025-01-01")
    return [rule_of(line) for line in export(data, "rulebook")]


def rule_of(line: dict[str, str]) -> Rule:
    low, _, high = line["points"].partition("~")
    return Rule(
        line["item"],
        line["subject"] in ("member", "个人"),
        Decimal(low),
        Decimal(high or low),
        int(line["max_times"]) if line["max_times"] else None,
        Decimal(line["max_points"]) if line["max_points"] else None,
        line["per"],
    )


def test_a_messy_roster_comes_in_as_it_was_meant(year: Year) -> None:
    here = {(line["household"], line["name"]): line for line in year.export("roster")}
    meant = {
        (family.code, person.name): (family, person) for family in year.families for person in family.people
    }
    assert here.keys() == meant.keys()
    for key, (family, person) in meant.items():
        line = here[key]
        assert line["group"] == family.group
        dates = [str(day or "") for day in (person.born, person.joined, person.left)]
        assert [line["born"], line["joined"], line["left"]] == dates


def test_the_default_rulebook_goes_through_excel_and_comes_back_the_same(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "细则.xlsx"
    done(data, "import", "rulebook", str(RULEBOOK))
    before = export(data, "rulebook")
    done(data, "export", "rulebook", "--format", "xlsx", "-o", str(file))
    again = run(data, "import", "rulebook", str(file))
    assert again.exit_code == 0, again.output
    assert "nothing was changed" in again.stderr
    assert export(data, "rulebook") == before
    assert len(before) == 45


def test_three_thousand_rows_come_in_once(year: Year) -> None:
    assert year.imported.exit_code == 0, year.imported.output
    assert f"{ROWS} new, 0 already there" in year.imported.stderr
    before = year.export("ledger")
    again = run(year.data, "import", "events", str(year.file), "--village", "qingshan")
    assert again.exit_code == 0, again.output
    assert f"0 new, {ROWS} already there" in again.stderr
    assert year.export("ledger") == before


def test_every_row_counts_what_the_caps_leave_of_it(year: Year) -> None:
    here = {line["ref"]: Decimal(line["awarded"]) for line in year.export("events")}
    assert here == {f"纸{number}": points for number, points in year.counts.items()}
    capped = [deed for deed in year.deeds if year.counts[deed.number] != deed.points]
    assert len(capped) > ROWS / 10
    assert any(year.counts[deed.number] for deed in capped)  # some were awarded a remainder


@pytest.mark.parametrize("period", [*QUARTERS, *MONTHS])
def test_the_standings_of_a_period_are_those_of_the_rows(year: Year, period: str) -> None:
    months = (QUARTERS | MONTHS)[period]
    found = paper_year.sums(year.deeds, year.counts, months)
    families = on_roll(year.families, months.stop - 1)
    ranking = paper_year.ranked({code: found[code].total for code in families})
    expected = [(rank, code, *told(families[code]), *figures(found[code])) for rank, code in ranking]
    columns = ("total", "member_points", "household_points")
    assert [
        (
            *(int(line["rank"]), line["household"], line["head"], line["group"]),
            *(Decimal(line[column]) for column in columns),
        )
        for line in year.export("standings", "--period", period)
    ] == expected


def test_the_years_averages_are_those_of_the_rows(year: Year) -> None:
    families = on_roll(year.families, 12)
    averages, quarters = {}, {}
    for code, family in families.items():
        mine = [
            paper_year.sums(year.deeds, year.counts, months)[code].total
            for months in QUARTERS.values()
            if family.here_on(last_day(months.stop - 1))
        ]
        averages[code], quarters[code] = Fraction(sum(mine, Decimal(0))) / len(mine), len(mine)
    assert [
        (int(line["rank"]), line["household"], Decimal(line["average"]), int(line["quarters"]))
        for line in year.export("standings", "--period", str(YEAR))
    ] == [
        (rank, code, paper_year.half_up(averages[code]), quarters[code])
        for rank, code in paper_year.ranked(averages)
    ]
    assert quarters[LATE_COMERS] == 3


def test_the_ledger_verifies_until_one_byte_of_an_entry_is_changed(year: Year, tmp_path: Path) -> None:
    sound = run(year.data, "verify")
    assert sound.exit_code == 0, sound.output
    number, code = change_a_byte(year.data / "kiosk.db", number=1234)
    found = run(year.data, "verify")
    assert found.exit_code == 1
    assert f"household {code}, entry no. {number}:" in found.stdout


def change_a_byte(file: Path, number: int) -> tuple[int, str]:
    """One tenth of a point more, by somebody with sqlite3 who puts the triggers back afterwards."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE entry SET points = points + 1 WHERE number = ?", (number,))
        for _name, sql in triggers:
            connection.execute(sql)
        whose = "SELECT code FROM household JOIN entry ON household.id = household_id WHERE number = ?"
        return number, connection.execute(whose, (number,)).fetchone()[0]


def on_roll(families: Sequence[Family], month: int) -> dict[str, Family]:
    return {family.code: family for family in families if family.here_on(last_day(month))}


def last_day(month: int) -> date:
    return date(YEAR + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def told(family: Family) -> tuple[str, str]:
    return family.people[0].name, family.group


def figures(found: paper_year.Sum) -> tuple[Decimal, Decimal, Decimal]:
    return found.total, found.member_points, found.household_points
