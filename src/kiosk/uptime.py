"""How long the machine has been running: a clock that nobody can set, and that begins anew with every start."""

import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Uptime:
    """`seconds` since the start that `boot` names; those of two starts cannot be compared."""

    boot: str
    seconds: int


def uptime() -> Uptime:
    """That of this machine, the time in which it slept included where the system tells."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return Uptime("", int(time.monotonic()))
    return Uptime(boot, int(time.clock_gettime(time.CLOCK_BOOTTIME)))
