"""The organizers' pages: waves from set-up to publication."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def overview() -> Page:
    """Every wave with its next step."""
    return render_template("desk/overview.html", waves=())
