"""Everything below /desk is refused by default; everything elsewhere is public on purpose."""

import re

import pytest
from browsing import check_page, page, token
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

PUBLIC = {
    "/static/<path:filename>",
    "/healthz",
    "/",
    "/s/<slug>",
    "/s/<slug>/privacy",
    "/thanks",
    "/thanks/practice",
    "/results/<slug>",
    "/assets/plotly-<wanted>.js",
    "/charts/wages.svg",
    "/share.png",
}
"""A new page outside /desk is added here by somebody who means it."""


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def desk_posts(app: Flask) -> list[Rule]:
    return [r for r in rules(app) if r.rule.startswith("/desk") and "POST" in (r.methods or ())]


def fill(rule: Rule) -> str:
    return re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", "1", rule.rule))


def test_every_page_elsewhere_is_public_on_purpose(app: Flask) -> None:
    elsewhere = {r.rule for r in rules(app) if not r.rule.startswith("/desk")}
    assert elsewhere <= PUBLIC


def test_a_stranger_is_refused_everywhere(app: Flask, client: FlaskClient) -> None:
    below = [r for r in rules(app) if r.rule.startswith("/desk") and r.rule != "/desk/sign-in"]
    assert len(below) > 3
    for rule in below:
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            response = client.open(fill(rule), method=method)
            assert response.status_code == 303, (method, rule.rule)
            assert response.location.startswith("/desk/sign-in")


@pytest.mark.parametrize(
    "path", ["/desk", "/desk/", "/desk/nothing", "/desk/%2e%2e/desk/", "/desk/."]
)
def test_other_spellings_are_refused(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code in {303, 308}
    assert "/desk" in response.location


def test_a_reader_changes_nothing(app: Flask, reader: FlaskClient) -> None:
    mine = {"staff.sign_in", "staff.sign_out", "staff.password"}
    sent = {"csrf_token": token(reader)}
    for rule in desk_posts(app):
        if rule.endpoint not in mine:
            assert reader.post(fill(rule), data=sent).status_code == 403, rule.rule


def test_a_post_without_a_token_is_refused(app: Flask, organizer: FlaskClient) -> None:
    for rule in desk_posts(app):
        if rule.endpoint != "staff.sign_in":
            check_page(organizer.post(fill(rule), data={"csrf_token": "x"}), 400)


def test_a_token_of_another_session_is_refused(app: Flask, organizer: FlaskClient) -> None:
    foreign = token(app.test_client())
    assert organizer.post("/desk/sign-out", data={"csrf_token": foreign}).status_code == 400
    page(organizer, "/desk/")


def test_public_pages_never_set_a_cookie(app: Flask, organizer: FlaskClient) -> None:
    """Not even for somebody who is signed in at the desk."""
    for rule in rules(app):
        if not rule.rule.startswith("/desk"):
            for method in ("GET", "POST"):
                response = organizer.open(fill(rule), method=method)
                assert "Set-Cookie" not in response.headers, rule.rule
                assert "Cookie" not in response.headers.get("Vary", ""), rule.rule


def test_readers_see_the_log(reader: FlaskClient) -> None:
    assert "Nothing about workers" in page(reader, "/desk/activity").text
