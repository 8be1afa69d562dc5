"""Devices on which somebody has signed in before: a cookie that only this installation can make.

It opens nothing. It only tells the recorder's own tablet from a stranger's when passwords are guessed (see
throttle.py). The cookie is `device.mark.mark…`, one mark for each of the last people who signed in there.
"""

import hmac
import secrets

_MOST = 8  # people who share a tablet
_LENGTH = 32  # hex digits of a name or mark


def known(cookie: str, key: str, account_id: int) -> str:
    """The device's name if this person has signed in on it before, else empty."""
    device, *marks = cookie.split(".")
    mine = _mark(key, device, account_id).encode()
    return device if any(hmac.compare_digest(mark.encode(), mine) for mark in marks) else ""


def enrol(cookie: str, key: str, account_id: int) -> str:
    """The cookie for a device on which this person has just signed in."""
    device, *marks = cookie.split(".")
    if len(device) != _LENGTH:
        device, marks = secrets.token_hex(_LENGTH // 2), []
    mine = _mark(key, device, account_id)
    others = [mark for mark in marks if len(mark) == _LENGTH and mark != mine]
    return ".".join([device, mine, *others[: _MOST - 1]])


def _mark(key: str, device: str, account_id: int) -> str:
    return hmac.new(key.encode(), f"{device} {account_id}".encode(), "sha256").hexdigest()[:_LENGTH]
