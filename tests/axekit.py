"""What axe finds on a page, and what no tool of its kind looks at: whether it fits."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
"""WCAG 2.2 AA, as far as a program can tell. Telling all that is right would take as long again."""


def problems(page: Page) -> list[str]:
    """What axe finds, a line each. A drawing is one image to it, so its inside is left out."""
    # What is not in sight has no size yet (content-visibility); axe takes that for small targets.
    page.evaluate(
        "document.querySelectorAll('form > section').forEach((section) => {"
        " section.style.contentVisibility = 'visible'; })"
    )
    inside = {"exclude": [[".chart-drawing"]]}
    found = Axe().run(page, context=inside, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


def too_wide(page: Page) -> int:
    """Pixels by which the page is wider than the screen; 0 or less where it fits."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
