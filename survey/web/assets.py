"""Static files carry a hash of their content, so browsers may keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

FOLDER = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"


@cache
def version(name: str) -> str:
    """Twelve hex digits of the file's SHA-256. Raises FileNotFoundError: a template's typo."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def asset_url(name: str) -> str:
    """css/worker.css -> /static/css/worker.css?v=<hash>"""
    return url_for("static", filename=name, v=version(name))


def init_app(app: Flask) -> None:
    """Give templates `asset_url` and static files their caching."""
    app.jinja_env.globals["asset_url"] = asset_url
    app.after_request(_cache)


def _cache(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in {200, 304}:
        name = (request.view_args or {})["filename"]
        current = request.args.get("v") == version(name)
        response.headers["Cache-Control"] = FOREVER if current else "no-cache"
    return response
