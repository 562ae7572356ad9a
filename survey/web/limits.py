"""How much a request may carry. More than that gets the 413 page, before anything is read."""

from flask import Flask, abort, request

WORKER_BYTES = 256 * 1024
DESK_BYTES = 2 * 1024 * 1024
"""A questionnaire of up to 1 MB, once as a file and once as text."""
FIELDS = 1000
"""A questionnaire of 80 questions with 10 boxes each stays under it."""


def init_app(app: Flask) -> None:
    """Set the limits of worker pages for all, and wider ones below /desk."""
    app.config.update(
        MAX_CONTENT_LENGTH=WORKER_BYTES,
        MAX_FORM_MEMORY_SIZE=WORKER_BYTES,
        MAX_FORM_PARTS=FIELDS,
    )
    app.before_request(_limit)


def _limit() -> None:
    if request.path.startswith("/desk"):
        request.max_content_length = DESK_BYTES
        request.max_form_memory_size = DESK_BYTES
    # Werkzeug counts the parts of multipart bodies only.
    if request.method == "POST" and sum(map(len, request.form.listvalues())) > FIELDS:
        abort(413)
