"""A tablet's outbox as it was saved to a file (static/js/tablet-export.js): the last resort of one that never came
into reach again. Whatever is in it may have been written by anybody, so it waits for a reviewer."""

import binascii
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from kiosk import photos
from kiosk.pages.fields import cleaned
from kiosk.pages.record_form import Filled, draft_of
from kiosk.scoring import ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import KeyClash, Receipt
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import account

FORMAT = "kiosk-outbox-1"
_TEXTS = ("household", "member", "item", "points", "occurred_on", "place", "reason", "basis")
_NOT_OURS = N_("This is no file that a tablet has saved; choose the one named kiosk-….json")
_ELSEWHERE = N_("This file comes from another village (%(village)s)")
_NOBODY = N_("Whoever wrote this down has no account in this village")


@dataclass(frozen=True)
class Saved:
    """One deed of the file. `account` is the number of who wrote it down, `photo` the picture or empty."""

    filled: Filled
    account: int
    photo: bytes


@dataclass(frozen=True)
class Outcome:
    """What became of a deed of the file: a receipt, new or known before, or why not."""

    filled: Filled
    recorder: str
    receipt: Receipt | None = None
    problems: Sequence[Problem] = ()


def read_outbox(content: bytes, village: str) -> list[Saved]:
    """The deeds of a file that belongs to this village. Raises Refused."""
    try:
        data = json.loads(content)
        entries, pictures = data["entries"], data["photos"]
        if data["format"] != FORMAT:
            raise ValueError
        if data["village"] != village:
            raise Refused(Problem("outbox_file", _ELSEWHERE, {"village": str(data["village"])[:40]}))
        return [_saved(entry, pictures) for entry in entries if entry["kind"] == "deed"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(Problem("outbox_file", _NOT_OURS)) from error


def take_in(
    connection: Connection, village_id: int, saved: Sequence[Saved], folder: Path, by: Actor, now: datetime
) -> list[Outcome]:
    """Write down for review whatever can be, each deed by itself; `folder` is where photos are kept."""
    return [_take(connection, village_id, one, folder, by, now) for one in saved]


def _saved(entry: Mapping[str, Any], pictures: Mapping[str, str]) -> Saved:
    fields, photo = entry["fields"], entry.get("photo")
    texts: dict[str, Any] = {name: cleaned(str(fields.get(name) or "")) for name in _TEXTS}
    key, told_at = cleaned(str(entry["key"])), cleaned(str(entry["device_at"]))
    filled = replace(Filled(**texts), submission_key=key, device_at=told_at)
    try:
        picture = b64decode(pictures[photo], validate=True) if photo else b""
    except binascii.Error as error:
        raise ValueError from error
    return Saved(filled, int(entry["account"]), picture)


def _take(
    connection: Connection, village_id: int, one: Saved, folder: Path, by: Actor, now: datetime
) -> Outcome:
    name = connection.scalar(
        select(account.c.name).where(account.c.id == one.account, account.c.village_id == village_id)
    )
    if name is None:
        return Outcome(one.filled, "", problems=[Problem("recorder", _NOBODY)])
    try:
        with connection.begin_nested():
            kept = photos.keep(folder, one.photo) if one.photo else ""
            draft = draft_of(connection, village_id, replace(one.filled, photo=kept), now)
            receipt = ledger.record_from_paper(connection, village_id, draft, name, by, now, approved=False)
            return Outcome(one.filled, name, receipt)
    except Refused as refusal:
        return Outcome(one.filled, name, problems=refusal.problems)
    except KeyClash as clash:
        return Outcome(one.filled, name, problems=[clash.problem])
