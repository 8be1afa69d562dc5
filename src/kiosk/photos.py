"""Evidence photos: made small and anonymous on the way in, kept once each under the SHA-256 of their bytes.

What somebody uploads is only ever decoded, never kept: the stored JPEG is drawn anew, so that no place, time
or telephone comes with it. Pillow is imported when the first photo arrives.
"""

import errno
import os
import re
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.storage import BROKEN_DISK, FULL, READ_ONLY, Unsaved, sync_folder

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_UPLOAD = 12_000_000  # bytes
LONGEST_SIDE = 1600  # pixels
QUALITY = 80
# A plain JPEG is decoded at a fraction of its size; everything else takes memory for all its pixels.
_MOST_PIXELS, _MOST_PIXELS_AT_ONCE = 64_000_000, 16_000_000
_MOST_SCANS = 64
_START_OF_SCAN = b"\xff\xda"
_NAME = re.compile(r"[0-9a-f]{64}")
_GONE = "gone"  # beside the photos: the names of those that were deleted, one a line
_FAULTS = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY}

_TOO_LARGE = N_("This photo is too large; take it again with a smaller setting, or choose another one")
_UNKNOWN = N_("This is not a photo that can be read; take a JPEG, PNG or WEBP picture")


def keep(folder: Path, upload: bytes) -> str:
    """Store an uploaded picture under the folder and return its SHA-256: safe on the disk by then.

    Raises Refused if it is no picture or too large a one, Unsaved if the disk fails.
    """
    picture = shrunk(upload)
    name = sha256(picture).hexdigest()
    try:
        _store(path_of(folder, name), picture)
    except OSError as error:
        raise Unsaved(_FAULTS.get(error.errno or 0, BROKEN_DISK)) from error
    return name


def shrunk(upload: bytes) -> bytes:
    """The picture upright, at most 1600 pixels long, as a JPEG without metadata. Raises Refused."""
    if len(upload) > LARGEST_UPLOAD:
        raise _refusal(_TOO_LARGE)
    image = _opened(upload)
    _check_size(image, upload)
    try:
        return _redrawn(image)
    except Exception as error:  # whatever a broken file makes a decoder stumble over
        raise _refusal(_UNKNOWN) from error


def path_of(folder: Path, name: str) -> Path:
    """Where the photo of this SHA-256 lies. Raises ValueError for anything that is not one."""
    if not _NAME.fullmatch(name):
        raise ValueError(name)
    return folder / name[:2] / f"{name}.jpg"


def is_kept(folder: Path, name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and path_of(folder, name).is_file()


def forget(folder: Path, name: str) -> None:
    """Take a photo off the disk for good, if it is there."""
    path = path_of(folder, name)
    path.unlink(missing_ok=True)
    note_gone(folder, [name])
    if path.parent.is_dir():
        sync_folder(path.parent)


def note_gone(folder: Path, names: Sequence[str]) -> None:
    """Remember which photos this box has deleted: what lies beside its copies elsewhere is to go too, and no more."""
    if names and folder.is_dir():
        with (folder / _GONE).open("a", encoding="ascii") as file:
            file.writelines(f"{name}\n" for name in names)


def gone(folder: Path) -> set[str]:
    """The photos that were deleted here, some of which may have come anew."""
    try:
        return set((folder / _GONE).read_text("ascii", "replace").split())
    except FileNotFoundError:
        return set()


def _opened(upload: bytes) -> "Image.Image":
    """The header alone, nothing decoded yet."""
    from PIL import Image

    try:
        return Image.open(BytesIO(upload), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _refusal(_TOO_LARGE) from error
    except Exception as error:
        raise _refusal(_UNKNOWN) from error


def _check_size(image: "Image.Image", upload: bytes) -> None:
    width, height = image.size
    plain = image.format == "JPEG" and "progressive" not in image.info
    if width * height > (_MOST_PIXELS if plain else _MOST_PIXELS_AT_ONCE):
        raise _refusal(_TOO_LARGE)
    if image.format == "JPEG" and upload.count(_START_OF_SCAN) > _MOST_SCANS:
        raise _refusal(_UNKNOWN)


def _redrawn(image: "Image.Image") -> bytes:
    from PIL import Image, ImageOps

    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    upright = ImageOps.exif_transpose(image).convert("RGBA" if image.has_transparency_data else "RGB")
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright if upright.mode == "RGBA" else None)
    written = BytesIO()
    clean.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def _store(path: Path, content: bytes) -> None:
    """Whole or not at all, also after a power cut; what is there already is the same and stays."""
    if path.is_file():
        os.utime(path)  # it came anew; see spare_photos.py
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = mkstemp(suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except OSError:
        Path(part).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        sync_folder(folder)


def _refusal(sentence: str) -> Refused:
    return Refused(Problem("photo", sentence))
