"""GET /healthz: {"status": "ok"} while the app runs and its database answers."""

from flask import Blueprint
from sqlalchemy import text

from survey.web.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Raises OperationalError, which becomes a 503, where the database does not answer."""
    # Reading: a health check must not wait for a fold, nor hold one up.
    with services().engine.connect().execution_options(begin="read") as db:
        db.execute(text("select 1"))
    return {"status": "ok"}
