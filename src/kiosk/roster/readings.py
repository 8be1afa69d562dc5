"""How a name may be typed in letters: 张三 is zhangsan and zs; 单雄信 is shan… or dan…, whoever reads it."""

import re
from functools import lru_cache
from itertools import product

from kiosk.roster.names import surname

# as surnames they are read in a way that dictionaries give second or not at all
SURNAME_READINGS = {
    **{
        "曾": "zeng",
        "单": "shan",
        "仇": "qiu",
        "查": "zha",
        "解": "xie",
        "区": "ou",
        "盖": "ge",
        "朴": "piao",
    },
    **{"乐": "yue", "任": "ren", "华": "hua", "覃": "qin tan", "翟": "zhai di", "缪": "miao", "宓": "mi"},
    **{
        "冼": "xian",
        "尹": "yin",
        "种": "chong",
        "员": "yun",
        "黑": "he",
        "折": "she",
        "繁": "po",
        "郇": "xun",
    },
    **{"尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "澹台": "tantai", "令狐": "linghu", "秘": "bi"},
}
_MOST = 24  # a name with many readings in every character is cut off here
_PLAIN = re.compile(r"[^a-z0-9]+")


def keys_of(name: str) -> str:
    """The search keys of a name, space-separated and lower-case: whole, initials, surname, given name."""
    family = surname(name)
    given = [_read(character) for character in name[len(family) :]]
    families = _surname_readings(family, [_read(character) for character in family])
    keys = []
    for first in families:
        for rest in _combinations(given):
            syllables = [*first, *rest]
            keys += ["".join(syllables), "".join(part[0] for part in syllables if part), "".join(rest)]
    return " ".join(dict.fromkeys(key for key in keys if key))


def _surname_readings(family: str, spelled: list[list[str]]) -> list[list[str]]:
    special = SURNAME_READINGS.get(family, "").split()
    usual = [list(syllables) for syllables in _combinations(spelled)]
    if len(family) > 1:
        return [_halved(reading) for reading in special] + usual
    return [[reading] for reading in special] + usual


def _halved(reading: str) -> list[str]:
    """A compound surname's two syllables, for its initials."""
    parts = re.findall(r"(?:zh|ch|sh|[a-z])[^aeiouv]{0,1}?[aeiouv]+(?:ng|n(?![aeiouv]))?", reading)
    return parts if "".join(parts) == reading else [reading]


def _combinations(options: list[list[str]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for combination in product(*options):
        found.append(combination)
        if len(found) == _MOST:
            break
    return found


@lru_cache(maxsize=8192)
def _read(character: str) -> list[str]:
    """Every reading in plain letters; ü may be typed v, u or yu."""
    from pypinyin import Style, pinyin  # 188 ms that only a roster import pays

    spelled = []
    for option in pinyin(character, Style.NORMAL, heteronym=True)[0]:
        plain = _PLAIN.sub("", option.lower().replace("ü", "v"))
        spelled += [plain] if "v" not in plain else [plain, plain.replace("v", "u"), plain.replace("v", "yu")]
    return list(dict.fromkeys(filter(None, spelled))) or [""]
