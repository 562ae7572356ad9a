"""A real server in a process of its own, on a free port."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server(data: Path, command: Sequence[str]) -> Iterator[int]:
    """What that command, with a port added to it, serves of that data; it must end well."""
    with running(data, command) as (port, _process):
        yield port


@contextmanager
def running(data: Path, command: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The same, and the id of its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([*command, str(port)], env=os.environ | {"SURVEY_DATA": str(data)})
    try:
        wait_until(lambda: listens(port))
        yield port, process.pid
    finally:
        process.terminate()
        assert process.wait(30) == 0


def wait_until(true: Callable[[], bool]) -> None:
    """Give it a minute."""
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("nothing came of it within a minute")


def listens(port: int) -> bool:
    """Whether somebody does."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
