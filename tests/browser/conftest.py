"""A real browser on the real demo. Without Chromium these tests are skipped; in CI they fail."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demokit import Demo, running_demo
from playwright.sync_api import expect

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

# A slow machine takes longer than the usual 5 s to read plotly.js for the first time.
expect.set_options(timeout=30_000)


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
    """One demo for all who only answer."""
    with running_demo(tmp_path_factory.mktemp("demo") / "kept") as found:
        yield found


@pytest.fixture
def fresh_demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo of one's own, whose wave may be closed."""
    with running_demo(tmp_path / "kept") as found:
        yield found


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, quiet."""
    return {"executable_path": CHROMIUM, "args": QUIET, "headless": True}
