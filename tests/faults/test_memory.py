"""Somebody copies the memory of a real server in which nobody answers any more."""

import http.client
import re
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from boxkit import World
from servekit import running, wait_until

from survey.__main__ import OVERWRITTEN_AT_ONCE, SETTINGS, forgetful
from survey.box.mask import CELL
from survey.intake.ballots import ballot_hash, check_form_id, name_of
from survey.web.secret import load_or_create_secret

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ANSWERS = 40
LENGTHS = (4096, 700)
"""Bytes of a body: as the script of the page pads it, and as a browser without scripts sends it."""
NEAR = 200
"""Bytes around a form id in which its answers stand, in a body or any copy of one."""


@pytest.fixture
def served(world: World) -> Iterator[tuple[int, int]]:
    """Its port, and its first process."""
    command = [sys.executable, "-m", "survey", "serve", "--workers", "1", "--port"]
    with running(world.config.data, command) as found:
        yield found


def answer(port: int, number: int) -> tuple[str, float]:
    """Send a form; its id, and what it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/s/north")
    page = connection.getresponse().read()
    found = re.search(rb'name="form"[^>]*value="([^"]+)"', page)
    assert found
    form = found[1].decode()
    pay = 17.31 + number % 20
    body = urlencode({"form": form, "pay": f"{pay:.2f}", "pad": ""})
    connection.request("POST", "/s/north", body.ljust(LENGTHS[number % 2], "0"), FORM)
    assert connection.getresponse().status == 303
    connection.close()
    return form, pay


def children(process: int) -> list[int]:
    """The folding process and the one that serves."""
    return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))


def memory(process: int) -> Iterator[bytes]:
    """All that it can write to, piece by piece."""
    with (
        Path(f"/proc/{process}/maps").open() as maps,
        Path(f"/proc/{process}/mem").open("rb", 0) as bytes_of,
    ):
        for line in maps:
            span, may = line.split()[:2]
            if may.startswith("rw") and "[v" not in line:
                low, high = (int(end, 16) for end in span.split("-"))
                bytes_of.seek(low)
                yield bytes_of.read(high - low)


def after(pieces: list[bytes], what: bytes) -> list[bytes]:
    """Wherever that stands: what follows."""
    found = (
        piece[at.end() : at.end() + NEAR]
        for piece in pieces
        for at in re.finditer(re.escape(what), piece)
    )
    return list(found)


def test_no_answer_is_left_beside_what_names_it(world: World, served: tuple[int, int]) -> None:
    """A form id is as good as a name to whoever has seen the page; so is a code, and so is the
    hash of either to whoever has the server's secret."""
    port, process = served
    wait_until(lambda: len(children(process)) == 2)
    sent = [answer(port, number) for number in range(ANSWERS)]
    time.sleep(1)  # a connection that was closed lets go of what was read from it
    pieces = [piece for child in children(process) for piece in memory(child)]
    secret, wave = load_or_create_secret(world.config.secret_file), name_of(world.wave)
    forms = after(pieces, b"form=")
    messages = after(pieces, bytes.fromhex(wave.fingerprint))
    assert after(pieces, b"/s/north")  # what is left is found, if it is there
    assert messages
    for form, pay in sent:
        assert not any(near.startswith(form.encode()) and b"pay=" in near for near in forms)
        nonce = check_form_id(secret, wave, form)
        assert nonce
        hashed = ballot_hash(secret, wave, "form", nonce)
        cells = world.cells({"pay": pay}).astype(CELL).tobytes()
        assert not any(hashed in near and cells in near for near in messages)


@pytest.mark.parametrize(
    ("asked", "set_to"),
    [
        ({}, OVERWRITTEN_AT_ONCE),
        ({SETTINGS: "glibc.malloc.arena_max=4"}, f"glibc.malloc.arena_max=4:{OVERWRITTEN_AT_ONCE}"),
        ({SETTINGS: "glibc.malloc.tcache_count=7"}, None),
        ({SETTINGS: OVERWRITTEN_AT_ONCE}, None),
    ],
)
def test_what_was_asked_of_glibc_stays(asked: dict[str, str], set_to: str | None) -> None:
    anew = forgetful(asked | {"HOME": "/"})
    assert anew == (None if set_to is None else {"HOME": "/", SETTINGS: set_to})


def test_a_process_that_dies_leaves_no_file_of_its_memory(served: tuple[int, int]) -> None:
    _, process = served
    wait_until(lambda: len(children(process)) == 2)
    for pid in (process, *children(process)):
        assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)
