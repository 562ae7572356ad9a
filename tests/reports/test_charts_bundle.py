"""plotly.js from our own origin: as small as the browser takes it, kept for good, nothing else."""

import gzip

import brotli
import pytest

from reports.charts import bundle


@pytest.fixture
def address():
    return f"/assets/plotly-{bundle.version()}.js"


@pytest.mark.parametrize(
    ("accepted", "coding", "read"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("", None, bytes),
    ],
)
def test_it_comes_as_the_browser_takes_it(client, address, accepted, coding, read):
    response = client.get(address, headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == coding
    assert read(response.data) == bundle.SOURCE.read_bytes()
    assert response.mimetype == "text/javascript"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "immutable" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_another_version_is_not_there(client):
    assert client.get("/assets/plotly-000000000000.js").status_code == 404


def test_it_is_compressed_once(tmp_path):
    first = bundle.compressed(tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.read_bytes() == first
    assert len(first) < 1_300_000
    bundle.compressed.cache_clear()
    kept.write_bytes(b"as it was kept")
    assert bundle.compressed(tmp_path / "cache") == b"as it was kept"
    bundle.compressed.cache_clear()


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path):
    (tmp_path / "cache").write_text("a file is in the way")
    assert brotli.decompress(bundle.compressed(tmp_path / "cache")) == bundle.SOURCE.read_bytes()
