"""Everything written on the screen stands out 7 to 1, by day and by night."""

import re

import pytest

from kiosk.pages.styles import static_folder

CSS = (static_folder() / "css" / "square.css").read_text("utf-8")
WRITTEN = ("--ink", "--quiet", "--gold", "--gain")


def colours(theme: str) -> dict[str, str]:
    night = re.search(r':root, \[data-theme="night"\] \{(.*?)\}', CSS, re.DOTALL)
    day = re.search(r'\n  \[data-theme="day"\] \{(.*?)\}', CSS, re.DOTALL)
    assert night
    assert day
    text = night[1] + (day[1] if theme == "day" else "")
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})\b", text))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["night", "day"])
@pytest.mark.parametrize("ground", ["--ground", "--glow", "--hill-far", "--hill-near"])
@pytest.mark.parametrize("ink", WRITTEN)
def test_writing_on_the_ground(theme, ground, ink):
    known = colours(theme)
    assert contrast(known[ground], known[ink]) >= 7


@pytest.mark.parametrize("theme", ["night", "day"])
def test_writing_on_the_banner(theme):
    known = colours(theme)
    assert contrast(known["--banner"], known["--banner-ink"]) >= 7


def test_writing_on_the_amber_badge():
    badge = re.search(r"\.alarm \{ background: (#\w+); color: (#\w+);", CSS)
    assert badge
    assert contrast(badge[1], badge[2]) >= 7
