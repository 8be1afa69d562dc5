"""The catalogues of the two languages, and which one this process speaks."""

import gettext
import os
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "messages"


@cache
def translations(lang: str) -> gettext.NullTranslations:
    """The catalogue of a language; sentences that it lacks come out in English."""
    return gettext.translation(DOMAIN, LOCALES, languages=[lang], fallback=True)


def speak(lang: str) -> None:
    """Let the standard library's `gettext`, and with it click, use this language from now on."""
    os.environ["LANGUAGE"] = lang
    gettext.bindtextdomain(DOMAIN, str(LOCALES))
