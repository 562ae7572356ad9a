"""A worker answers in a real browser: narrow and wide, with and without scripts."""

import pytest
from axekit import problems_day_and_night, too_wide
from demokit import Demo, eventually, watched
from playwright.sync_api import Browser, Page, Request, expect

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}

SMALL = """[...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")]
    .map((one) => one.closest(".pick") || one)
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(".skip"))
    .filter((one) => !one.closest("p:not(.go), li, .error-summary") || one.closest("footer"))
    .filter((one) => one.getBoundingClientRect().height < 43.9)
    .map((one) => one.outerHTML.slice(0, 120))"""
"""What is lower than 44 px."""


def answer(page: Page, code: str, *, scripts: bool) -> None:
    """Answer some questions and send. With scripts the code comes by the link."""
    page.goto(f"/s/fall#{code}" if scripts else "/s/fall")
    if scripts:
        expect(page.locator("#code")).to_have_value(code)
        assert "#" not in page.url, "the code stays in the address bar"
    else:
        page.fill("#code", code)
    page.check("input[name=role][value=therapist]")
    page.fill("input[name=caseload]", "42")
    page.fill("input[name=pay]", "27.50")
    page.check("input[name=leave][value=likely]")
    page.get_by_role("button", name="Send my answers").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("size", SIZES)
def test_answering(browser: Browser, demo: Demo, size: str, scripts: bool) -> None:
    context, watch = watched(browser, demo.site, viewport=SIZES[size], java_script_enabled=scripts)
    answer(watch.page, demo.codes.pop(), scripts=scripts)
    expect(watch.page.locator("h1")).to_have_text("Thank you")
    assert context.cookies() == []
    assert watch.faults == []
    context.close()


def test_a_mistake_loses_nothing(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=SIZES["phone"])
    page, code = watch.page, demo.codes.pop()
    page.goto("/s/fall")
    page.check("input[name=role][value=peer]")
    page.fill("input[name=pay]", "plenty")
    page.fill("#code", code[:-1] + ("0" if code[-1] != "0" else "1"))
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.id") == "code"
    expect(page.locator("input[name=role][value=peer]")).to_be_checked()
    expect(page.locator("input[name=pay]")).to_have_value("plenty")
    page.fill("#code", code)
    page.fill("input[name=pay]", "23")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    assert watch.faults == []
    context.close()


def test_a_double_click_is_one_thank_you(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site)
    watch.page.goto("/s/fall")
    watch.page.fill("#code", demo.codes.pop())
    watch.page.fill("input[name=pay]", "31")
    watch.page.get_by_role("button", name="Send my answers").dblclick()
    expect(watch.page.locator("h1")).to_have_text("Thank you")
    context.close()


def test_questions_behind_a_filter_appear_with_their_answer(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=SIZES["phone"])
    page = watch.page
    page.goto("/s/fall")
    why = page.locator("#q-leave-why")
    expect(why).to_be_hidden()
    page.check("input[name=leave][value=very-likely]")
    expect(why).to_be_visible()
    page.check("input[name=leave][value=unlikely]")
    expect(why).to_be_hidden()
    context.close()


@pytest.mark.parametrize(
    "path", ["/s/spring", "/s/fall", "/s/fall?lang=es", "/s/fall/privacy", "/thanks"]
)
def test_workers_pages_are_accessible_and_fit(browser: Browser, demo: Demo, path: str) -> None:
    context, watch = watched(browser, demo.site, viewport={"width": 320, "height": 640})
    watch.page.goto(path)
    assert problems_day_and_night(watch.page) == []
    assert too_wide(watch.page) <= 0
    assert watch.faults == []
    context.close()


def test_a_thumb_hits_what_it_means(browser: Browser, demo: Demo) -> None:
    """44 px and more, but for links within a sentence."""
    context, watch = watched(browser, demo.site, viewport=SIZES["phone"], has_touch=True)
    page = watch.page
    for path in ("/thanks", "/s/spring", "/s/fall/privacy", "/s/fall"):
        page.goto(f"{path}?lang=ru")
        if path == "/s/fall":
            page.check("input[name=role][value=nurse]")
            page.locator("#look summary").click()
        assert page.evaluate(SMALL) == [], path
    context.close()


def test_a_first_visit_is_small(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site)
    finished: list[Request] = []

    def note(request: Request) -> None:
        finished.append(request)

    watch.page.on("requestfinished", note)
    watch.page.goto("/s/fall")
    eventually(watch.page, lambda: len(finished) >= 3)  # a slow browser rests before the scripts
    watch.page.wait_for_load_state("networkidle")
    assert len(finished) == 3  # the page, with style and icon inside, and its two scripts
    assert 0 < sum(one.sizes()["responseBodySize"] for one in finished) <= 30_000
    assert watch.faults == []  # the policy lets the icon through
    context.close()
