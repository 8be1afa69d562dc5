"""Evidence photos: small, anonymous, stored once, and shown to the village's staff alone."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from PIL import Image

from kiosk import photos
from kiosk.scoring.problems import Refused
from kiosk.storage import Unsaved

SECRET = b"30.1234N 103.5678E"


def photo(width: int = 400, height: int = 300, kind: str = "JPEG", **options: object) -> bytes:
    """A picture of the colour gradient that 张三 took in the yard."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    written = BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def with_metadata() -> bytes:
    """A picture taken with the telephone upright, which knows where it was."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    return photo(exif=exif, comment=SECRET, icc_profile=SECRET)


def test_a_photo_is_stored_once_under_its_digest(tmp_path: Path) -> None:
    first, again = photos.keep(tmp_path, photo()), photos.keep(tmp_path, photo())
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert first == again
    assert kept == [tmp_path / first[:2] / f"{first}.jpg"]
    assert sha256(kept[0].read_bytes()).hexdigest() == first


def test_a_large_photo_is_shrunk_to_sixteen_hundred_pixels() -> None:
    assert Image.open(BytesIO(photos.shrunk(photo(4000, 3000)))).size == (1600, 1200)


def test_a_small_photo_is_not_blown_up() -> None:
    assert Image.open(BytesIO(photos.shrunk(photo(40, 30)))).size == (40, 30)


def test_nothing_of_the_metadata_is_kept() -> None:
    original, kept = with_metadata(), photos.shrunk(with_metadata())
    assert SECRET in original
    assert SECRET not in kept
    assert b"Exif" not in kept
    assert set(Image.open(BytesIO(kept)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_taken_upright_stands_upright() -> None:
    assert Image.open(BytesIO(photos.shrunk(with_metadata()))).size == (300, 400)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_three_formats_are_taken_and_all_become_jpeg(kind: str) -> None:
    assert Image.open(BytesIO(photos.shrunk(photo(kind=kind)))).format == "JPEG"


def test_what_was_transparent_becomes_white() -> None:
    written = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(written, "PNG")
    assert Image.open(BytesIO(photos.shrunk(written.getvalue()))).getpixel((4, 4)) == (255, 255, 255)


def black(width: int, height: int, kind: str = "PNG", **options: object) -> bytes:
    written = BytesIO()
    Image.new("1", (width, height)).convert("L").save(written, kind, **options)
    return written.getvalue()


HOSTILE = {
    "nothing": b"",
    "words": b"<html><script>alert(1)</script>",
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a GIF": photo(kind="GIF"),
    "a TIFF": photo(kind="TIFF"),
    "a photo cut off": photo(2000, 1500, quality=95)[:3000],
    "a PNG of 36 million pixels": black(6000, 6000),
    "a PNG of 225 million pixels": b"\x89PNG\r\n\x1a\n"
    + bytes.fromhex("0000000d494844520000 3a9800003a9808000000004d8f1c3e"),
    "a JPEG in a hundred scans": photo() + b"\xff\xda" * 100,
    "thirteen megabytes": photo() + b"\0" * 13_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_photo_is_refused_at_once(name: str) -> None:
    started = process_time()
    with pytest.raises(Refused) as refusal:
        photos.shrunk(HOSTILE[name])
    assert [problem.field for problem in refusal.value.problems] == ["photo"]
    assert process_time() - started < 1


def test_html_behind_a_photo_does_not_survive() -> None:
    assert b"<script>" not in photos.shrunk(photo() + b"<script>alert(1)</script>")


@pytest.mark.parametrize("name", ["", "..", "../../secret", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_digest_names_a_photo(tmp_path: Path, name: str) -> None:
    assert not photos.is_kept(tmp_path, name)
    with pytest.raises(ValueError):
        photos.path_of(tmp_path, name)


def test_a_disk_that_fails_leaves_no_half_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Unsaved) as fault:
        photos.keep(tmp_path, photo())
    assert fault.value.status == 507
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
