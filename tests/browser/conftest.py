"""A real browser on the real demo. Without Chromium these tests are skipped; in CI they fail."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demokit import Demo

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
HOW = "Chromium is missing: install it (Debian, Ubuntu: sudo apt install chromium)."
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say in one sentence what is missing; a CI without a browser is broken."""
    mine = [item for item in items if item.path.is_relative_to(HERE)]
    for item in mine:
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None:
            if os.environ.get("CI"):
                raise pytest.UsageError(HOW)
            item.add_marker(pytest.mark.skip(reason=HOW))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`make demo`'s command on a free port, and some codes more."""
    data = tmp_path_factory.mktemp("demo") / "kept"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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
        found = Demo(
            f"http://127.0.0.1:{port}",
            re.findall(r"code: (\S+)", told)[0],
            re.findall(r"password: (\S+)", told)[0],
            data,
        )
        found.codes.extend(found.command("codes", "30", "--wave", "fall").split()[1:])
        yield found
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, quiet."""
    return {"executable_path": CHROMIUM, "args": QUIET, "headless": True}


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the demo did not listen within 10 s")
