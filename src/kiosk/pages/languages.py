"""Which language a reader gets, and its catalogue.

The cookie `lang` decides, else the setting. The switch is a plain link that sets the cookie and goes back.
"""

from typing import Annotated

from litestar import get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from kiosk.languages import translations as translations
from kiosk.pages.language_cookie import COOKIE
from kiosk.pages.site import Site
from kiosk.settings import LANGUAGES

HTML_LANG = {"zh_Hans": "zh-CN", "en": "en"}
_YEAR = 365 * 24 * 3600


def safe_back(address: str) -> str:
    """A path on this site, whatever somebody wrote into the link."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if plain and address.isprintable() else "/"


@get("/language/{lang:str}", sync_to_thread=False)
def choose(
    site: NamedDependency[Site], lang: FromPath[str], back: Annotated[str, QueryParameter(name="back")] = "/"
) -> Redirect:
    """Remember the language for a year and return to the page the reader was on."""
    if lang not in LANGUAGES:
        raise NotFoundException
    cookie = Cookie(COOKIE, value=lang, max_age=_YEAR, path="/", samesite="lax", secure=site.is_https)
    return Redirect(safe_back(back), status_code=303, cookies=[cookie])


routes = [choose]
