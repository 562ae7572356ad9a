"""The first visit to a survey of 40 questions in Chromium: requests, bytes, first paint.

    python -m bench.visit

The phone is four times slower than this machine. Two networks: what Lighthouse calls slow 4G
(150 ms there and back, 1.6 Mbit/s), and Chromium's preset of that name, which waits 562 ms on each
request. A name lookup and a TLS handshake would come on top of either.
"""

import shutil
import statistics
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, sync_playwright

from bench.load import Client
from bench.site import SLUG
from bench.submissions import prepare, serving, store

SLOWER = 4
VISITS = 5
NETWORKS = {
    "slow 4G (150 ms, 1.6 Mbit/s)": (150.0, 1638.4),
    "562 ms, 1.44 Mbit/s": (562.5, 1474.56),
}
"""Name: (ms until an answer begins, kbit/s)."""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


@dataclass(frozen=True, slots=True)
class Visit:
    """One first visit: nothing is cached. Times in ms since the visitor went there."""

    requests: int
    sent: int
    """Bytes over the wire, headers included."""
    paint: float
    usable: float
    """The script has run."""


def run() -> tuple[dict[str, list[Visit]], float]:
    """Visits by network, and the median ms in which the server answers with the form."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with store("sqlite") as at, sync_playwright() as p:
        prepare(at, 1)
        with serving("full", at, 1) as port:
            browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            url = f"http://127.0.0.1:{port}/s/{SLUG}"
            visits = {
                name: [visit(browser, url, delay, rate) for _ in range(VISITS)]
                for name, (delay, rate) in NETWORKS.items()
            }
            browser.close()
            return visits, served(port)


def visit(browser: Browser, url: str, delay: float, rate: float) -> Visit:
    """Open the form in a fresh browser on a slow phone and network."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    cdp: CDPSession = context.new_cdp_session(page)
    sizes: list[int] = []
    cdp.on("Network.loadingFinished", lambda e: sizes.append(int(e["encodedDataLength"])))
    cdp.send("Network.enable")
    bytes_per_second = rate * 1000 / 8
    cdp.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": delay,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": bytes_per_second / 2,
        },
    )
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="networkidle")
    found = Visit(len(sizes), sum(sizes), page.evaluate(PAINT), page.evaluate(READY))
    context.close()
    return found


def served(port: int, times: int = 300) -> float:
    """Median ms from the request to the whole form, over a connection that is kept."""
    client = Client(port)
    took = []
    for _ in range(times):
        start = time.perf_counter()
        client.get(f"/s/{SLUG}")
        took.append(1e3 * (time.perf_counter() - start))
    return statistics.median(took)


def report() -> None:
    """Print the figures."""
    visits, server = run()
    for name, found in visits.items():
        paint = statistics.median(v.paint for v in found)
        usable = statistics.median(v.usable for v in found)
        print(f"First visit, 40 questions, CPU {SLOWER}x slower, {name}:")
        print(f"  {found[0].requests} requests, {found[0].sent / 1000:.1f} KB with headers")
        print(f"  first paint {paint:.0f} ms, usable {usable:.0f} ms (medians of {VISITS})")
    print(f"Server time of the form: {server:.1f} ms (median)")


if __name__ == "__main__":
    report()
