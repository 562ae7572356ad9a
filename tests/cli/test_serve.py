"""serve, as it really runs: quiet, and secure behind a proxy with TLS."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A port that `serve` listens on, and the file of all it prints."""
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
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
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


def test_a_proxy_on_this_machine_may_say_https(served: tuple[int, Path]) -> None:
    port, _ = served
    secure = get(port, "/desk/sign-in", **{"X-Forwarded-Proto": "https"})
    assert "Secure" in secure.headers["Set-Cookie"]
    assert secure.headers["Strict-Transport-Security"]
    plain = get(port, "/desk/sign-in")
    assert "Secure" not in plain.headers["Set-Cookie"]
