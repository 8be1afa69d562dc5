"""The box's own authority and certificate: what tablets will believe, for how long, and of which names."""

import ssl
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.scoring.problems import Refused
from kiosk.settings import Settings
from kiosk.tls import kept, making, names
from kiosk.tls.kept import Kept
from kiosk.tls.names import given_names
from kiosk.tls.setting_up import look_after, set_up
from tests.conftest import Clock

BOX = ("192.168.1.20", "kiosk.local")


@pytest.fixture
def box(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A box whose plates lead to 192.168.1.20, called kiosk in its network."""
    monkeypatch.setattr(names, "lan_address", lambda: "192.168.1.20")
    monkeypatch.setattr("socket.gethostname", lambda: "kiosk")
    return replace(settings, base_url="http://192.168.1.20:8000")


@pytest.fixture
def now(settings: Settings) -> datetime:
    return datetime.now(settings.zone)  # a handshake has no other clock


def shake_hands(data: Path, name: str, authority: bytes) -> None:
    """What a tablet does first, which trusts this authority alone. Raises SSLCertVerificationError."""
    at_box = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    at_box.load_cert_chain(kept.server_file(data))
    tablet = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tablet.load_verify_locations(cadata=authority)
    tablet.verify_flags |= ssl.VERIFY_X509_STRICT
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        tablet.wrap_bio(back, there, server_hostname=name),
        at_box.wrap_bio(there, back, server_side=True),
    ]
    while ends:
        for end in list(ends):
            try:
                end.do_handshake()
                ends.remove(end)
            except ssl.SSLWantReadError:
                pass


@pytest.mark.parametrize("name", [*BOX, "localhost", "127.0.0.1"])
def test_a_tablet_with_the_authority_believes_the_box(box: Settings, now: datetime, name: str) -> None:
    made = set_up(box, now)
    shake_hands(box.data, name, made.kept.authority)


@pytest.mark.parametrize("name", ["192.168.1.21", "other.local", "bank.example.cn"])
def test_the_box_cannot_pass_for_another_machine(box: Settings, now: datetime, name: str) -> None:
    made = set_up(box, now)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(box.data, name, made.kept.authority)


@pytest.mark.parametrize("name", ["bank.example.cn", "8.8.8.8", "locals.cn", "notlocal"])
def test_a_stolen_authority_forges_no_website(box: Settings, now: datetime, name: str) -> None:
    set_up(box, now)
    authority = making.read_authority(kept.authority_file(box.data).read_text())
    assert not authority.may_vouch_for(name)
    text, begins, ends = making.make_server(authority, [name], now)
    forged = Kept(authority.der, "", (name,), (), begins, ends)
    kept.write_server(box.data, forged, text)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake_hands(box.data, name, authority.der)


def test_a_tablet_without_the_authority_is_warned(box: Settings, now: datetime, tmp_path: Path) -> None:
    set_up(box, now)
    stranger = set_up(replace(box, data=tmp_path / "elsewhere"), now)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(box.data, BOX[0], stranger.kept.authority)


def test_the_keys_are_for_the_owner_alone(box: Settings, now: datetime) -> None:
    set_up(box, now)
    assert {path.stat().st_mode & 0o777 for path in (box.data / "tls").iterdir()} == {0o600}
    assert (box.data / "tls").stat().st_mode & 0o077 == 0


def test_the_second_time_nothing_changes(box: Settings, clock: Clock) -> None:
    first = set_up(box, clock())
    again = set_up(box, clock())
    assert (again.new_authority, again.new_server) == (False, False)
    assert again.kept == first.kept == kept.read(box)
    renewed = set_up(box, clock(), renew=True)
    assert renewed.new_server
    assert renewed.kept.fingerprint == first.kept.fingerprint


def test_an_ipad_would_take_it(box: Settings, clock: Clock) -> None:
    made = set_up(box, clock()).kept
    assert made.begins < clock() - timedelta(days=1)
    assert timedelta(days=800) < made.ends - made.begins <= timedelta(days=825)


def test_names_given_hold_until_others_are_given(box: Settings, clock: Clock) -> None:
    first = set_up(box, clock(), given_names(["points.example.cn"], ["10.3.4.5"]))
    assert first.kept.names[-2:] == ("points.example.cn", "10.3.4.5")
    assert set_up(box, clock()).kept == first.kept
    assert set_up(box, clock(), ("10.3.4.6",)).kept.names == (*BOX, "localhost", "127.0.0.1", "10.3.4.6")


def test_a_name_that_the_authority_may_not_vouch_for_needs_a_new_one(box: Settings, clock: Clock) -> None:
    first = set_up(box, clock())
    with pytest.raises(Refused, match=r"points\.example\.cn"):
        set_up(box, clock(), ("points.example.cn",))
    assert kept.read(box) == first.kept
    anew = set_up(box, clock(), ("points.example.cn",), new_authority=True)
    assert anew.new_authority
    assert anew.kept.fingerprint != first.kept.fingerprint


@pytest.mark.parametrize(
    ("called", "addresses"),
    [(["a b"], []), (["10.0.0.1"], []), ([], ["kiosk.local"]), (["-x.cn"], []), ([""], [])],
)
def test_what_is_no_name_is_refused(called: list[str], addresses: list[str]) -> None:
    with pytest.raises(Refused):
        given_names(called, addresses)


def test_a_chinese_name_is_written_as_certificates_have_it() -> None:
    assert given_names(["积分.example.cn"], []) == ("xn--kbrv68g.example.cn",)


def test_a_clock_that_cannot_be_right_makes_no_certificate(box: Settings, clock: Clock) -> None:
    clock.now = clock.now.replace(year=1970)
    with pytest.raises(Refused, match="clock"):
        set_up(box, clock())


def looked_after(box: Settings, clock: Clock, **later: float) -> Kept:
    clock.move(**later)
    found = look_after(box, clock())
    assert found
    return found


def test_a_start_renews_what_ends_before_the_next_may_come(box: Settings, clock: Clock) -> None:
    first = set_up(box, clock()).kept
    assert looked_after(box, clock, days=400) == first
    renewed = looked_after(box, clock, days=30)
    assert renewed.fingerprint == first.fingerprint
    assert renewed.ends - clock() > timedelta(days=800)


def test_a_start_with_a_new_address_in_the_network_names_it(
    box: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = set_up(box, clock()).kept
    monkeypatch.setattr(names, "lan_address", lambda: "192.168.1.77")
    found = looked_after(box, clock, days=1)
    assert "192.168.1.77" in found.names
    assert found.fingerprint == first.fingerprint


def test_a_start_leaves_out_what_the_authority_may_not_vouch_for(box: Settings, clock: Clock) -> None:
    first = set_up(box, clock()).kept
    assert looked_after(replace(box, base_url="http://points.example.cn"), clock, days=1) == first


def test_a_clock_behind_renews_nothing(box: Settings, clock: Clock) -> None:
    first = set_up(box, clock()).kept
    assert looked_after(replace(box, host="192.168.1.99"), clock, days=-3) == first
    assert looked_after(replace(box, host="192.168.1.99"), clock, days=4) != first


def test_a_power_cut_between_authority_and_certificate_heals(box: Settings, clock: Clock) -> None:
    set_up(box, clock())
    server = kept.server_file(box.data).read_text()
    set_up(box, clock(), new_authority=True)
    kept.server_file(box.data).write_text(server)
    assert looked_after(box, clock, days=1).fits


@pytest.mark.parametrize("left", ["", "# names: x\n", "\udcff"])
def test_a_start_makes_a_lost_certificate_anew(box: Settings, clock: Clock, left: str) -> None:
    first = set_up(box, clock()).kept
    kept.server_file(box.data).write_text(left, errors="surrogateescape")
    assert looked_after(box, clock).fingerprint == first.fingerprint


def test_before_it_is_made_there_is_nothing_to_look_after(box: Settings, clock: Clock) -> None:
    assert look_after(box, clock()) is None
    assert kept.offered(box) is None


@pytest.fixture
def damaged(box: Settings, clock: Clock) -> Settings:
    set_up(box, clock())
    kept.authority_file(box.data).write_text("-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n")
    return box


def test_a_damaged_authority_is_named(damaged: Settings, clock: Clock) -> None:
    with pytest.raises(Refused, match=r"authority\.pem"):
        set_up(damaged, clock(), renew=True)
