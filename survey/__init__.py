"""An anonymous workplace survey that keeps sealed totals only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey.config import Config


def create_app(config: Config) -> Flask:
    """The whole app on `config`; see survey/app.py."""
    # Late: this file runs before any room of ours, and the app imports them all.
    from survey.app import create_app as create

    return create(config)
