import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.web.assets import FOLDER, asset_url, version


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
    sheet = (FOLDER / "css/worker.css").read_bytes()
    assert len(sheet) < 9216
    assert len(gzip.compress(sheet)) < 3000


def test_sheets_load_nothing() -> None:
    for sheet in FOLDER.glob("css/*.css"):
        assert not re.search(r"url\(|@import|//", sheet.read_text()), sheet.name
