"""Security headers of every response: nothing from elsewhere, nothing inline, nothing kept."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, g, request

from survey.web.assets import style_hash

PLOTLY_STYLES = (
    # An empty element that its rules are put into; without it charts are drawn broken.
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    # The sheet of its map library, which we do not use; without it the console complains.
    "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='",
)
"""The style elements that plotly.js writes, by their content."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
CHART_POLICY = POLICY | {
    "style-src": " ".join(("'self'", *PLOTLY_STYLES)),
    "img-src": "'self' data: blob:",
}
WORKER_POLICY = POLICY | {
    "style-src": style_hash("css/worker.css"),
    "img-src": "data:",
    "font-src": "'none'",
}
"""Workers' pages hold their one style and their icon themselves, and load nothing but scripts."""
FIXED = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    (
        "Permissions-Policy",
        (
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
            "microphone=(), payment=(), usb=(), browsing-topics=()"
        ),
    ),
)
PRIVATE = ("/s/", "/desk", "/thanks")
"""Pages that no cache may keep and no search engine may list."""
SHOWN_AGAIN = "no-store, no-transform"
"""Cache-Control of what answers a sent form: a page that is as long for everybody would be so no
more if a proxy compressed it (RFC 9110, 7.7)."""


def allow_charts() -> None:
    """Let the page of this request hold plotly charts. Call it in the view."""
    g.charts = True


def worker_page() -> None:
    """The page of this request stands in the worker's frame, which says so itself.

    A view that answers with a page rendered earlier has to say it.
    """
    g.worker_page = True


@cache
def policy(charts: bool, worker: bool = False) -> str:
    """The Content-Security-Policy of a page with or without charts, or in the worker's frame."""
    rules = CHART_POLICY if charts else WORKER_POLICY if worker else POLICY
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def init_app(app: Flask) -> None:
    """Set the headers on every response, error pages and static files included."""
    app.jinja_env.globals.update(worker_page=worker_page)
    app.after_request(_set_headers)
    # Outside of Flask: nothing in it can leave them out, and it looks at each header twice.
    app.wsgi_app = _with_fixed(app.wsgi_app)  # type: ignore[assignment,method-assign]


def _with_fixed(inner: WSGIApplication) -> WSGIApplication:
    def wsgi_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*headers, *FIXED], *error)

        return inner(environ, start)

    return wsgi_app


def _set_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = policy(
        bool(g.get("charts")), bool(g.get("worker_page"))
    )
    if request.path.startswith(PRIVATE):
        sent = request.method == "POST" and request.path.startswith("/s/")
        response.headers["Cache-Control"] = SHOWN_AGAIN if sent else "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
