"""A real server with more answers than it can hold: told when to come back, and nothing is lost."""

import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from boxkit import World
from bs4 import BeautifulSoup
from servekit import server, wait_until
from test_folding_process import folding_process

from survey.box.close import close_box
from survey.box.slots import PATIENCE, Slots
from survey.cli.server import THREADS

SENT = THREADS + 4
SERVE = [sys.executable, "-m", "survey", "serve", "--workers", "1", "--port"]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    retry: str | None
    page: BeautifulSoup
    seconds: float

    def typed(self) -> dict[str, str]:
        """What the form in the page holds, its form id with it."""
        fields = self.page.select("input[name]:not([type=radio]):not([type=checkbox])")
        chosen = self.page.select("input[checked]")
        return {str(tag["name"]): str(tag.get("value", "")) for tag in [*fields, *chosen]}


@pytest.fixture
def port(world: World) -> Iterator[int]:
    """Where a server takes the wave's answers, as everybody starts it."""
    with server(world.config.data, SERVE) as found:
        yield found


def ask(port: int, method: str = "GET", body: dict[str, str] | None = None) -> Answer:
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, "/s/north", urlencode(body or {}), FORM)
    found = connection.getresponse()
    page = BeautifulSoup(found.read(), "html.parser")
    connection.close()
    return Answer(found.status, found.headers["Retry-After"], page, time.monotonic() - begun)


def filled(port: int, number: int) -> dict[str, str]:
    """A form with something typed into it."""
    form = ask(port).typed()
    return {"form": form["form"], "role": "peer", "pay": str(17 + number)}


@contextmanager
def hanging(world: World, what: str) -> Iterator[None]:
    """Commits hang: somebody has the lock, or the folding process waits for its disk."""
    if what == "lock":
        with Slots(world.config.state_keys, "north").lock():
            yield
        return
    wait_until(lambda: folding_process(world) != 0)
    process = folding_process(world)
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@pytest.mark.parametrize("what", ["lock", "disk"])
def test_who_comes_too_much_is_told_so_and_can_send_the_same_page_again(
    world: World, port: int, what: str
) -> None:
    """Commits hang, and there are more answers than threads to wait for one."""
    forms = [filled(port, number) for number in range(SENT)]
    with ThreadPoolExecutor(SENT) as pool, hanging(world, what):
        answers = list(pool.map(lambda form: ask(port, "POST", form), forms))
    for form, answer in zip(forms, answers, strict=True):
        assert (answer.status, answer.retry) == (503, "60")
        # Who had no thread was not tried only after others had given up: nobody waits twice.
        assert answer.seconds < 2 * PATIENCE
        kept = answer.typed()
        assert form.items() <= kept.items()
        assert ask(port, "POST", kept).status == 303
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == SENT
    counted = [{"role": "peer", "pay": float(form["pay"])} for form in forms]
    assert (world.opened() == world.counted(counted)).all()


def test_more_answers_at_once_than_threads_are_all_counted(world: World, port: int) -> None:
    """As long as commits do not hang, waiting is right."""
    forms = [filled(port, number) for number in range(4 * THREADS)]
    with ThreadPoolExecutor(len(forms)) as pool:
        answers = list(pool.map(lambda form: ask(port, "POST", form), forms))
    assert {answer.status for answer in answers} == {303}
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == len(forms)
