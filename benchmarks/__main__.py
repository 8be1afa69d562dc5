"""`./run bench [S1 S7 …] [--full]`: measure, print the table, write benchmarks/results.md."""

import argparse
import os
import platform
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure
from kiosk.sqlite import journal_for

# one module a group of goals; each has `GOALS` and `measure(goals, full)`, which yields their figures
GROUPS = ("pages", "recording", "slow_disk", "boards", "county", "starting", "memory", "roster", "verifying")
RESULTS = Path(__file__).parent / "results.md"
LIBRARIES = ("litestar", "granian", "sqlalchemy", "jinja2", "python-calamine")
HEADINGS = ("goal", "what", "measured against", "ratio", "goal is", "", "in detail")


def main() -> int:
    """Exits with 0 whatever the figures are: a figure that misses its goal stays in the table."""
    words = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    words.add_argument("goals", nargs="*", metavar="GOAL", help="S1, S7 …; all that there are if left out")
    words.add_argument(
        "--full", action="store_true", help="with as much history as the goals name, which takes long"
    )
    asked = words.parse_args()
    # the servers that are being measured shall not outlive us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    goals = {goal.upper() for goal in asked.goals}
    figures: list[Figure] = []
    for figure in _measured(goals, asked.full):
        figures.append(figure)
        print(" · ".join(_cells(figure)), file=sys.stderr, flush=True)
    figures.sort(key=lambda figure: (int(figure.goal[1:]), figure.what))
    Console().print(_table(figures))
    if not goals:
        RESULTS.write_text(_page(figures, asked.full), "utf-8")
        print(f"written to {RESULTS}", file=sys.stderr)
    return 0


def _measured(goals: set[str], full: bool) -> Iterator[Figure]:
    for name in GROUPS:
        group = import_module(f"benchmarks.{name}")
        wanted = goals & set(group.GOALS) if goals else set(group.GOALS)
        if wanted:
            print(f"{', '.join(sorted(wanted))} …", file=sys.stderr, flush=True)
            yield from group.measure(wanted, full)


def _cells(figure: Figure) -> Sequence[str]:
    sign = "≥" if figure.side == "at least" else "≤"
    reached = "reached" if figure.reached else "MISSED"
    ratio = f"{figure.ratio:.3g} {figure.unit}" if figure.unit != "×" else f"{figure.ratio:.2f}×"
    bound = f"{sign} {figure.bound:g}{'×' if figure.unit == '×' else ' ' + figure.unit}"
    return figure.goal, figure.what, figure.against, ratio, bound, reached, figure.detail


def _table(figures: Sequence[Figure]) -> Table:
    table = Table(*HEADINGS)
    for figure in figures:
        table.add_row(*_cells(figure), style="" if figure.reached else "red")
    return table


def _page(figures: Sequence[Figure], full: bool) -> str:
    lines = [
        "# Figures",
        "",
        "Ratios of two things measured in one run, one after the other in turn, median of at least five.",
        f"Written by `./run bench` on {date.today()}{' --full' if full else ''}.",  # noqa: DTZ011
        "",
        f"Machine: {_machine()}.",
        f"Versions: {_versions()}.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        f"|{' --- |' * len(HEADINGS)}",
        *(f"| {' | '.join(_cells(figure))} |" for figure in figures),
        "",
    ]
    return "\n".join(lines)


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        names = [
            line.partition(":")[2].strip() for line in cpu.read_text().splitlines() if "model name" in line
        ]
        model = f"{len(names)} × {names[0]}" if names else model
    disk = subprocess.run(
        [shutil.which("findmnt") or "true", "-no", "FSTYPE", "-T", str(RESULTS.parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    return (
        f"{model}, {platform.system()} {platform.release()}, {disk.stdout.strip() or 'unknown'} file system, "
        f"load {os.getloadavg()[1]:.1f} over the last five minutes (a busy disk flatters S6)"
    )


def _versions() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    journal = journal_for(sqlite3.sqlite_version)
    sqlite = (
        f"SQLite {sqlite3.sqlite_version} (journal_mode {journal.mode}, synchronous {journal.synchronous})"
    )
    return f"Python {platform.python_version()}, {sqlite}, {libraries}"


if __name__ == "__main__":
    sys.exit(main())
