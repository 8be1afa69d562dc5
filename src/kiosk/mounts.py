"""On what a folder lies, as Linux tells it."""

from dataclasses import dataclass
from pathlib import Path

_REMOTE = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "davfs")
_FORGETFUL = ("tmpfs", "ramfs", "overlay")
_TABLE = Path("/proc/self/mounts")


@dataclass(frozen=True)
class Mount:
    """The file system's kind (`ext4`), or `unknown` where the system does not tell."""

    kind: str
    read_only: bool

    @property
    def remote(self) -> bool:
        return self.kind.startswith(_REMOTE)

    @property
    def forgets(self) -> bool:
        return self.kind in _FORGETFUL


def mount_of(folder: Path, table: Path = _TABLE) -> Mount:
    """The mount that holds an existing folder: the longest, and of equal ones the last."""
    best, depth = Mount("unknown", read_only=False), -1
    place = folder.resolve()
    for line in table.read_text().splitlines() if table.exists() else []:
        _, point, kind, options, *_ = line.split(" ")
        root = Path(point.replace("\\040", " "))
        if place.is_relative_to(root) and len(root.parts) >= depth:
            best, depth = Mount(kind, "ro" in options.split(",")), len(root.parts)
    return best
