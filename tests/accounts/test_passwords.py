"""Passwords: slow to guess, the same however they are typed."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from kiosk.accounts import passwords
from tests.accounts.staff import PASSWORD, STORED

IN_EARNEST = passwords._N


@pytest.fixture(autouse=True, scope="module")
def _in_earnest() -> Iterator[None]:
    """With the program's own parameters, of which the other tests know nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_N", IN_EARNEST)
        passwords._nobody.cache_clear()
        yield
        passwords._nobody.cache_clear()


@cache
def stored() -> str:
    """With the real parameters, once."""
    return passwords.hashed(PASSWORD)


def test_the_hash_carries_its_parameters() -> None:
    assert stored().startswith("scrypt$32768$8$1$")
    assert PASSWORD not in stored()


def test_the_right_password_matches_and_others_do_not() -> None:
    assert passwords.matches(PASSWORD, stored())
    assert not passwords.matches(PASSWORD + " ", stored())
    assert not passwords.matches("", stored())


def test_full_width_letters_are_the_same_letters() -> None:
    assert passwords.matches("青山绿水 ２０２６", stored())


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hashed(PASSWORD) != stored()


def test_an_older_and_weaker_hash_still_matches() -> None:
    assert passwords.matches(PASSWORD, STORED)
    assert not passwords.matches("qingshan", STORED)


def test_an_unknown_name_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted is the work, not the time: one scrypt of the same size for either."""
    costs: list[tuple[int, int, int]] = []
    honest = passwords.hashlib.scrypt

    def counting(password: bytes, **how: Any) -> bytes:
        costs.append((how["n"], how["r"], how["p"]))
        return honest(password, **how)

    known = stored()
    passwords.matches("x", None)  # makes the hash that stands in for nobody's
    monkeypatch.setattr(passwords.hashlib, "scrypt", counting)
    assert not passwords.matches("wrong password", None)
    assert not passwords.matches("wrong password", known)
    assert costs == [costs[0]] * 2


@pytest.mark.parametrize(
    "password",
    [
        *("", "short", "1234567", "aaaaaaaa", "abababab", "x" * 201, "张会计2026年"),
        *("12345678", "0987654321", "12341234", "a1234567", "Qwer1234", "1qaz2wsx", "password1"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    assert passwords.problems(password, "张会计")


@pytest.mark.parametrize("password", ["青山绿水 2026", "correct horse", "lüshui-7", "1234-qingshan"])
def test_a_plain_sentence_will_do(password: str) -> None:
    assert not passwords.problems(password, "张会计")


def test_a_password_that_is_no_text_is_only_wrong() -> None:
    assert not passwords.matches("\ud800 \x00", stored())


@pytest.mark.parametrize("stored_value", ["", "-", "scrypt$1$2", "scrypt$32768$8$1$salt$hash", "!$" * 5])
def test_what_is_no_hash_is_nobody_s_password(stored_value: str) -> None:
    for password in ("", "-", PASSWORD, stored_value):
        assert not passwords.matches(password, stored_value)
