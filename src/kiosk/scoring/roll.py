"""Who is on the roll on a day (scoring.md, 10).

A member is, from the day of joining (none: always) up to and including the day of leaving; a household is
while at least one of its members is.
"""

from datetime import date

from sqlalchemy import Connection, text

from kiosk.scoring.standings import Household

_ON_ROLL = text("""
    SELECT household.id, household.code, household.group_name,
           max(CASE WHEN member.head = 1 THEN member.name END) AS head,
           max(CASE WHEN member.head = 1 AND member.born > :grown_up THEN 1 ELSE 0 END) AS head_minor
      FROM household
      JOIN member ON member.household_id = household.id
     WHERE household.village_id = :village
       AND (member.joined IS NULL OR member.joined <= :day)
       AND (member."left" IS NULL OR member."left" >= :day)
     GROUP BY household.id, household.code, household.group_name
     ORDER BY household.code
""")

_MEMBER_ON_ROLL = text("""
    SELECT count(*)
      FROM member
     WHERE household_id = :household
       AND (CAST(:member AS INTEGER) IS NULL OR id = CAST(:member AS INTEGER))
       AND (joined IS NULL OR joined <= :day)
       AND ("left" IS NULL OR "left" >= :day)
""")


def on_roll(connection: Connection, village_id: int, day: date) -> list[Household]:
    """The households on the roll on that day, by code."""
    rows = connection.execute(
        _ON_ROLL, {"village": village_id, "day": day.isoformat(), "grown_up": _eighteen_before(day)}
    )
    return [Household(row.id, row.code, row.head or "", bool(row.head_minor), row.group_name) for row in rows]


def was_on_roll(connection: Connection, household_id: int, member_id: int | None, day: date) -> bool:
    """Whether that member (or, with none, anybody of the household) was on the roll on that day."""
    values = {"household": household_id, "member": member_id, "day": day.isoformat()}
    return bool(connection.scalar(_MEMBER_ON_ROLL, values))


def _eighteen_before(day: date) -> str:
    """Whoever was born after this day is not yet eighteen."""
    return f"{day.year - 18:04}{day.isoformat()[4:]}"
