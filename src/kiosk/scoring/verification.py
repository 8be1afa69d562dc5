"""The ledger proves itself (scoring.md, 15 and 16): everything recomputed, every difference named.

The village's entries are read once, in the order of the chain, as they are stored; nothing here goes
through the functions that posted them, except the cap rule itself.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection, text

from kiosk.scoring import chain, rulebooks, snapshots
from kiosk.scoring.awards import Cap, Claim, awards
from kiosk.scoring.differences import Difference, difference
from kiosk.scoring.posting import item_cap
from kiosk.scoring.problems import N_
from kiosk.scoring.villages import village_code

# the first eleven columns are an event's facts, and from `number` on stands what an entry's digest covers,
# each in the order in which kiosk.scoring.chain puts them together
_ENTRIES = text(f"""
    SELECT {chain.EVENT_COLUMNS},
           entry.number, entry.household_id, entry.member_id, entry.item, entry.counted_on, entry.month,
           entry.points, entry.cause, entry.correction, entry.posted_at,
           decision.id, decision.verdict, decision.account_id, decision.decided_at,
           entry.previous, entry.digest, household.code, event.rulebook_id,
           CASE WHEN event.village_id = entry.village_id AND decision.village_id = entry.village_id
                 AND decision.event_id IS NOT NULL THEN 1 ELSE 0 END AS belongs
      FROM entry
      LEFT JOIN event ON event.id = entry.event_id
      LEFT JOIN rulebook ON rulebook.id = event.rulebook_id
      LEFT JOIN decision ON decision.id = entry.decision_id
      LEFT JOIN household ON household.id = entry.household_id
     WHERE entry.village_id = :village
     ORDER BY entry.number
""")
_FACTS, _NOTE, _CONTENT, _DECISION = slice(0, 11), 11, slice(12, 22), slice(22, 26)


@dataclass
class _Posted:
    """What was posted for one event, added up while the chain is read."""

    household: str
    award_number: int
    approval: int
    counted_on: str
    tenths: int = 0
    reversed: bool = False


@dataclass
class _Replay:
    """What the reading of the chain leaves behind for the later steps."""

    events: dict[int, _Posted] = field(default_factory=dict)
    claims: dict[tuple[Any, ...], list[tuple[int, int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )


def verify(connection: Connection, village_id: int) -> list[Difference]:
    """Recompute chain, caps, totals, standings and settled snapshots; an empty list means all agree."""
    replay = _Replay()
    found = list(_chain(connection, village_id, replay))
    found += _caps(connection, replay)
    found += _decisions(connection, village_id, replay)
    found += _names(connection, village_id)
    found += _notes(connection, village_id)
    found += snapshots.verify(connection, village_id)
    return found


def _chain(connection: Connection, village_id: int, replay: _Replay) -> Iterator[Difference]:
    village, last, digest = village_code(connection, village_id), 0, chain.START
    for row in connection.execute(_ENTRIES, {"village": village_id}):
        number, previous, stored, household = row[12], row[26], row[27], row[28] or ""
        if number != last + 1:
            sentence = N_("entries are missing between no. %(last)s and this one")
            yield difference(household, number, sentence, last=last)
        elif previous != digest:
            yield difference(household, number, N_("does not follow on the entry before it"))
        facts = chain.digest_of(row[_FACTS])
        covered = (previous, village, *row[_CONTENT], row[0], facts, row[_NOTE], *row[_DECISION])
        if chain.digest_of(covered) != stored:
            yield difference(household, number, N_("its content does not match its digest"))
        yield from _month(row, household, number)
        if row[0] is not None and _is_day(row[16]):
            _remember(row, replay)
        last, digest = number, stored


def _month(row: Any, household: str, number: int) -> Iterator[Difference]:
    """Whether an entry lies where its event counts: on its day, unless it came late or as a correction."""
    occurred_on, late, counted_on, month, correction = row[7], row[8], row[16], row[17], row[20]
    if not row[30]:
        yield difference(household, number, N_("its event or decision is missing, or of another village"))
    if (row[2], row[3], row[5]) != (row[13], row[14], row[15]):
        yield difference(household, number, N_("household, member or item differ from its event"))
    if not late and counted_on != occurred_on:
        yield difference(household, number, N_("does not count on the day on which its event happened"))
    own = int(counted_on[:4]) * 100 + int(counted_on[5:7]) if _is_day(counted_on) else None
    if own is None or (month <= own if correction else month != own):
        yield difference(household, number, N_("does not lie in the month in which it counts"))


def _is_day(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _remember(row: Any, replay: _Replay) -> None:
    event_id, tenths, cause = row[0], row[18], row[19]
    posted = replay.events.get(event_id)
    if posted is None:
        posted = replay.events[event_id] = _Posted(row[28], row[12], row[22], row[16])
        subject = (row[13], row[14], row[15], row[16][:4])
        replay.claims[subject].append((event_id, row[6], row[29]))
    posted.tenths += tenths
    posted.reversed = posted.reversed or cause == "reversal"


def _caps(connection: Connection, replay: _Replay) -> Iterator[Difference]:
    """Whether what was posted for each event is what the cap rule awards it, nothing for reversed ones."""

    @cache  # few items and versions, many events
    def cap(version: int, code: str) -> Cap | None:
        item = rulebooks.version(connection, version).book.item(code)
        return item_cap(item) if item else None

    for subject, events in replay.claims.items():
        claims = [
            _claim(event_id, tenths, limit, replay.events[event_id])
            for event_id, tenths, version in events
            if not replay.events[event_id].reversed and (limit := cap(version, subject[2]))
        ]
        given = awards(claims)
        for event_id, _tenths, _version in events:
            posted = replay.events[event_id]
            should = given[event_id].points if event_id in given else Decimal(0)
            if posted.tenths != should * 10:
                sentence = N_(
                    "event no. %(event)s is awarded %(should)s by the rules, but %(posted)s is posted"
                )
                values = {"event": event_id, "should": should, "posted": Decimal(posted.tenths) / 10}
                yield difference(posted.household, posted.award_number, sentence, **values)


def _claim(event_id: int, tenths: int, cap: Cap, posted: _Posted) -> Claim:
    day = date.fromisoformat(posted.counted_on)
    return Claim(event_id, day, posted.approval, Decimal(tenths).scaleb(-1), cap)


_VERDICTS = text("""
    SELECT event.id, household.code, event.recorder_id,
           max(CASE WHEN decision.verdict = 'approved' THEN 1 ELSE 0 END) AS approved,
           max(CASE WHEN decision.verdict = 'rejected' THEN 1 ELSE 0 END) AS rejected,
           max(CASE WHEN decision.verdict = 'reversed' THEN 1 ELSE 0 END) AS reversed,
           max(CASE WHEN decision.verdict = 'approved' THEN decision.account_id END) AS approver_id,
           max(CASE WHEN waiting.event_id IS NULL THEN 0 ELSE 1 END) AS waits
      FROM event
      JOIN household ON household.id = event.household_id
      LEFT JOIN decision ON decision.event_id = event.id
      LEFT JOIN waiting ON waiting.event_id = event.id
     WHERE event.village_id = :village
     GROUP BY event.id, household.code, event.recorder_id
""")


def _decisions(connection: Connection, village_id: int, replay: _Replay) -> Iterator[Difference]:
    """Whether every event is waiting or decided, by somebody else, and posted exactly if it was approved."""
    for row in connection.execute(_VERDICTS, {"village": village_id}):
        posted = replay.events.get(row.id)
        number = posted.award_number if posted else None
        decided = row.approved or row.rejected or row.reversed
        if bool(row.waits) == bool(decided):
            sentence = N_("event no. %(event)s is neither waiting nor decided, or both")
            yield difference(row.code, number, sentence, event=row.id)
        if bool(row.approved) != bool(posted):
            sentence = N_("event no. %(event)s is posted without approval, or approved without being posted")
            yield difference(row.code, number, sentence, event=row.id)
        if posted and bool(row.reversed) != posted.reversed:
            sentence = N_(
                "event no. %(event)s was taken back, but its points were not, or the other way round"
            )
            yield difference(row.code, number, sentence, event=row.id)
        if row.approver_id is not None and row.approver_id == row.recorder_id:
            sentence = N_("event no. %(event)s was approved by the person who recorded it")
            yield difference(row.code, number, sentence, event=row.id)


_NAMES = text("""
    SELECT decision.event_id, household.code
      FROM decision
      JOIN event ON event.id = decision.event_id
      JOIN household ON household.id = event.household_id
      JOIN account ON account.id = decision.account_id
     WHERE event.village_id = :village AND account.name <> decision.decided_by
""")


def _names(connection: Connection, village_id: int) -> Iterator[Difference]:
    """Whether whoever decided is named as the one who did."""
    for row in connection.execute(_NAMES, {"village": village_id}):
        sentence = N_("event no. %(event)s names somebody else than the person who decided")
        yield difference(row.code, None, sentence, event=row.event_id)


_NOTES = text("""
    SELECT event.id, household.code, event.note_hash, event.recorder,
           note.salt, note.place, note.reason, note.basis, note.photo
      FROM note
      JOIN event ON event.id = note.event_id
      JOIN household ON household.id = event.household_id
     WHERE event.village_id = :village
""")


def _notes(connection: Connection, village_id: int) -> Iterator[Difference]:
    """Whether the words that were not erased are still those that were written down."""
    for row in connection.execute(_NOTES, {"village": village_id}):
        words = (row.place, row.reason, row.basis, row.photo, row.recorder)
        if chain.note_hash(row.salt, words) != row.note_hash:
            sentence = N_("the words of event no. %(event)s are not those that were written down")
            yield difference(row.code, None, sentence, event=row.id)
