import pytest
from sqlalchemy import Engine, select

from survey.staff.accounts import (
    HASHER,
    NOBODY,
    AccountError,
    check_password,
    create_account,
    list_accounts,
    set_password,
)
from survey.store.tables import account

PASSWORD = "correct horse battery staple"


def test_a_password_is_kept_as_argon2id_only(engine: Engine) -> None:
    create_account(engine, " Ana@Example.org ", PASSWORD)
    with engine.connect() as db:
        row = db.execute(select(account)).one()
    assert row.email == "ana@example.org"
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(row)


def test_an_unknown_address_takes_as_long_as_a_wrong_password() -> None:
    assert not HASHER.check_needs_rehash(NOBODY)


def test_signing_in_needs_both(engine: Engine) -> None:
    made = create_account(engine, "ana@example.org", PASSWORD)
    assert check_password(engine, "ANA@example.org ", PASSWORD) == made
    assert check_password(engine, "ana@example.org", PASSWORD + "x") is None
    assert check_password(engine, "bo@example.org", PASSWORD) is None


@pytest.mark.parametrize(
    ("email", "password", "role", "sentence"),
    [
        ("ana@example.org", "short", "organizer", "at least 12 characters"),
        ("ana@example.org", "x" * 1001, "organizer", "at most 1000"),
        ("ana", PASSWORD, "organizer", "not an email address"),
        ("a na@example.org", PASSWORD, "organizer", "not an email address"),
        ("ana@example.org", PASSWORD, "boss", "choose organizer or reader"),
    ],
)
def test_what_is_refused(
    engine: Engine, email: str, password: str, role: str, sentence: str
) -> None:
    with pytest.raises(AccountError, match=sentence):
        create_account(engine, email, password, role)
    assert list_accounts(engine) == ()


def test_an_address_is_taken_once(engine: Engine) -> None:
    create_account(engine, "ana@example.org", PASSWORD)
    with pytest.raises(AccountError, match="has an account already"):
        create_account(engine, "Ana@example.org", PASSWORD, "reader")


def test_a_new_password_replaces_the_old(engine: Engine) -> None:
    made = create_account(engine, "ana@example.org", PASSWORD)
    set_password(engine, made.id, "another password of mine")
    assert check_password(engine, "ana@example.org", PASSWORD) is None
    assert check_password(engine, "ana@example.org", "another password of mine")
