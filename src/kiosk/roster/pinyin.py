"""The letters under which people look for a name: every reading of its characters, surnames as surnames."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

from kiosk.roster.names import COMPOUND

# readings that the dictionary does not know, or not as the first, for a surname
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "查": "zha", "解": "xie", "区": "ou", "盖": "ge", "朴": "piao",
    "乐": "yue", "任": "ren", "覃": "qin", "翟": "zhai", "缪": "miao", "冼": "xian", "员": "yun", "葛": "ge",
    "黑": "he", "召": "shao", "隽": "juan", "秘": "bi", "种": "chong", "繁": "po", "折": "she", "宓": "fu",
    "逄": "pang", "洗": "xian", "那": "na", "哈": "ha", "盛": "sheng", "纪": "ji", "尹": "yin", "石": "shi",
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu",
    "令狐": "ling hu", "鲜于": "xian yu", "乐正": "yue zheng", "宰父": "zai fu", "夹谷": "jia gu",
}  # fmt: skip
_MOST_READINGS = 4  # of one character
_MOST_KEYS = 48  # of one name


def keys(name: str) -> str:
    """The search keys of a name, lower case, with spaces between: 张三 → `zhangsan zs san`."""
    readings = _readings(name.replace("·", ""))
    spoken = list(islice(product(*readings), _MOST_KEYS))
    given = 2 if name[:2] in COMPOUND else 1
    full = ("".join(parts) for parts in spoken)
    initials = ("".join(part[0] for part in parts) for parts in spoken)
    after_surname = ("".join(parts[given:]) for parts in spoken)
    return " ".join(dict.fromkeys(key for key in (*full, *initials, *after_surname) if key))


def _readings(name: str) -> list[Sequence[str]]:
    found: list[Sequence[str]] = [_of_character(one) for one in name]
    special = (_SURNAMES.get(name[:2]) or _SURNAMES.get(name[:1]) or "").split()
    for place, reading in enumerate(special):
        found[place] = tuple(dict.fromkeys((reading, *found[place])))
    return [one for one in found if one]


@lru_cache(maxsize=8192)
def _of_character(character: str) -> tuple[str, ...]:
    """All readings without tones; letters and digits stand for themselves, anything else for nothing."""
    from pypinyin.pinyin_dict import pinyin_dict  # slow to import, and needed only when names come in

    if character.isascii():
        return (character.lower(),) if character.isalnum() else ()
    written = pinyin_dict.get(ord(character), "")
    return tuple(dict.fromkeys(islice(_without_tones(written.split(",")), _MOST_READINGS)))


def _without_tones(readings: Iterable[str]) -> Iterator[str]:
    """ü is typed as v, and by many as u."""
    for reading in filter(None, readings):
        plain = "".join(
            letter
            for letter in unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
            if letter.isascii()
        )
        yield plain
        if "v" in plain:
            yield plain.replace("v", "u")
