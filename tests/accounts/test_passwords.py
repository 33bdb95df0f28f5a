from flask import Flask
from flask_security.proxies import _pwd_context
from flask_security.utils import verify_password

from portal.accounts.passwords import hash_password, is_password


def test_a_hash_is_argon2id_as_owasp_asks_and_never_the_same_twice() -> None:
    first, second = hash_password("demo-password"), hash_password("demo-password")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


def test_the_right_password_matches_and_another_does_not() -> None:
    password_hash = hash_password("demo-password")
    assert is_password("demo-password", password_hash)
    assert not is_password("demo-passwore", password_hash)


def test_nobody_without_a_password_or_with_a_broken_hash_can_match() -> None:
    assert not is_password("", None)
    assert not is_password("", "")
    assert not is_password("demo-password", "$argon2id$broken")


def test_letters_written_in_two_ways_are_the_same_password() -> None:
    assert is_password("cafe\u0301 cafe\u0301", hash_password("caf\u00e9 caf\u00e9"))


def test_flask_security_accepts_our_hashes_and_finds_them_up_to_date(app: Flask) -> None:
    password_hash = hash_password("demo-password")
    with app.app_context():
        assert verify_password("demo-password", password_hash)
        assert not _pwd_context.needs_update(password_hash)
