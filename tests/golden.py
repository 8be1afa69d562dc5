"""Golden files: what a page looked like when somebody last looked at it and was content.

Run with RENEW_GOLDEN=1 to accept what is drawn now, and read the difference before you commit it.
"""

import os
from pathlib import Path


def check_golden(path: Path, text: str) -> None:
    """Compare with the file, or write it when asked to."""
    if os.environ.get("RENEW_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8"), f"{path.name} is drawn differently now"
