"""What of a name the public may see, and who is too young to be named at all."""

import re
from datetime import date

from kiosk.scoring import standings

COMPOUND = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离"
        "长孙宇文司徒鲜于司空令狐呼延子车西门南门东郭百里拓跋夹谷轩辕第五公良漆雕乐正宰父谷梁段干梁丘左丘单于完颜",
    )
)
_CHILD = re.compile(r"[子女儿孙侄甥弟妹婴童]|son|daughter|child|niece|nephew|brother|sister")
_ADULT = re.compile(r"妻|媳|婿|妇|嫂|夫|父|母|公|婆|外祖|祖父|祖母|弟妹|户主|本人|in-law")


def surname(name: str) -> str:
    """The first character, or the first two of 欧阳, 尉迟 and their like."""
    return name[:2] if name[:2] in COMPOUND and len(name) > 2 else name[:1]


def masked(name: str) -> str:
    """张三 → 张*, 欧阳建华 → 欧阳*."""
    return f"{surname(name)}*" if name else ""


def public_name(household: standings.Household, choice: str | None) -> str:
    """How public pages name a household: by its head in full or masked, or by its code alone.

    By its code as long as nobody has chosen, and always when its head is under age or unknown.
    """
    if household.head_minor or not household.head or choice not in ("full", "masked"):
        return household.code
    return household.head if choice == "full" else masked(household.head)


def is_minor(born: date | None, relation: str, day: date) -> bool:
    """Whether somebody is, or with no date of birth may be, under eighteen on that day."""
    if born is None:
        return bool(_CHILD.search(relation.lower())) and not _ADULT.search(relation.lower())
    return (day.year - born.year, (day.month, day.day)) < (18, (born.month, born.day))
