"""plotly.js from our own origin: the bundle of the wheel, compressed once, cached for good.

It lies outside /desk, whose pages no cache may keep; it is a public program and holds no data.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

import brotli
import plotly
from flask import Blueprint, Response, abort, request, url_for

from survey.web.assets import FOREVER
from survey.web.services import services

SOURCE = Path(plotly.__file__).with_name("package_data") / "plotly.min.js"
QUALITY = 9
"""Brotli: 1.2 MB after a second. The best quality saves a tenth of that and takes 20 seconds."""

blueprint = Blueprint("bundle", __name__)
_compressing = Lock()


@cache
def version() -> str:
    """Twelve hex digits of the bundle's SHA-256."""
    return hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]


def bundle_url() -> str:
    """The address of this version of plotly.js."""
    return url_for("bundle.plotly", wanted=version())


@blueprint.get("/assets/plotly-<wanted>.js", endpoint="plotly")
def plotly_js(wanted: str) -> Response:
    """The bundle as the browser takes it: brotli, gzip, or as it is."""
    if wanted != version():
        abort(404)
    accepted = request.accept_encodings
    coding = next((name for name in ("br", "gzip") if accepted[name] > 0), "identity")
    response = Response(_body(coding), mimetype="text/javascript")
    response.headers["Cache-Control"] = FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    if coding != "identity":
        response.headers["Content-Encoding"] = coding
    return response


def _body(coding: str) -> bytes:
    if coding == "identity":
        return SOURCE.read_bytes()
    if coding == "gzip":
        return _gzipped()
    return compressed(services().config.data / "cache")


@cache
def _gzipped() -> bytes:
    return gzip.compress(SOURCE.read_bytes(), 6, mtime=0)


@cache
def compressed(folder: Path) -> bytes:
    """The bundle in brotli, from `folder` where it was put before."""
    kept = folder / f"plotly-{version()}-{QUALITY}.js.br"
    with _compressing:
        try:
            return kept.read_bytes()
        except OSError:
            body: bytes = brotli.compress(
                SOURCE.read_bytes(), mode=brotli.MODE_TEXT, quality=QUALITY
            )
            _keep(kept, body)
            return body


def _keep(path: Path, body: bytes) -> None:
    """Put it there whole or not at all; a folder that cannot be written costs a second a start."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
            unfinished.write(body)
        Path(unfinished.name).replace(path)
    except OSError:
        return
