"""`./run bundle [FOLDER]`: make the folder from which install.sh sets a box up without the internet.

For a Raspberry Pi and a PC alike: every pinned wheel for aarch64 and x86-64, checked by its hash, the program's own
wheel, pip, the units and scripts, checksums of all. With --debs also what the screen needs of Debian, for machines like
the one this runs on; that works on Debian 13 and Raspberry Pi OS trixie themselves.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON = "3.13"  # of Debian 13
MACHINES = ("aarch64", "x86_64")
GLIBC = range(17, 42)  # 2.17 to Debian 13's 2.41
BOX = (
    "install.sh",
    "uninstall.sh",
    "packages.txt",
    "kiosk.toml.example",
    "README.md",
    "README.zh-CN.md",
    "card.html",
    "wiring.svg",
)
# there the environment's pins and its tools for building are the same list; a box builds nothing
NOT_FOR_BOX = ("hatchling", "editables", "pathspec", "pluggy", "trove-classifiers", "colorama")


def main(args: list[str]) -> int:
    asked = argparse.ArgumentParser(
        prog="./run bundle", description=__doc__.partition("\n\n")[0] if __doc__ else None
    )
    asked.add_argument(
        "folder", nargs="?", type=Path, help="default: village-kiosk-VERSION beside the project's files"
    )
    asked.add_argument("--debs", action="store_true", help="also Debian packages, for machines like this one")
    asked.add_argument("--kept", type=Path, help="a folder that keeps them for the next time")
    given = asked.parse_args(args)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    folder = (given.folder or ROOT / "dist" / f"village-kiosk-{version}").absolute()
    started = time.monotonic()
    if folder.exists() and not (folder / "MADE").exists() and any(folder.iterdir()):
        print(f"{folder}: 文件夹里有别的东西，请换一个 / holds other things, name another", file=sys.stderr)
        return 1
    # made aside and moved into place: what has the name is whole
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".bundle-") as made:
        make(Path(made), version)
        if given.debs:
            add_debs(Path(made) / "debs", given.kept and given.kept.absolute())
        (Path(made) / "SHA256SUMS").write_text(checksums(Path(made)), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        Path(made).rename(folder)
        Path(made).mkdir()  # for the one who takes it away
    folder.chmod(0o755)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1_000_000
    print(f"✓ {folder}  {size:.0f} MB, {time.monotonic() - started:.0f} s")
    print("  把整个文件夹拷到 U 盘，在那台机器上运行：sudo bash install.sh；已经装过的：sudo kiosk update")
    print(
        "  Copy all of it to a USB stick; on the box: sudo bash install.sh; if it is set up: sudo kiosk update"
    )
    return 0


def make(folder: Path, version: str) -> None:
    wheels = folder / "wheels"
    wheels.mkdir()
    pins = for_box((ROOT / "requirements.txt").read_text("utf-8"))
    (folder / "requirements.txt").write_text(pins, "utf-8")
    for machine in MACHINES:
        print(f"… {machine}", flush=True)
        download(folder / "requirements.txt", machine, wheels)
    own_wheel(wheels)
    pip_wheel(wheels)
    for name in BOX:
        if (HERE / name).exists():
            shutil.copy2(HERE / name, folder / name)
    for name in ("units", "files", "pictures"):
        shutil.copytree(HERE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "MADE").write_text(f"version={version}\npython={PYTHON}\n")


def for_box(pins: str) -> str:
    """The pins without what only builds or only concerns other systems; the rest with its hashes."""
    kept = [
        block
        for block in re.split(r"^(?=[A-Za-z0-9])", pins, flags=re.MULTILINE)
        if re.split(r"[=\s]", block, maxsplit=1)[0] not in NOT_FOR_BOX
    ]
    # what is left of the conditions holds on every box: it is CPython on Linux
    return re.sub(r" ; (?:platform_python_implementation|implementation_name)[^\\\n]*", " ", "".join(kept))


def download(pins: Path, machine: str, wheels: Path) -> None:
    """Every wheel for one kind of machine; pip checks the hashes."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in reversed(GLIBC)] + [f"manylinux2014_{machine}"]
    pip(
        "download",
        "--only-binary=:all:",
        "--no-deps",
        "--require-hashes",
        "-r",
        pins,
        "-d",
        wheels,
        *("--implementation", "cp", "--python-version", PYTHON),
        *(f"--abi={abi}" for abi in (f"cp{PYTHON.replace('.', '')}", "abi3", "none")),
        *(f"--platform={platform}" for platform in (*platforms, "any")),
    )


def own_wheel(wheels: Path) -> None:
    pip("wheel", "--no-deps", "--no-build-isolation", "-w", wheels, ROOT)


def pip_wheel(wheels: Path) -> None:
    """The pip that the box installs with, as pinned."""
    pip(
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "-r",
        HERE / "pip.txt",
        "-d",
        wheels,
    )


def pip(*args: object) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "-q", *map(str, args)],
        check=False,
    )
    if told.returncode:
        sys.exit("没有做成，见上面；需要联网。 It could not be made, see above; this needs a network.")


def add_debs(folder: Path, kept: Path | None) -> None:
    """By apt, what packages.txt names and all it needs; for the kind and release of the machine this runs on."""
    names = [
        line.split()[0] for line in (HERE / "packages.txt").read_text().splitlines() if line[:1].isalnum()
    ]
    kind = apt("dpkg", "--print-architecture").strip()
    target = folder / kind
    fetched = kept / kind if kept else target
    for place in (target, fetched / "partial"):
        place.mkdir(parents=True, exist_ok=True)
    empty = folder / "status"
    empty.touch()  # as if nothing were installed: the box may have less than this machine
    wanted = (
        *("apt-get", "install", "-qq", "-y", "--no-install-recommends"),
        *("-o", f"Dir::State::status={empty}", "-o", "APT::Sandbox::User=root"),
    )
    # what is kept may be more than is wanted: a line is the address, the file's name, size and sum
    lines = apt(*wanted, "-o", f"Dir::Cache::archives={target}", "--print-uris", *names).splitlines()
    apt(*wanted, "-o", f"Dir::Cache::archives={fetched}", "--download-only", *names)
    for line in lines:
        file = fetched / line.split()[1]
        if fetched != target:
            shutil.copy2(file, target / file.name)
    empty.unlink()
    shutil.rmtree(target / "partial", ignore_errors=True)
    (target / "lock").unlink(missing_ok=True)


def apt(*command: str) -> str:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=environ)
    if told.returncode:
        sys.exit("Debian 软件包没有下载成，见上面。 The Debian packages could not be had, see above.")
    return told.stdout


def checksums(folder: Path) -> str:
    """As sha256sum writes and checks them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
