"""Security headers of every response: nothing from elsewhere, nothing inline, nothing kept."""

from flask import Flask, Response, g, request

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
ICON_POLICY = POLICY | {"img-src": "'self' data:"}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "microphone=(), payment=(), usb=(), browsing-topics=()"
    ),
}
PRIVATE = ("/s/", "/desk", "/thanks")
"""Pages that no cache may keep and no search engine may list."""


def allow_charts() -> None:
    """Let the page of this request hold plotly charts. Call it in the view."""
    g.charts = True


def allow_inline_icon() -> None:
    """Let the page of this request hold its own icon. Call it in the view."""
    g.inline_icon = True


def policy(charts: bool, inline_icon: bool = False) -> str:
    """The Content-Security-Policy of a page with or without charts, or with its icon inside."""
    rules = CHART_POLICY if charts else ICON_POLICY if inline_icon else POLICY
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def init_app(app: Flask) -> None:
    """Set the headers on every response, error pages and static files included."""
    app.after_request(_set_headers)


def _set_headers(response: Response) -> Response:
    response.headers.update(FIXED)
    response.headers["Content-Security-Policy"] = policy(
        bool(g.get("charts")), bool(g.get("inline_icon"))
    )
    if request.path.startswith(PRIVATE):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
