import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from survey.web.headers import FIXED, allow_charts

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def test_the_policy_is_locked(client: FlaskClient) -> None:
    for path in ("/desk/sign-in", "/desk/nowhere", "/", "/static/css/base.css", "/healthz"):
        assert client.get(path).headers["Content-Security-Policy"] == STRICT, path


@pytest.mark.parametrize("path", ["/s/nowhere", "/thanks", "/nowhere"])
def test_workers_pages_load_scripts_of_ours_and_nothing_else(
    client: FlaskClient, path: str
) -> None:
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    inside = re.findall("<style>(.*?)</style>", response.text, re.DOTALL)
    mark = b64encode(sha256(inside[0].encode()).digest()).decode()
    assert len(inside) == 1
    assert policy == (
        f"default-src 'none'; script-src 'self'; style-src 'sha256-{mark}'; img-src data:; "
        "font-src 'none'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
    loads = re.findall(r'<(?:link|script|img)[^>]*?(?:href|src)="([^"]+)"', response.text)
    assert [address.split("?")[0].split(",")[0] for address in map(unescape, loads)] == [
        "data:image/svg+xml",
        "/static/js/leave.js",
    ]


def test_charts_add_one_style_and_their_own_images(app: Flask) -> None:
    @app.get("/chart")
    def chart() -> str:
        allow_charts()
        return ""

    policy = app.test_client().get("/chart").headers["Content-Security-Policy"]
    empty = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    style = f"style-src 'self' {empty} 'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"
    expected = STRICT.replace("style-src 'self'", style)
    assert policy == expected.replace("img-src 'self'", "img-src 'self' data: blob:")


def test_no_view_can_leave_the_fixed_ones_out(app: Flask) -> None:
    @app.get("/bare")
    def bare() -> Response:
        return Response("")

    def strip(response: Response) -> Response:
        response.headers.clear()
        return response

    app.after_request_funcs[None].insert(0, strip)  # Flask runs the first one last
    headers = app.test_client().get("/bare").headers
    assert [headers.getlist(name) for name, _ in FIXED] == [[value] for _, value in FIXED]


def test_nothing_leaks_to_other_sites(client: FlaskClient) -> None:
    headers = client.get("/s/nowhere").headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_https_stays_https(client: FlaskClient) -> None:
    headers = client.get("/healthz", base_url="https://localhost").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_private_pages_are_neither_kept_nor_listed(client: FlaskClient) -> None:
    for path in ("/s/nowhere", "/s/nowhere/privacy", "/thanks", "/desk/", "/desk/sign-in"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert "noindex" in headers["X-Robots-Tag"], path
