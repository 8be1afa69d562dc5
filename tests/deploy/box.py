"""`./run test-box [NAME …]`: a Debian 13 started for the purpose, without a network, is set up, and has bad days.

Each NAME is a machine of its own with a script of its own beside this file: `inside` is inside_the_box.sh, `screen`
screen_in_the_box.sh; without one, all of them. Needs root and Debian; takes some minutes each and 2 GB under
/var/tmp; one at a time, for two would share their control groups. What happened inside is printed line by line, and
pictures are laid into dist/; the exit code tells whether all of it held.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy import second_bundles

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BOX = ROOT / "deploy" / "raspberry-pi"
PLACE = Path("/var/tmp/kiosk-box")
FRESH, APT, DEBS = PLACE / "trixie", PLACE / "apt", PLACE / "debs"
WITHIN = 1800  # seconds for all that happens in one of them
STARTED_ANEW = 133  # how systemd-nspawn says that the machine inside wants to start anew
TOOLS = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container"}
LOOKING = ("grim", "libjpeg62-turbo")  # takes the pictures; no part of a box
SCRIPTS = {
    path.stem.removesuffix("_in_the_box").removesuffix("_the_box"): path
    for path in sorted(HERE.glob("*_the_box.sh"))
}
WITH_DEBS = ("screen",)
UNIT = f"""[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash /root/inside.sh
TimeoutStartSec={WITHIN}
[Install]
WantedBy=multi-user.target
"""
APT_CONFIG = f"""Dir::Etc "{FRESH}/etc/apt";
Dir::State "{APT}/state";
Dir::Cache "{APT}/cache";
APT::Sandbox::User "root";
"""


def main(names: list[str]) -> int:
    missing = [package for program, package in TOOLS.items() if not shutil.which(program)]
    if os.geteuid() != 0 or missing:
        print("需要 root 和这些软件包 root is needed, and these packages:", *TOOLS.values(), file=sys.stderr)
        return 2
    if unknown := set(names) - SCRIPTS.keys():
        print(f"{unknown.pop()}? There are: {', '.join(SCRIPTS)}", file=sys.stderr)
        return 2
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (FRESH / "usr" / "bin" / "python3").exists() and not debootstrap():
            return 1
        return max([live(name) for name in names or SCRIPTS])


def live(name: str) -> int:
    """One machine: made, started, looked at."""
    bundle, plain = ROOT / "dist" / f"test-box-{name}", (sys.executable, BOX / "bundle.py")
    with_debs = (
        name in WITH_DEBS
        and fetched()
        and run("making the folder with Debian packages", *plain, bundle, "--debs", "--kept", DEBS)
    )
    if not with_debs and not run("making the folder", *plain, bundle):
        return 1
    with tempfile.TemporaryDirectory(dir=PLACE) as machine:
        root = Path(machine)
        run("copying a fresh Debian 13", "cp", "-a", f"{FRESH}/.", root)
        root.chmod(0o755)
        shutil.copytree(bundle, root / "opt" / "bundle")
        (root / "boot" / "firmware").mkdir(parents=True, exist_ok=True)
        shutil.copy(BOX / "kiosk.toml.example", root / "boot" / "firmware" / "kiosk.toml")
        shutil.copy(SCRIPTS[name], root / "root" / "inside.sh")
        shutil.copy(HERE / "checks.sh", root / "root" / "checks.sh")
        if name == "update":
            second_bundles.make_all(root / "opt" / "bundle", root / "opt" / "bundles")
        if with_debs:
            shutil.copytree(APT / "looking", root / "root" / "looking")
        unit = root / "etc" / "systemd" / "system" / "inside.service"
        unit.write_text(UNIT)
        wanted = unit.parent / "multi-user.target.wants"
        wanted.mkdir(exist_ok=True)
        (wanted / unit.name).symlink_to(f"../{unit.name}")
        with sticks(name, root) as devices:
            start(root, *devices)
        for picture in sorted((root / "root").glob("*.png")):
            print(f"  {shutil.copy(picture, ROOT / 'dist' / f'test-box-{picture.name}')}")
        if (log := root / "root" / "log").exists():
            shutil.copy(log, bundle.with_suffix(".log"))
        return report(root)


def debootstrap() -> bool:
    shutil.rmtree(FRESH, ignore_errors=True)
    packages = "systemd,systemd-sysv,dbus,python3,ca-certificates"
    made = run("debootstrap", "debootstrap", "--variant=minbase", f"--include={packages}", "trixie", FRESH)
    if not made:
        shutil.rmtree(FRESH, ignore_errors=True)
    return made


def fetched() -> bool:
    """The lists of Debian 13's packages, and what looks at its screen; what bundle.py runs hears of them too."""
    for folder in ("state/lists/partial", "cache/archives/partial", "looking"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    (APT / "config").write_text(APT_CONFIG)
    os.environ["APT_CONFIG"] = str(APT / "config")
    run("looking for Debian packages", "apt-get", "update", "-q")  # without a network: what is kept
    if len(list((APT / "looking").glob("*.deb"))) >= len(LOOKING):
        return True
    return run("the program for pictures", "apt-get", "download", "-q", *LOOKING, cwd=APT / "looking")


@contextmanager
def sticks(name: str, root: Path) -> Iterator[list[str]]:
    """Loop devices that stand for USB sticks, as options of systemd-nspawn: for `stick` one as a clerk formats it and
    one that nobody formatted, for `update` one with a new version on it. Without loop devices there are none."""
    contents = {
        "stick": {"one": [], "two": None},
        "update": {"one": ["-d", root / "opt" / "bundles" / "better"]},
    }
    options, used = [], []
    try:
        for number, how in contents.get(name, {}).items():
            image = PLACE / f"stick-{number}"
            image.unlink(missing_ok=True)
            image.touch()
            os.truncate(image, 200_000_000 if how else 64_000_000)
            if how is not None:
                run("formatting a stick", "mkfs.ext4", "-q", "-L", "KIOSK-COPY", *how, image)
            told = subprocess.run(
                ["losetup", "-f", "--show", image], capture_output=True, text=True, check=False
            )
            if told.returncode == 0:
                used.append(told.stdout.strip())
                options.append(f"--bind={used[-1]}:/dev/stick-{number}")
        yield options
    finally:
        for device in used:
            subprocess.run(["losetup", "-d", device], check=False)


def start(root: Path, *more: str) -> None:
    """Boot it, again when it asks for that, and wait until it switches itself off."""
    booted = [
        "systemd-nspawn",
        "-q",
        "-b",
        "-D",
        str(root),
        "--register=no",
        "--keep-unit",
        "--private-network",
        *more,
    ]
    end = time.monotonic() + WITHIN
    again = True
    while again:
        with subprocess.Popen(booted, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as machine:
            try:
                again = machine.wait(max(1.0, end - time.monotonic())) == STARTED_ANEW
            except subprocess.TimeoutExpired:
                machine.kill()
                print(f"✕ it did not end within {WITHIN} s", file=sys.stderr)
                return


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
    passed, skipped = (sum(line.startswith(word) for line in lines) for word in ("ok", "skip"))
    print(f"{passed} passed, {len(failed)} failed, {skipped} skipped", flush=True)
    return 0 if finished and not failed else 1


def run(what: str, *command: object, cwd: Path | None = None) -> bool:
    print(f"… {what}", flush=True)
    told = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd=cwd)
    if told.returncode:
        print(told.stdout[-2000:], told.stderr[-2000:], file=sys.stderr)
    return told.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
