"""`./run test-box`: a Debian 13 started for the purpose, without a network, is set up and lives through bad days.

Needs root and Debian; takes some minutes and 1 GB under /var/tmp; one at a time, for two would share their control
groups. What happened inside is printed line by line; the
exit code tells whether all of it held.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BOX = ROOT / "deploy" / "raspberry-pi"
FRESH = Path("/var/tmp/kiosk-box/trixie")
WITHIN = 600  # seconds for all that happens inside
TOOLS = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container"}
UNIT = """[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash /root/inside.sh
TimeoutStartSec=10min
[Install]
WantedBy=multi-user.target
"""


def main() -> int:
    missing = [package for program, package in TOOLS.items() if not shutil.which(program)]
    if os.geteuid() != 0 or missing:
        print("需要 root 和这些软件包 root is needed, and these packages:", *TOOLS.values(), file=sys.stderr)
        return 2
    bundle = ROOT / "dist" / "test-box"
    if not run("making the folder", sys.executable, BOX / "bundle.py", bundle):
        return 1
    if not (FRESH / "usr" / "bin" / "python3").exists() and not debootstrap():
        return 1
    with tempfile.TemporaryDirectory(dir=FRESH.parent) as machine:
        root = Path(machine)
        run("copying a fresh Debian 13", "cp", "-a", f"{FRESH}/.", root)
        root.chmod(0o755)
        shutil.copytree(bundle, root / "opt" / "bundle")
        (root / "boot" / "firmware").mkdir(parents=True, exist_ok=True)
        shutil.copy(BOX / "kiosk.toml.example", root / "boot" / "firmware" / "kiosk.toml")
        shutil.copy(Path(__file__).with_name("inside_the_box.sh"), root / "root" / "inside.sh")
        unit = root / "etc" / "systemd" / "system" / "inside.service"
        unit.write_text(UNIT)
        wanted = unit.parent / "multi-user.target.wants"
        wanted.mkdir(exist_ok=True)
        (wanted / unit.name).symlink_to(f"../{unit.name}")
        start(root)
        return report(root)


def debootstrap() -> bool:
    shutil.rmtree(FRESH, ignore_errors=True)
    FRESH.parent.mkdir(parents=True, exist_ok=True)
    packages = "systemd,systemd-sysv,dbus,python3,ca-certificates"
    made = run("debootstrap", "debootstrap", "--variant=minbase", f"--include={packages}", "trixie", FRESH)
    if not made:
        shutil.rmtree(FRESH, ignore_errors=True)
    return made


def start(root: Path) -> None:
    """Boot it and wait until it switches itself off."""
    booted = [
        "systemd-nspawn",
        "-q",
        "-b",
        "-D",
        str(root),
        "--register=no",
        "--keep-unit",
        "--private-network",
    ]
    with subprocess.Popen(booted, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as machine:
        try:
            machine.wait(WITHIN)
        except subprocess.TimeoutExpired:
            machine.kill()
            print(f"✕ it did not end within {WITHIN} s", file=sys.stderr)


def report(root: Path) -> int:
    outcome = root / "root" / "outcome"
    lines = outcome.read_text("utf-8").splitlines() if outcome.exists() else []
    failed = [line for line in lines if line.startswith("FAILED")]
    finished = bool(lines) and lines[-1] == "end"
    if failed or not finished:
        log = root / "root" / "log"
        print(
            log.read_text("utf-8", "replace")[-6000:] if log.exists() else "it did not start", file=sys.stderr
        )
    print(*(line for line in lines if line != "end"), sep="\n")
    print(f"{sum(line.startswith('ok') for line in lines)} passed, {len(failed)} failed")
    return 0 if finished and not failed else 1


def run(what: str, *command: object) -> bool:
    print(f"… {what}", flush=True)
    told = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if told.returncode:
        print(told.stdout[-2000:], told.stderr[-2000:], file=sys.stderr)
    return told.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
