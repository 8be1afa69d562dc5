"""Making certificates. Imported only when one is made: the library takes longer to load than many a page.

The authority may vouch for nothing but this box's own names, `.local` names and addresses of private networks: whoever
stole its key could not pretend to be a bank to the tablets that trust it. Browsers hold it to that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.tls.names import address_of

_AUTHORITY_LASTS = timedelta(days=20 * 365)
_SERVER_LASTS = timedelta(days=820)  # an iPad takes no more than 825, those before the making included
_BEFORE = timedelta(days=2)  # a tablet's clock may be behind
_MAKER = "Village points"
_PRIVATE = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"),
    *("fc00::/7", "fe80::/10", "::1/128"),
)
_ALWAYS = ("local", "localhost")


@dataclass(frozen=True)
class Authority:
    """A key, and the certificate that tablets keep."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def may_vouch_for(self, name: str) -> bool:
        """Whether browsers would believe it about this name or address."""
        permitted = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        return any(_covers(one.value, name) for one in permitted.permitted_subtrees or ())


def make_authority(names: Iterable[str], now: datetime) -> Authority:
    """A new authority for a box of these names."""
    names = tuple(names)
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _MAKER),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{_MAKER} {names[0]} {now:%Y-%m-%d}"[:64]),
        ]
    )
    building = (
        _begun(called, called, key.public_key(), now, now + _AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
    )
    return Authority(key, building.sign(key, hashes.SHA256()))


def make_server(authority: Authority, names: Iterable[str], now: datetime) -> tuple[str, datetime, datetime]:
    """A new key and the certificate for these names in one text, and from when to when it is good."""
    key = ec.generate_private_key(ec.SECP256R1())
    ends = min(now + _SERVER_LASTS, authority.certificate.not_valid_after_utc)
    called = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, _MAKER)])
    issuer = authority.certificate
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    made = (
        _begun(called, issuer.subject, key.public_key(), now, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(signer, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return _pem(key, made), made.not_valid_before_utc, made.not_valid_after_utc


def authority_text(authority: Authority) -> str:
    return _pem(authority.key, authority.certificate)


def read_authority(text: str) -> Authority:
    """Raises ValueError for what is none."""
    key = serialization.load_pem_private_key(text.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(key)
    return Authority(key, x509.load_pem_x509_certificate(text.encode()))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(**wanted: bool) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
    )
    none = dict.fromkeys((*every, "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(**{**none, **wanted})


def _permitted(names: Iterable[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = [x509.DNSName(name) for name in _ALWAYS]
    found += [x509.IPAddress(ip_network(net)) for net in _PRIVATE]
    return found + [_whole(name) for name in names if not any(_covers(one.value, name) for one in found)]


def _covers(permitted: object, name: str) -> bool:
    address = address_of(name)
    if isinstance(permitted, IPv4Network | IPv6Network):
        return address is not None and address in permitted
    return address is None and (name == permitted or name.endswith(f".{permitted}"))


def _whole(name: str) -> x509.GeneralName:
    address = address_of(name)
    return x509.IPAddress(ip_network(address)) if address else x509.DNSName(name)


def _general(name: str) -> x509.GeneralName:
    address = address_of(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> str:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + certificate.public_bytes(serialization.Encoding.PEM)).decode()
