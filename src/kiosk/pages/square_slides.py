"""What the screen in the square shows, slide by slide. Pure: facts in, slides out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kiosk.office.honours import Honoured
from kiosk.pages.red_list import RedRow, pages, red_rows
from kiosk.pages.square_groups import Group, groups, taking_turns
from kiosk.pages.square_rows import (
    DeedRow,
    Moves,
    Row,
    Teller,
    changed_rows,
    deed_rows,
    earned,
    earners,
    month_rows,
    rows,
    year_rows,
)
from kiosk.pages.square_sizes import Shape, Sizes
from kiosk.scoring.awards import ZERO
from kiosk.scoring.history import Deed
from kiosk.scoring.periods import Period, period_of, quarter_of
from kiosk.scoring.standings import Annual, Standing

CYCLE = 120  # seconds for the whole round, at most
SHORTEST, LONGEST = 8, 12  # seconds for one slide
MOST_SLIDES = CYCLE // SHORTEST
_LEADER_PAGES = 3
_GROUP_PAGES = 6


@dataclass(frozen=True)
class Facts:
    """What is known about the village today; `deeds` are the good ones of the last seven days."""

    today: date
    quarter: Sequence[Standing] = ()
    month: Sequence[Standing] = ()
    last_quarter: Sequence[Standing] = ()
    last_year: Sequence[Annual] = ()
    moved: Moves = field(default_factory=dict)
    deeds: Sequence[Deed] = ()
    message: str = ""
    messages: Sequence[str] = ()  # today's, beside the standing one
    on_notice: date | None = None  # the last day on which to object to the last quarter
    honoured: Sequence[Honoured] = ()  # of one year, which is no older than the last


@dataclass(frozen=True)
class Progress:
    """How far the whole village has come this quarter."""

    households: int
    taking_part: int
    points: Decimal
    deeds: int

    @property
    def percent(self) -> int:
        return self.taking_part * 100 // self.households if self.households else 0


@dataclass(frozen=True)
class Slide:
    """`kind` names its template; `key` stays the same when the board is drawn anew."""

    kind: str
    key: str
    period: Period | None = None
    rows: Sequence[Row] = ()
    deeds: Sequence[DeedRow] = ()
    groups: Sequence[Group] = ()
    progress: Progress | None = None
    honours: Sequence[RedRow] = ()
    message: str = ""
    scale: int = 10  # of the message: tenths of a name's height
    on_notice: date | None = None


@dataclass(frozen=True)
class Screen:
    """The screen that the slides are made for."""

    sizes: Sizes
    shape: Shape

    @property
    def rows(self) -> int:
        return self.sizes.rows(self.shape)

    @property
    def columns(self) -> int:
        """How many names stand side by side on the red list."""
        return 3 if self.shape == "portrait" else 5

    @property
    def deeds(self) -> int:
        return self.sizes.deeds(self.shape)

    def fill(self, lines: int) -> str:
        """`few` and `some` lines may stand larger than those of a full slide."""
        if lines * 2 <= self.rows:
            return "few"
        return "some" if lines * 4 <= self.rows * 3 else "full"


def slides(facts: Facts, screen: Screen, teller: Teller) -> list[Slide]:
    """All slides in the order of showing: no more than two minutes hold."""
    news = [*_today(facts, screen, teller), *_deeds(facts, screen, teller)]
    sections = [*_overview(facts, screen), *_group_pages(facts, screen, teller)]
    rest = [
        *_month(facts, screen, teller),
        *_progress(facts),
        *(_honours(facts, screen, teller) or _last_year(facts, screen, teller)),
        *_messages(facts, screen),
        Slide("notice", "notice", quarter_of(facts.today).before(), on_notice=facts.on_notice),
    ]
    room = MOST_SLIDES - len(news) - len(sections) - len(rest)
    leaders = _leaders(facts, screen, teller)[: min(room, _LEADER_PAGES)]
    return [*leaders, *news, *sections, *rest]


def seconds(count: int) -> int:
    """How long each of so many slides stays."""
    return max(SHORTEST, min(LONGEST, CYCLE // max(count, 1)))


def _leaders(facts: Facts, screen: Screen, teller: Teller) -> list[Slide]:
    """The quarter's leaders; while it has none yet, the last quarter's; else an empty page with a welcome."""
    quarter = quarter_of(facts.today)
    places = earners(facts.quarter)
    if not places and (last := earners(facts.last_quarter)[: screen.rows]):
        return [Slide("last_quarter", "leaders-1", quarter.before(), rows=rows(last, {}, teller))]
    pages = [places[start : start + screen.rows] for start in range(0, max(len(places), 1), screen.rows)]
    return [
        Slide("leaders", f"leaders-{number}", quarter, rows=rows(page, facts.moved, teller))
        for number, page in enumerate(pages, start=1)
    ]


def _today(facts: Facts, screen: Screen, teller: Teller) -> Iterator[Slide]:
    changed = changed_rows(facts.quarter, facts.moved, teller)
    if changed:
        yield Slide("today", "today", quarter_of(facts.today), rows=changed[: screen.deeds])


def _deeds(facts: Facts, screen: Screen, teller: Teller) -> Iterator[Slide]:
    if facts.deeds:
        told = deed_rows(facts.deeds[: screen.deeds], facts.quarter, teller)
        yield Slide("deeds", "deeds", deeds=told)


def _overview(facts: Facts, screen: Screen) -> Iterator[Slide]:
    found = groups(facts.quarter)
    if len(found) > 1 and earners(facts.quarter):
        yield Slide("groups", "groups", quarter_of(facts.today), groups=found[: screen.rows])


def _group_pages(facts: Facts, screen: Screen, teller: Teller) -> Iterator[Slide]:
    pages = _GROUP_PAGES - max(
        0, len(_texts(facts)) - 1
    )  # more messages, fewer groups: the round stays short
    for group in taking_turns(groups(facts.quarter), pages, facts.today):
        places = [place for place in earners(facts.quarter) if place.household.group == group.name]
        if places:
            told = rows(places[: screen.rows], facts.moved, teller)
            yield Slide("group", f"group-{group.name}", quarter_of(facts.today), rows=told, groups=[group])


def _month(facts: Facts, screen: Screen, teller: Teller) -> Iterator[Slide]:
    places = earners(facts.month)[: screen.rows]
    if places:
        told = month_rows(places, facts.quarter, teller)
        yield Slide("month", "month", period_of(facts.today, "month"), rows=told)


def _progress(facts: Facts) -> Iterator[Slide]:
    if facts.quarter:
        points = sum((max(earned(place), ZERO) for place in facts.quarter), ZERO)
        progress = Progress(len(facts.quarter), len(earners(facts.quarter)), points, len(facts.deeds))
        yield Slide("progress", "progress", quarter_of(facts.today), progress=progress)


def _last_year(facts: Facts, screen: Screen, teller: Teller) -> Iterator[Slide]:
    first = [place for place in facts.last_year if place.rank <= 3 and place.average > 0]
    if first:
        year = period_of(facts.today, "year").before()
        yield Slide("last_year", "last-year", year, rows=year_rows(first[: screen.rows], teller))


def _honours(facts: Facts, screen: Screen, teller: Teller) -> list[Slide]:
    """The red list of the year's honours; where it fills several pages they take turns by the day."""
    if not facts.honoured:
        return []
    found = pages(red_rows(facts.honoured, teller.name, teller.lang, screen.columns), screen.rows)
    year = Period(facts.honoured[0].decision.year * 100 + 1, "year")
    return [Slide("honours", "honours", year, honours=found[facts.today.toordinal() % len(found)])]


def _messages(facts: Facts, screen: Screen) -> Iterator[Slide]:
    for number, text in enumerate(_texts(facts), start=1):
        scale = screen.sizes.message_scale(text, screen.shape)
        key = "message" if number == 1 else f"message-{number}"
        yield Slide("message", key, message=text, scale=scale)


def _texts(facts: Facts) -> list[str]:
    return [text for text in (facts.message.strip(), *facts.messages) if text]
