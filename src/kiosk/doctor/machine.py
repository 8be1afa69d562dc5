"""The machine itself: memory and temperature, as Linux tells them."""

import re
from pathlib import Path

from kiosk.scoring.problems import N_, Problem
from kiosk.selftest import Check, ok, warning

_LITTLE = 100  # megabytes
_HOT = 75  # °C: a Raspberry Pi slows down at 80
_MEMORY, _ZONES = Path("/proc/meminfo"), Path("/sys/class/thermal")
_AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB", re.MULTILINE)


def memory(table: Path = _MEMORY) -> Check:
    """How much of it programs may still have."""
    name, found = N_("memory"), _AVAILABLE.search(_read(table))
    if found is None:
        return ok(name, N_("Not checked: this system does not tell."))
    free = Problem("", N_("%(megabytes)s MB are free."), {"megabytes": int(found[1]) // 1000})
    if int(found[1]) // 1000 < _LITTLE:
        return warning(name, free, N_("Restart the box; if it stays so, end other programs on it."))
    return Check(name, "ok", free)


def temperature(zones: Path = _ZONES) -> Check:
    """The hottest place that is measured."""
    name = N_("temperature")
    read = [_read(path).strip() for path in sorted(zones.glob("thermal_zone*/temp"))]
    degrees = [int(text) // 1000 for text in read if text.lstrip("-").isdigit()]
    if not degrees:
        return ok(name, N_("Not checked: this machine does not measure it."))
    found = Problem("", N_("%(degrees)s °C."), {"degrees": max(degrees)})
    if max(degrees) >= _HOT:
        return warning(
            name, found, N_("Give the box air: free its slots, take it out of the cupboard or the sun.")
        )
    return Check(name, "ok", found)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""
