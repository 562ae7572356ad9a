"""serve: the app under gunicorn. No access log: no address is ever written down."""

import contextlib
import gc
import socket
import tempfile
from importlib import import_module
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from reports.public.content import content_file, load_content
from survey import create_app
from survey.cli.base import Refused, open_store, plainly
from survey.cli.memory import keep_little
from survey.cli.workers import Worker
from survey.config import Config
from survey.web.flood import share_limits

THREADS = 16
"""Per worker process: enough for waiting answers to be committed together."""


class Server(BaseApplication):
    """gunicorn with our options in code, so that no file can turn the access log on."""

    def __init__(self, config: Config, host: str, port: int, workers: int) -> None:
        self._config = config
        self.serving = workers
        """Processes that serve pages."""
        self._seats = tempfile.TemporaryFile()  # noqa: SIM115 - for as long as this process lives
        self._options: dict[str, Any] = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers + 1,  # one of them only folds
            "worker_class": Worker,
            "threads": THREADS,
            "accesslog": None,
            # Not lower: at "warning" gunicorn writes down who sent what it does not understand.
            "loglevel": "error",
            "keepalive": 30,
            "timeout": 60,
            "graceful_timeout": 20,
            "control_socket_disable": True,
            # Only a proxy on this machine may say that a visitor came by https.
            "forwarded_allow_ips": "127.0.0.1,::1",
            "proc_name": "survey",
        }
        super().__init__()
        keep_little()
        import_module("survey.app")  # workers share in memory what was read before the fork
        gc.freeze()  # and do not copy it by looking for rubbish there

    @property
    def seats(self) -> int:
        """A file of no name that workers inherit, to share the cores among them."""
        return self._seats.fileno()

    @property
    def settings(self) -> Config:
        """For the workers, which see nothing else of ours."""
        return self._config

    def load_config(self) -> None:
        """Set the options that this gunicorn knows."""
        for key, value in self._options.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Flask:
        """Each worker makes its own app, engine and folders after the fork."""
        app = create_app(self._config)
        share_limits(app, self.serving)
        return app


def require_free(host: str, port: int) -> None:
    """Raise Refused if nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Cannot listen on {host} port {port} ({error.strerror}): stop the program that "
                "uses it, or choose another with --port."
            ) from error


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.pass_obj
@plainly
def serve(config: Config, host: str, port: int, workers: int) -> None:
    """Serve the survey and the desk with gunicorn; no access log."""
    require_free(host, port)
    load_content(content_file(config))  # here it is one sentence; in a worker it would be a trace
    open_store(config).dispose()
    Server(config, host, port, workers).run()
