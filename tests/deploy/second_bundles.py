"""New versions for the box of box.py to be updated to: the folder it was set up from, changed as a bad day needs it."""

import hashlib
import shutil
import subprocess
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

SERVE = "kiosk/commands/serve.py"
AFTER_MIGRATING = "        migrate(settings, now)\n"
IN_PLACE = AFTER_MIGRATING + '        if str(settings.data) == "/var/lib/kiosk":\n            {then}\n'
STEP = """from alembic import op

revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("{sql}")
"""


def make_all(bundle: Path, folder: Path) -> None:
    """`good` has a new table and a changed unit; `ill` passes its trial and does not start in earnest; `wrong` cannot
    migrate; `slow` can be killed in the middle; `better` is good, too."""
    newest = newest_step(wheel_of(bundle))
    new_table = {"number": "0090", "before": newest, "sql": "CREATE TABLE trial_one (x INTEGER)"}
    second = {"number": "0091", "before": "0090", "sql": "CREATE TABLE trial_two (x INTEGER)"}
    twice = {"number": "0091", "before": "0090", "sql": "CREATE TABLE village (x INTEGER)"}
    ill = {SERVE: (AFTER_MIGRATING, IN_PLACE.format(then='raise SystemExit("it cannot")'))}
    slow = {SERVE: (AFTER_MIGRATING, IN_PLACE.format(then='__import__("time").sleep(40)'))}
    make(bundle, folder / "good", "0.2.0", [new_table])
    make(bundle, folder / "ill", "0.3.0", [new_table, second], ill)
    make(bundle, folder / "wrong", "0.4.0", [new_table, twice])
    make(bundle, folder / "slow", "0.5.0", [new_table, second], slow)
    make(bundle, folder / "better", "0.6.0", [new_table, second])


def make(
    bundle: Path,
    target: Path,
    version: str,
    steps: list[dict[str, str]],
    changes: dict[str, tuple[str, str]] | None = None,
) -> None:
    """A bundle of this version; what did not change is the same file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-al", bundle, target], check=True)
    wheel = wheel_of(target)
    contents = {
        name: zipfile.ZipFile(wheel).read(name).decode("latin-1")
        for name in zipfile.ZipFile(wheel).namelist()
    }
    for name, (before, after) in (changes or {}).items():
        assert before in contents[name], name
        contents[name] = contents[name].replace(before, after)
    for step in steps:
        contents[f"kiosk/migrations/versions/{step['number']}_trial.py"] = STEP.format(**step)
    wheel.unlink()
    write_wheel(wheel.with_name(f"village_kiosk-{version}-py3-none-any.whl"), contents, version)
    rewrite(
        target / "units" / "kiosk.service",
        "Description=Village points",
        f"Description={version} Village points",
    )
    made = (target / "MADE").read_text().splitlines()
    replace(target / "MADE", "".join(f"{line}\n" for line in [f"version={version}", *made[1:]]))
    files = sorted(path for path in target.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(target)}\n" for path in files
    )
    replace(target / "SHA256SUMS", "".join(lines))


def wheel_of(bundle: Path) -> Path:
    (wheel,) = (bundle / "wheels").glob("village_kiosk-*.whl")
    return wheel


def newest_step(wheel: Path) -> str:
    names = (Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "/versions/0" in name)
    return max(names)[:4]


def write_wheel(wheel: Path, contents: dict[str, str], version: str) -> None:
    (info,) = {name.partition("/")[0] for name in contents if ".dist-info/" in name}
    new_info = f"village_kiosk-{version}.dist-info"
    old = info.removeprefix("village_kiosk-").removesuffix(".dist-info")
    contents[f"{info}/METADATA"] = contents[f"{info}/METADATA"].replace(
        f"Version: {old}", f"Version: {version}", 1
    )
    record = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents.items():
            if name != f"{info}/RECORD":
                named, content = name.replace(info, new_info), text.encode("latin-1")
                archive.writestr(named, content)
                digest = urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
                record.append(f"{named},sha256={digest},{len(content)}\n")
        archive.writestr(f"{new_info}/RECORD", "".join([*record, f"{new_info}/RECORD,,\n"]))


def rewrite(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text, file
    replace(file, text.replace(before, after, 1))


def replace(file: Path, text: str) -> None:
    """A new file: the old one may be shared."""
    file.unlink()
    file.write_text(text, "utf-8")
