"""Reading old workbooks (.xls) in a process of its own, which may use only so much time and memory.

Their format cannot be looked at from outside, as archive.py does with new ones, so the reader is let loose
where it can do no harm.
"""

import json
import resource
import subprocess
import sys

from kiosk.scoring.problems import Problem, Refused
from kiosk.sheets.limits import NOT_A_SHEET

_MEMORY = 400_000_000  # bytes
_SECONDS = 4


def read_legacy(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """The sheets of an .xls file, by name, every cell as text. Raises Refused if it cannot be read."""
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=2 * _SECONDS, check=True)  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Refused(Problem("", NOT_A_SHEET)) from error
    return [(name, lines) for name, lines in json.loads(done.stdout)]


def _main() -> None:
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    from kiosk.sheets.cells import plain

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    sheets = []
    for name in book.sheet_names:
        lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        sheets.append((name, [[plain(cell) for cell in line] for line in lines]))
    sys.stdout.write(json.dumps(sheets))


if __name__ == "__main__":
    _main()
