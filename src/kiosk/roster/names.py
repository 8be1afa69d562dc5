"""What of a name may be shown in public. Minors are never named."""

import re
from datetime import date

from kiosk.scoring.standings import Household

_COMPOUND = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠",
    "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 令狐 百里 万俟 闻人 呼延 东郭 西门 南门 左丘 第五 拓跋 完颜",
)
COMPOUND_SURNAMES = frozenset(" ".join(_COMPOUND).split())
_CHILDREN = ("子", "女", "孙", "儿", "child", "son", "daughter")
_MARRIED = ("妻", "媳", "婿", "妇", "嫂", "母", "父", "夫", "wife", "-in-law")
_HEAD = re.compile(r"(户主|本人|head|self)+([（(].*)?")
_GROWN_UP = 18


def public_name(household: Household, public_names: str | None) -> str:
    """The head of a household as the village wants it shown: in full, masked, or the household's code alone."""
    if household.head_minor or not household.head:
        return household.code
    if public_names == "full":
        return household.head
    return masked(household.head) if public_names == "masked" else household.code


def masked(name: str) -> str:
    """The surname and a star: 张*, 欧阳*."""
    return f"{surname(name)}*"


def surname(name: str) -> str:
    """The surname of a Chinese name; a name in letters keeps its first letter."""
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[:1]


def is_minor(born: date | None, relation: str, day: date) -> bool:
    """Whether somebody is under eighteen on that day; a child whose age nobody wrote down counts as one."""
    if born is None:
        said = relation.lower()
        return any(word in said for word in _CHILDREN) and not any(word in said for word in _MARRIED)
    turned = (day.year - born.year) - ((day.month, day.day) < (born.month, born.day))
    return turned < _GROWN_UP


def is_head(relation: str) -> bool:
    """Whether that is what a household's head is called in the roster's column of relations."""
    return bool(_HEAD.fullmatch(relation.lower()))
