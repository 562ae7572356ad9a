"""Submissions per second: the whole app beside itself without the fold, and beside bare HTTP."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode

from bench.load import Client, Rate, Run, measure, paced, rate_of
from bench.postgres import throwaway
from bench.site import SLUG
from survey.box.model import NewWave
from survey.box.waves import create_wave
from survey.cli.base import open_store
from survey.cli.setup import new_codes
from survey.config import load_config
from survey.instrument.library import LIBRARY, load_builtin
from survey.instrument.model import Answers
from survey.intake.people import answers_of_person

QUESTIONNAIRE = "behavioral-health-full"
FORM_ID = re.compile(rb'name="form"[^>]*value="([^"]+)"')
KINDS = ("no-op", "no-fold", "full")
ROUNDS = 16
LOADED = 12
"""Rounds at full and at part load."""
WARM = 3.0
"""Seconds before a server is measured for the first time."""
MOST = 900
"""Submissions per second of the app that there are codes for."""


@dataclass(frozen=True, slots=True)
class Store:
    """Where the servers keep their wave: a new folder, and a database in it or on a server."""

    folder: Path
    url: str = ""

    @property
    def settings(self) -> dict[str, str]:
        """What the program reads from its environment."""
        return {"SURVEY_DATA": str(self.folder), "SURVEY_DATABASE_URL": self.url}


@contextmanager
def store(engine: str) -> Iterator[Store]:
    """A throwaway one: "sqlite", or "postgresql" with a server of its own, both on the disk."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="survey-bench-"))
        server = stack.enter_context(throwaway()) if engine == "postgresql" else None
        yield Store(Path(folder) / "data", server.make_database("bench") if server else "")


def run(engine: str, seconds: float, clients: int, workers: int = 2) -> dict[str, Rate]:
    """All three servers at once, a round for each in turn, `ROUNDS` times: all rounds together.

    A machine that is shared has slow minutes and fast ones. Rounds are short, so that each server
    gets as much of either; whoever has no round waits, and takes nothing.
    """
    runs: dict[str, list[Run]] = {kind: [] for kind in KINDS}
    with ExitStack() as stack:
        servers: dict[str, tuple[int, Submitting]] = {}
        for kind in KINDS:
            at = stack.enter_context(store(engine))
            submitting = Submitting(prepare(at, codes_for(kind, seconds)))
            servers[kind] = stack.enter_context(serving(kind, at, workers)), submitting
        # Servers read their questionnaire and compile their statements once; and while they do,
        # connections do not fall evenly on their workers.
        for port, submitting in servers.values():
            measure(port, clients, WARM, submitting)
        for number in range(ROUNDS):
            for kind in KINDS if number % 2 else reversed(KINDS):
                port, submitting = servers[kind]
                runs[kind].append(measure(port, clients, seconds, submitting))
    return {kind: rate_of(some) for kind, some in runs.items()}


def codes_for(kind: str, seconds: float) -> int:
    """Enough for each submission of the app; the others do not notice that codes come again."""
    return int((ROUNDS * (seconds + 1) + WARM + 1) * MOST) if kind == "full" else 100


def under_load(
    engine: str, seconds: float, clients: int, share: float = 0.8
) -> list[tuple[Rate, Rate]]:
    """All that the app can take, and then evenly `share` of that, in short rounds in turn.

    Each pair of rounds stands for itself. Where the machine is shared, what the app can take is not
    the same in one second and the next: in some rounds `share` turns out to be all of it.
    """
    rounds: list[tuple[Rate, Rate]] = []
    with store(engine) as at:
        submitting = Submitting(prepare(at, int((3 * LOADED * (seconds + 1) + WARM) * MOST)))
        with serving("full", at, 2) as port:
            measure(port, clients, WARM, submitting)
            for _ in range(LOADED):
                most = rate_of([measure(port, clients, seconds, submitting)])
                rate = share * most.per_second
                some = rate_of([paced(port, clients, 2 * seconds, rate, submitting)])
                rounds.append((most, some))
    return rounds


def prepare(at: Store, codes: int) -> Iterator[str]:
    """A wave with codes, over and over, and the page that the no-op server sends."""
    config = load_config(at.settings)
    engine = open_store(config)
    text = LIBRARY[QUESTIONNAIRE].read_text("utf-8")
    wave = create_wave(engine, config, NewWave(SLUG, text, "bench", "Bench", origin="simulated"))
    made = new_codes(engine, config, wave, codes, "")
    engine.dispose()
    with serving("full", at, 1) as port:
        (at.folder / "page.gz").write_bytes(Client(port).get(f"/s/{SLUG}").raw)
    return cycle(made)


class Submitting:
    """GET the form, answer its 40 questions as one made-up person, POST it with a fresh code."""

    def __init__(self, codes: Iterator[str]) -> None:
        self._codes = codes
        self._lock = threading.Lock()
        self._bodies = bodies()
        self._next = 0

    def __call__(self, client: Client) -> None:
        """One submission. Raises RuntimeError where it was not counted."""
        page = client.get(f"/s/{SLUG}")
        found = FORM_ID.search(page.body)
        with self._lock:
            code, self._next = next(self._codes), self._next + 1
        body = self._bodies[self._next % len(self._bodies)] + f"&code={code}&form=".encode()
        reply = client.post(f"/s/{SLUG}", body + (found[1] if found else b""))
        if reply.status not in (200, 303):
            raise RuntimeError(f"a submission was answered with {reply.status}")


def bodies() -> list[bytes]:
    """Forms of 100 made-up people who skip nothing that they are asked."""
    definition = load_builtin(QUESTIONNAIRE)
    return [posted(answers_of_person(definition, 5, index)) for index in range(100)]


def posted(answers: Answers) -> bytes:
    """The answers as a browser sends them."""
    pairs: list[tuple[str, str]] = []
    for name, answer in answers.items():
        values = sorted(answer) if isinstance(answer, frozenset) else [answer]
        pairs += [(name, f"{v:g}" if isinstance(v, float) else str(v)) for v in values]
    return urlencode(pairs).encode()


@contextmanager
def serving(kind: str, at: Store, workers: int) -> Iterator[int]:
    """A server of that kind in a process of its own; yields its port once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    ready = at.folder / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    command = [sys.executable, "-m", "bench.site", kind, str(port), str(workers)]
    process = subprocess.Popen(command, env=os.environ | at.settings)
    try:
        # The port is open before the processes behind it are up; one of them only folds.
        wait_for(lambda: ready.is_dir() and len(list(ready.iterdir())) > workers, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def wait_for(true: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Until it is; RuntimeError if the server stops before, or it takes 60 s."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server stopped before it answered")
        if true():
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer within 60 s")
