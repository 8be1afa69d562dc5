"""Names as they are heard in one village: its groups, its clans, and given names by generation."""

from datetime import date
from random import Random

VILLAGE = ("qingshan", "青山村")
GROUPS = ("上湾组", "下湾组", "老屋场组", "新塘组", "桥头组", "竹林坳组", "石坝组", "大樟树组")

# each group is mostly one clan, as villages are
CLANS = ("陈", "李", "张", "周", "黄", "刘", "罗", "杨")
OTHERS = tuple(
    "王吴徐孙胡朱高林何郭马梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛")
# read otherwise than usual, and so a trial for every search by pinyin
SPECIAL = ("单", "仇", "查", "解", "区", "盖", "朴", "乐")

_MEN = {
    1900: "德福 国梁 长根 水生 金山 有才 福贵 永昌 明义 正清 春生 树林 大有 光荣 炳文 汉卿 传宝 兴旺 万山",
    1955: "建国 建军 国强 志明 卫东 爱民 红军 新华 光明 学文 家富 云峰 少华 永红 和平 胜利 庆丰 铁柱 保田",
    1978: "伟 勇 军 斌 涛 磊 鹏 俊杰 志强 海波 晓东 文龙 超 立新 振华 小刚 国栋 春雷 旭 峰",
    2003: "子轩 浩然 宇航 俊熙 梓豪 奕辰 一鸣 家豪 博文 天佑 思源 嘉懿 铭泽 沐阳 晨曦 皓轩",
}
_WOMEN = {
    1900: "桂英 秀兰 玉珍 春香 菊花 金枝 翠莲 素芬 月娥 凤英 冬梅 福秀 银花 兰芝 腊梅 淑贞 秀英 细妹",
    1955: "爱华 丽华 红梅 建英 小红 秋菊 美玲 玉兰 凤霞 春燕 海英 桂花 水莲 亚芳 彩云 晓梅",
    1978: "静 婷 丽 敏 燕 娜 芳 雪梅 艳 晓燕 丹丹 倩 小芳 文静 海燕 佳 莉 玲 琴 雯",
    2003: "梓涵 欣怡 雨桐 诗涵 可馨 思琪 佳怡 梦瑶 一诺 语嫣 子萱 若溪 依依 沐晴 紫涵",
}
# characters outside the first plane of the tables that old programs know; people really carry them
RARE = ("㛃", "𬍛")
LONG = ("阿依古丽·买买提江", "阿不都热合曼·艾尔肯")


def surname(random: Random, group: int) -> str:
    """Of a household of this group: mostly the clan's, seldom a compound one or one read in a special way."""
    draw = random.random()
    if draw < 0.45:
        return CLANS[group % len(CLANS)]
    if draw < 0.93:
        return random.choice(OTHERS + CLANS)
    return random.choice(COMPOUND if draw < 0.97 else SPECIAL)


def given_name(random: Random, woman: bool, born: date) -> str:
    """A given name of the time in which its bearer was born."""
    by_year = _WOMEN if woman else _MEN
    era = max(year for year in by_year if year <= born.year)
    return random.choice(by_year[era].split())
