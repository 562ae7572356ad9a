"""gunicorn's workers: one of the host folds for all of them, the others serve pages."""

import fcntl
import gc
import os
import time
from contextlib import ExitStack, suppress
from itertools import count
from socket import socket

from gunicorn.workers.gthread import TConn, ThreadWorker

from survey.box.folding import fold_for_others, folding_socket
from survey.box.recover import recover
from survey.config import Config
from survey.store.engine import make_engine
from survey.web.queue import say_when_it_came

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
        gc.collect()
        gc.freeze()  # none of this becomes rubbish: to look for some there takes 5% of all requests

    def run(self) -> None:
        """Serve, or fold, until told to stop."""
        if self._folding is None:
            with suppress(OSError):  # somebody may have forbidden it
                keep_to_one_core(self.app.seats, self.app.serving)
            super().run()
            return
        os.nice(GIVES_WAY)
        engine = make_engine(self._config.database_url)
        recover(engine, self._config)
        fold_for_others(engine, self._config, self._folding, self._goes_on, self.PIPE[0])

    def enqueue_req(self, conn: TConn) -> None:
        """Queue a request for a thread, and remember when."""
        conn.came = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> object:
        """Handle it, in a thread."""
        say_when_it_came(conn.came)
        return super().handle(conn)

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


def keep_to_one_core(seats: int, serving: int) -> None:
    """Have a process that serves pages, one of `serving`, compute on one core only, where it can.

    Only one of its threads computes at a time. Where the next one does so on another core, it finds
    none of what it needs in that core's caches. Only where there is such a process for each core:
    else some would have nothing to do. A core is nobody's own: the system may run others on it.

    `seats` is an open file that these processes share, and in which each locks a byte for as long
    as it lives, so that whoever takes a dead one's place computes where that did. Raises OSError.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    if serving >= len(cores):
        seat = next(number for number in count() if _sit(seats, number))
        os.sched_setaffinity(0, {cores[seat % len(cores)]})


def _sit(seats: int, number: int) -> bool:
    try:
        fcntl.lockf(seats, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
    except (BlockingIOError, PermissionError):
        return False
    return True
