"""Tor Browser's "safest" setting: no scripts, pictures, fonts or media, and all can be answered."""

import pytest
from demokit import Demo, watched
from playwright.sync_api import Browser, Page, Route, expect

ALLOWED = {"document", "stylesheet"}


def only_text(route: Route) -> None:
    """Let pages through, and nothing else that a browser might want."""
    if route.request.resource_type in ALLOWED:
        route.continue_()
    else:
        route.abort()


def answer_everything(page: Page) -> int:
    """Give each question an answer, also where a filter says that it is for some only; how many."""
    questions = page.locator("fieldset.question").all()
    for question in questions:
        picks = question.locator("input[type=radio], input[type=checkbox]")
        written = question.locator("input[type=text], input[inputmode]")
        if picks.count():
            picks.first.check()
        if written.count():
            written.first.fill("20")
            if picks.count() and picks.first.get_attribute("type") == "checkbox":
                picks.first.uncheck()  # "does not apply", and a number beside it
    return len(questions)


@pytest.mark.parametrize("path", ["/s/fall", "/s/fall?lang=ru"])
def test_the_whole_survey_is_answered_looked_over_and_sent(
    browser: Browser, demo: Demo, path: str
) -> None:
    context, watch = watched(
        browser, demo.site, viewport={"width": 360, "height": 740}, java_script_enabled=False
    )
    context.route("**/*", only_text)
    page = watch.page
    page.goto(path)
    assert answer_everything(page) > 20
    page.fill("#code", demo.codes.pop())
    page.locator("button[name=review]").click()
    expect(page.locator("#code")).not_to_have_value("")
    assert page.locator("[aria-invalid=true], .error").count() == 0
    page.locator("#send").click()
    assert page.url.split("?")[0].endswith("/thanks/practice")
    assert context.cookies() == []
    assert watch.faults == []
    context.close()


def test_other_pages_of_a_worker_need_no_more(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, java_script_enabled=False)
    context.route("**/*", only_text)
    for path in ("/", "/s/fall/privacy", "/thanks", "/s/nothing"):
        watch.page.goto(path)
        expect(watch.page.locator("h1")).to_be_visible()
    assert watch.faults == []
    context.close()
