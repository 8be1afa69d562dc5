"""What is known of the newest copy on a USB stick: a small file in the folder `backups` of the box."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from kiosk.backups import FOLDER
from kiosk.scoring.problems import Problem
from kiosk.settings import Settings
from kiosk.storage import sync_folder

_FILE = "stick"


@dataclass(frozen=True)
class Record:
    """`made` and `file` of the newest copy; `until` when it was known to hold all that the box held; what `failed`.

    Moments are ISO texts, empty for never; `content` is a digest of what the copy holds.
    """

    made: str = ""
    until: str = ""
    file: str = ""
    content: str = ""
    failed: str = ""
    sentence: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def problem(self) -> Problem:
        return Problem("", self.sentence, self.values)


def last(settings: Settings) -> Record:
    """Empty if no stick was ever written."""
    try:
        return Record(**json.loads((settings.data / FOLDER / _FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Record()


def note(settings: Settings, record: Record) -> None:
    folder = settings.data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / (_FILE + ".part")
    part.write_text(json.dumps(asdict(record), ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(folder / _FILE)
    sync_folder(folder)


def note_failure(settings: Settings, problem: Problem, now: datetime) -> None:
    """The newest copy stays known."""
    values = {name: value if isinstance(value, int) else str(value) for name, value in problem.values.items()}
    known = replace(last(settings), failed=now.isoformat(), sentence=problem.sentence, values=values)
    note(settings, known)
