"""Results in a real browser: charts drawn under the strict policy, at every size, day and night."""

from collections.abc import Iterator

import pytest
from axekit import problems, problems_day_and_night, too_wide
from demokit import Demo, Watch, eventually, watched
from playwright.sync_api import Browser, Page, expect

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}
DARK = {"rgb(26, 35, 33)", "rgb(82, 94, 90)"}
"""Ink on white: of words, and of what matters less."""
TABS = ("", "pay", "caseload", "turnover", "questions")


@pytest.fixture
def desk(browser: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """A signed-in organizer's page; options of the context by indirect parameter."""
    context, watch = watched(browser, demo.site, **getattr(request, "param", {}))
    page = watch.page
    page.goto("/desk/sign-in")
    page.fill("[name=email]", "organizer@example.org")
    page.fill("[name=password]", demo.password)
    page.locator("main").get_by_role("button").click()
    page.wait_for_url("**/desk/")
    yield watch
    assert watch.faults == []
    context.close()


def see_all(page: Page) -> None:
    """Scroll through as a reader does: charts are drawn when they come near."""
    page.evaluate(
        """async () => {
            for (let top = 0; top < document.documentElement.scrollHeight; top += 700) {
                window.scrollTo({ top, behavior: "instant" });
                await new Promise(requestAnimationFrame);
                await new Promise(requestAnimationFrame);
            }
        }"""
    )
    waiting = ".chart-plot:not(.is-drawn):visible"
    expect(page.locator(waiting)).to_have_count(0)


@pytest.mark.parametrize(
    ("desk", "tabs"),
    [
        ({"viewport": SIZES["phone"], "color_scheme": "dark"}, ("", "turnover")),
        ({"viewport": SIZES["desk"], "color_scheme": "light"}, ("pay", "questions")),
        pytest.param(
            {"viewport": SIZES["phone"], "color_scheme": "dark"}, ("pay",), marks=pytest.mark.long
        ),
        pytest.param(
            {"viewport": SIZES["desk"], "color_scheme": "light"}, TABS, marks=pytest.mark.long
        ),
    ],
    indirect=["desk"],
    ids=["phone-night", "desk-day", "phone-night-pay", "desk-day-all"],
)
def test_every_chart_is_drawn(desk: Watch, tabs: tuple[str, ...]) -> None:
    page = desk.page
    for tab in tabs:
        page.goto(f"/desk/results/spring/{tab}")
        see_all(page)
        drawn = page.locator(".is-drawn:visible").count()
        assert drawn or not tab
        assert page.locator(".is-drawn:visible svg.main-svg").count() >= drawn
        assert too_wide(page) <= 0, tab
        assert problems(page) == [], tab
    assert desk.faults == []


def test_colors_follow_the_night(desk: Watch) -> None:
    page = desk.page
    page.goto("/desk/results/spring/turnover")
    bar = page.locator(".is-drawn .point path").last
    day = bar.get_attribute("style")
    page.emulate_media(color_scheme="dark")
    expect(bar).not_to_have_attribute("style", day)


@pytest.mark.parametrize(
    "desk", [{"java_script_enabled": False}], indirect=True, ids=["no-scripts"]
)
def test_without_scripts_there_are_pictures_and_tables(desk: Watch) -> None:
    page = desk.page
    page.goto("/desk/results/spring/turnover")
    picture = page.locator("figure.chart img").first
    assert picture.bounding_box()["height"] > 100
    assert page.locator("table.figures").first.is_visible()


def test_a_print_has_every_chart_in_light_colors(desk: Watch) -> None:
    page = desk.page
    page.emulate_media(color_scheme="dark")
    page.goto("/desk/results/spring/turnover")
    expect(page.locator(".chart-plot.is-drawn").first).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".chart-plot:not(.is-drawn)")).to_have_count(0)
    inks = "all => all.map(text => text.style.fill)"
    labels = page.locator(".is-drawn .annotation-text")
    eventually(page, lambda: set(labels.evaluate_all(inks)) == DARK)


@pytest.mark.parametrize("size", SIZES)
def test_the_campaign_page_is_for_everybody(browser: Browser, demo: Demo, size: str) -> None:
    context, watch = watched(browser, demo.site, viewport=SIZES[size])
    page = watch.page
    page.goto("/")
    assert problems_day_and_night(page) == []
    assert too_wide(page) <= 0
    page.select_option("#area", "Salem, OR")
    page.get_by_role("button", name="Show").click()
    page.locator(".chart img").scroll_into_view_if_needed()
    picture = page.locator(".chart img").first
    eventually(page, lambda: picture.evaluate("image => image.naturalWidth") > 100)
    assert context.cookies() == []
    assert watch.faults == []
    context.close()
