"""Leaving quickly: blank at once, nothing stays, and Back does not lead to the survey."""

from demokit import Demo, watched
from playwright.sync_api import Browser, Page, Route, expect

AWAY = "https://www.weather.gov/"
STORED = "[...Object.entries(localStorage), ...Object.entries(sessionStorage)]"


def weather(page: Page, seen: list[dict[str, str]]) -> None:
    """Answer for the other site, which no test may ask."""

    def answer(route: Route) -> None:
        seen.append(route.request.headers)
        route.fulfill(body="<h1>Sunny</h1>", content_type="text/html")

    page.route(AWAY, answer)


def test_shift_three_times(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site)
    page, seen = watch.page, []
    weather(page, seen)
    page.goto("/thanks")
    page.goto("/s/fall")
    page.check("#keep")
    page.fill("input[name=pay]", "27.50")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift+Tab")  # going back through the page is no wish to leave
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    expect(page.locator("#said")).to_have_text("Press Shift once more to leave quickly.")
    page.keyboard.press("Shift")
    expect(page.locator("h1")).to_have_text("Sunny")
    assert [headers.get("referer") for headers in seen] == [None]
    page.go_back()
    assert page.url.endswith("/thanks"), "Back leads to the survey"
    assert page.evaluate(STORED) == []
    page.goto("/s/fall")
    expect(page.locator("input[name=pay]")).to_have_value("")
    expect(page.locator("#found")).to_be_hidden()
    context.close()


def test_the_page_is_blank_before_the_other_one_answers(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site)
    page, seen = watch.page, []
    weather(page, seen)
    page.goto("/s/fall")
    page.fill("input[name=pay]", "27.50")
    page.locator("#q-priorities").scroll_into_view_if_needed()
    expect(page.locator("#leave")).to_be_in_viewport()
    left = page.evaluate(
        "() => { document.getElementById('leave').click();"
        " return [document.body.innerText, document.title, document.forms.length] }"
    )
    assert left == ["", "", 0]
    context.close()


def test_without_scripts_it_is_a_link(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, java_script_enabled=False)
    page, seen = watch.page, []
    weather(page, seen)
    for path in ("/s/fall", "/s/fall/privacy", "/thanks", "/s/nowhere"):
        page.goto(path)
        page.get_by_role("link", name="Leave quickly").click()
        expect(page.locator("h1")).to_have_text("Sunny")
    assert {headers.get("referer") for headers in seen} == {None}
    context.close()
