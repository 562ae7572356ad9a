"""A real server with more answers than it can hold: told when to come back, and nothing is lost."""

import http.client
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from boxkit import World, make_world
from bs4 import BeautifulSoup
from servekit import server

from survey.box.close import close_box
from survey.box.slots import Slots

WAITING = 3
SENT = 5
SERVE = f"""
import sys
from survey.box import fold
fold.WAITING = {WAITING}
from survey.cli import main
main(["serve", "--workers", "1", "--port", sys.argv[1]])
"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    retry: str | None
    page: BeautifulSoup

    def typed(self) -> dict[str, str]:
        """What the form in the page holds, its form id with it."""
        fields = self.page.select("input[name]:not([type=radio]):not([type=checkbox])")
        chosen = self.page.select("input[checked]")
        return {str(tag["name"]): str(tag.get("value", "")) for tag in [*fields, *chosen]}


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path)
    made.engine.dispose()
    return made


@pytest.fixture
def port(world: World) -> Iterator[int]:
    """Where a server takes the wave's answers; at most WAITING wait for a commit."""
    with server(world.config.data, [sys.executable, "-c", SERVE]) as found:
        yield found


def ask(port: int, method: str = "GET", body: dict[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, "/s/north", urlencode(body or {}), FORM)
    found = connection.getresponse()
    page = BeautifulSoup(found.read(), "html.parser")
    connection.close()
    return Answer(found.status, found.headers["Retry-After"], page)


def filled(port: int, number: int) -> dict[str, str]:
    """A form with something typed into it."""
    form = ask(port).typed()
    return {"form": form["form"], "role": "peer", "pay": str(17 + number)}


def test_who_comes_too_much_is_told_so_and_can_send_the_same_page_again(
    world: World, port: int
) -> None:
    forms = [filled(port, number) for number in range(SENT)]
    with ThreadPoolExecutor(SENT) as pool, Slots(world.config.state_keys, "north").lock():
        sent: dict[Future[Answer], dict[str, str]] = {
            pool.submit(ask, port, "POST", form): form for form in forms
        }
        refused = first_done(list(sent), SENT - WAITING)
    for future, form in sent.items():
        answer = future.result()
        if future not in refused:
            assert answer.status == 303
            continue
        assert (answer.status, answer.retry) == (503, "60")
        kept = answer.typed()
        assert form.items() <= kept.items()
        assert ask(port, "POST", kept).status == 303
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == SENT
    answers = [{"role": "peer", "pay": float(form["pay"])} for form in forms]
    assert (world.opened() == world.counted(answers)).all()


def first_done(futures: list[Future[Answer]], count: int) -> set[Future[Answer]]:
    """The first so many; the others still wait."""
    done: set[Future[Answer]] = set()
    while len(done) < count:
        more, _ = wait(set(futures) - done, 30, FIRST_COMPLETED)
        assert more, "nobody was refused within half a minute"
        done |= more
    return done
