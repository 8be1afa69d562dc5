"""Where the folder of a new version is: the one that was named, inside it, or on a USB stick, mounted to be read."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.updating import made_of, run

_BLOCKS = Path("/sys/class/block")
_DEVICES = Path("/dev")


@contextmanager
def bundle_in(wanted: Path | None) -> Iterator[Path]:
    """The newest of the folders that `./run bundle` made: in this folder, on this device, or else on any USB stick.

    Raises Refused if there is none.
    """
    with ExitStack() as stack:
        places = [wanted] if wanted else sorted(sticks())
        found = [one for place in places for one in _bundles(stack.enter_context(_reachable(place)))]
        if not found:
            raise Refused(_nothing(wanted))
        yield max(found, key=_age)


def sticks() -> Iterable[Path]:
    """The devices that came by USB."""
    blocks = _BLOCKS.iterdir() if _BLOCKS.is_dir() else ()
    return [_DEVICES / path.name for path in blocks if "/usb" in str(path.resolve())]


@contextmanager
def _reachable(place: Path) -> Iterator[Path | None]:
    """A folder as it is; a device mounted, as long as it is needed. None if it cannot be."""
    if not place.is_block_device():
        yield place
        return
    with TemporaryDirectory(prefix="kiosk-stick-") as folder:
        try:
            run(["mount", "-o", "ro,nosuid,nodev,noexec", str(place), folder])
        except Refused:  # a stick with something else on it
            yield None
            return
        try:
            yield Path(folder)
        finally:
            run(["umount", "--lazy", folder])


def _bundles(place: Path | None) -> list[Path]:
    if place is None:
        return []
    return [path.parent for pattern in ("MADE", "*/MADE") for path in place.glob(pattern)]


def _age(folder: Path) -> tuple[list[int], float]:
    """By its version, then by when it was made."""
    try:
        version = made_of(folder).get("version", "")
    except (OSError, UnicodeDecodeError):
        return [], 0.0
    numbers = [int(part) for part in version.split(".") if part.isdecimal()]
    return numbers, (folder / "MADE").stat().st_mtime


def _nothing(wanted: Path | None) -> Problem:
    if wanted:
        return Problem("", N_("%(folder)s was not made by ./run bundle."), {"folder": str(wanted)})
    return Problem(
        "", N_("There is no folder made by ./run bundle on any USB stick. Plug it in, then try again.")
    )
