"""A posted form as it was typed. Nothing is refused here: pages show again what they got."""

from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.di import Provide

LARGEST_FILE = 8_000_000  # bytes; a rulebook needs far fewer


@dataclass(frozen=True)
class Fields:
    """`texts` and `files` by the name of their input; an empty file is one that was not chosen."""

    texts: dict[str, str]
    files: dict[str, bytes] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    def number(self, name: str) -> int:
        """A whole number, or −1 for anything else."""
        text = self[name]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


async def read_fields(request: Request[Any, Any, Any]) -> Fields:
    texts, files = {}, {}
    for name, value in (await request.form()).items():
        if isinstance(value, UploadFile):
            files[name] = await value.read(LARGEST_FILE + 1)
        elif isinstance(value, str):
            texts[name] = cleaned(value, stripped=not name.startswith("password"))
    return Fields(texts, files)


def cleaned(value: str, stripped: bool = True) -> str:
    """What can be stored, with one kind of line end; without blanks around it, unless it is a password."""
    text = value.encode("utf-8", "replace").decode().replace("\x00", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip() if stripped else text


FIELDS = {"fields": Provide(read_fields)}
