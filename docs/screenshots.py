"""Make the pictures of README from the running demo: make screenshots."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1180, "height": 820}


@contextmanager
def demo() -> Iterator[tuple[str, str, str]]:
    """Site, code and password of a demo on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "survey", "demo", "--port", str(port)]
        command += ["--data", f"{folder}/kept"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
        told = ""
        while process.stdout and "Ctrl+C" not in told and process.poll() is None:
            told += process.stdout.readline()
        site = f"http://127.0.0.1:{port}"
        password = re.findall(r"password: (\S+)", told)[0]
        yield site, re.findall(r"code: (\S+)", told)[0], password
        process.terminate()
        process.wait(30)


def worker(page: Page, code: str) -> None:
    """The survey, some way in."""
    page.goto(f"/s/fall#{code}")
    page.check("input[name=role][value=therapist]")
    page.locator("#q-role").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#q-role').scrollIntoView()")
    page.screenshot(path=IMAGES / "survey.png")


def campaign(page: Page) -> None:
    """The top of the campaign page."""
    page.goto("/")
    page.screenshot(path=IMAGES / "campaign.png")


def organizer(page: Page, password: str) -> None:
    """Overview and pay of the published wave, and a demand that was drafted and costed."""
    page.goto("/desk/")
    page.fill("input[name=email]", "organizer@example.org")
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/desk/results/spring/", wait_until="networkidle")
    page.screenshot(path=IMAGES / "dashboard.png")
    page.goto("/desk/results/spring/demands/new")
    page.locator("main a[href*='/demands/draft']").first.click()
    page.fill("input[name=title]", "Pay that keeps people")
    page.fill(
        "textarea[name=body]",
        "More than a third of us expect to leave within a year. We ask for a raise of $2.00 an "
        "hour for everybody, so that clients keep the people they trust.",
    )
    page.get_by_role("button", name="Save the demand").click()
    page.get_by_role("link", name="Work out the cost").click()
    for name, value in (("people_low", "240"), ("people_high", "260"), ("hours", "2080")):
        page.fill(f"input[name={name}]", value)
    page.locator("input[name=kind]").first.check()
    page.fill("input[name=amount]", "2.00")
    page.get_by_role("button", name="Work it out").click()
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=IMAGES / "demand.png")


def main() -> None:
    """Write the pictures below docs/images."""
    IMAGES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or os.environ.get("CHROMIUM")
    with demo() as (site, code, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        for size, shoot in (
            (PHONE, lambda page: worker(page, code)),
            (WIDE, campaign),
            (WIDE, lambda page: organizer(page, password)),
        ):
            page = browser.new_context(base_url=site, viewport=size).new_page()
            shoot(page)
        browser.close()


if __name__ == "__main__":
    main()
