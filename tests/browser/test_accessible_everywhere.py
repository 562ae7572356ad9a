"""Every page, in each language, as each reader sets it: axe finds nothing, and nothing sticks out.

The short form takes each page once, each in another way; the long form takes every page in every
way.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pseudo
import pytest
from axekit import problems, problems_day_and_night, too_wide
from demokit import Demo, Watch, watched
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pseudosite import pseudo_site, served

from survey.web.languages import SUPPORTED

PHONE = {"width": 320, "height": 640}
WAYS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": PHONE},
    "night": {"viewport": PHONE, "color_scheme": "dark"},
    "forced": {"viewport": PHONE, "forced_colors": "active"},
    "forced-night": {"viewport": PHONE, "forced_colors": "active", "color_scheme": "dark"},
    "enlarged": {"viewport": {"width": 320, "height": 256}},  # 1280 by 1024 at 400%
    "no-scripts": {"viewport": PHONE},  # no file of ours arrives: axe itself is a script
}
Act = Callable[[Page], None]


def opened(browser: Browser, site: str, way: str) -> tuple[BrowserContext, Watch]:
    """A fresh page of that site, set in that way."""
    context, watch = watched(browser, site, reduced_motion="reduce", **WAYS[way])
    if way == "no-scripts":
        context.route("**/*.js*", lambda route: route.abort())
    return context, watch


def look(watch: Watch, path: str, act: Act | None = None) -> None:
    """Open the page, do something on it, and see what is wrong."""
    page = watch.page
    page.goto(path)
    if act:
        act(page)
    # axe knows every language but the one that nobody speaks.
    assert [line for line in problems(page) if f'lang="{pseudo.LANG}"' not in line] == [], path
    assert too_wide(page) <= 0, path
    # What sticks out to the start has no scroll bar that would show it.
    assert (
        page.evaluate(
            "[...document.querySelectorAll('main *, header *')].filter((e) => {"
            " const box = e.getBoundingClientRect();"
            " return box.width && (box.left < -1 || box.right > innerWidth + 1)"
            " && !e.closest('.hidden, .table-wrap, .skip, .tabs-inner, svg, .chart-plot'); })"
            ".map((e) => e.outerHTML.slice(0, 90))"
        )
        == []
    ), path


def mistaken(page: Page) -> None:
    """Send it with mistakes: no code, and words for a number."""
    page.fill("input[name=pay]", "plenty")
    page.locator("#send, form [type=submit]:not([name])").last.click()
    expect(page.get_by_role("alert")).to_be_visible()


def looked_over(page: Page) -> None:
    """Answer something and look over it, with scripts or without."""
    page.locator("[name=leave]").nth(3).check()
    page.locator("#look summary, [name=review]").locator("visible=true").first.click()
    expect(page.locator("#looked dd, .looked dd").first).to_be_visible()


def waiting(page: Page) -> None:
    """Send it while there is no connection."""
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#sending")).to_be_visible()


WORKERS: dict[str, tuple[str, Act | None]] = {
    "form": ("/s/{codes}", None),
    "mistakes": ("/s/{codes}", mistaken),
    "looking-over": ("/s/{open}", looked_over),
    "waiting": ("/s/{open}", waiting),
    "label": ("/s/{codes}/privacy", None),
    "label-open": ("/s/{open}/privacy", None),
    "closed": ("/s/{closed}", None),
    "published": ("/s/{published}", None),
    "thanks": ("/thanks/practice", None),
    "results": ("/results/{published}", None),
    "lost": ("/s/nowhere", None),
}
"""Page: its address by the waves of a site, and what is done there."""
DEMO = {"codes": "fall", "open": "fall", "closed": "spring", "published": "spring"}
PSEUDO = {"codes": "1", "open": "2", "closed": "3", "published": "4"}
LANGUAGES = (*SUPPORTED, pseudo.LANG)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with a wave in each state, in every language and one more."""
    with pseudo_site(tmp_path_factory.mktemp("site")) as found, served(found.app) as address:
        yield address


def look_as_worker(
    browser: Browser, site: str, waves: dict[str, str], name: str, lang: str, way: str
) -> None:
    path, act = WORKERS[name]
    if way == "no-scripts" and act is waiting:
        return  # the browser's own page says that there is no connection
    context, watch = opened(browser, site, way)
    try:
        look(watch, f"{path.format(**waves)}?lang={lang}", act)
        assert watch.faults == [] or act is waiting
    finally:
        context.close()


@pytest.mark.parametrize(
    ("name", "lang", "way"),
    [
        ("form", "ru", "no-scripts"),
        ("mistakes", "vi", "forced"),
        ("looking-over", "zh-Hans", "phone"),
        ("label-open", "es", "night"),
        ("closed", "ru", "enlarged"),
        ("thanks", "vi", "forced-night"),
        ("lost", "en", "forced"),
    ],
)
def test_a_workers_page(browser: Browser, demo: Demo, name: str, lang: str, way: str) -> None:
    look_as_worker(browser, demo.site, DEMO, name, lang, way)


@pytest.mark.long
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("way", WAYS)
def test_every_workers_page(browser: Browser, site: str, way: str, lang: str) -> None:
    for name in WORKERS:
        look_as_worker(browser, site, PSEUDO, name, lang, way)


def choose_area(page: Page) -> None:
    """Another area of the wage comparison, its table open, and a right with its source."""
    page.select_option("#area", "Salem, OR")
    page.get_by_role("button").last.click()
    for summary in page.locator("summary").all():
        summary.click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("lang", "way"), [("ru", "enlarged"), ("zh-Hans", "forced")])
def test_the_campaign_page(browser: Browser, demo: Demo, lang: str, way: str) -> None:
    context, watch = opened(browser, demo.site, way)
    look(watch, f"/?lang={lang}", choose_area)
    assert "area=Salem" in watch.page.url
    assert watch.faults == []
    context.close()


@pytest.mark.long
@pytest.mark.parametrize("lang", SUPPORTED)
@pytest.mark.parametrize("way", WAYS)
def test_the_campaign_page_in_every_way(browser: Browser, demo: Demo, lang: str, way: str) -> None:
    context, watch = opened(browser, demo.site, way)
    look(watch, f"/?lang={lang}", choose_area)
    assert watch.faults == []
    context.close()


def sign_in(watch: Watch, password: str) -> None:
    page = watch.page
    page.goto("/desk/sign-in")
    page.fill("[name=email]", "organizer@example.org")
    page.fill("[name=password]", password)
    page.locator("main").get_by_role("button").click()
    page.wait_for_url("**/desk/")


def refused(page: Page) -> None:
    """Send the form of the page with nothing in it."""
    page.locator("main form [type=submit]").last.click()
    expect(page.get_by_role("alert")).to_be_visible()


RESULTS = "/desk/results/spring/"
DESK: dict[str, Act | None] = {
    "/desk/": None,
    "/desk/waves/new": None,
    "/desk/waves/fall": None,
    "/desk/waves/spring": None,
    "/desk/waves/fall/sheets": refused,
    "/desk/waves/fall/languages/vi": None,
    "/desk/waves/fall/codes/revoke": None,
    "/desk/waves/fall/close": refused,
    RESULTS: None,
    RESULTS + "pay": None,
    RESULTS + "caseload": None,
    RESULTS + "turnover": None,
    RESULTS + "questions": None,
    RESULTS + "demands": None,
    RESULTS + "demands/new": None,
    RESULTS + "demands/draft": None,
    RESULTS + "export": None,
    "/desk/activity": None,
    "/desk/password": refused,
    "/desk/nowhere": None,
}


def look_at_desk(browser: Browser, demo: Demo, way: str, paths: tuple[str, ...]) -> None:
    context, watch = opened(browser, demo.site, way)
    look(watch, "/desk/sign-in")
    sign_in(watch, demo.password)
    for path in paths:
        look(watch, path, DESK[path])
    assert watch.faults == []
    context.close()


@pytest.mark.parametrize(
    ("way", "paths"),
    [
        ("forced", ("/desk/waves/fall",)),
        ("enlarged", ("/desk/waves/new", "/desk/waves/fall/sheets", "/desk/nowhere")),
    ],
    ids=["forced", "enlarged"],
)
def test_the_desk(browser: Browser, demo: Demo, way: str, paths: tuple[str, ...]) -> None:
    look_at_desk(browser, demo, way, paths)


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_every_page_of_the_desk(browser: Browser, demo: Demo, way: str) -> None:
    look_at_desk(browser, demo, way, tuple(DESK))


def test_it_can_find_something(browser: Browser, demo: Demo) -> None:
    context, watch = opened(browser, demo.site, "phone")
    watch.page.goto("/thanks")
    watch.page.evaluate("document.querySelector('h1').outerHTML = '<img src=data:,>'")
    assert [line for line in problems(watch.page) if line.startswith("image-alt")]
    pale = "@media (prefers-color-scheme: dark) { p { color: #333; background: #222 } }"
    watch.page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.adoptedStyleSheets.push(sheet); }",
        pale,
    )
    assert not [line for line in problems(watch.page) if line.startswith("color-contrast")]
    found = problems_day_and_night(watch.page)
    assert [line for line in found if line.startswith("color-contrast")]
    watch.page.evaluate("document.querySelector('main').style.width = '400px'")
    assert too_wide(watch.page) > 0
    context.close()
