"""Colours that old eyes can read, in both themes."""

import re
from itertools import product

import pytest

from kiosk.pages.styles import BUNDLES, bundle, static_folder

TOKENS = (static_folder() / "css" / "tokens.css").read_text("utf-8")
LIGHT, DARK = TOKENS.split("prefers-color-scheme: dark")
GROUNDS = ("paper", "sheet", "sunk")
INKS = ("ink", "ink-2", "green", "green-deep", "red", "red-deep", "amber", "gold", "silver", "bronze")
PAIRS = [
    *product(INKS, GROUNDS),
    ("on-green", "green"),
    ("on-green", "green-deep"),
    ("ink", "green-wash"),
    ("ink", "red-wash"),
    ("ink", "amber-wash"),
    ("green-deep", "green-wash"),
    ("red-deep", "red-wash"),
]


def colours(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", theme))


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(theme: str) -> None:
    known = colours(theme)
    weak = {
        f"{ink} on {ground}": round(contrast(known[ink], known[ground]), 2)
        for ink, ground in PAIRS
        if contrast(known[ink], known[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edges_of_fields_and_the_focus_can_be_seen(theme: str) -> None:
    known = colours(theme)
    for ground in GROUNDS:
        assert contrast(known["line-strong"], known[ground]) >= 3
        assert contrast(known["focus"], known[ground]) >= 3


def test_whatever_comes_on_several_sheets_has_page_numbers() -> None:
    alone = {"record", "review", "objection", "square", "plates", "certificates", "print"}
    numbered = {name for name in BUNDLES if "counter(pages)" in bundle(name)}
    assert numbered == set(BUNDLES) - alone
    assert all("body:lang(zh){page: chinese" in bundle(name).replace(" {", "{") for name in numbered)
