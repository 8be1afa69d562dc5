"""`/v/{village}/square`: the screen in the square, in kiosk mode, untouched for months.

The page is a frame that polls `/board` and swaps only what is inside it; static/js/square.js does no more
than that and turning the slides. Each answer of the board says which theme the village wants and of which
version the frame should be: a frame that is older loads itself anew.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from litestar.exceptions import NotFoundException
from sqlalchemy import Connection

import kiosk
from kiosk import trust
from kiosk.pages.answers import render
from kiosk.pages.public import View, public
from kiosk.pages.ready import Drawn
from kiosk.pages.square_code import code_path
from kiosk.pages.square_facts import read_facts
from kiosk.pages.square_rows import Teller
from kiosk.pages.square_sizes import Shape, fit, sizes, stylesheet
from kiosk.pages.square_slides import Screen, Slide, seconds, slides
from kiosk.pages.styles import asset, style
from kiosk.roster.names import public_name
from kiosk.roster.villages import Village, village
from kiosk.scoring.periods import quarter_of

_ROOT = "/v/{village:str}/square"


@public(_ROOT)
def frame(view: View) -> Drawn:
    """The page, with a board in it for those who have no scripts."""
    with view.site.database.read() as connection:
        found = _village(connection, view)
        context = _board(connection, found, view, "landscape")
    zone = str(view.site.settings.zone)
    return view.page("square.html", village=found, version=version(found), zone=zone, **context)


@public(f"{_ROOT}/board", query=("shape",))
def board(view: View) -> Drawn:
    """What the frame polls: all slides for a lying or (`?shape=portrait`) an upright screen."""
    asked = view.query.get("shape", "landscape")
    shape: Shape = "portrait" if asked == "portrait" else "landscape"
    with view.site.database.read() as connection:
        found = _village(connection, view)
        view.site.screens.asked(found.code, view.now)
        context = _board(connection, found, view, shape)
    headers = {"kiosk-theme": found.screen_theme, "kiosk-version": version(found)}
    return Drawn(render(view.lang, "_square_board.html", **context), headers=headers, keep=asked == shape)


@public(f"{_ROOT}/size.css")
def size_sheet(view: View) -> Drawn:
    """How large this village's screen must write."""
    with view.site.database.read() as connection:
        found = _village(connection, view)
    text = stylesheet(sizes(found.screen_inches, found.screen_metres))
    return Drawn(text, media_type="text/css; charset=utf-8")


@public(f"{_ROOT}/hours")
def hours(view: View) -> Drawn:
    """From when to when it shows something, and seconds since it last asked for its board: for the box, which switches
    the screen itself off and on, and starts a browser anew that went silent."""
    with view.site.database.read() as connection:
        on, off = _hours(_village(connection, view), _doubt(connection, view))
    text = json.dumps({"on": on, "off": off, "silent": view.site.screens.silent_for(view.village_code)})
    return Drawn(f"{text}\n", media_type="application/json", keep=False)


def version(found: Village) -> str:
    """Changes with the program, with the frame's own files and words, and with the size of the screen."""
    size = f"{found.screen_inches} {found.screen_metres}"
    parts = (kiosk.__version__, style("square"), asset("js/square.js"), found.name, size)
    return sha256("\n".join(parts).encode()).hexdigest()[:12]


def _village(connection: Connection, view: View) -> Village:
    found = village(connection, view.village_code)
    if found is None:
        raise NotFoundException
    return found


def _board(connection: Connection, found: Village, view: View, shape: Shape) -> dict[str, Any]:
    """What _square_board.html is drawn from."""
    teller = Teller(lambda household: public_name(household, found.public_names), view.lang)
    screen = Screen(sizes(found.screen_inches, found.screen_metres), shape)
    address = f"{view.site.settings.url}/v/{found.code}"
    facts = read_facts(connection, found, view.now)
    scanned = f"{address}/notice/{quarter_of(view.today).before()}" if facts.on_notice else address
    told = slides(facts, screen, teller)
    doubt = _doubt(connection, view)
    between = _hours(found, doubt)
    return {**board_context(told, screen, address, found.contact, scanned), "doubt": doubt, "hours": between}


def _doubt(connection: Connection, view: View) -> bool:
    return trust.clock(connection, view.now) is not None


def _hours(found: Village, doubt: bool) -> tuple[str, str]:
    """A clock in doubt darkens no screen: who would read there that it must be set?"""
    return ("", "") if doubt else (found.screen_on, found.screen_off)


def board_context(
    told: Sequence[Slide], screen: Screen, address: str, contact: str = "", scanned: str = ""
) -> dict[str, Any]:
    """The slides with all that their template needs beside them; `scanned` is where the code leads, if not to
    the address to be typed."""
    return {
        "slides": told,
        "doubt": False,
        "hours": ("", ""),
        "screen": screen,
        "seconds": seconds(len(told)),
        "address": address,
        "contact": contact,
        "scanned": scanned or address,
        "code": code_path(scanned or address),
        "fit": fit,
    }


routes = [frame, board, size_sheet, hours]
