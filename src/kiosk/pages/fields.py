"""A posted form as it was typed. Nothing is refused here: pages show again what they got."""

from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import Provide
from litestar.exceptions import ClientException
from litestar_htmx import HTMXRequest

from kiosk.photos import LARGEST_UPLOAD

LARGEST_FILE = 8_000_000  # bytes; a rulebook needs far fewer
LARGEST_NUMBER = 2**31 - 1  # every database has room for it in a whole number
_DIGITS = len(str(LARGEST_NUMBER))


@dataclass(frozen=True)
class Fields:
    """`texts` and `files` by the name of their input; an empty file is one that was not chosen."""

    texts: dict[str, str]
    files: dict[str, bytes] = field(default_factory=dict)
    many: dict[str, list[str]] = field(default_factory=dict)  # every text of a name, like ticked boxes

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    def number(self, name: str) -> int:
        """A whole number, or −1 for anything else."""
        return whole_number(self[name])

    def numbers(self, name: str) -> list[int]:
        """The whole numbers of boxes that share a name, each once; anything else is left out."""
        found = map(whole_number, self.many.get(name, ()))
        return list(dict.fromkeys(number for number in found if number >= 0))


class FormRequest(HTMXRequest):
    """A request whose form is not understood, rather than a fault of ours, where it is no text at all."""

    async def form(self) -> FormMultiDict:
        try:
            return await super().form()
        except (UnicodeDecodeError, LookupError) as error:  # bytes of no text, an encoding that nobody knows
            raise ClientException from error


async def read_fields(request: Request[Any, Any, Any]) -> Fields:
    texts: dict[str, str] = {}
    files: dict[str, bytes] = {}
    many: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read((LARGEST_UPLOAD if name == "photo" else LARGEST_FILE) + 1)
        elif isinstance(value, str):
            texts[name] = cleaned(value, stripped=not name.startswith("password"))
            many.setdefault(name, []).append(texts[name])
    return Fields(texts, files, many)


def whole_number(text: str) -> int:
    """The whole number that was typed; −1 for anything else, and for one that no row can have."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1
    return number if number <= LARGEST_NUMBER else -1


def cleaned(value: str, stripped: bool = True) -> str:
    """What can be stored, with one kind of line end; without blanks around it, unless it is a password."""
    text = value.encode("utf-8", "replace").decode().replace("\x00", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip() if stripped else text


FIELDS = {"fields": Provide(read_fields)}
