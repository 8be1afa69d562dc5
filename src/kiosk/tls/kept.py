"""What is kept in the folder `tls`: two files, each key and certificate in one, so that neither is ever half new.

`authority.pem` never leaves the box but in a backup; of it only the certificate is handed out. `server.pem` begins
with lines that say in words what its certificate says, so that the server need not load what could read it.
"""

import hashlib
import os
import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.settings import Settings
from kiosk.storage import sync_folder

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)
_FACT = re.compile(r"^# (\w+): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Kept:
    """The server's certificate in words, and the authority's as it is (DER).

    `given` are the names that somebody asked for; `signer` is the fingerprint of the authority that signed.
    """

    authority: bytes
    signer: str
    names: tuple[str, ...]
    given: tuple[str, ...]
    begins: datetime
    ends: datetime

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.authority)

    def one_of(self, *wanted: str) -> str:
        """The first of these names that the certificate has, else its own first; as it stands in an address."""
        name = next((name for name in wanted if name in self.names), self.names[0])
        return f"[{name}]" if ":" in name else name

    @property
    def fits(self) -> bool:
        """Whether this authority signed that certificate: a power cut may have come in between."""
        return self.signer == self.fingerprint


def fingerprint(certificate: bytes) -> str:
    """SHA-256 as Android, iPads and Windows write it: AB:CD:…"""
    return hashlib.sha256(certificate).digest().hex(":").upper()


def authority_file(data: Path) -> Path:
    return data / "tls" / "authority.pem"


def server_file(data: Path) -> Path:
    return data / "tls" / "server.pem"


def read(settings: Settings) -> Kept | None:
    """What there is, or None before `kiosk tls init` and for files that say nothing. Raises OSError for those that
    cannot be read."""
    try:
        authority = authority_file(settings.data).read_text("ascii")
        server = server_file(settings.data).read_text("ascii")
        return _parsed(authority, server)
    except (FileNotFoundError, ValueError):
        return None


def offered(settings: Settings) -> Kept | None:
    """What the server offers to tablets; None where https is off. Files that cannot be read are `serve`'s to tell."""
    try:
        return read(settings) if settings.tls_port else None
    except OSError:
        return None


def write_authority(data: Path, text: str) -> None:
    _write(authority_file(data), text)


def write_server(data: Path, found: Kept, text: str) -> None:
    """`text` is key and certificate; `found` what they say."""
    names, given = " ".join(found.names), " ".join(found.given)
    facts = {
        "signer": found.signer,
        "names": names,
        "given": given,
        "begins": found.begins,
        "ends": found.ends,
    }
    _write(server_file(data), "".join(f"# {name}: {value}\n" for name, value in facts.items()) + text)


def _parsed(authority: str, server: str) -> Kept | None:
    found, facts = _CERTIFICATE.search(authority), dict(_FACT.findall(server))
    if not found or not facts.keys() >= {"signer", "names", "given", "begins", "ends"}:
        return None
    return Kept(
        ssl.PEM_cert_to_DER_cert(found[0]),
        facts["signer"],
        tuple(facts["names"].split()),
        tuple(facts["given"].split()),
        datetime.fromisoformat(facts["begins"]),
        datetime.fromisoformat(facts["ends"]),
    )


def _write(path: Path, text: str) -> None:
    """Readable by its owner alone; whole and on the disk before it takes the place of another."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
