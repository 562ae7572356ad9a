"""gunicorn's workers: one of the host folds for all of them, the others serve pages."""

import os
from contextlib import ExitStack
from socket import socket

from gunicorn.workers.gthread import ThreadWorker

from survey.box.folding import fold_for_others, folding_socket
from survey.box.recover import recover
from survey.config import Config
from survey.store.engine import make_engine

GIVES_WAY = 5
"""Niceness of the folding process. On a busy machine it lets a page be finished before it goes on,
so that more answers share a commit and nobody is interrupted for it; else it makes no difference.
"""


class Worker(ThreadWorker):
    """Whoever comes first folds; where it dies, so does the one that gunicorn starts instead."""

    _folding: socket | None = None
    _role: ExitStack

    def load_wsgi(self) -> None:
        """The app, or the folding process's part instead of it."""
        self._role = ExitStack()  # until the process ends
        self._folding = self._role.enter_context(folding_socket(self._config))
        if self._folding is None:
            super().load_wsgi()

    def run(self) -> None:
        """Serve, or fold, until told to stop."""
        if self._folding is None:
            super().run()
            return
        os.nice(GIVES_WAY)
        engine = make_engine(self._config.database_url)
        recover(engine, self._config)
        fold_for_others(engine, self._config, self._folding, self._goes_on, self.PIPE[0])

    def handle_quit(self, sig: int, frame: object) -> None:
        """A commit is never cut short by a signal: the folding process stops after it."""
        if self._folding is None:
            super().handle_quit(sig, frame)
        self.alive = False

    def _goes_on(self) -> bool:
        self.notify()
        return bool(self.alive and self.is_parent_alive())

    @property
    def _config(self) -> Config:
        config: Config = self.app.settings
        return config
