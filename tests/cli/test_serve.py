"""serve, as it really runs: quiet, and secure behind a proxy with TLS."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from servekit import running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A port that `serve` listens on, and the file of all it prints."""
    tmp_path = tmp_path_factory.mktemp("served")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "survey", "serve", "--port", str(port), "--workers", "1"],
            env={**os.environ, "SURVEY_DATA": str(tmp_path / "data")},
            stdout=out,
            stderr=out,
        )
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, log
        process.terminate()
        assert process.wait(30) == 0


def get(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    """One request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_it_writes_nobody_down(served: tuple[int, Path]) -> None:
    port, log = served
    odd = {"User-Agent": "odd-agent", "X-Forwarded-For": "203.0.113.9", "Referer": "http://work/"}
    for path in ("/healthz", "/", "/s/none", "/s/none/privacy", "/%ff", "/desk/"):
        get(port, path, **odd)
    text = log.read_text("utf-8")
    assert not any(word in text for word in ("odd-agent", "203.0.113.9", "work", "/s/none"))
    assert text == ""


@pytest.mark.parametrize(
    "nonsense",
    [
        b"nonsense\r\n\r\n",
        b"GET /s/none HTTP/9.9\r\n\r\n",
        b"GET /s/none HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"POST /s/none HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: odd\r\n\r\n",
        b"POST /s/none HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /s/none HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /s/none HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\ncut off",
    ],
)
def test_it_writes_nobody_down_who_sends_nonsense(
    served: tuple[int, Path], nonsense: bytes
) -> None:
    port, log = served
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(nonsense)
        connection.shutdown(socket.SHUT_WR)
        reply = connection.recv(65_536)
    assert reply == b"" or int(reply.split()[1]) in range(400, 506)
    assert log.read_text("utf-8") == ""


def test_a_proxy_on_this_machine_may_say_https(served: tuple[int, Path]) -> None:
    port, _ = served
    secure = get(port, "/desk/sign-in", **{"X-Forwarded-Proto": "https"})
    assert "Secure" in secure.headers["Set-Cookie"]
    assert secure.headers["Strict-Transport-Security"]
    plain = get(port, "/desk/sign-in")
    assert "Secure" not in plain.headers["Set-Cookie"]


def test_workers_share_the_memory_of_what_was_read_before_the_fork(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "survey", "serve", "--workers", "1", "--port"]
    with running(tmp_path / "data", command) as (port, pid):
        assert get(port, "/healthz").status == 200
        children = Path(f"/proc/{pid}/task/{pid}/children")
        if not children.exists():
            pytest.skip("only Linux tells of processes like this")
        for child in children.read_text().split():
            told = Path(f"/proc/{child}/smaps_rollup").read_text("utf-8")
            kb = dict(re.findall(r"^(\w+): +(\d+) kB", told, re.M))
            own = int(kb["Private_Clean"]) + int(kb["Private_Dirty"])
            assert own < int(kb["Rss"]) / 2
