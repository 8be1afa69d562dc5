"""The register of events (台账) as a sheet: the columns a clerk fills in, and after them what became of each."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, select

from kiosk.scoring import history
from kiosk.scoring.deeds import Deed
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.tables import event
from kiosk.sheets.cells import as_date, as_points
from kiosk.sheets.reading import Row, read_rows
from kiosk.sheets.register import BY_REF, RegisterRow

COLUMNS = {
    "ref": ("编号", "单号", "台账编号"),
    "occurred_on": ("日期", "发生日期"),
    "household": ("户号", "户编号"),
    "member": ("成员", "当事人", "家庭成员"),
    "item": ("条目", "条目编号", "事项", "积分条目"),
    "points": ("分值", "分数", "积分", "加/扣分"),
    "place": ("地点",),
    "reason": ("事由",),
    "basis": ("依据",),
    "recorder": ("记录人", "记分员"),
}
REQUIRED = ("occurred_on", "household", "item")
OUTCOME = ("awarded", "status", "why", "approved_by")


def read_register(content: bytes) -> list[RegisterRow]:
    """The rows of a register in their order, each with what cannot be read in it. Raises Refused."""
    return [_row(row) for row in read_rows(content, COLUMNS, REQUIRED)]


def _row(row: Row) -> RegisterRow:
    found = [Problem(column, N_("Please fill this in")) for column in REQUIRED if not row[column]]
    day = as_date(row["occurred_on"]) if row["occurred_on"] else None
    points = as_points(row["points"]) if row["points"] else None
    found += [
        Problem(column, value.sentence, value.values)
        for column, value in (("occurred_on", day), ("points", points))
        if isinstance(value, Problem)
    ]
    names = ("ref", "household", "member", "item", "place", "reason", "basis", "recorder")
    return RegisterRow(
        source=row,
        occurred_on=day if isinstance(day, date) else date.min,
        points=points if isinstance(points, Decimal) else None,
        problems=tuple(found),
        **{name: row[name] for name in names},
    )


def rows(
    connection: Connection, village_id: int, period: Period | None, translate: Callable[[str], str]
) -> Iterator[Sequence[object]]:
    """One row an event that happened in the period, in the order of recording.

    `translate` is for the sentence that says why it counts less; the status is one of the four English words.
    """
    refs = _paper_refs(connection, village_id)
    for deed in history.export(connection, village_id, period):
        yield *_written(deed, refs.get(deed.event_id, deed.code)), *_outcome(deed, translate)


def _written(deed: Deed, ref: str) -> Sequence[object]:
    what = (deed.member_name, deed.item, deed.claimed, deed.place, deed.reason, deed.basis, deed.recorder)
    return ref, deed.occurred_on, deed.household_code, *what


def _outcome(deed: Deed, translate: Callable[[str], str]) -> Sequence[object]:
    awarded = "" if deed.status == "waiting" else deed.points
    capped = deed.why.text(translate) if deed.why else ""
    why = capped or deed.reversal_reason or deed.decision_reason
    return awarded, deed.status, why, deed.decided_by


def _paper_refs(connection: Connection, village_id: int) -> dict[int, str]:
    """The numbers that events from paper had there; all others go by the code on their receipt."""
    columns = select(event.c.id, event.c.submission_key).where(event.c.village_id == village_id)
    keys = connection.execute(columns.where(event.c.submission_key.startswith(BY_REF, autoescape=True)))
    return {row.id: row.submission_key.removeprefix(BY_REF) for row in keys}
