"""Finding a household as a recorder types: by code, by anybody's name, by pinyin or its initials."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row, text

from kiosk.roster.pinyin import keys as keys

_MATCHES = text("""
    SELECT household.id, household.code, household.group_name, member.name, member.head, member.search
      FROM member
      JOIN household ON household.id = member.household_id
     WHERE member.village_id = :village
       AND (member."left" IS NULL OR member."left" >= :day)
       AND (' ' || member.search LIKE :key ESCAPE '!'
            OR member.name LIKE :name ESCAPE '!'
            OR lower(household.code) LIKE :code ESCAPE '!'
            OR ltrim(lower(household.code), '0') LIKE :code ESCAPE '!')
""")
_HEADS = text("""
    SELECT household_id, name
      FROM member
     WHERE village_id = :village AND head = 1 AND ("left" IS NULL OR "left" >= :day)
""")


@dataclass(frozen=True)
class Found:
    """A household that matches. `member` is whose name matched; empty if it was the head's, or the code."""

    id: int
    code: str
    head: str
    group: str
    member: str


def search(connection: Connection, village_id: int, words: str, today: date, limit: int = 20) -> list[Found]:
    """The households that match best, best first: `zs`, `zhang`, `zhangsan`, `张`, `李秀英` or `001`.

    People who have left are not found.
    """
    typed = _plain(words)
    if not typed:
        return []
    here = {"village": village_id, "day": today.isoformat()}
    escaped = re.sub(r"([%_!])", r"!\1", typed)
    letters = re.sub(r"[^a-z0-9]", "", typed.replace("ü", "v"))
    patterns = {"code": f"{escaped}%", "name": f"%{escaped}%", "key": f"% {letters or '!_'}%"}
    rows = connection.execute(_MATCHES, here | patterns).all()
    best = _best_of_each(sorted(rows, key=lambda row: _order(row, typed, letters)), limit)
    heads = dict(tuple(row) for row in connection.execute(_HEADS, here)) if best else {}
    return [Found(row.id, row.code, heads.get(row.id, ""), row.group_name, _whom(row, typed)) for row in best]


def _plain(words: str) -> str:
    """Full-width letters and digits made plain; no blanks, no marks between syllables."""
    return re.sub(r"[\s'’·]", "", unicodedata.normalize("NFKC", words).lower())


def _best_of_each(rows: list[Row[tuple[object, ...]]], limit: int) -> list[Row[tuple[object, ...]]]:
    best: dict[int, Row[tuple[object, ...]]] = {}
    for row in rows:
        best.setdefault(row.id, row)
    return list(best.values())[:limit]


def _order(row: Row[tuple[object, ...]], typed: str, letters: str) -> tuple[int, bool, str]:
    """The exact code, then whole names and keys, the beginning of a code, of a name, and the rest."""
    name, known = row.name.lower(), row.search.split()
    steps = (
        row.code.lower() == typed,
        _is_code(row, typed) and row.code.lower().lstrip("0") == typed.lstrip("0"),
        name == typed or letters in known,
        _is_code(row, typed),
        name.startswith(typed) or (known and known[0].startswith(letters or "!")),
    )
    rank = next((number for number, met in enumerate(steps) if met), len(steps))
    return rank, not row.head, row.code


def _is_code(row: Row[tuple[object, ...]], typed: str) -> bool:
    code: str = row.code.lower()
    return code.startswith(typed) or code.lstrip("0").startswith(typed)


def _whom(row: Row[tuple[object, ...]], typed: str) -> str:
    return "" if row.head or _is_code(row, typed) else row.name
