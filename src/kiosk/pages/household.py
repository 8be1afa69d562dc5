"""`/h/{token}`: a household's own page, behind the code on the plate at its door.

The token is the key: whoever holds it may read. The page is drawn once per change of the village
(pages/cache.py) and never stored by browsers. A plate that was replaced says so; any other unknown token
answers like every page that does not exist.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import HttpMethod, MediaType, Request, Response, get, route
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp
from sqlalchemy import Connection

from kiosk.pages.answers import render
from kiosk.pages.cache import Slot
from kiosk.pages.guard import RECORDERS, is_plate_of_staff, other_door, signed_in
from kiosk.pages.household_facts import read_facts
from kiosk.pages.household_photos import small_photo
from kiosk.pages.household_praise import read_praise
from kiosk.pages.ready import Asked, Drawn, Sending, asked_for, make_ready
from kiosk.pages.record_offer import BASIS_WORDS
from kiosk.pages.site import Site
from kiosk.roster import households, villages
from kiosk.scoring import history
from kiosk.scoring.periods import Period, parse_period, quarter_of

# capitals keep the code on the plate small: see kiosk/roster/plates.py
_ADDRESSES = ["/h/{token:str}", "/H/{token:str}"]
SIZES = ("1", "2", "3")
_UNKEPT = "no-store"


class PlateReplaced(HTTPException):
    """The address of an old plate."""

    status_code = 410


@dataclass(frozen=True)
class Page:
    """One household's page as it was asked for; `size` of the text is 1 to 3."""

    site: Site
    lang: str
    home: households.Household
    quarter: Period
    running: Period
    size: str

    @property
    def here(self) -> str:
        return self.link()

    def link(self, quarter: Period | None = None, size: str = "") -> str:
        """The address of another quarter or another size of the text; the rest stays as it is."""
        wanted = quarter or self.quarter
        parts = {} if wanted == self.running else {"period": str(wanted)}
        if (size or self.size) != "1":
            parts["size"] = size or self.size
        return f"/h/{self.home.token}" + (f"?{urlencode(parts)}" if parts else "")

    @property
    def declaration(self) -> str:
        """The address of the form for a deed of one's own."""
        return f"/h/{self.home.token}/declaration" + ("" if self.size == "1" else f"?size={self.size}")

    def objection(self, event_id: int | None = None) -> str:
        """The address of the form for an objection, about one deed or in general."""
        parts = {"event": str(event_id)} if event_id else {}
        if self.quarter != self.running and not event_id:
            parts["period"] = str(self.quarter)
        if self.size != "1":
            parts["size"] = self.size
        return f"/h/{self.home.token}/objection" + (f"?{urlencode(parts)}" if parts else "")

    def draw(self) -> Drawn:
        now = self.site.clock()
        with self.site.database.read() as connection:
            if households.by_token(connection, self.home.token) is None:
                return _renewed(self.lang)  # a moment ago; the page must not be kept as the newest
            village = villages.village_by_id(connection, self.home.village_id)
            facts = read_facts(connection, village, self.home, self.quarter, now)
            praise = read_praise(connection, self.home)
        text = render(
            self.lang,
            "household.html",
            page=self,
            village=village,
            home=self.home,
            facts=facts,
            praise=praise,
            here=self.here,
            now=now,
            basis_words=BASIS_WORDS,
        )
        return Drawn(text, cache_control=_UNKEPT)


@route(
    _ADDRESSES,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt={"exclude_from_csrf": True, "exclude_from_compression": True},
)
async def show(request: Request[Any, Any, Any], token: FromPath[str]) -> ASGIApp:
    """The page of a quarter (`?period=2026Q2`; else the running one), in one of three sizes of text."""
    site: Site = request.app.state.site
    asked = asked_for(request.scope, site.settings.lang)
    home, village = await sync_to_thread(_find, site, token)
    if home is None:
        return Sending(make_ready(_renewed(asked.lang))[1], asked.encodings, b"")
    if is_plate_of_staff(request.scope) and (place := await sync_to_thread(_leads_on, request, home)):
        # no Redirect: this handler answers for itself
        headers = {"location": place, "cache-control": _UNKEPT}
        return ASGIResponse(status_code=303, headers=headers, media_type=MediaType.TEXT)
    page = _page(site, asked, home)
    slot = Slot(village, asked.lang, "html", page.here, behind_token=True)
    if site.cache.revisions.village_id(village) is None:  # another process founded it this very second
        await site.cache.revisions.refresh_soon()
    ready = await site.cache.answer(slot, site.clock().date(), page.draw)
    site.cache.note(asked.key, slot)
    return Sending(ready, asked.encodings, asked.known)


@get(f"{_ADDRESSES[0]}/photos/{{event_id:int}}", sync_to_thread=True)
def photo(site: NamedDependency[Site], token: FromPath[str], event_id: FromPath[int]) -> Response[bytes]:
    """The evidence of one of this household's own deeds, small enough for an old phone."""
    with site.database.read() as connection:
        home = households.by_token(connection, plain(token))
        deed = history.deed(connection, home.village_id, event_id) if home else None
    if home is None or deed is None or deed.household_id != home.id:
        raise NotFoundException
    return small_photo(site, deed.photo)


def form_of(home: households.Household) -> str:
    """The recorder's form with this household in it."""
    return f"/record?{urlencode({'household': home.code})}"


def _leads_on(request: Request[Any, Any, Any], home: households.Household) -> str:
    """Where a recorder at work goes on to who scanned the plate: the form, or first where they sign in. Nowhere for
    others; `?page=1` shows the page all the same, and one's own household's is always a page."""
    if request.query_params.get("page"):
        return ""
    person = signed_in(request)
    if person is None or person.role not in RECORDERS:
        return other_door(request)
    here = person.village_id == home.village_id and person.household_id != home.id
    return form_of(home) if here else ""


def _find(site: Site, token: str) -> tuple[households.Household | None, str]:
    """The household and its village's code; no household for a plate that was replaced."""
    with site.database.read() as connection:
        home = households.by_token(connection, plain(token))
        replaced = households.retired_on(connection, plain(token))
        if home is None and replaced is None:
            raise NotFoundException
        village = villages.village_by_id(connection, home.village_id).code if home else ""
    return home, village


def _renewed(lang: str) -> Drawn:
    text = render(lang, "household_renewed.html")
    return Drawn(text, status=410, keep=False, cache_control=_UNKEPT)


def household_of(connection: Connection, token: str) -> households.Household:
    """Whose token it is. Raises PlateReplaced for an old one, NotFoundException for none at all."""
    home = households.by_token(connection, plain(token))
    if home:
        return home
    raise PlateReplaced if households.retired_on(connection, plain(token)) else NotFoundException


def plain(token: str) -> str:
    """As somebody may type it from the plate: in groups, with blanks or hyphens between them."""
    return token.replace(" ", "").replace("-", "")[:100]


def _page(site: Site, asked: Asked, home: households.Household) -> Page:
    """Raises NotFoundException for a quarter that has not begun or is none."""
    query = dict(parse_qsl(asked.key[1].decode("latin-1")[:500]))
    running = quarter_of(site.clock().date())
    try:
        quarter = parse_period(query.get("period", str(running)))
    except ValueError:
        raise NotFoundException from None
    if quarter.kind != "quarter" or quarter > running:
        raise NotFoundException
    size = query.get("size", "1")
    return Page(site, asked.lang, home, quarter, running, size if size in SIZES else "1")


routes = [show, photo]
