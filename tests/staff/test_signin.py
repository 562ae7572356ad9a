import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from browsing import check_page, page, post, text, token
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from survey.staff import signin
from survey.staff.accounts import BusyError, create_account, set_password
from survey.staff.signin import (
    FORGOTTEN,
    FREE_OF_ALL,
    FREE_TRIES,
    LONGEST_OF_ALL,
    LONGEST_WAIT,
    REMEMBERED,
    TooManyTriesError,
    Tries,
    sign_in,
)

PASSWORD = "correct horse battery staple"


class Clock:
    """A clock that tests turn."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


ANA, HOME, ELSEWHERE = "ana@example.org", "8.8.8.8", "9.9.9.9"


def wait(tries: Tries, email: str = ANA, place: str = HOME) -> int:
    """Try once; 0, or the seconds that one has to wait before that is looked at."""
    try:
        tries.begin(email, place)
    except TooManyTriesError as error:
        return error.seconds
    return 0


def guess(tries: Tries, clock: Clock, number: int, place: str = HOME) -> list[int]:
    """So many wrong passwords, with all the patience it takes; the waits in between."""
    waits = []
    while number:
        waits.append(wait(tries, place=place))
        clock.now += waits[-1]
        number -= not waits[-1]
    return [one for one in waits if one]


def test_guessing_gets_slower_and_patience_helps() -> None:
    clock = Clock()
    tries = Tries(clock)
    waits = guess(tries, clock, FREE_TRIES + 12)
    assert len(waits) == 11
    assert waits == sorted(waits)
    assert waits[0] == 2
    assert waits[-1] == LONGEST_WAIT
    assert wait(tries, " Ana@example.org") == LONGEST_WAIT
    assert wait(tries, "bo@example.org") == 0


def test_a_try_that_came_too_early_makes_nobody_wait_longer() -> None:
    clock = Clock()
    tries = Tries(clock)
    guess(tries, clock, FREE_TRIES + 5)
    assert {wait(tries) for _ in range(100)} == {32}
    clock.now += 32
    assert wait(tries) == 0


def test_who_guesses_elsewhere_does_not_make_an_organizer_wait() -> None:
    clock = Clock()
    tries = Tries(clock)
    for _ in range(3000):  # 20 minutes, again and again
        wait(tries, place=ELSEWHERE)
        clock.now += 0.4
    assert wait(tries, place=ELSEWHERE) > 0
    assert wait(tries) == 0


def test_a_patient_guesser_in_one_place_never_makes_others_wait() -> None:
    clock = Clock()
    tries = Tries(clock)
    assert len(guess(tries, clock, 300, ELSEWHERE)) == 300 - FREE_TRIES - 1  # that is a day
    assert clock.now > 80_000
    assert wait(tries) == 0


def test_many_places_guess_no_more_than_a_hundred_and_then_two_a_minute() -> None:
    clock = Clock()
    tries = Tries(clock)
    looked_at = 0
    for number in range(36_000):  # an hour, each from a place of its own
        looked_at += wait(tries, place=f"place {number}") == 0
        clock.now += 0.1
    assert FREE_OF_ALL < looked_at <= FREE_OF_ALL + 3600 / LONGEST_OF_ALL + 5
    assert 0 < wait(tries) <= LONGEST_OF_ALL
    assert wait(tries, "bo@example.org") == 0


def test_what_was_tried_is_forgotten_after_a_while() -> None:
    clock = Clock()
    tries = Tries(clock)
    guess(tries, clock, FREE_TRIES + 12)
    clock.now += FORGOTTEN
    wait(tries, "bo@example.org")
    assert len(tries._counts) == 2
    assert guess(tries, clock, FREE_TRIES + 1) == []


def test_success_is_forgotten_at_its_place_only() -> None:
    clock = Clock()
    tries = Tries(clock)
    guess(tries, clock, FREE_TRIES)
    guess(tries, clock, FREE_TRIES + 1, ELSEWHERE)
    assert wait(tries) == 0
    tries.succeeded(ANA, HOME)
    assert guess(tries, clock, FREE_TRIES) == []
    assert wait(tries, place=ELSEWHERE) > 0


def test_a_flood_is_forgotten_and_nobody_can_be_named_by_what_is_kept() -> None:
    tries = Tries(Clock())
    for number in range(REMEMBERED):
        wait(tries, f"{number}@example.org")
    assert len(tries._counts) <= REMEMBERED + 1
    wait(tries, f"{ANA}', '{HOME}")  # what the account counts under is no place of another
    assert len(set(tries._counts) & set(tries._names(ANA, HOME))) == 0
    assert set(tries._counts).isdisjoint(Tries()._names(f"{REMEMBERED - 1}@example.org", HOME))


def test_many_at_once_get_no_further_than_one_by_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, looked_at, ready = Clock(), [], threading.Barrier(64)

    def slowly(_engine: Engine, _email: str, password: str) -> None:
        looked_at.append(password)
        time.sleep(0.2)

    def one(number: int) -> None:
        ready.wait(10)
        with suppress(TooManyTriesError):
            sign_in(engine, tries, ANA, str(number), HOME)

    monkeypatch.setattr(signin, "check_password", slowly)
    tries = Tries(clock)
    with ThreadPoolExecutor(64) as crowd:
        list(crowd.map(one, range(64)))
    assert len(looked_at) == FREE_TRIES + 1


@pytest.mark.parametrize("why", [BusyError(), OperationalError("", {}, Exception())])
def test_what_nobody_looked_at_is_no_try(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, why: Exception
) -> None:
    def busy(*_: object) -> None:
        raise why

    clock = Clock()
    tries = Tries(clock)
    with monkeypatch.context() as patch:
        patch.setattr(signin, "check_password", busy)
        for _ in range(FREE_OF_ALL * 2):
            with pytest.raises(type(why)):
                sign_in(engine, tries, ANA, PASSWORD, HOME)
    assert not tries._counts  # nor can a flood push others out by it
    assert guess(tries, clock, FREE_TRIES + 1) == []


@pytest.fixture
def patient(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser for which the clock stands still, however slow the machine is."""
    app.extensions["tries"] = Tries(Clock())
    return client


def test_the_page_says_how_long(patient: FlaskClient) -> None:
    data = {"email": "ana@example.org", "password": "wrong"}
    for _ in range(FREE_TRIES + 1):
        found = check_page(post(patient, "/desk/sign-in", data, 200))
        assert "do not go together" in text(found)
    found = check_page(post(patient, "/desk/sign-in", data, 429), 429)
    assert "Too many tries. Wait" in text(found)
    kept = found.select_one("#email")
    assert kept is not None
    assert kept["value"] == "ana@example.org"


def test_a_stranger_elsewhere_locks_no_organizer_out(engine: Engine, patient: FlaskClient) -> None:
    create_account(engine, ANA, PASSWORD)
    data = {"email": ANA, "password": "wrong", "csrf_token": token(patient)}
    for status in (200,) * (FREE_TRIES + 1) + (429,):
        stranger = {"X-Forwarded-For": f"{HOME}, {ELSEWHERE}"}
        assert patient.post("/desk/sign-in", data=data, headers=stranger).status_code == status
    home = {"X-Forwarded-For": HOME}
    data["password"] = PASSWORD
    assert patient.post("/desk/sign-in", data=data, headers=home).status_code == 303


def test_the_cookie_belongs_to_the_desk(engine: Engine, app: Flask) -> None:
    create_account(engine, "ana@example.org", PASSWORD)
    client = app.test_client()
    data = {"email": "ana@example.org", "password": PASSWORD, "csrf_token": token(client)}
    cookie = client.post("/desk/sign-in", data=data).headers["Set-Cookie"]
    for part in ("desk=", "Path=/desk", "HttpOnly", "SameSite=Strict", "Expires="):
        assert part in cookie
    assert "Secure" not in cookie
    secure = client.get("/desk/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    assert "Secure" in secure


def test_without_a_token_nobody_signs_in(engine: Engine, client: FlaskClient) -> None:
    create_account(engine, "ana@example.org", PASSWORD)
    data = {"email": "ana@example.org", "password": PASSWORD}
    found = check_page(client.post("/desk/sign-in", data=data))
    assert "open for too long" in text(found)
    assert client.get("/desk/").status_code == 303


def test_errors_are_linked_to_their_fields(client: FlaskClient) -> None:
    found = check_page(post(client, "/desk/sign-in", {}, 200))
    links = {a["href"] for a in found.select(".error-summary a")}
    assert links == {"#email", "#password"}
    field = found.select_one("#email")
    assert field is not None
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "email-error")


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/desk/activity", "/desk/activity"),
        ("https://evil.example/", "/desk/"),
        ("/desk//evil.example", "/desk/"),
        ("/desk\\evil.example", "/desk/"),
        ("/deskevil.example", "/desk/"),
        ("//evil.example/desk", "/desk/"),
    ],
)
def test_back_to_where_one_wanted_to_go(
    engine: Engine, client: FlaskClient, wanted: str, got: str
) -> None:
    create_account(engine, "ana@example.org", PASSWORD)
    data = {"email": "ana@example.org", "password": PASSWORD, "csrf_token": token(client)}
    response = client.post("/desk/sign-in", query_string={"next": wanted}, data=data)
    assert response.location == got


def test_signing_out(organizer: FlaskClient) -> None:
    page(organizer, "/desk/")
    post(organizer, "/desk/sign-out")
    assert organizer.get("/desk/").status_code == 303


@pytest.mark.parametrize("role", ["organizer", "reader"])
def test_signing_out_ends_every_session_of_the_account_and_no_other(
    signed_in: Callable[[str], FlaskClient], app: Flask, role: str
) -> None:
    mine, other = signed_in(role), signed_in({"organizer": "reader", "reader": "organizer"}[role])
    cookie = mine.get_cookie("desk", path="/desk")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("desk", cookie.value, path="/desk")
    page(thief, "/desk/")
    post(mine, "/desk/sign-out")
    assert thief.get("/desk/").status_code == 303
    thief.set_cookie("desk", cookie.value, path="/desk")
    assert thief.get("/desk/activity").status_code == 303
    page(other, "/desk/")
    data = {"email": f"{role}@example.org", "password": PASSWORD}
    post(mine, "/desk/sign-in", data)
    page(mine, "/desk/")
    thief.set_cookie("desk", cookie.value, path="/desk")
    assert thief.get("/desk/").status_code == 303


def test_a_stranger_signs_nobody_out(organizer: FlaskClient, client: FlaskClient) -> None:
    post(client, "/desk/sign-out", {"account": 1})
    assert organizer.post("/desk/sign-out").status_code == 400  # without its token
    page(organizer, "/desk/")


def test_a_new_password_ends_other_sessions(organizer: FlaskClient, engine: Engine) -> None:
    set_password(engine, 1, "somebody else changed it")
    assert organizer.get("/desk/").status_code == 303


def test_changing_the_password(organizer: FlaskClient, app: Flask) -> None:
    path, new = "/desk/password", "a much better one"
    wrong = post(organizer, path, {"current": "no", "new": new}, 200)
    assert "not the password you use now" in text(check_page(wrong))
    short = post(organizer, path, {"current": PASSWORD, "new": "short"}, 200)
    assert "at least 12 characters" in text(check_page(short))
    done = post(organizer, path, {"current": PASSWORD, "new": new})
    assert "Your password is changed" in text(page(organizer, done.location))
    assert "changed the password" in text(page(organizer, "/desk/activity"))


def test_who_copied_a_cookie_guesses_no_faster_than_a_stranger(
    organizer: FlaskClient, app: Flask
) -> None:
    clock = Clock()
    app.extensions["tries"] = Tries(clock)
    path, guess = "/desk/password", {"current": "wrong", "new": "a much better one"}
    for _ in range(FREE_TRIES + 1):
        found = check_page(post(organizer, path, guess, 200))
        assert "not the password you use now" in text(found)
    right = guess | {"current": PASSWORD}
    for data in (guess, right):
        found = check_page(post(organizer, path, data, 429), 429)
        assert "Too many tries. Wait 2 seconds and try again." in text(found)
    assert [link["href"] for link in found.select(".error-summary a")] == ["#current"]
    sign = {"email": "organizer@example.org", "password": PASSWORD}
    assert post(app.test_client(), "/desk/sign-in", sign, 429)  # it is one limit
    clock.now += 2
    assert "changed=1" in post(organizer, path, right).location
    post(app.test_client(), "/desk/sign-in", sign | {"password": right["new"]})


def test_guessing_with_a_copied_cookie_does_not_make_its_owner_wait(
    organizer: FlaskClient, app: Flask
) -> None:
    app.extensions["tries"] = Tries(Clock())
    data = {"current": "wrong", "new": "a much better one", "csrf_token": token(organizer)}
    for status in (200,) * (FREE_TRIES + 1) + (429,):
        there = {"X-Forwarded-For": ELSEWHERE}
        assert organizer.post("/desk/password", data=data, headers=there).status_code == status
    data["current"], here = PASSWORD, {"X-Forwarded-For": HOME}
    assert organizer.post("/desk/password", data=data, headers=here).status_code == 303


def test_a_forged_or_foreign_cookie_is_nobody(client: FlaskClient, organizer: FlaskClient) -> None:
    cookie = organizer.get_cookie("desk", path="/desk")
    assert cookie is not None
    signature = cookie.value.rpartition(".")[2]
    for at in (0, len(signature) // 2, len(signature) - 2):  # the last letter has bits to spare
        other = "B" if signature[at] == "A" else "A"
        forged = signature[:at] + other + signature[at + 1 :]
        client.set_cookie("desk", cookie.value.removesuffix(signature) + forged, path="/desk")
        assert client.get("/desk/").status_code == 303
