"""What axe finds on a page, and what no tool of its kind looks at: whether it fits."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
"""WCAG 2.2 AA, as far as a program can tell. Telling all that is right would take as long again."""


DRAWINGS_OUT = """document.querySelectorAll(".chart-drawing").forEach((drawing) => {
    drawing.style.minHeight = `${drawing.offsetHeight}px`;
    drawing.lines = [...drawing.childNodes];
    drawing.replaceChildren();
})"""
DRAWINGS_BACK = """document.querySelectorAll(".chart-drawing").forEach((drawing) => {
    drawing.replaceChildren(...drawing.lines);
    drawing.style.minHeight = "";
})"""
"""Thousands of lines that axe would only walk over: a drawing is one image to it."""


def problems(page: Page, rules: dict[str, list[str]] = RULES) -> list[str]:
    """What axe finds, a line each."""
    # What is not in sight has no size yet (content-visibility); axe takes that for small targets.
    page.evaluate(
        "document.querySelectorAll('form > section').forEach((section) => {"
        " section.style.contentVisibility = 'visible'; })"
    )
    page.evaluate(DRAWINGS_OUT)
    found = Axe().run(page, options=rules).response["violations"]
    page.evaluate(DRAWINGS_BACK)
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


def problems_day_and_night(page: Page) -> list[str]:
    """The same, and by night what alone can differ then: colors."""
    by_day = problems(page)
    page.emulate_media(color_scheme="dark")
    colors = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
    by_night = problems(page, colors)
    page.emulate_media(color_scheme="light")
    return by_day + by_night


def too_wide(page: Page) -> int:
    """Pixels by which the page is wider than the screen; 0 or less where it fits."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
