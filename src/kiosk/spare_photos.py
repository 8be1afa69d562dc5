"""Photos that nothing refers to any more are deleted, a while after they came.

A form that was refused leaves its photo behind, and the picture of a declaration that was declined is needed no
longer once its family has had the time to ask. The evidence of deeds and of answers stays.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select, update

from kiosk.database import Database
from kiosk.photos import note_gone
from kiosk.scoring.schema import metadata
from kiosk.scoring.voices import declaration

KEPT_FOR = timedelta(days=90)
_log = logging.getLogger("kiosk")


def delete_spare(database: Database, folder: Path, now: datetime) -> int:
    """How many were deleted. A file that cannot be deleted stays until the next time."""
    before = now - KEPT_FOR
    old = [path for path in folder.glob("??/*.jpg") if path.stat().st_mtime < before.timestamp()]
    used = database.write(lambda connection: _in_use(connection, before)) if old else set()
    deleted: list[str] = []
    for path in old:
        if path.stem not in used:
            try:
                path.unlink()
            except OSError as error:
                _log.warning("a photo that nothing refers to stays: %s", error)
            else:
                deleted.append(path.stem)
    note_gone(folder, deleted)
    return len(deleted)


def _in_use(connection: Connection, before: datetime) -> set[str]:
    """Whatever any table calls a photo, after the declarations declined long ago have let go of theirs."""
    declined = (declaration.c.state == "declined") & (declaration.c.answered_at < before)
    connection.execute(update(declaration).where(declined).values(photo=""))
    columns = [table.c.photo for table in metadata.tables.values() if "photo" in table.c]
    return {name for column in columns for name in connection.scalars(select(column).distinct()) if name}
