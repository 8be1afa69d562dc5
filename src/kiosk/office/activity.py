"""Who did what (activity log), beside what the ledger says of itself. It only grows.

Whoever changes something in the office notes it in the same transaction. A sentence is kept as its English
message id with its values, so that it can be read in every language; no deed's reason stands in it. Days and
periods are kept as such, to be written as the reader writes them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, insert, select

from kiosk.office.tables import activity
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period, parse_period
from kiosk.scoring.problems import N_, Problem

TOPICS = {
    "roster": N_("Roster"),
    "rulebook": N_("Rulebook"),
    "people": N_("People and kin"),
    "plates": N_("Plates"),
    "screen": N_("Village and screen"),
    "quarters": N_("Quarters"),
    "objections": N_("Objections"),
    "review": N_("Review"),
    "honours": N_("Honours and rewards"),
    "fairness": N_("Fairness"),
    "exports": N_("Exports"),
}


@dataclass(frozen=True)
class Activity:
    """`said` is a sentence with its values; it is translated where it is shown. `name` is a person's, or with
    `by_command` that of a command somebody gave at the machine."""

    id: int
    name: str
    done_at: datetime
    topic: str
    said: Problem
    by_command: bool = False

    def at_home(self, zone: tzinfo | None) -> "Activity":
        """The same with its moment in that zone."""
        return replace(self, done_at=self.done_at.astimezone(zone))


def note(
    connection: Connection,
    village_id: int | None,
    by: Actor,
    now: datetime,
    topic: str,
    sentence: str,
    **values: object,
) -> None:
    """Note what somebody has just done: an `N_` sentence with `%(name)s` places. `topic` is one of TOPICS."""
    if topic not in TOPICS:
        raise ValueError(topic)
    who = {"village_id": village_id, "account_id": by.account_id, "name": by.name, "done_at": now}
    details = json.dumps({key: _kept(value) for key, value in values.items()}, ensure_ascii=False)
    row = who | {"topic": topic, "sentence": sentence, "details": details}
    connection.execute(insert(activity).values(row))


def activities(
    connection: Connection,
    village_id: int | None,
    *,
    name: str = "",
    topic: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 200,
) -> Iterator[Activity]:
    """What was done in a village (none: what concerned all of them), newest first; `until` is exclusive."""
    here = activity.c.village_id == village_id if village_id else activity.c.village_id.is_(None)
    found = select(activity).where(here).order_by(activity.c.done_at.desc(), activity.c.id.desc())
    if name:
        found = found.where(activity.c.name == name)
    if topic:
        found = found.where(activity.c.topic == topic)
    if since:
        found = found.where(activity.c.done_at >= since)
    if until:
        found = found.where(activity.c.done_at < until)
    for row in connection.execute(found.limit(limit)):
        values = {key: _read(value) for key, value in json.loads(row.details).items()}
        said = Problem("", row.sentence, values)
        yield Activity(row.id, row.name, row.done_at, row.topic, said, row.account_id is None)


def _kept(value: object) -> object:
    """Words as they are; periods, days and sentences so that they can be said in every language."""
    if isinstance(value, Period):
        return {"period": str(value)}
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"day": value.isoformat()}
    return {"sentence": value.sentence} if isinstance(value, Problem) else str(value)


def _read(kept: Any) -> object:
    if not isinstance(kept, dict):
        return kept
    if "sentence" in kept:
        return Problem("", kept["sentence"])
    return parse_period(kept["period"]) if "period" in kept else date.fromisoformat(kept["day"])


def names(connection: Connection, village_id: int | None) -> list[str]:
    """Everybody who stands in the log of a village."""
    here = activity.c.village_id == village_id if village_id else activity.c.village_id.is_(None)
    found = select(activity.c.name).where(here).distinct().order_by(activity.c.name)
    return list(connection.scalars(found))
