import pytest
from browsing import check_page, page, post, text, token
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey.staff.accounts import create_account, set_password
from survey.staff.signin import FREE_TRIES, LONGEST_WAIT, REMEMBERED, Tries

PASSWORD = "correct horse battery staple"


class Clock:
    """A clock that tests turn."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_guessing_gets_slower_and_patience_helps() -> None:
    clock = Clock()
    tries = Tries(clock)
    for _ in range(FREE_TRIES):
        assert tries.wait("ana@example.org") == 0
        tries.failed("ana@example.org")
    waits = []
    for _ in range(12):
        tries.failed("Ana@example.org")
        waits.append(tries.wait("ana@example.org"))
        clock.now += waits[-1] + 1
    assert waits == sorted(waits)
    assert waits[0] <= 3
    assert waits[-1] <= LONGEST_WAIT + 1
    assert tries.wait("ana@example.org") == 0
    assert tries.wait("bo@example.org") == 0


def test_success_and_a_flood_are_forgotten() -> None:
    tries = Tries(Clock())
    for _ in range(FREE_TRIES + 1):
        tries.failed("ana@example.org")
    assert tries.wait("ana@example.org") > 0
    tries.succeeded("ana@example.org")
    assert tries.wait("ana@example.org") == 0
    for i in range(REMEMBERED * 2):
        tries.failed(f"{i}@example.org")
    assert len(tries._failed) == REMEMBERED


def test_the_page_says_how_long(client: FlaskClient) -> None:
    data = {"email": "ana@example.org", "password": "wrong"}
    for _ in range(FREE_TRIES + 1):
        found = check_page(post(client, "/desk/sign-in", data, 200))
        assert "do not go together" in text(found)
    found = check_page(post(client, "/desk/sign-in", data, 429), 429)
    assert "Too many tries. Wait" in text(found)
    kept = found.select_one("#email")
    assert kept is not None
    assert kept["value"] == "ana@example.org"


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


def test_a_forged_or_foreign_cookie_is_nobody(client: FlaskClient, organizer: FlaskClient) -> None:
    cookie = organizer.get_cookie("desk", path="/desk")
    assert cookie is not None
    client.set_cookie("desk", cookie.value[:-2] + "AA", path="/desk")
    assert client.get("/desk/").status_code == 303
