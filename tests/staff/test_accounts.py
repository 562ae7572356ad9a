import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import pytest
from argon2.exceptions import VerifyMismatchError
from browsing import check_page, post, text
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from survey.staff import accounts
from survey.staff.accounts import (
    AT_ONCE,
    HASHER,
    NOBODY,
    AccountError,
    BusyError,
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


class Slow:
    """A hasher that is done when it is told so; it notes how many it was given at a time."""

    def __init__(self) -> None:
        self.done, self.given = threading.Event(), 0

    def verify(self, *_: str) -> None:
        self.given += 1
        self.done.wait(60)
        raise VerifyMismatchError


def test_a_crowd_takes_no_more_memory_than_two(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create_account(engine, "ana@example.org", PASSWORD)
    with monkeypatch.context() as patch, ThreadPoolExecutor(40) as crowd:
        patch.setattr(accounts, "HASHER", slow := Slow())
        tried = [
            crowd.submit(check_password, engine, f"{number}@example.org", PASSWORD)
            for number in range(40)
        ]
        refused = list(islice(as_completed(tried, timeout=60), 40 - AT_ONCE))
        assert {type(one.exception()) for one in refused} == {BusyError}
        assert slow.given == AT_ONCE
        slow.done.set()
    assert check_password(engine, "ana@example.org", PASSWORD) == made


def test_whoever_comes_in_between_is_told_to_come_back(
    client: FlaskClient, organizer: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_places", threading.BoundedSemaphore(1))
    before = list_accounts(engine)
    accounts._places.acquire()
    said = post(client, "/desk/sign-in", {"email": "a@example.org", "password": PASSWORD}, 429)
    assert "passwords are being checked" in text(check_page(said, 429))
    assert said.headers["Retry-After"]
    change = {"current": PASSWORD, "new": "another password of mine"}
    assert "passwords are being checked" in post(organizer, "/desk/password", change, 429).text
    with pytest.raises(BusyError):
        set_password(engine, 1, "another password of mine")
    assert list_accounts(engine) == before
    accounts._places.release()
    with pytest.raises(AccountError):
        set_password(engine, 1, "short")
    post(client, "/desk/sign-in", {"email": "a@example.org", "password": PASSWORD}, 200)
    post(organizer, "/desk/password", change)
