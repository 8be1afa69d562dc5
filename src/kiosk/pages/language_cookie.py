"""The cookie `lang`, in which a reader's choice of language is kept."""

from http.cookies import CookieError, SimpleCookie

from kiosk.settings import LANGUAGES

COOKIE = "lang"


def chosen(cookies: str, default: str) -> str:
    """The language that a Cookie header asks for, else the default."""
    if f"{COOKIE}=" not in cookies:
        return default
    try:
        morsel = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return default
    return morsel.value if morsel and morsel.value in LANGUAGES else default
