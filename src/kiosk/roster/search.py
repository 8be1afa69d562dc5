"""Finding a household as a recorder types: by code, by characters of a name, by pinyin or its initials."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

_SEARCH = text("""
    SELECT household.code, household.group_name, member.name, member.head,
           (SELECT max(first.name) FROM member AS first
             WHERE first.household_id = household.id AND first.head = 1
               AND (first."left" IS NULL OR first."left" >= :today)) AS head_name,
           CASE WHEN lower(household.code) = :words OR ltrim(household.code, '0') = :number THEN 0
                WHEN lower(household.code) LIKE :code ESCAPE '!' THEN 1
                WHEN member.head = 1 THEN 2
                ELSE 3 END AS closeness
      FROM household
      JOIN member ON member.household_id = household.id
     WHERE household.village_id = :village
       AND (member."left" IS NULL OR member."left" >= :today)
       AND (lower(household.code) LIKE :code ESCAPE '!' OR ltrim(household.code, '0') = :number
            OR member.name LIKE :part ESCAPE '!' OR ' ' || member.search LIKE :key ESCAPE '!')
     ORDER BY closeness, household.code, member.head DESC, member.id
     LIMIT 200
""")


@dataclass(frozen=True)
class Found:
    """A household, and the member that was meant if it was not the head."""

    code: str
    head: str
    group: str
    member: str


def search(connection: Connection, village_id: int, words: str, today: date, limit: int = 12) -> list[Found]:
    """The households that match, closest first, each once. Those who have left are not found."""
    typed = "".join(unicodedata.normalize("NFKC", words).lower().split()).replace("'", "")
    if not typed:
        return []
    safe = typed.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    values = {"village": village_id, "today": today.isoformat(), "words": typed}
    patterns = {
        "code": f"{safe}%",
        "part": f"%{safe}%",
        "key": f"% {safe}%",
        "number": typed.lstrip("0") or "-",
    }
    found: dict[str, Found] = {}
    for row in connection.execute(_SEARCH, values | patterns):
        meant = "" if row.closeness < 3 else row.name
        found.setdefault(row.code, Found(row.code, row.head_name or "", row.group_name, meant))
    return list(found.values())[:limit]
