"""The text for the village's loudspeaker (广播稿) about a quarter. Pure: facts in, Chinese out.

It is read aloud in the whole village: rewards alone are told, a member by relation, a head of household as the
village names heads in public. A star cannot be read, so that a masked head is a surname and a code. Whoever
reported somebody is not called by the loudspeaker at all. What is read aloud is always Chinese.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from kiosk.office.spoken import count, day, digits, number, points, quarter
from kiosk.roster.names import surname
from kiosk.scoring.awards import ZERO
from kiosk.scoring.columns import TENTH
from kiosk.scoring.deeds import Deed
from kiosk.scoring.periods import Period
from kiosk.scoring.settlement import QuarterState
from kiosk.scoring.standings import Household, Standing

LETTERS_A_MINUTE = 220
_RANKS = 3  # that are called by name
_MOST_NAMES = 8  # of them all: whoever listens remembers no more
_MOST_DEEDS = 5
_BY_THE_WAY = re.compile(r"（[^（）]*）|\([^()]*\)")  # what a title says in brackets is for the office
_SILENT = re.compile(r"[\s，。、：；！？“”（）《》—…·]")
_RELATIONS = {
    **{"妻": "妻子", "夫": "丈夫", "父": "父亲", "母": "母亲", "子": "儿子", "女": "女儿"},
    **{
        "长子": "大儿子",
        "次子": "二儿子",
        "三子": "三儿子",
        "长女": "大女儿",
        "次女": "二女儿",
        "三女": "三女儿",
    },
    **{"媳": "儿媳妇", "儿媳": "儿媳妇", "婿": "女婿", "孙": "孙子", "配偶": "爱人"},
}
_SEASONS = {
    "spring": "春耕正忙，下地干活注意安全；上坟祭扫不在山边烧纸放炮，防火靠大家。",
    "summer": "天热雨水多，老人孩子别到河边塘边去，家里的电线、屋后的山坡多看一眼。",
    "autumn": "秋收忙起来了，秸秆不要在地里烧，粮食不要晒到公路上，邻里之间多搭把手。",
    "winter": "天冷了，烤火取暖要开窗通风，防火防煤气；过年走亲访友，红白喜事不比排场。",
}


@dataclass(frozen=True)
class Facts:
    """What the script is made of. `places` is the whole ranking; `deeds` are good ones to choose from, the best
    first; `good` counts them all, `taking_part` the households that did any. `public_names` is the village's
    choice of how heads are named, or none."""

    village: str
    quarter: Period
    today: date
    places: Sequence[Standing]
    deeds: Sequence[Deed]
    good: int
    taking_part: int
    public_names: str | None
    state: QuarterState
    notice_days: int
    answer_days: int
    contact: str = ""

    @property
    def running(self) -> bool:
        return self.quarter.end > self.today


def script(facts: Facts) -> str:
    """The whole text, a paragraph a topic."""
    names = _Names(facts)
    parts = (_greeting(facts), _progress(facts), _leaders(facts, names), _groups(facts))
    more = (_deeds(facts, names), _notice(facts), _farewell(facts))
    return "\n\n".join(part for part in (*parts, *more) if part)


def letters(text: str) -> int:
    """How many letters are spoken."""
    return len(_SILENT.sub("", text))


def seconds(text: str) -> int:
    """About how long it takes to read, at the pace of a loudspeaker."""
    return letters(text) * 60 // LETTERS_A_MINUTE


class _Names:
    """How households are called aloud; two of one name and group are told apart by their codes."""

    def __init__(self, facts: Facts) -> None:
        self._shown = facts.public_names
        self._homes = {place.household.id: place.household for place in facts.places}
        self._same = Counter((home.group, home.head) for home in self._homes.values())

    def of(self, home: Household) -> str:
        return home.group + self._called(home)

    def of_deed(self, deed: Deed) -> str:
        """The household of a deed, also one that is no longer on the roll."""
        gone = Household(deed.household_id, deed.household_code, "", False, "")
        return self.of(self._homes.get(deed.household_id, gone))

    def _called(self, home: Household) -> str:
        code = f"{digits(home.code)}号"
        if home.head_minor or not home.head or self._shown not in ("full", "masked"):
            return f"{code}户"
        if self._shown == "masked":
            return f"{code}{surname(home.head)}家"
        return f"{code if self._same[home.group, home.head] > 1 else ''}{home.head}家"


def _greeting(facts: Facts) -> str:
    so_far = "到今天为止" if facts.running else ""
    hello = f"各位村民，大家好！这里是{facts.village}广播。"
    return f"{hello}下面播报{quarter(facts.quarter)}{so_far}的积分情况，请大家听一听。"


def _progress(facts: Facts) -> str:
    if not facts.good:
        return "这个季度还没有记上积分。身边的好人好事，请告诉村里的记分员。"
    homes = f"全村{count(len(facts.places), '户')}人家"
    everybody = facts.taking_part == len(facts.places) > 1
    took_part = "，家家户户都得了分" if everybody else f"里有{count(facts.taking_part, '户')}得了分"
    return f"这个季度，{homes}{took_part}，一共记下好事{count(facts.good, '件')}。"


def _leaders(facts: Facts, names: _Names) -> str:
    ahead = [place for place in facts.places if place.rank <= _RANKS]
    earned = [place for place in ahead if place.member_points + place.household_points > ZERO]
    said, named = [], 0
    for rank, tied in groupby(earned, key=lambda place: place.rank):
        together = list(tied)
        named += len(together)
        said.append(_rank(rank, together, names, by_name=named <= _MOST_NAMES))
    if not said or not facts.good:
        return ""
    return "先说积分靠前的人家。" + "".join(said) + "向这些人家表示祝贺！"


def _rank(rank: int, together: Sequence[Standing], names: _Names, by_name: bool) -> str:
    figure = points(together[0].total)
    if len(together) == 1 and by_name:
        return f"第{number(rank)}名，{names.of(together[0].household)}，{figure}。"
    tied = f"并列第{number(rank)}名的有{count(len(together), '户')}"
    if not by_name:
        return f"{tied}，每户{figure}，名单请看公示栏。"
    return f"{tied}，{'、'.join(names.of(place.household) for place in together)}，每户{figure}。"


def _groups(facts: Facts) -> str:
    """The best group by its households' average, and who comes next."""
    found: dict[str, list[Decimal]] = {}
    for place in facts.places:
        if place.household.group:
            found.setdefault(place.household.group, []).append(place.total)
    averages = sorted((-_average(totals), name) for name, totals in found.items())
    if len(averages) < 2 or averages[0][0] >= 0:
        return ""
    said = [
        (points(-figure), "和".join(name for _, name in tied))
        for figure, tied in groupby(averages, key=lambda one: one[0])
        if figure < 0
    ]
    figure, best = said[0]
    more = f"；接下来是{said[1][1]}，{said[1][0]}" if len(said) > 1 else ""
    return f"再看各村民小组。按户平均，最高的是{best}，每户{figure}{more}。"


def _average(totals: Sequence[Decimal]) -> Decimal:
    return (sum(totals, ZERO) / len(totals)).quantize(TENTH, ROUND_HALF_UP)


def _deeds(facts: Facts, names: _Names) -> str:
    told = list(_told(facts, names))
    if not told:
        return ""
    some = "几件" if len(told) > 1 else "一件"
    others = "做了好事的人家还有很多，这里就不一一念了。" if facts.taking_part > len(told) else ""
    return f"这个季度的好事，说{some}给大家听：{'；'.join(told)}。{others}"


def _told(facts: Facts, names: _Names) -> Iterator[str]:
    for deed in facts.deeds[:_MOST_DEEDS]:
        relation = deed.member_relation
        who = "" if not relation or relation == "户主" else f"的{_RELATIONS.get(relation, relation)}"
        yield f"{names.of_deed(deed)}{who}，{_BY_THE_WAY.sub('', deed.title)}"


def _notice(facts: Facts) -> str:
    where = f"有不清楚的，可以问{facts.contact}。" if 0 < len(facts.contact) <= 30 else ""
    return f"{_state(facts)}{where}"


def _state(facts: Facts) -> str:
    ask = "谁家觉得分记错了、记漏了，到村委会说一声，或者用手机扫自家门牌上的码，都可以提出来。"
    answer = f"提了就登记，{count(facts.answer_days, '天')}以内给答复。"
    if facts.state.state == "settled":
        return "这个季度的公示已经结束，积分已经定了下来，名单贴在公示栏，大家随时可以去看。"
    if facts.state.notice_until and facts.state.notice_until < facts.today:
        return f"这个季度的公示期已经满了，等村里定下来再告诉大家。{ask}{answer}"
    if facts.state.notice_until:
        return f"全村的积分和排名已经贴在公示栏，公示到{day(facts.state.notice_until)}为止。{ask}{answer}"
    first = "季度结束以后" if facts.running else "接下来"
    return f"{first}，全村的积分和排名要张榜公示{count(facts.notice_days, '天')}。{ask}{answer}"


def _farewell(facts: Facts) -> str:
    season = ("winter", "spring", "summer", "autumn")[facts.today.month % 12 // 3]
    return f"{_SEASONS[season]}积分不在多少，贵在人人动手，村子是咱们大家的。播送完了，谢谢大家！"
