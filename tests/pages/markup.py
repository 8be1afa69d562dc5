"""What no page of ours may do, found without a browser: a cheap guard beside the audits by hand."""

import re
from collections import Counter

from kiosk.pages.styles import static_folder

_ID = re.compile(r'\sid="([^"]*)"')
_TAG = re.compile(r"<[a-z][^>]*>")
_POINTING = re.compile(r'\s(?:for|list|aria-labelledby|aria-describedby|aria-controls)="([^"]*)"')
_LANDMARK = re.compile(r'<(?:section|nav)\b|\srole="region"')
_NAMED = re.compile(r'\saria-labelledby="([^"]*)"')
_EMPTY = re.compile(r'<option value=""[^>]*>\s*</option>|<(time|h[1-6]|a|button)\b[^>]*>\s*</\1>')
_SCROLLS = re.compile(r"\.([\w-]+) \{[^}]*overflow-x: auto")
SCROLLING = {
    name
    for sheet in (static_folder() / "css").glob("*.css")
    for name in _SCROLLS.findall(sheet.read_text("utf-8"))
}
_TEMPLATE = re.compile(r"<template\b.*?</template>", re.DOTALL)
_ROOM = re.compile(rf'<\w+ class="(?:{"|".join(sorted(SCROLLING))})"[^>]*>')


def faults(page: str) -> list[str]:
    """Doubled or missing ids, two landmarks of one name, empty options and headings, pictures without words, and parts
    that scroll sideways but cannot be reached by keyboard or have no name."""
    page = _TEMPLATE.sub("", page)  # what scripts copy is no part of the page
    ids = Counter(_ID.findall(page))
    tags = _TAG.findall(page)
    named = Counter(name for tag in tags if _LANDMARK.search(tag) for name in _NAMED.findall(tag))
    doubled = [f"{name} twice" for names in (ids, named) for name, times in names.items() if times > 1]
    mute = [tag for tag in tags if tag.startswith("<img") and " alt=" not in tag]
    rooms = [room for room in _ROOM.findall(page) if not _is_reachable(room)]
    return [*doubled, *_lost(page, ids), *(found[0] for found in _EMPTY.finditer(page)), *mute, *rooms]


def _lost(page: str, ids: Counter[str]) -> list[str]:
    """Names that lead nowhere; a fragment may name what stands on the page it goes into."""
    if not page.lstrip().lower().startswith("<!doctype"):
        return []
    return [f"no id {name}" for names in _POINTING.findall(page) for name in names.split() if name not in ids]


def _is_reachable(room: str) -> bool:
    return 'tabindex="0"' in room and 'role="region"' in room and " aria-label" in room
