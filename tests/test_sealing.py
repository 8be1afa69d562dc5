"""A sealed copy opens with the phrase alone, and not at all if a single bit of it is another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk import sealing
from kiosk.commands.backup import backup_command, backup_key_command, restore_command
from kiosk.scoring.problems import Refused
from kiosk.settings import Settings
from tests.conftest import Village

KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a short text has several."""
    monkeypatch.setattr(sealing, "_PIECE", 100)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Three and a half pieces, sealed."""
    (tmp_path / "plain").write_bytes(bytes(range(250)) + b"x" * 100)
    sealing.seal(tmp_path / "plain", tmp_path / "copy", KEY)
    return tmp_path / "copy"


def opened(file: Path, key: bytes = KEY) -> bytes:
    return b"".join(sealing.unsealed(file, key))


@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 200, 1000])
def test_what_was_sealed_comes_back(tmp_path: Path, length: int) -> None:
    (tmp_path / "plain").write_bytes(b"y" * length)
    sealing.seal(tmp_path / "plain", tmp_path / "copy", KEY)
    assert opened(tmp_path / "copy") == b"y" * length
    assert b"yy" not in (tmp_path / "copy").read_bytes()
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "plain"]


def changed(content: bytes) -> Iterator[bytes]:
    """One bit elsewhere; cut off at and between the pieces; pieces in another order, left out, doubled, added."""
    for place in range(len(sealing._FIRST_LINE), len(content), 7):
        yield content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    head = len(sealing._FIRST_LINE) + 16
    begin, rest = content[:head], content[head:]
    pieces = [rest[at : at + 116] for at in range(0, len(rest), 116)]
    for number in range(len(pieces)):
        yield begin + b"".join(pieces[:number])
        yield begin + b"".join(pieces[:number]) + pieces[number][:50]
        yield begin + b"".join(pieces[:number] + pieces[number + 1 :])
        yield begin + b"".join(pieces[: number + 1] + pieces[number:])
    yield begin + b"".join([pieces[1], pieces[0], *pieces[2:]])
    yield content + pieces[0]


def test_whatever_is_changed_is_refused(copy: Path) -> None:
    tried = 0
    for content in changed(copy.read_bytes()):
        copy.write_bytes(content)
        with pytest.raises(Refused):
            opened(copy)
        tried += 1
    assert tried > 60


def test_another_key_is_refused_and_the_paper_named(copy: Path) -> None:
    with pytest.raises(Refused, match="phrase does not fit"):
        opened(copy, KEY[::-1])


def test_the_same_twice_looks_different(copy: Path, tmp_path: Path) -> None:
    sealing.seal(tmp_path / "plain", tmp_path / "again", KEY)
    assert copy.read_bytes()[-30:] != (tmp_path / "again").read_bytes()[-30:]


def test_a_stick_that_gives_back_other_bytes_gets_no_copy(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "unsealed", lambda *_: iter([b"something else"]))
    with pytest.raises(Refused, match="came back different"):
        sealing.seal(tmp_path / "plain", tmp_path / "again", KEY)
    assert not (tmp_path / "again").exists()
    assert not (tmp_path / "again.part").exists()


def test_a_phrase_is_read_however_it_was_typed() -> None:
    phrase = sealing.new_phrase()
    assert len(set(phrase.replace("-", ""))) > 5
    key = sealing.key_of(phrase)
    assert sealing.key_of(phrase.lower().replace("-", " ") + "\n") == key
    assert sealing.key_of(phrase.replace("O", "0").replace("I", "1").replace("B", "8")) == key
    assert sealing.key_of(sealing.new_phrase()) != key
    for wrong in ("", phrase[:-1], phrase + "A", "!" * 26):
        with pytest.raises(Refused):
            sealing.key_of(wrong)


def run(data: Path, command: object, *words: str, said: str = "") -> Result:
    environment = {"KIOSK_DATA": str(data), "KIOSK_LANG": "en"}
    return CliRunner().invoke(command, words, env=environment, input=said)  # type: ignore[arg-type]


def test_a_stick_and_a_piece_of_paper_make_a_new_box(
    alone: Village, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_PIECE", 1 << 20)
    stick, box = tmp_path / "stick", tmp_path / "new box"
    stick.mkdir()
    early = run(settings.data, backup_command, "--copy-to", str(stick))
    assert (early.exit_code, "There is no recovery phrase yet" in early.stderr) == (1, True)
    phrase = run(settings.data, backup_key_command).stdout.strip()
    again = run(settings.data, backup_key_command)
    assert (again.exit_code, again.stdout) == (1, "")
    spare = [stick / f"kiosk-2024011{day}-0{hour}0000.tar.sealed" for day in (1, 2) for hour in (1, 2)]
    for path in (*spare, stick / "holiday.jpg"):
        path.touch()
    done = run(settings.data, backup_command, "--copy-to", str(stick))
    assert (done.exit_code, "Sealed copy written and checked" in done.stderr) == (0, True)
    left = sorted(path.name for path in stick.iterdir())
    assert left[0] == "holiday.jpg"
    assert left[1:3] == [spare[1].name, spare[3].name]
    copy = stick / left[3]

    wrong = run(box, restore_command, str(copy), said=sealing.new_phrase())
    assert (wrong.exit_code, "phrase does not fit" in wrong.stderr) == (1, True)
    assert not (box / "kiosk.db").exists()
    good = run(box, restore_command, str(copy), "--phrase-stdin", said=phrase + "\n")
    assert (good.exit_code, "Restored and checked" in good.stderr) == (0, True)
    assert sealing.kept_key(box) == sealing.key_of(phrase)  # the new box seals with the same paper
    assert sorted(path.name for path in box.iterdir()) == ["backup.key", "kiosk.db", "serving.lock"]
    nowhere = run(settings.data, backup_command, "--copy-to", str(tmp_path / "gone"))
    assert (nowhere.exit_code, "There is no folder" in nowhere.stderr) == (1, True)
