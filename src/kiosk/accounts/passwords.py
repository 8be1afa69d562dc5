"""Passwords: scrypt, with its parameters beside the hash so that they can grow."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from kiosk.scoring.problems import N_, Problem

SHORTEST, LONGEST = 8, 200
_N, _R, _P = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024  # bytes; what scrypt needs is 128 * n * r
_ROWS = (
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx",
    "password",
)
_LEFT = 3  # fewer different characters beside what runs along a row are no secret
_HASH = re.compile(r"scrypt\$\d+\$\d+\$\d+\$(?:[0-9a-f]{2})+\$[0-9a-f]{64}")
_AT_ONCE = BoundedSemaphore(2)  # a small box has no memory for forty


def hashed(password: str) -> str:
    """`scrypt$n$r$p$salt$hash`, in hex."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${_scrypt(password, salt, _N, _R, _P).hex()}"


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is the one stored. Takes as long when nothing is stored, so that names stay secret.

    What is stored and no hash is nobody's password.
    """
    known = stored if stored and _HASH.fullmatch(stored) else None
    _kind, n, r, p, salt, expected = (known or _nobody()).split("$")
    given = _scrypt(password, bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(given.hex(), expected) and known is not None


def problems(password: str, name: str = "") -> list[Problem]:
    """Why a password will not do."""
    if len(password) < SHORTEST:
        return [
            Problem("password", N_("Choose a password of at least %(least)s characters"), {"least": SHORTEST})
        ]
    if len(password) > LONGEST:
        return [
            Problem("password", N_("Choose a password of at most %(most)s characters"), {"most": LONGEST})
        ]
    if len(set(password)) < 4 or len(set(_beside_rows(password))) < _LEFT or (name and name in password):
        return [Problem("password", N_("This password is easy to guess; choose another, without the name"))]
    return []


def _beside_rows(password: str) -> str:
    """What is left without the pieces of four and more that run along a row of keys, forwards or backwards."""
    rest, left = password.lower(), ""
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    while rest:
        runs = [end for end in range(4, len(rest) + 1) if any(rest[:end] in row for row in rows)]
        left, rest = (left, rest[max(runs) :]) if runs else (left + rest[0], rest[1:])
    return left


@cache
def _nobody() -> str:
    return hashed(secrets.token_hex())


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    typed = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    with _AT_ONCE:
        return hashlib.scrypt(typed, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)
