"""30,000 requests that nobody means well with, against the real server.

None of them makes it fail, say anything of its inside, or grow; and then an answer still counts.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from demokit import free_port
from factories import EXAMPLE
from hostile import Attacker, Request, Site

from survey import create_app
from survey.box.close import close_box
from survey.box.model import NewWave
from survey.box.waves import create_wave, find_wave
from survey.cli.demo import EMAIL, build
from survey.config import Config, load_config
from survey.intake.ballots import name_of, new_form_id
from survey.intake.issue import issue_new_codes
from survey.web.secret import load_or_create_secret

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
AT_ONCE = 12
PATIENCE = 120
"""Seconds: where much else runs, a page may take some."""
GROWTH = 6 * 1024
"""KB that a worker may grow by in the second half of the long form: under 1 KB a request."""
INSIDE = (b"traceback", b"werkzeug", b"site-packages", b"sqlalchemy", b"jinja2")
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HEAVY = (".pdf", "/export/")
LARGE = (
    *(f"/desk/results/spring/export/{form}" for form in ("pdf", "xlsx", "docx", "csv", "json")),
    *("/desk/waves/fall/paper.pdf", "/desk/waves/fall/flyer.pdf", "/desk/results/spring/pay"),
)
"""What takes most memory; each worker makes all of it once before its growth is looked at."""


@dataclass(frozen=True)
class Reply:
    """`status` is 0 where the server hung up without a word."""

    status: int
    content: bytes


@dataclass(frozen=True)
class Running:
    """The server, and where it writes what it has to say."""

    port: int
    process: subprocess.Popen[bytes]
    errors: Path

    def workers(self) -> dict[int, int]:
        """KB of memory by process."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return {int(child): _resident(int(child)) for child in children}


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


@contextmanager
def running(config: Config, errors: Path) -> Iterator[Running]:
    """`serve` with two workers."""
    port = free_port()
    command = [sys.executable, "-m", "survey", "serve", "--workers", "2", "--port", str(port)]
    environ = os.environ | {"SURVEY_DATA": str(config.data)}
    with errors.open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        for _ in range(300):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            time.sleep(0.1)
        yield Running(port, process, errors)
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, content: bytes) -> Reply:
    """Send these bytes and nothing more; read until the server hangs up."""
    parts: list[bytes] = []
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as server:
        with suppress(OSError):  # it may have answered, and hung up, before it read all
            server.sendall(content)
            server.shutdown(socket.SHUT_WR)
        try:
            while part := server.recv(65536):
                parts.append(part)
        except TimeoutError as error:
            raise AssertionError(f"No end after {PATIENCE} s: {parts!r} to {content!r}") from error
        except OSError:
            pass  # it need not read what it refuses
    found = b"".join(parts).removeprefix(CONTINUE)
    said = re.match(rb"HTTP/1\.\d (\d{3}) ", found)
    return Reply(int(said[1]) if said else 0, found)


def signed_in(port: int, password: str) -> tuple[str, str]:
    """The cookie of an organizer, and the token of that session's forms."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/desk/sign-in")
    cookie, token = _cookie_and_token(connection.getresponse(), "")
    fields = {"email": EMAIL, "password": password, "csrf_token": token}
    connection.request("POST", "/desk/sign-in", urlencode(fields), FORM | {"Cookie": cookie})
    response = connection.getresponse()
    assert response.status == 303
    cookie, _ = _cookie_and_token(response, cookie)
    headers = {"Cookie": cookie, "Connection": "close"}
    connection.request("GET", "/desk/waves/fall", headers=headers)
    return _cookie_and_token(connection.getresponse(), cookie)


def _cookie_and_token(response: http.client.HTTPResponse, before: str) -> tuple[str, str]:
    cookie = (response.getheader("Set-Cookie") or before).partition(";")[0]
    tag = BeautifulSoup(response.read(), "html.parser").select_one("[name=csrf_token]")
    return cookie, str(tag["value"]) if tag else ""


@dataclass(frozen=True)
class World:
    """Sample data, an open link, and a wave that is not yet open."""

    config: Config
    password: str

    def site(self, port: int, forms: int) -> Site:
        """What an attacker may know who was once let in."""
        app = create_app(self.config)
        services = app.extensions["survey"]
        link, fall = (find_wave(services.engine, slug) for slug in ("link", "fall"))
        assert link is not None
        assert fall is not None
        paths = sorted({re.sub(r"<[^>]+>", "{}", rule.rule) for rule in app.url_map.iter_rules()})
        cookie, token = signed_in(port, self.password)
        codes = issue_new_codes(services.engine, services.secret, fall, 5)
        services.engine.dispose()
        return Site(
            paths,
            [path for path in paths if any(part in path for part in HEAVY)],
            {q.id: [o.id for o in q.options] for q in link.definition.questions},
            [new_form_id(services.secret, name_of(link)) for _ in range(forms)],
            codes,
            cookie,
            token,
        )

    def counted(self) -> int:
        """Close the link and say how many answered."""
        app = create_app(self.config)
        engine = app.extensions["survey"].engine
        wave = find_wave(engine, "link")
        assert wave is not None
        found = close_box(engine, self.config, wave, "2026-11").responses
        engine.dispose()
        return found


@pytest.fixture
def sample(tmp_path: Path) -> World:
    config = load_config({"SURVEY_DATA": str(tmp_path / "sample" / "data")})
    shown = build(config, lambda _done: None)
    app = create_app(config)
    engine = app.extensions["survey"].engine
    for slug, is_open in (("link", True), ("soon", False)):
        new = NewWave(slug, EXAMPLE, "c", "C", access="open", open=is_open, confirmed=("es",))
        create_wave(engine, config, new)
    engine.dispose()
    load_or_create_secret(config.secret_file)
    return World(config, shown.password)


def attack(server: Running, requests: list[Request]) -> list[Reply]:
    """All of them, many at once; nothing that comes back may tell of the inside."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        replies = list(pool.map(lambda one: ask(server.port, one.content), requests))
    for request, reply in zip(requests, replies, strict=True):
        told = server.errors.read_text()[-3000:]
        assert reply.status < 500 or reply.status == 501, (request, reply.content[:600], told)
        said = reply.content.lower()
        assert not any(word in said for word in INSIDE), (request, reply.content)
        assert reply.status or request.kind not in {"answer", "staff"}, request
    return replies


def answer(port: int) -> int:
    """What a worker does; the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/s/link")
    form = BeautifulSoup(connection.getresponse().read(), "html.parser")
    field = form.select_one("input[name=form]")
    assert field is not None
    body = urlencode({"form": str(field["value"]), "role": "nurse", "pay": "30"})
    connection.request("POST", "/s/link", body, FORM | {"Connection": "close"})
    return connection.getresponse().status


def visit(site: Site, path: str) -> Request:
    """A plain request of somebody who is signed in."""
    lines = (f"GET {path} HTTP/1.1", "Host: x", f"Cookie: {site.cookie}", "Connection: close")
    return Request("staff", "\r\n".join([*lines, "", ""]).encode())


def run(sample: World, folder: Path, total: int) -> Counter[str]:
    """Attack in ten parts; how often each kind of request met with which status."""
    tally: Counter[str] = Counter()
    counted: set[str] = set()
    with running(sample.config, folder / "errors") as server:
        site = sample.site(server.port, total // 20)
        if total >= 10_000:
            attack(server, [visit(site, path) for path in LARGE * 12])
        attacker = Attacker(site, seed=2026)
        halfway: dict[int, int] = {}
        for part in range(10):
            requests = [attacker.next() for _ in range(total // 10)]
            for request, reply in zip(requests, attack(server, requests), strict=True):
                tally[f"{request.kind} {reply.status}"] += 1
                if request.form and reply.status == 303:
                    counted.add(request.form)
            if part == 4:
                halfway = server.workers()
        after = server.workers()
        assert answer(server.port) == 303
    print(f"KB halfway {halfway}, at the end {after}", sorted(tally.items()))
    assert after.keys() == halfway.keys()  # none had to be started anew
    if total >= 10_000:
        assert all(after[pid] - kb <= GROWTH for pid, kb in halfway.items()), (halfway, after)
    assert (folder / "errors").read_text() == ""
    assert sample.counted() == len(counted) + 1
    return tally


def required(tally: Counter[str], total: int) -> None:
    """That it attacked at all: few were turned away at the door."""
    assert sum(n for what, n in tally.items() if what.endswith(" 429")) < total / 100
    assert tally["answer 303"] > total / 200
    assert tally["answer 422"] > total / 30
    assert tally["staff 200"] > total / 50
    assert tally["answer 409"] > 0  # not yet open


def test_hundreds(sample: World, tmp_path: Path) -> None:
    required(run(sample, tmp_path, 300), 300)


@pytest.mark.long
def test_thirty_thousand(sample: World, tmp_path: Path) -> None:
    required(run(sample, tmp_path, 30_000), 30_000)
