"""The plan of the house holds: water runs one way, and each room keeps to its own matters."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kiosk

PACKAGE = Path(kiosk.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((PACKAGE / "templates").glob("*.html"))
LONGEST = 250

# A room imports from its own floor and from those below, never from above.
FLOORS = (
    {"cli", "locales"},
    {"commands"},
    {"app"},
    {"pages"},
    {"demo"},
    {"sheets"},
    {"doctor", "fairness", "office"},
    {"accounts", "roster"},
    {"backups", "database", "keeping", "migrations", "mounts", "photos", "postgresql", "restoring"}
    | {
        "sealing",
        "selftest",
        "spare_photos",
        "sqlite",
        "sqlite_files",
        "stick",
        "stick_photos",
        "stick_record",
        "storage",
        "tls",
        "trust",
        "bundles",
        "update_trial",
        "update_turn",
        "updating",
        "witnesses",
        "writer",
    },
    {"scoring"},
    {"languages", "recompute", "settings", "tokens", "uptime"},
)
KNOW_SQLITE = {"kiosk.sqlite", "kiosk.sqlite_files"}
KNOW_POSTGRESQL = {"kiosk.postgresql"}


def name_of(path: Path) -> str:
    parts = ("kiosk", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Whatever a module imports, also inside its functions, as dotted names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str:
    """`pages` for `kiosk.pages.square`, nothing for the package itself and for others."""
    first, _, rest = module.partition(".")
    return rest.partition(".")[0] if first == "kiosk" and rest else ""


def floor_of(room: str) -> int:
    floors = [number for number, rooms in enumerate(FLOORS) if room in rooms]
    assert floors, f"give {room} a floor in this test"
    return floors[0]


def climbs(path_room: str, tree: ast.Module) -> list[str]:
    """The imports that lead upstairs; from scoring, whatever leads out of it."""
    others = {room for room in map(room_of, imported(tree)) if room and room != path_room}
    if path_room == "scoring":
        return sorted(others)
    return sorted(room for room in others if floor_of(room) < floor_of(path_room))


def said(tree: ast.Module) -> Iterator[str]:
    """The texts in a module, also the fixed parts of f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def names_sqlite(tree: ast.Module) -> bool:
    """Whether a module imports the driver, writes a PRAGMA or asks for SQLite's own tables."""
    return any(name.partition(".")[0] == "sqlite3" for name in imported(tree)) or any(
        re.match(r"PRAGMA\b", text) or "sqlite_master" in text for text in said(tree)
    )


def names_postgresql(tree: ast.Module) -> bool:
    """Whether a module calls one of its functions or sets up one of its transactions."""
    return any(re.search(r"\bpg_\w+\(|\bSET TRANSACTION\b", text) for text in said(tree))


def reads_environment(tree: ast.Module) -> bool:
    """Writing a variable for a library is allowed; asking for one is not."""
    written = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }
    return any(
        isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("os.environ", "os.getenv")
        and id(node) not in written
        for node in ast.walk(tree)
    ) or any(name in ("os.environ", "os.getenv") for name in imported(tree))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_water_runs_one_way(path: Path) -> None:
    room = room_of(name_of(path))
    assert not room or not climbs(room, tree_of(path))


@pytest.mark.teeth
def test_a_roster_that_imports_a_page_is_found() -> None:
    assert climbs("roster", ast.parse("def f():\n from kiosk.pages import square")) == ["pages"]
    assert climbs("scoring", ast.parse("from kiosk.settings import Settings")) == ["settings"]
    assert climbs("sheets", ast.parse("from kiosk.roster.names import x")) == []


def test_only_the_sqlite_side_knows_sqlite() -> None:
    assert {name_of(path) for path in MODULES if names_sqlite(tree_of(path))} == KNOW_SQLITE


def test_only_one_module_knows_postgresql() -> None:
    assert {name_of(path) for path in MODULES if names_postgresql(tree_of(path))} == KNOW_POSTGRESQL


@pytest.mark.teeth
def test_a_stray_word_of_one_database_is_found() -> None:
    assert names_sqlite(ast.parse("text(f'PRAGMA {check}(1)')"))
    assert names_sqlite(ast.parse("def f():\n import sqlite3"))
    assert names_postgresql(ast.parse("run('SELECT pg_advisory_xact_lock(1)')"))
    assert not names_postgresql(ast.parse("say('use its own backup (pg_dump)')"))


def test_only_settings_read_the_environment() -> None:
    assert {name_of(path) for path in MODULES if reads_environment(tree_of(path))} == {"kiosk.settings"}


@pytest.mark.teeth
def test_a_look_at_the_environment_is_found() -> None:
    assert reads_environment(ast.parse("import os\nos.environ['A'] = os.environ.get('B')"))
    assert reads_environment(ast.parse("from os import environ"))
    assert not reads_environment(ast.parse("import os\nos.environ['LANGUAGE'] = 'en'"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_carry_no_style_and_no_script_of_their_own(path: Path) -> None:
    """The content security policy would refuse it."""
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_fetch_nothing_from_elsewhere(path: Path) -> None:
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", path.read_text("utf-8"))
