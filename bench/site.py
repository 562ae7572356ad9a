"""Three servers to compare, each under the same gunicorn with the same options.

    python -m bench.site full|no-fold|no-op PORT WORKERS     with the settings of the environment

`full` is the app as it is. `no-fold` is the same app whose folder counts nothing: the form is
parsed and checked, and nothing is stored. `no-op` serves a page of the same size from memory and
answers a POST, once read, with a fixed page.
"""

import os
import sys
from pathlib import Path

from flask import Flask, Response, request
from numpy import intp
from numpy.typing import NDArray

from survey import create_app
from survey.box.fold import Ballots, Outcome
from survey.box.model import Wave
from survey.cli.server import Server
from survey.cli.workers import Worker
from survey.config import Config, load_config
from survey.intake.folders import Folders
from survey.intake.pages import Room
from survey.web.services import Services

SLUG = "bench"


class NoFold:
    """Says that everything was counted."""

    def fold(self, cells: NDArray[intp], ballots: Ballots) -> Outcome:
        """Count nothing."""
        del cells, ballots
        return Outcome.COUNTED


class NoFolders(Folders):
    """Hands out folders that count nothing."""

    def of(self, services: Services, wave: Wave) -> NoFold:  # type: ignore[override]
        """The same for every wave."""
        del services, wave
        return NoFold()


class BenchServer(Server):
    """gunicorn as `serve` runs it, with another app inside."""

    def __init__(self, config: Config, kind: str, port: int, workers: int) -> None:
        self._kind = kind
        super().__init__(config, "127.0.0.1", port, workers)
        self.cfg.set("post_worker_init", up)

    def load(self) -> Flask:
        """The app of that kind."""
        if self._kind == "no-op":
            return no_op(Path(self._config.data, "page.gz").read_bytes())
        app = create_app(self._config)
        if self._kind == "no-fold":
            app.extensions["survey.intake"] = Room(folders=NoFolders())
        return app


def up(worker: Worker) -> None:
    """Say that a worker is up: connections must not all go to the one that was first."""
    ready = Path(worker.app.settings.data, "ready")
    ready.mkdir(exist_ok=True)
    Path(ready, str(os.getpid())).touch()


def no_op(page: bytes) -> Flask:
    """A Flask app that does nothing but HTTP. `page` is gzipped."""
    app = Flask("no-op")

    @app.get("/s/<slug>")
    def get(slug: str) -> Response:
        del slug
        return Response(page, content_type="text/html", headers={"Content-Encoding": "gzip"})

    @app.post("/s/<slug>")
    def post(slug: str) -> Response:
        del slug
        request.get_data()
        return Response("Thank you", content_type="text/html")

    return app


if __name__ == "__main__":
    kind, port, workers = sys.argv[1:]
    BenchServer(load_config(os.environ), kind, int(port), int(workers)).run()
