"""Surnames that dictionaries read otherwise are found under what people say, and under the other reading too."""

import pytest

from kiosk.roster.readings import keys_of


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("曾丽", "zengli"),
        ("单雄", "shanxiong"),
        ("仇英", "qiuying"),
        ("查良", "zhaliang"),
        ("解缙", "xiejin"),
        ("区大", "ouda"),
        ("盖天", "getian"),
        ("朴正", "piaozheng"),
        ("乐进", "yuejin"),
        ("尉迟恭", "yuchigong"),
        ("万俟明", "moqiming"),
        ("长孙无忌", "zhangsunwuji"),
        ("欧阳建华", "ouyangjianhua"),
    ],
)
def test_a_surname_is_read_as_a_surname_first(name: str, said: str) -> None:
    assert keys_of(name).split()[0] == said


@pytest.mark.parametrize(
    ("name", "also"),
    [("曾丽", "cengli"), ("单雄", "danxiong"), ("乐进", "lejin"), ("朴正", "puzheng"), ("尉迟恭", "ycg")],
)
def test_the_other_readings_and_the_initials_are_keys_too(name: str, also: str) -> None:
    assert also in keys_of(name).split()


def test_a_name_with_many_readings_has_not_endless_keys() -> None:
    assert len(keys_of("阿依古丽·买买提重乐和行")) < 4_000


def test_letters_stand_for_themselves() -> None:
    assert keys_of("Ali").split()[0] == "ali"
