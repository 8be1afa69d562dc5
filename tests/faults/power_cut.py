"""Power cuts without cutting power: what a cut could have left on the disk of what a writer did.

What was synced stays. Of the rest chance decides: nothing, everything, the first so many writes with the last
one torn, any writes in any order, any sectors of them; a file's new size without its content; a removed file
that is still there, a new one that has no name yet.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.recording import Call

SECTOR = 512
Image = dict[str, bytes]  # the files after the cut, by name


@dataclass
class File:
    """What is on the disk for sure, and what was written since."""

    synced: bytes = b""
    since: list[Call] = field(default_factory=list)

    def sync(self) -> None:
        self.synced = self.left(self.since)
        self.since = []

    def left(self, calls: Sequence[Call]) -> bytes:
        """The content if just these calls reached the disk."""
        content = bytearray(self.synced)
        for call in calls:
            if call.kind == "truncate":
                del content[call.at :]
            content.extend(bytes(max(0, call.at + len(call.data) - len(content))))
            content[call.at : call.at + len(call.data)] = call.data
        return bytes(content)


class Disk:
    """A folder of files that forgets what was not synced."""

    def __init__(self, folder: Path) -> None:
        self._names = {path.name: File(path.read_bytes()) for path in folder.iterdir() if path.is_file()}
        self._synced_names = dict(self._names)
        self._renamed: list[tuple[str, File | None]] = []  # since the folder was synced

    def apply(self, call: Call) -> None:
        if call.kind == "create" and call.path not in self._names:
            self._name(call.path, File())
        elif call.kind == "remove":
            self._name(call.path, None)
        elif call.kind == "sync" and call.path == ".":
            self._synced_names, self._renamed = dict(self._names), []
        elif call.kind == "sync":
            self._names[call.path].sync()
        elif call.kind in ("write", "truncate"):
            self._names[call.path].since.append(call)

    def _name(self, path: str, file: File | None) -> None:
        self._renamed.append((path, file))
        _rename(self._names, path, file)

    def cut(self, chance: random.Random) -> Image:
        """One of the many things that the next start could find."""
        names = dict(self._synced_names)
        for path, file in self._renamed[: chance.randint(0, len(self._renamed))]:
            _rename(names, path, file)
        choose = chance.choice((_nothing, _everything, _the_first, _any, _any_sectors))
        return {path: file.left(choose(file.since, chance)) for path, file in names.items()}


def _rename(names: dict[str, File], path: str, file: File | None) -> None:
    if file is None:
        names.pop(path, None)
    else:
        names[path] = file


def _nothing(calls: list[Call], chance: random.Random) -> list[Call]:
    return []


def _everything(calls: list[Call], chance: random.Random) -> list[Call]:
    return calls


def _the_first(calls: list[Call], chance: random.Random) -> list[Call]:
    kept = calls[: chance.randint(0, len(calls))]
    return kept[:-1] + [_torn(call, chance) for call in kept[-1:]]


def _torn(call: Call, chance: random.Random) -> Call:
    return Call(call.kind, call.path, call.at, call.data[: chance.randint(0, len(call.data))])


def _any(calls: list[Call], chance: random.Random) -> list[Call]:
    return [call for call in calls if chance.random() < 0.5]


def _any_sectors(calls: list[Call], chance: random.Random) -> list[Call]:
    return [part for call in calls for part in _sectors(call) if chance.random() < 0.7]


def _sectors(call: Call) -> Iterator[Call]:
    if call.kind == "truncate":
        yield call
    start = call.at
    while start < call.at + len(call.data):
        end = start - start % SECTOR + SECTOR
        yield Call(call.kind, call.path, start, call.data[start - call.at : end - call.at])
        start = end


def cuts(
    folder: Path, calls: list[Call], count: int, chance: random.Random
) -> Iterator[tuple[Image, list[str]]]:
    """`count` images, each with what had been acknowledged before the cut.

    A third of the cuts fall anywhere, the others right after an acknowledgement: a writer waits far longer
    than it writes.
    """
    told = [number for number, call in enumerate(calls, 1) if call.kind == "told"]
    points = sorted(chance.choice(told) if n % 3 else chance.randint(0, len(calls)) for n in range(count))
    disk, said, done = Disk(folder), [], 0
    for point in points:
        for call in calls[done:point]:
            disk.apply(call)
            if call.kind == "told":
                said.append(call.data.decode().strip())
        done = max(done, point)
        yield disk.cut(chance), list(said)
