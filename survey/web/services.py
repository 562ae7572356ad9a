"""What request handlers are handed: one frozen bundle per app instead of globals."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Engine

from survey.config import Config


@dataclass(frozen=True, slots=True)
class Services:
    """Made once by create_app. `secret` is 32 random bytes; derive a key per purpose from it."""

    config: Config
    engine: Engine
    secret: bytes


def services() -> Services:
    """The services of the app that handles this request."""
    found: Services = current_app.extensions["survey"]
    return found
