"""Static files carry a hash of their content, so browsers may keep them for good.

Those made of text are compressed once, at the start of a process at the earliest, and kept.
"""

import gzip
import hashlib
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from urllib.parse import quote

import brotli
from flask import Flask, Response, request, url_for
from markupsafe import Markup

FOLDER = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
TEXT = (".css", ".js", ".svg")


@cache
def names() -> frozenset[str]:
    """Every static file, as templates call it."""
    files = (path for path in FOLDER.rglob("*") if path.is_file())
    return frozenset(path.relative_to(FOLDER).as_posix() for path in files)


@cache
def version(name: str) -> str:
    """Twelve hex digits of the file's SHA-256. Raises FileNotFoundError: a template's typo."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def asset_url(name: str) -> str:
    """css/worker.css -> /static/css/worker.css?v=<hash>"""
    return url_for("static", filename=name, v=version(name))


@cache
def inline_icon() -> str:
    """The icon as an address that holds it: one request less. See `headers.WORKER_POLICY`."""
    picture = (FOLDER / "icon.svg").read_text("utf-8").strip().replace('"', "'")
    return "data:image/svg+xml," + quote(picture, safe=" ='/:")


@cache
def inline_style(name: str) -> Markup:
    """A sheet of ours for a <style> element, without comments and line ends.

    Nothing is painted before the styles are there, so a sheet inside the page saves the wait for
    one more answer (docs/decisions/0015). `style_hash` lets it through the policy.
    """
    sheet = re.sub(r"/\*.*?\*/", "", (FOLDER / name).read_text("utf-8"), flags=re.DOTALL)
    return Markup(re.sub(r"\s+", " ", sheet).strip())  # noqa: S704 - a file of the program


@cache
def style_hash(name: str) -> str:
    """What a policy calls the style element with that sheet in it: 'sha256-…'."""
    digest = hashlib.sha256(inline_style(name).encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"


@cache
def squeezed(name: str, coding: str) -> bytes:
    """The file in "br" or "gzip"."""
    content = (FOLDER / name).read_bytes()
    if coding == "br":
        return bytes(brotli.compress(content, quality=11))
    return gzip.compress(content, 9, mtime=0)


def init_app(app: Flask) -> None:
    """Give templates `asset_url` and static files their caching and compression."""
    app.jinja_env.globals.update(
        asset_url=asset_url, inline_icon=inline_icon, inline_style=inline_style
    )
    app.after_request(_cache)


def _cache(response: Response) -> Response:
    name = (request.view_args or {}).get("filename", "")
    # OPTIONS succeeds with names that are nowhere, or outside; GET with css/../css/worker.css as
    # well, of which there are too many to keep.
    if request.endpoint == "static" and name in names() and response.status_code in {200, 304}:
        current = request.args.get("v") == version(name)
        response.headers["Cache-Control"] = FOREVER if current else "no-cache"
        if name.endswith(TEXT):
            _squeeze(response, name)
    return response


def _squeeze(response: Response, name: str) -> None:
    response.vary.add("Accept-Encoding")
    coding = request.accept_encodings.best_match(("br", "gzip"))
    if coding is None or response.status_code != 200 or request.method == "OPTIONS":
        return
    response.direct_passthrough = False
    response.set_data(squeezed(name, coding))
    response.content_encoding = coding
    # One file in several codings: its tag may no longer promise the same bytes.
    if tag := response.get_etag()[0]:
        response.set_etag(tag, weak=True)
