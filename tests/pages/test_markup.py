"""The guard over every page finds what it should (conftest.py lets it look)."""

import pytest

from tests.pages.markup import SCROLLING, faults

SOUND = """<!DOCTYPE html><label for="a">A</label><input id="a"><select><option value="">Choose</option></select>
<div class="table-room" tabindex="0" role="region" aria-label="People"></div><img alt="" src="/x">"""


@pytest.mark.teeth
@pytest.mark.parametrize(
    "fault",
    [
        '<p id="a"></p>',
        '<label for="b">B</label>',
        '<p aria-describedby="a b"></p>',
        '<option value=""></option>',
        "<time></time>",
        "<h2> </h2>",
        '<img src="/x">',
        '<section aria-labelledby="a"></section><div role="region" aria-labelledby="a"></div>',
        '<div class="table-room"></div>',
        '<div class="sheet-room" tabindex="0" role="region"></div>',
    ],
)
def test_a_fault_in_a_page_is_found(fault: str) -> None:
    assert faults(SOUND) == []
    assert len(faults(SOUND + fault)) == 1


def test_what_scrolls_sideways_is_known_from_the_styles() -> None:
    assert {"table-room", "sheet-room"} <= SCROLLING
