import gzip
import re
from urllib.parse import unquote

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.web.assets import FOLDER, asset_url, inline_icon, inline_style, squeezed, version


def test_a_hashed_file_is_kept_for_good(client: FlaskClient) -> None:
    response = client.get(f"/static/css/worker.css?v={version('css/worker.css')}")
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("query", ["", "?v=000000000000"])
def test_another_version_is_asked_for_anew(client: FlaskClient, query: str) -> None:
    assert client.get(f"/static/css/worker.css{query}").headers["Cache-Control"] == "no-cache"


def test_a_typo_is_an_error(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(FileNotFoundError):
        asset_url("css/wroker.css")


def test_the_workers_sheet_stays_small() -> None:
    sheet = inline_style("css/worker.css").encode()
    assert len(sheet) < 8192
    assert len(gzip.compress(sheet)) < 2600


def test_a_sheet_inside_a_page_says_the_same_and_cannot_end_early() -> None:
    inside = inline_style("css/worker.css")
    assert "<" not in inside
    assert "/*" not in inside
    outside = re.sub(r"/\*.*?\*/", "", (FOLDER / "css/worker.css").read_text(), flags=re.DOTALL)
    assert inside.split() == outside.split()


def test_sheets_load_nothing() -> None:
    for sheet in FOLDER.glob("css/*.css"):
        assert not re.search(r"url\(|@import|//", sheet.read_text()), sheet.name


@pytest.mark.parametrize(("accepts", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("", None)])
def test_text_is_sent_compressed(client: FlaskClient, accepts: str, coding: str | None) -> None:
    plain = (FOLDER / "css/worker.css").read_bytes()
    url = f"/static/css/worker.css?v={version('css/worker.css')}"
    response = client.get(url, headers={"Accept-Encoding": accepts} if accepts else {})
    assert response.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in response.headers["Vary"]
    assert "immutable" in response.headers["Cache-Control"]
    opened = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert opened(response.data) == plain
    assert int(response.headers["Content-Length"]) == len(response.data)
    again = client.get(url, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_icon_inside_a_page_is_the_icon() -> None:
    kind, _, picture = inline_icon().partition(",")
    assert kind == "data:image/svg+xml"
    assert unquote(picture).replace("'", '"') == (FOLDER / "icon.svg").read_text().strip()


@pytest.mark.parametrize(
    "name",
    [
        *("es", "css", "../static/css/worker.css", "../../../babel.cfg", "%2e%2e/static/icon.svg"),
        *("css/../css/worker.css", "css/./worker.css", "css//worker.css", "icon.svg%00", "x" * 999),
    ],
)
@pytest.mark.parametrize("method", ["OPTIONS", "GET", "HEAD"])
def test_no_other_name_is_read_or_remembered(client: FlaskClient, method: str, name: str) -> None:
    client.get("/static/nowhere")  # the page that says so has files of its own
    before = (version.cache_info().currsize, squeezed.cache_info().currsize)
    response = client.open(f"/static/{name}", method=method, headers={"Accept-Encoding": "gzip"})
    assert response.status_code in {200, 308, 404}
    assert "Content-Encoding" not in response.headers
    assert method == "GET" or not response.data
    assert (version.cache_info().currsize, squeezed.cache_info().currsize) == before


def test_options_of_a_file_that_there_is_sends_none_of_it(client: FlaskClient) -> None:
    assert client.options("/static/css/worker.css", headers={"Accept-Encoding": "br"}).data == b""
