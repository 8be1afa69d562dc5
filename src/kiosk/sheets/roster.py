"""The roster as a sheet, one row a person. An identity number is read for the date of birth and forgotten."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true

from kiosk.roster.comparing import Home, Person, at_one_time
from kiosk.roster.names import is_head
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import household, member
from kiosk.sheets.cells import as_date, birth_in_id
from kiosk.sheets.reading import Row, read_rows

COLUMNS = {
    "household": ("户号", "户编号", "家庭编号"),
    "name": ("姓名", "家庭成员", "成员姓名"),
    "relation": ("与户主关系", "关系", "户主关系", "与户主的关系"),
    "group": ("村民小组", "小组", "组别", "组"),
    "address": ("门牌", "门牌号", "地址", "住址", "家庭住址"),
    "residency": ("户籍", "户籍情况", "户籍类型"),
    "born": ("出生日期", "出生年月日", "生日"),
    "joined": ("迁入日期", "迁入时间"),
    "left": ("迁出日期", "迁出时间"),
    "id_number": ("身份证号", "身份证号码", "身份证", "公民身份号码"),
}
REQUIRED = ("household", "name", "relation")
EXPORTED = tuple(COLUMNS)[:-1]

_LOCAL, _RESIDENT = ("本村", "本地", "本户", "local"), ("外", "非本村", "流动", "租", "暂住", "resident")
_WIDTHS = {"household": 8, "relation": 10, "address": 24, "residency": 8}  # characters
_LONGEST = {"household": 20, "name": 40, "relation": 20, "group": 20, "address": 60}

_EMPTY = N_("is empty; write it")
_LONG = N_("is longer than %(limit)s characters")
_NO_HOUSEHOLD = N_("has no household code, and there is none above it")
_RESIDENCY = N_("“%(text)s” is neither 本村 (local) nor 外来 (resident)")
_CONFLICT = N_("“%(text)s” differs from “%(other)s” in another row of this household")
_TWICE = N_("%(name)s stands twice in household %(code)s; add something to tell the two apart")
_NO_HEAD = N_("household %(code)s has no head; write 户主 for one of its people")
_TWO_HEADS = N_("household %(code)s has two heads; leave 户主 to one of them")
_LEFT_FIRST = N_("leaves on %(left)s, before joining on %(joined)s")
_NOT_BORN = N_("%(day)s is still to come")


@dataclass
class _Collecting:
    """One household while its rows are read."""

    code: str
    first: Row
    people: list[tuple[Row, Person]] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)  # the same in the clerk's words


def read_roster(content: bytes, today: date) -> list[Home]:
    """The households of a file. Raises Refused with every problem, by sheet, row and column."""
    problems: list[Problem] = []
    homes: dict[str, _Collecting] = {}
    above, sheet = "", ""
    for row in read_rows(content, COLUMNS, REQUIRED):
        above = "" if row.sheet != sheet else above
        sheet, above = row.sheet, row["household"] or above
        if not above:
            problems.append(row.problem("household", Problem("", _NO_HOUSEHOLD)))
            continue
        home = homes.setdefault(above, _Collecting(above, row))
        person, found = _person(row, today)
        problems += [*found, *_own_fields(home, row)]
        home.people.append((row, person))
    for home in homes.values():
        problems += _household_problems(home)
    if problems:
        raise Refused(*problems)
    return [_home(home) for home in homes.values()]


def rows(connection: Connection, village_id: int, day: date | None = None) -> Iterator[Sequence[object]]:
    """The roster as it is here, in the columns of EXPORTED, heads first; with a day, who was on the roll then."""
    columns = select(
        household.c.code, household.c.group_name, household.c.address, household.c.residency, member
    )
    joined = columns.join(member, member.c.household_id == household.c.id)
    order = (household.c.code, member.c.head.desc(), member.c.id)
    wanted = joined.where(household.c.village_id == village_id, _on_roll(day) if day else true())
    for row in connection.execute(wanted.order_by(*order)):
        whose = (row.code, row.name, row.relation, row.group_name, row.address, row.residency)
        yield *whose, row.born, row.joined, row.left


def filed(rows: Sequence[Sequence[object]], village: str, day: date, lang: str) -> bytes:
    """The rows as a workbook to print and keep, which can be imported again as it is."""
    from kiosk.sheets.paper import Column, Sheet, workbook

    chinese = lang != "en"
    titles = [COLUMNS[name][0] if chinese else name for name in EXPORTED]
    columns = [
        Column(title, _WIDTHS.get(name, 12), "day" if name in ("born", "joined", "left") else "text")
        for name, title in zip(EXPORTED, titles, strict=True)
    ]
    words = {"local": "本村", "resident": "外来"} if chinese else {}
    place = EXPORTED.index("residency")
    said = [[*row[:place], words.get(str(row[place]), row[place]), *row[place + 1 :]] for row in rows]
    title = f"{village}花名册" if chinese else f"Roster of {village}"
    return workbook([Sheet(title, title, columns, said, lines=[day.isoformat()])])


def _on_roll(day: date) -> ColumnElement[bool]:
    came, went = member.c.joined, member.c.left
    return and_(or_(came.is_(None), came <= day), or_(went.is_(None), went >= day))


def _person(row: Row, today: date) -> tuple[Person, list[Problem]]:
    problems = [
        row.problem(column, Problem("", _EMPTY)) for column in ("name", "relation") if not row[column]
    ]
    problems += [
        row.problem(column, Problem("", _LONG, {"limit": limit}))
        for column, limit in _LONGEST.items()
        if len(row[column]) > limit
    ]
    days: dict[str, date | None] = {}
    for column in ("born", "joined", "left"):
        days[column] = _day(row, column, problems)
    days["born"] = days["born"] or birth_in_id(row["id_number"])
    born, joined, left = days.values()
    if joined and left and left < joined:
        problems.append(row.problem("left", Problem("", _LEFT_FIRST, {"left": left, "joined": joined})))
    if born and born > today:
        problems.append(row.problem("born", Problem("", _NOT_BORN, {"day": born})))
    head = is_head(row["relation"])
    # one person, whichever brackets the clerk took: 张三（大） is 张三(大)
    name = unicodedata.normalize("NFKC", row["name"])
    return Person(name, row["relation"], head, born, joined, left), problems


def _day(row: Row, column: str, problems: list[Problem]) -> date | None:
    if not row[column]:
        return None
    day = as_date(row[column])
    if isinstance(day, Problem):
        problems.append(row.problem(column, day))
        return None
    return day


def _own_fields(home: _Collecting, row: Row) -> Iterator[Problem]:
    """Group, address and residency belong to the household: any of its rows may say them, all the same."""
    for column in ("group", "address", "residency"):
        text = row[column]
        if column == "residency" and text:
            understood = _residency(text)
            if understood is None:
                yield row.problem(column, Problem("", _RESIDENCY, {"text": text}))
                continue
            text = understood
        written = home.written.setdefault(column, row[column]) if text else ""
        if text and home.own.setdefault(column, text) != text:
            values = {"text": row[column], "other": written}
            yield row.problem(column, Problem("", _CONFLICT, values))


def _residency(text: str) -> str | None:
    lowered = text.lower()
    if lowered.startswith(_RESIDENT) or "外来" in lowered:
        return "resident"
    return "local" if lowered.startswith(_LOCAL) else None


def _household_problems(home: _Collecting) -> Iterator[Problem]:
    for place, (row, person) in enumerate(home.people):
        before = (other for _row, other in home.people[:place] if other.name == person.name != "")
        if any(at_one_time(other, person) for other in before):
            yield row.problem("name", Problem("", _TWICE, {"name": person.name, "code": home.code}))
    staying = [(row, person) for row, person in home.people if person.left is None]
    heads = [row for row, person in staying if person.head]
    if staying and not heads:
        yield home.first.problem("relation", Problem("", _NO_HEAD, {"code": home.code}))
    for row in heads[1:]:
        yield row.problem("relation", Problem("", _TWO_HEADS, {"code": home.code}))


def _home(home: _Collecting) -> Home:
    own: dict[str, Any] = home.own
    return Home(home.code, [person for _row, person in home.people], **own)
