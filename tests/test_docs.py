"""docs/reference.md is true both ways: what exists stands there, and what stands there exists."""

import ast
import re
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from kiosk import app, photos, spare_photos, writer
from kiosk import settings as settings_room
from kiosk.accounts import accounts, passwords, sessions, throttle
from kiosk.cli import kiosk
from kiosk.commands import serve
from kiosk.office import broadcasts, judging, rewards
from kiosk.pages import (
    admin_registers,
    fields,
    guard,
    household_declaration,
    household_photos,
    language_cookie,
    login,
)
from kiosk.roster import villages
from kiosk.scoring import (
    chain,
    declaring,
    drafts,
    objecting,
    remarks,
    rulebook,
    rulebook_honours,
    rulebook_items,
)
from kiosk.scoring import ledger as ledger_room
from kiosk.scoring.actors import Actor
from kiosk.scoring.drafts import Draft
from kiosk.settings import Settings
from kiosk.sheets import events, ledger, limits, roster, standings
from kiosk.sheets import rulebook as rulebook_sheet
from tests.conftest import TEN_O_CLOCK, Village

ROOT = Path(__file__).resolve().parent.parent
OWN = ("demo", "test", "check", "bench", "torture", "translations", "bundle", "test-box")  # of ./run
PACKAGE = Path(app.__file__).parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")
HOUR = timedelta(hours=1)
MOST = {
    "a sheet's file, bytes": limits._MOST_BYTES,
    "rows of a sheet": limits.MOST_ROWS,
    "columns of a sheet": limits.MOST_COLUMNS,
    "characters of a household's code": roster._LONGEST["household"],
    "characters of a person's name in a roster": roster._LONGEST["name"],
    "a posted request, bytes": app.LARGEST_BODY,
    "a photo as it comes, bytes": photos.LARGEST_UPLOAD,
    "a photo's longest side as it is kept, pixels": photos.LONGEST_SIDE,
    "the same on a household's page, pixels": household_photos.LONGEST_SIDE,
    "a rulebook's file on a page, bytes": fields.LARGEST_FILE,
    "rows of a register on a page to print": admin_registers.MOST_ROWS,
    "characters of a text for the loudspeaker": broadcasts.LONGEST,
    "characters of a submission key": drafts.LENGTHS["submission_key"],
    "characters of a place": drafts.LENGTHS["place"],
    "characters of a reason": drafts.LENGTHS["reason"],
    "characters of a basis": drafts.LENGTHS["basis"],
    "characters of an honour's reason": judging.LONGEST_REASON,
    "characters of a reward": rewards.LONGEST_WHAT,
    "characters of a reward's reason": rewards.LONGEST_REASON,
    "characters of an account's name": accounts.LONGEST_NAME,
    "characters of a password, at least": passwords.SHORTEST,
    "characters of a password, at most": passwords.LONGEST,
    "wrong passwords in 15 minutes, per account and known device": throttle.PER_ACCOUNT,
    "wrong passwords in 15 minutes, per address, from unknown devices": throttle.PER_ADDRESS,
    "days a photo stays that nothing refers to, or whose declaration was declined": (
        spare_photos.KEPT_FOR.days
    ),
    "declarations of a household that wait for a recorder, at most": declaring.MOST_WAITING,
    "declaration forms that one household may send in a quarter of an hour": household_declaration.TRIES,
    "characters of a question, its answer, or the reason of a refusal": remarks._LONGEST["answer"],
    "objections of a household that wait for an answer, at most": objecting.MOST_OPEN,
    "objections of a household from its page in a day": objecting.MOST_A_DAY,
    "objections from households' pages in a day, per address": throttle.OBJECTIONS_BY_PLATE,
    "objections from the public form in a day, per device": throttle.OBJECTIONS_PER_DEVICE,
    "objections from the public form that wait for an answer, at most": objecting.MOST_FROM_NOTICE,
    "objections from the public form in a day, per address, from unknown devices": (
        throttle.OBJECTIONS_PER_ADDRESS
    ),
    "characters of an objection or its answer": objecting.LENGTHS["words"],
    "hours until an unused session of a recorder ends": sessions._LIMITS["recorder"][0] // HOUR,
    "hours until any session of a recorder ends": sessions._LIMITS["recorder"][1] // HOUR,
    "hours until an unused session of others ends": sessions._OFFICE[0] // HOUR,
    "hours until any session of others ends": sessions._OFFICE[1] // HOUR,
    "inches of a screen, at most": max(villages.INCHES),
    "metres from which a screen is read, at most": max(villages.METRES),
    "works that share one commit, at most": writer._TOGETHER,
    "milliseconds for the headers of a request": serve._HEADERS_WITHIN,
}


def section(heading: str, text: str = REFERENCE) -> str:
    """What stands under a heading, up to the next one of its rank or above."""
    rank = heading.split()[0]
    found = re.search(
        rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(rank)}}} |\Z)", text, re.MULTILINE | re.DOTALL
    )
    assert found, f"docs/reference.md has no “{heading}”"
    return found[1]


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a text: rows of cells, without the header."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split(" | ")] for line in block.splitlines()[2:]]
        for block in blocks
    ]


def names(rows: list[list[str]]) -> list[str]:
    """The code at the start of each row."""
    return [cells[0].split("`")[1] for cells in rows]


def leaves(group: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command by the words with which it is called."""
    if not isinstance(group, click.Group):
        yield path, group
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        inner = group.get_command(context, name)
        assert inner
        yield from leaves(inner, f"{path} {name}")


@cache
def commands() -> Mapping[str, click.Command]:
    """By heading: the words, then the arguments in capitals."""
    found = {}
    for path, command in leaves(kiosk, "kiosk"):
        given = [one.make_metavar(click.Context(command)) for one in command.params if is_argument(one)]
        found[" ".join([path, *given])] = command
    return found


def is_argument(param: click.Parameter) -> bool:
    return isinstance(param, click.Argument)


def aliases(rows: list[list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(cells[1].split("、")) for name, cells in zip(names(rows), rows, strict=True)}


def required(rows: list[list[str]]) -> tuple[str, ...]:
    return tuple(name for name, cells in zip(names(rows), rows, strict=True) if "*" in cells[0])


def test_every_setting_stands_there_and_no_other() -> None:
    read = set(re.findall(r'"(KIOSK_[A-Z_]+)"', Path(settings_room.__file__).read_text("utf-8")))
    assert set(names(tables(section("## Settings"))[0])) == read
    for path in DOCUMENTS:
        assert set(re.findall(r"KIOSK_[A-Z_]+", path.read_text("utf-8"))) <= read, path.name


def test_every_command_stands_there_and_no_other() -> None:
    written = re.findall(r"^### `(kiosk .*)`$", section("## Commands"), re.MULTILINE)
    assert written == list(commands())


@pytest.mark.parametrize("heading", commands())
def test_a_command_stands_there_with_all_its_options(heading: str) -> None:
    options = [one.opts[-1] for one in commands()[heading].params if not is_argument(one)]
    told = tables(section(f"### `{heading}`"))
    assert (names(told[0]) if told else []) == options


def test_the_formats_and_choices_of_options_stand_there() -> None:
    for heading, command in commands().items():
        for one in command.params:
            if isinstance(one.type, click.Choice):
                told = section(f"### `{heading}`")
                assert all(f"`{choice}`" in told for choice in one.type.choices), heading


def test_every_address_stands_there_and_no_other(empty_app: Litestar) -> None:
    routes = [address for address in guards_of(empty_app) if not address.startswith(("HEAD", "OPTIONS"))]
    public, staff = tables(section("### For everybody"))[0], tables(section("### For staff"))[0]
    written = names(public) + names(staff)
    assert sorted(written) == sorted(routes)


def test_who_may_open_an_address_stands_there(empty_app: Litestar) -> None:
    guards = guards_of(empty_app)
    staff = tables(section("### For staff"))[0]
    for address, cells in zip(names(staff), staff, strict=True):
        [guarded] = guards[address]
        assert isinstance(guarded, guard.Staff), address
        assert cells[1] == (", ".join(guarded.roles) or "all who are signed in"), address
    assert not any(guards[address] for address in names(tables(section("### For everybody"))[0]))


def guards_of(application: Litestar) -> dict[str, list[Any]]:
    """The guards of every method and address, its parts written like `{village}`."""
    return {
        f"{method} {re.sub(r':[a-z]+}', '}', route.path)}": list(handler.guards or ())
        for route in application.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
    }


@pytest.mark.parametrize(
    ("heading", "sheet"), [("roster", roster), ("rulebook", rulebook_sheet), ("events", events)]
)
def test_every_column_stands_there_with_its_chinese_names(heading: str, sheet: object) -> None:
    rows = tables(section(f"### {heading}"))[0]
    assert aliases(rows) == {name: tuple(words) for name, words in sheet.COLUMNS.items()}  # type: ignore[attr-defined]
    assert required(rows) == sheet.REQUIRED  # type: ignore[attr-defined]


def test_every_exported_column_stands_there() -> None:
    assert names(tables(section("### events"))[1]) == list(events.OUTCOME)
    quarter, year = tables(section("### standings"))
    assert names(quarter) == list(standings.COLUMNS)
    assert names(year) == list(standings.YEAR_COLUMNS)
    assert names(tables(section("### ledger"))[0]) == list(ledger.COLUMNS)
    exported = [name for name in names(tables(section("### roster"))[0]) if name != "id_number"]
    assert exported == list(roster.EXPORTED)


def test_every_key_of_the_rulebook_stands_there() -> None:
    top, honour, category, item = tables(section("## The rulebook as a file"))
    assert sorted(names(top)) == sorted(rulebook.SETTING_KEYS)
    assert sorted(names(honour)) == sorted(rulebook_honours.HONOUR_KEYS)
    assert sorted(names(category)) == sorted(rulebook.CATEGORY_KEYS)
    assert sorted(names(item)) == sorted(rulebook_items.ITEM_KEYS)


def test_every_word_of_the_rulebook_stands_there() -> None:
    told = section("## The rulebook as a file")
    choices = (rulebook_items.SUBJECTS, rulebook_items.SPANS, rulebook_items.EVIDENCE, rulebook_items.REVIEW)
    words = {word for choice in (*choices, rulebook.DIVISORS) for word in choice}
    assert {word for word in words if not re.search(rf"[`( ]{word}[`),]", told)} == set()
    assert all(document in told for document in drafts.DOCUMENTS)


def test_the_defaults_of_the_rulebook_stand_there() -> None:
    bare = {
        "title": "细则",
        "category": [
            {"name": "大类", "item": [{"item": "A1", "title": "条目", "subject": "个人", "points": 1}]}
        ],
    }
    book = rulebook.parse_rulebook(bare)
    rows = tables(section("## The rulebook as a file"))[0]
    said = {name: cells[1].strip("`") for name, cells in zip(names(rows), rows, strict=True)}
    assert Decimal(said["base_points"]) == book.base_points
    assert int(said["notice_days"]) == book.notice_days
    assert int(said["answer_days"]) == book.answer_days
    assert said["annual_divisor"] == book.annual_divisor
    assert Decimal(said["review_from"]) == book.review_from
    assert said["review_deductions"] == str(book.review_deductions).lower()
    assert all(honour.name in said["honour"] for honour in rulebook_honours.default_honours(["人居环境"]))


def test_every_limit_that_stands_there_is_the_one_that_holds() -> None:
    rows = tables(section("## Limits"))[0]
    assert {what: int(limit.replace(",", "")) for what, limit in rows} == MOST


def test_every_cookie_stands_there() -> None:
    written = names(tables(section("### Cookies"))[0])
    assert written == [
        language_cookie.COOKIE,
        "csrftoken",
        guard.COOKIE,
        guard.SAFE_COOKIE,
        guard.SAFELY,
        login._DEVICE,
    ]


def recomputed(database: Path) -> subprocess.CompletedProcess[str]:
    """What the program in docs/architecture.md says of a database."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    called = [sys.executable, "-I", "-c", code, str(database)]
    return subprocess.run(called, capture_output=True, text=True, check=False)


def test_the_chain_can_be_recomputed_as_the_document_says(alone: Village, settings: Settings) -> None:
    now = TEN_O_CLOCK.replace(tzinfo=settings.zone)
    liu = Actor(None, "刘敏", "reviewer", alone.id)
    draft = Draft("e" * 32, alone.households["001"], alone.members["张三"], "H01", None, now.date(), "村部")
    receipt = alone.write(lambda connection: ledger_room.record(connection, alone.id, draft, liu, now))
    alone.write(
        lambda connection: ledger_room.reverse(connection, alone.id, receipt.event_id, liu, "记错了", now)
    )
    with alone.database.read() as connection:
        number, digest = chain.head(connection, alone.id)
    assert number == 2
    assert recomputed(settings.data / "kiosk.db").stdout == f"qingshan: 2 entries, newest digest {digest}\n"


@pytest.mark.teeth
def test_a_changed_entry_is_found_as_the_document_says(alone: Village, settings: Settings) -> None:
    test_the_chain_can_be_recomputed_as_the_document_says(alone, settings)
    with closing(sqlite3.connect(settings.data / "kiosk.db")) as connection:
        connection.executescript(
            "DROP TRIGGER entry_no_update; UPDATE entry SET points = 50 WHERE number = 1;"
        )
    assert "qingshan: entry 1 is not what it was" in recomputed(settings.data / "kiosk.db").stderr


@pytest.mark.parametrize("room", ["", "scoring", "roster", "accounts", "sheets"])
def test_every_module_of_a_room_stands_in_the_architecture(room: str) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = {path.stem for path in (PACKAGE / room).glob("*.py")} - {"__init__"}
    assert {name for name in modules if not re.search(rf"`{name}(\.py)?`", text)} == set()
    written = set(re.findall(r"`((?:\w+/)?\w+\.py)`", text))
    assert {name for name in written if not list(PACKAGE.rglob(name)) and not (ROOT / name).exists()} == set()


def test_every_goal_leads_to_its_test_or_benchmark_and_back() -> None:
    reliable, fast = tables((ROOT / "docs" / "goals.md").read_text("utf-8"))
    for goal, _, file in reliable:
        assert re.search(rf"\b{goal}\b", (ROOT / file).read_text("utf-8")), file
    quoted = {
        goal
        for path in (ROOT / "tests").rglob("test_*.py")
        for goal in re.findall(r"\bR\d+\b", (ast.get_docstring(ast.parse(path.read_bytes())) or ""))
    }
    assert {cells[0] for cells in reliable} == quoted
    measured = re.findall(r"^GOALS = \((.*)\)", _sources(ROOT / "benchmarks"), re.MULTILINE)
    assert {cells[0] for cells in fast} == set(re.findall(r"S\d+", " ".join(measured)))


def _sources(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / "docs" / "decisions.md").read_text("utf-8").lower()
    needed = {re.split(r"[<>=]", one)[0] for one in project["dependencies"]}
    assert {name for name in needed if not re.search(rf"^\|.*\b{name}\b.*\|", text, re.MULTILINE)} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_the_documents_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    for target in found:
        if not target.startswith(("http:", "https:")):
            file, _, anchor = target.partition("#")
            leads_to = path.parent / file if file else path
            assert leads_to.exists(), target
            assert not anchor or anchor in anchors(leads_to.read_text("utf-8")), target


def anchors(text: str) -> set[str]:
    """As Markdown readers make them of headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_commands_in_the_documents_exist() -> None:
    for path in DOCUMENTS:
        for line in re.findall(r"^ {4}(?:\S+=\S+ )?\./run (.+)$", path.read_text("utf-8"), re.MULTILINE):
            words = line.split()
            if words[0] in OWN:
                continue
            called = next((name for name in commands() if _is_called(name, words)), None)
            assert called, f"{path.name}: {line}"
            known = {word for one in commands()[called].params for word in one.opts} | {"--help"}
            assert {word for word in words if re.fullmatch(r"--?[a-z-]+", word)} <= known, line


def _is_called(name: str, words: list[str]) -> bool:
    path = [word for word in name.split()[1:] if word.islower()]
    return words[: len(path)] == path
