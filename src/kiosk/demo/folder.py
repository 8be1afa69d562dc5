"""The demo's own data folder: a note in it says what it holds, and without that note it is not touched."""

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from kiosk.demo.making import Recipe
from kiosk.scoring.problems import N_, Problem, Refused

_NOTE = "demo.json"
_LOCK = "serving.lock"  # somebody may be holding it


@dataclass(frozen=True)
class Found:
    """What is in the folder: the recipe of a finished demo, or of one that was interrupted."""

    recipe: Recipe
    finished: bool
    made_on: date


def look(folder: Path) -> Found | None:
    """None for a folder that is empty or not there yet. Raises Refused if it holds anything else."""
    note = folder / _NOTE
    if note.exists():
        told = json.loads(note.read_text("utf-8"))
        recipe = Recipe(told["households"], told["events"], told["seed"])
        return Found(recipe, told["finished"], date.fromisoformat(told["made_on"]))
    if folder.exists() and any(path.name != _LOCK for path in folder.iterdir()):
        sentence = N_("%(folder)s holds data that are no demo; choose another folder with KIOSK_DATA")
        raise Refused(Problem("", sentence, {"folder": str(folder)}))
    return None


def clear(folder: Path) -> None:
    """Remove everything from a folder that carries the demo's note."""
    if not (folder / _NOTE).exists():
        return
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name not in (_NOTE, _LOCK):
            path.unlink()


def note(folder: Path, recipe: Recipe, made_on: date, finished: bool) -> None:
    """Say what the folder holds. Comes first, so that an interrupted demo is made anew."""
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps(asdict(recipe) | {"made_on": made_on.isoformat(), "finished": finished})
    (folder / _NOTE).write_text(told + "\n", "utf-8")
