"""The running demo, and a browser page that is watched for whatever goes wrong on it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo as the terminal announces it."""

    site: str
    code: str
    password: str
    data: Path
    codes: list[str] = field(default_factory=list)

    def command(self, *args: str) -> str:
        """Run a command on the demo's data; its standard output."""
        return survey(*args, SURVEY_DATA=str(self.data / "data"))


def survey(*args: str, **environ: str) -> str:
    """python -m survey …"""
    command = [sys.executable, "-m", "survey", *args]
    env = {**os.environ, **environ}
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


@dataclass(slots=True)
class Watch:
    """A page, and whatever went wrong on it."""

    page: Page
    site: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda m: self._note("console", m.text, m.type == "error"))
        self.page.on("pageerror", lambda e: self._note("script", str(e), True))
        self.page.on(
            "request",
            lambda r: self._note(
                "other origin", r.url, not r.url.startswith((self.site, "data:", "blob:"))
            ),
        )

    def _note(self, kind: str, text: str, wrong: bool) -> None:
        # Chromium reports every page with an error status as a console error.
        if wrong and "Failed to load resource" not in text:
            self.faults.append(f"{kind}: {text}")


def watched(browser: Browser, site: str, **options: Any) -> tuple[BrowserContext, Watch]:
    """A fresh browser context with one page that is watched."""
    context = browser.new_context(base_url=site, **options)
    context.set_default_timeout(60_000)  # the first page with plotly, on a busy machine: 15 s
    return context, Watch(context.new_page(), site)


def eventually(page: Page, so: Callable[[], bool], seconds: float = 30) -> None:
    """Look until it is so. (The strict policy forbids the second look of `wait_for_function`.)"""
    until = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < until, f"not so within {seconds} s"
        page.wait_for_timeout(50)


@contextmanager
def running_demo(data: Path) -> Iterator[Demo]:
    """`make demo`'s command on a free port, and some codes more."""
    port = free_port()
    command = [sys.executable, "-m", "survey", "demo", "--port", str(port), "--data", str(data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = ""
        while "Ctrl+C" not in told:
            line = process.stdout.readline()
            assert line, f"the demo stopped: {told}"
            told += line
        _wait_for(port)
        code, password = (re.findall(rf"{word}: (\S+)", told)[0] for word in ("code", "password"))
        found = Demo(f"http://127.0.0.1:{port}", code, password, data)
        found.codes.extend(found.command("codes", "30", "--wave", "fall").split()[1:])
        yield found
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def served_by(settings: dict[str, str], port: int | None = None) -> Iterator[tuple[str, int]]:
    """`serve` on an installation of one's own; its address and port, to come back at the same."""
    port = port or free_port()
    command = [sys.executable, "-m", "survey", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, env={**os.environ, **settings})
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}", port
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the demo did not listen within 60 s")
