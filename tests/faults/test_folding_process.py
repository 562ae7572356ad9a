"""A real server whose folding process is killed while answers come in."""

import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from boxkit import World
from bs4 import BeautifulSoup
from servekit import server, wait_until

from survey.box.close import close_box
from survey.cli.workers import GIVES_WAY
from survey.intake.ballots import FORM_ID_LENGTH

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KILLS = 3
SENDERS = 6


@pytest.fixture
def port(world: World) -> Iterator[int]:
    """Where a server takes the wave's answers."""
    command = [sys.executable, "-m", "survey", "serve", "--workers", "1", "--port"]
    with server(world.config.data, command) as found:
        yield found


def ask(port: int, body: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and page of the survey, sent to or looked at."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST" if body else "GET", "/s/north", urlencode(body or {}), FORM)
    found = connection.getresponse()
    page = found.read().decode()
    connection.close()
    return found.status, page


def folding_process(world: World) -> int:
    """Its process id, from the kernel's list of locks; 0 while there is none."""
    lock = world.config.state_keys / ".folding.lock"
    if not lock.exists():
        return 0
    inode = str(lock.stat().st_ino)
    for line in Path("/proc/locks").read_text("ascii").splitlines():
        fields = line.split()
        if fields[1] == "FLOCK" and fields[5].endswith(f":{inode}"):
            return int(fields[4])
    return 0


def another_folding_process(world: World, killed: list[int]) -> int:
    """Wait for one that is not among these, nor none."""
    found = [0]
    wait_until(lambda: found.append(folding_process(world)) or found[-1] not in killed)
    return found[-1]


def test_it_gives_way_to_those_who_make_pages(world: World, port: int) -> None:
    assert ask(port)[0] == 200
    wait_until(lambda: folding_process(world) != 0)
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    gives_way = min(19, niceness + GIVES_WAY)
    wait_until(lambda: os.getpriority(os.PRIO_PROCESS, folding_process(world)) == gives_way)
    assert gives_way > niceness


def test_answers_outlive_the_process_that_folds_them(world: World, port: int) -> None:
    killed: list[int] = [0]
    stop: list[bool] = []

    def send(number: int) -> int:
        """Answer until told to stop; how many were acknowledged."""
        sent = 0
        while not stop:
            page = BeautifulSoup(ask(port)[1], "html.parser")
            form = str(page.select_one("input[name=form]")["value"])  # type: ignore[index]
            assert len(form) == FORM_ID_LENGTH
            while (status := ask(port, {"form": form, "pay": str(17 + number)})[0]) != 303:
                assert status == 503
            sent += 1
        return sent

    with ThreadPoolExecutor(SENDERS) as pool:
        senders = [pool.submit(send, number) for number in range(SENDERS)]
        try:
            for _ in range(KILLS):
                killed.append(another_folding_process(world, killed))
                time.sleep(0.5)
                os.kill(killed[-1], signal.SIGKILL)
            another_folding_process(world, killed)
            time.sleep(0.3)
        finally:
            stop.append(True)  # or they would send for ever
    counted = [future.result() for future in senders]
    assert min(counted) > 0
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == sum(counted)
    everybody = [{"pay": 17.0 + n} for n, sent in enumerate(counted) for _ in range(sent)]
    assert (world.opened() == world.counted(everybody)).all()
