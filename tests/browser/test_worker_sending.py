"""A lost connection loses nothing, and what was sent twice counts once."""

import re
from pathlib import Path

import pytest
from demokit import Demo, served_by, survey, watched
from playwright.sync_api import Browser, Page, Request, Route, expect

from survey.instrument.library import LIBRARY

PHONE = {"width": 360, "height": 740}
NOT_YET = re.compile("Not sent yet")


def fill(page: Page, code: str) -> None:
    page.goto(f"/s/fall#{code}")
    page.check("input[name=role][value=nurse]")
    page.fill("input[name=pay]", "31")


def test_offline_it_waits_and_then_sends(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page = watch.page
    fill(page, demo.codes.pop())
    context.set_offline(True)
    page.click("#send")
    expect(page.locator("#state")).to_have_text(NOT_YET)
    expect(page.locator("#said")).to_have_text(NOT_YET)  # for who listens
    expect(page.locator("input[name=pay]")).to_have_value("31")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#state")).to_have_text(NOT_YET)
    context.set_offline(False)
    expect(page.locator("h1")).to_have_text("Thank you")
    assert page.url.endswith("/thanks/practice?lang=en")
    assert [f for f in watch.faults if "ERR_INTERNET_DISCONNECTED" not in f] == []
    context.close()


def test_a_busy_server_is_asked_again(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page, bodies = watch.page, []

    def answer(route: Route, request: Request) -> None:
        if request.method == "GET":
            return route.continue_()
        bodies.append(request.post_data)
        if len(bodies) == 1:
            return route.fulfill(status=502, body="<h1>Bad Gateway</h1>")
        if len(bodies) == 2:
            return route.fulfill(status=503, headers={"Retry-After": "0"}, body="<main id=main>")
        return route.continue_()

    page.route("**/s/fall*", answer)
    fill(page, demo.codes.pop())
    page.click("#send")
    for _ in range(2):
        expect(page.locator("#state")).to_have_text(NOT_YET)
        page.get_by_role("button", name="Try again").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    assert len(bodies) == 3
    assert len(set(bodies)) == 1, "another form id would count twice"
    context.close()


def test_a_page_of_another_site_is_no_thank_you(browser: Browser, demo: Demo) -> None:
    """Wi-Fi that answers every request with its own sign-in page."""
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page = watch.page
    fill(page, demo.codes.pop())
    page.route("**/s/fall*", lambda route: route.fulfill(status=200, body="<h1>Sign in</h1>"))
    page.click("#send")
    expect(page.locator("#state")).to_have_text(NOT_YET)
    page.unroute("**/s/fall*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    context.close()


def test_bodies_are_as_long_as_each_other(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page, lengths = watch.page, []
    page.on("request", lambda r: r.method == "POST" and lengths.append(len(r.post_data or "")))
    page.goto(f"/s/fall#{demo.codes.pop()}")
    page.click("#send")
    page.locator(".looked").get_by_role("button").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    fill(page, demo.codes.pop())
    page.evaluate("document.querySelectorAll('.pick input').forEach((input) => input.click())")
    page.fill("input[name=pay]", "plenty")
    page.click("#send")
    expect(page.get_by_role("alert")).to_be_visible()
    assert lengths == [4096, 4096, 4096]
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_answered_is_looked_over_once(browser: Browser, demo: Demo, scripts: bool) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE, java_script_enabled=scripts)
    page, code = watch.page, demo.codes.pop()
    page.goto("/s/fall")
    page.fill("#code", code)
    page.click("#send")
    expect(page.locator(".looked")).to_be_focused()
    expect(page.locator(".looked .notice")).to_contain_text("not answered any question yet")
    expect(page.locator("#code")).to_have_value(code)
    page.click("#send")  # the button at the end is as good as the one at the top
    expect(page.locator("h1")).to_have_text("Thank you")
    assert [fault for fault in watch.faults if "422" not in fault] == []
    context.close()


def test_a_mistake_is_shown_and_the_draft_stays(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page = watch.page
    fill(page, demo.codes.pop())
    page.check("#keep")
    page.fill("input[name=pay]", "plenty")
    page.click("#send")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#keep")).to_be_checked()
    page.fill("input[name=pay]", "31")
    assert page.evaluate("localStorage.getItem('draft:fall').includes('31')")
    page.click("#send")
    expect(page.locator("h1")).to_have_text("Thank you")
    assert page.evaluate("localStorage.length") == 0
    assert watch.faults == []
    context.close()


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """A wave with an open link, and the settings to serve it with."""
    settings = {"SURVEY_DATA": str(tmp_path / "data")}
    definition = str(LIBRARY["pulse"])
    survey("init", "--definition", definition, "--wave", "fall", "--access", "open",
           "--origin", "simulated", "--custody", "key-file", **settings)  # fmt: skip
    return settings


def test_a_server_that_stops_and_comes_back_counts_once(
    browser: Browser, installation: dict[str, str]
) -> None:
    with served_by(installation) as (site, port):
        context, watch = watched(browser, site, viewport=PHONE)
        page = watch.page
        page.goto("/s/fall")
        page.fill("input[name=pay]", "31")
        # The answers arrive, and the thank-you is lost on the way back.
        page.route("**/s/fall*", lost_on_the_way_back)
        page.click("#send")
        expect(page.locator("#state")).to_have_text(NOT_YET)
        page.unroute("**/s/fall*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#state")).to_have_text(NOT_YET)
    with served_by(installation, port):
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("h1")).to_have_text("Thank you")
        context.close()
    assert "Closed with 1 answers." in survey("close", "--wave", "fall", "--yes", **installation)


def lost_on_the_way_back(route: Route) -> None:
    """Let the request through, and its answer not."""
    if route.request.method == "POST":
        route.fetch(max_redirects=0)
        route.abort()
    else:
        route.continue_()
