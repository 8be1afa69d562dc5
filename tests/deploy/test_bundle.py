"""The folder that sets a box up: made of small stand-ins here, laid into an empty root by the real install.sh."""

import re
import subprocess
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BOX = ROOT / "deploy" / "raspberry-pi"
PINS = """click==8.5.1 \\
    --hash=sha256:aa
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:bb
cffi==2.1.1 ; platform_python_implementation != 'PyPy' \\
    --hash=sha256:cc
hatchling==1.33.0 \\
    --hash=sha256:dd
"""
# a pip that lays the only wheel it is given, as pip itself is called from its wheel
PIP = """import sys, zipfile, pathlib
wheel = [one for one in sys.argv if one.endswith(".whl")]
if wheel:
    zipfile.ZipFile(wheel[0]).extractall(pathlib.Path(sys.prefix) / "lib" / "laid")
"""


@pytest.fixture(scope="module")
def bundle() -> ModuleType:
    spec = spec_from_file_location("bundle", BOX / "bundle.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(bundle: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def download(pins: Path, machine: str, wheels: Path) -> None:
        (wheels / f"click-8.5.1-cp313-cp313-manylinux_2_17_{machine}.whl").touch()

    def own_wheel(wheels: Path) -> None:
        with zipfile.ZipFile(wheels / "village_kiosk-0.1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("kiosk/__init__.py", "")

    def pip_wheel(wheels: Path) -> None:
        with zipfile.ZipFile(wheels / "pip-26.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("pip/__main__.py", PIP)

    with pytest.MonkeyPatch.context() as patch:
        for stand_in in (download, own_wheel, pip_wheel):
            patch.setattr(bundle, stand_in.__name__, stand_in)
        patch.setattr(bundle, "PYTHON", python_here())
        made = tmp_path_factory.mktemp("usb") / "village-kiosk"
        assert bundle.main([str(made)]) == 0
        assert bundle.main([str(made)]) == 0  # again, over the first
    return made


def python_here() -> str:
    """What install.sh will find, which need not be what runs the tests."""
    asked = ["python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def install(folder: Path, *args: object) -> "subprocess.CompletedProcess[str]":
    called = ["bash", folder / "install.sh", *map(str, args)]
    return subprocess.run(called, capture_output=True, text=True, check=False)


def test_a_box_gets_its_pins_with_hashes_and_nothing_to_build_with(bundle: ModuleType) -> None:
    kept = bundle.for_box(PINS)
    assert "click==8.5.1" in kept
    assert "cffi==2.1.1 \\\n    --hash=sha256:cc" in kept
    assert "colorama" not in kept
    assert "hatchling" not in kept
    real = bundle.for_box((ROOT / "requirements.txt").read_text("utf-8"))
    assert " ; " not in real
    assert "granian==" in real


def test_everything_is_in_the_folder_and_its_sums_hold(folder: Path) -> None:
    for name in (
        "install.sh",
        "uninstall.sh",
        "units/kiosk.service",
        "files/kiosk-screen",
        "files/kiosk_network.py",
        "pictures/card.svg",
        "packages.txt",
        "MADE",
    ):
        assert (folder / name).exists(), name
    wheels = {path.name for path in (folder / "wheels").iterdir()}
    assert {name for name in wheels if "aarch64" in name}
    assert {name for name in wheels if "x86_64" in name}
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)


def test_a_folder_with_other_things_is_left_alone(bundle: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    assert bundle.main([str(tmp_path)]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]


def test_it_is_laid_into_a_root_twice_without_a_difference(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "boot" / "firmware").mkdir(parents=True)
    example = (BOX / "kiosk.toml.example").read_text("utf-8")
    (tmp_path / "boot" / "firmware" / "kiosk.toml").write_text(example, "utf-8")
    told = install(folder, "--root", tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert all(f"[{step}/8] " in told.stdout for step in range(1, 9))
    assert [path.name for path in (tmp_path / "boot" / "firmware").iterdir()] == ["kiosk.installed.toml"]
    laid = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert "KIOSK_BASE_URL=http://192.168.1.20" in (tmp_path / "etc/kiosk/kiosk.env").read_text()
    assert (tmp_path / "etc/systemd/system/kiosk.service").exists()
    assert (tmp_path / "etc/kiosk/kiosk.toml").stat().st_mode & 0o077 == 0
    assert (tmp_path / "opt/kiosk/venv/lib/laid/kiosk/__init__.py").exists()
    units = (tmp_path / "etc/systemd/system").glob("*.service")
    for page in ("README.md", "README.zh-CN.md"):
        shown = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (tmp_path / "opt/kiosk" / page).read_text("utf-8"))
        sizes = {name: (tmp_path / "opt/kiosk" / name).stat().st_size for name in shown}
        assert len(sizes) >= 10
        assert {name for name, size in sizes.items() if size > 150_000} == set()
    programs = {
        line for unit in units for line in unit.read_text().splitlines() if line.startswith("ExecStart=")
    }
    assert {line for line in programs if "/opt/kiosk/" not in line} == set()
    again = install(folder, "--root", tmp_path)
    assert again.returncode == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == laid


def test_the_network_is_what_kiosk_toml_says_now(folder: Path, tmp_path: Path) -> None:
    settings, root = tmp_path / "kiosk.toml", tmp_path / "root"
    kept = root / "etc/NetworkManager/system-connections"
    for text, names in (
        ('[hotspot]\nname = "青山村"\npassword = "renyi2026"\nhost = "jifen.lan"\n', {"kiosk-hotspot"}),
        ('[cable]\nfixed = "192.168.1.20/24"\n', {"kiosk-cable"}),
    ):
        settings.write_text(text, "utf-8")
        told = install(folder, "--root", root, "--settings", settings)
        assert told.returncode == 0, told.stdout + told.stderr
        assert {path.stem for path in kept.glob("kiosk-*")} == names
        assert all(path.stat().st_mode & 0o077 == 0 for path in kept.glob("kiosk-*"))
        names_known = root / "etc/NetworkManager/dnsmasq-shared.d/kiosk.conf"
        assert names_known.exists() == (names == {"kiosk-hotspot"})
        (kept / "office.nmconnection").touch()
    assert (kept / "office.nmconnection").exists()  # somebody's own


def test_a_release_lays_its_own_units_and_scripts_again(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "etc" / "kiosk").mkdir(parents=True)
    example = (BOX / "kiosk.toml.example").read_text("utf-8")
    (tmp_path / "etc" / "kiosk" / "kiosk.toml").write_text(example, "utf-8")
    assert install(folder, "--root", tmp_path).returncode == 0
    (release,) = (tmp_path / "opt/kiosk/releases").iterdir()
    assert not (release / "box" / "wheels").exists()
    laid = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    unit, script = tmp_path / "etc/systemd/system/kiosk.service", tmp_path / "opt/kiosk/bin/kiosk"
    unit.write_text("of a newer version")
    script.unlink()
    # a file on the boot partition is for the installation alone
    (tmp_path / "boot" / "firmware").mkdir(parents=True)
    (tmp_path / "boot" / "firmware" / "kiosk.toml").write_text('address = "http://10.0.0.1"')
    told = install(release / "box", "--lay", "--root", tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr
    (tmp_path / "boot" / "firmware" / "kiosk.toml").unlink()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == laid


def test_the_pip_of_the_box_is_pinned(
    bundle: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(bundle, "pip", lambda *words: asked.extend(map(str, words)))
    bundle.pip_wheel(tmp_path)
    assert "--require-hashes" in asked
    pins = Path(asked[asked.index("-r") + 1]).read_text()
    assert "pip==" in pins
    assert "--hash=sha256:" in pins


def test_a_damaged_folder_installs_nothing(folder: Path, tmp_path: Path) -> None:
    policy = folder / "files" / "chromium-policy.json"
    good = policy.read_bytes()
    policy.write_bytes(good[:-2])
    told = install(folder, "--root", tmp_path)
    policy.write_bytes(good)
    assert told.returncode == 1
    assert "请重新拷贝" in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_install_nothing(folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('time_zone = "Beijing"\n')
    told = install(folder, "--root", tmp_path / "root", "--settings", wrong)
    assert told.returncode == 1
    assert "time_zone" in told.stderr
    assert not (tmp_path / "root").exists()
