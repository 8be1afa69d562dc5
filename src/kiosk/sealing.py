"""Sealed copies of backups: for a stick that may be lost, opened by a phrase that stands on paper alone.

The phrase is 130 random bits. The box keeps the key that is made of it, in the data folder and so in every backup,
and seals a copy every night without asking anybody; what is lost with the box is made again from the paper.

A sealed file is a first line, 16 random bytes, and pieces of a megabyte under AES-256-GCM. Each piece's nonce is its
number and whether it is the last, so that pieces can be neither cut off, left out nor put in another order.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.storage import sync_folder

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUFFIX = ".sealed"
KEY_FILE = "backup.key"
_FIRST_LINE = b"kiosk sealed backup 1\n"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_LENGTH = 26
_MISREAD = str.maketrans("018", "OIB")  # not in the alphabet, so surely meant as these
_PIECE, _MARK = 1 << 20, 16


def new_phrase() -> str:
    """In groups of four or five, to be written down: ABCDE-FGHI-…"""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(re.findall(".{5}|.{1,4}$", letters))


def key_of(phrase: str) -> bytes:
    """The key, however the phrase was typed. Raises Refused if it cannot be one."""
    letters = re.sub(r"[\s\-–—_.]", "", phrase).upper().translate(_MISREAD)
    if len(letters) != _LENGTH or set(letters) - set(_ALPHABET):
        raise Refused(Problem("phrase", N_("The recovery phrase has 26 letters and digits from 2 to 7.")))
    return hashlib.scrypt(letters.encode(), salt=b"kiosk backup", n=2**14, r=8, p=1, dklen=32)


def keep_key(data: Path, key: bytes) -> None:
    """Let the box seal copies with it from now on."""
    data.mkdir(parents=True, exist_ok=True)
    _write(data / KEY_FILE, iter([key.hex().encode() + b"\n"]))


def kept_key(data: Path) -> bytes | None:
    """What the box seals with, or None while nobody has asked for a phrase."""
    try:
        return bytes.fromhex((data / KEY_FILE).read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return None


def mark_of(key: bytes) -> str:
    """Tells keys apart, and nothing else about them."""
    return hashlib.blake2b(key, digest_size=16, person=b"kiosk mark").hexdigest()


def seal(source: Path, target: Path, key: bytes) -> None:
    """Write a sealed copy; it gets its name when it was read once more. Raises Refused if it came back different."""
    part = target.with_name(target.name + ".part")
    _write(part, _sealed(source, key))
    if not _came_back(part, source, key):
        part.unlink()
        sentence = N_("No copy was made: what was written came back different. Take another stick.")
        raise Refused(Problem("", sentence))
    part.replace(target)
    sync_folder(target.parent)


def _came_back(part: Path, source: Path, key: bytes) -> bool:
    try:
        return _sum(unsealed(part, key)) == _sum(_pieces(source))
    except Refused:  # not even what was sealed
        return False


def is_sealed(file: Path) -> bool:
    """Whether a file begins as a sealed copy does."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(_FIRST_LINE)) == _FIRST_LINE
    except OSError:
        return False


def unseal(source: Path, target: Path, key: bytes) -> None:
    """Write what was sealed. Raises Refused if the key does not fit, or anything is not as it was."""
    _write(target, unsealed(source, key))


def unsealed(source: Path, key: bytes) -> Iterator[bytes]:
    """Piece after piece, each proven. Raises Refused."""
    from cryptography.exceptions import InvalidTag

    with source.open("rb") as file:
        file.read(len(_FIRST_LINE))
        cipher = _cipher(key, file.read(16))
        for number, piece, last in _numbered(file, _PIECE + _MARK):
            try:
                yield cipher.decrypt(_nonce(number, last), piece, _FIRST_LINE)
            except (InvalidTag, ValueError) as error:
                raise Refused(_unopened(number)) from error


def _unopened(number: int) -> Problem:
    if number:
        return Problem("", N_("The sealed copy is damaged. Take another one."))
    return Problem("phrase", N_("The recovery phrase does not fit this copy, or the copy is damaged."))


def _sealed(source: Path, key: bytes) -> Iterator[bytes]:
    salt = secrets.token_bytes(16)
    cipher = _cipher(key, salt)
    yield _FIRST_LINE + salt
    with source.open("rb") as file:
        for number, piece, last in _numbered(file, _PIECE):
            yield cipher.encrypt(_nonce(number, last), piece, _FIRST_LINE)


def _cipher(key: bytes, salt: bytes) -> "AESGCM":
    """Each file has a key of its own: no nonce is ever used twice with one."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(hashlib.blake2b(salt, key=key, digest_size=32, person=b"kiosk sealed").digest())


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _numbered(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """The pieces of a file with their numbers, and whether one is the last; there is at least one."""
    number, piece = 0, file.read(size)
    while True:
        following = file.read(size)
        yield number, piece, not following
        if not following:
            return
        number, piece = number + 1, following


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            yield piece


def _sum(pieces: Iterator[bytes]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _write(file: Path, pieces: Iterator[bytes]) -> None:
    """Readable by its owner alone, and on the disk when this returns."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            for piece in pieces:
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
            os.posix_fadvise(
                out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED
            )  # read once more, it comes from the stick
    except BaseException:
        file.unlink(missing_ok=True)
        raise
