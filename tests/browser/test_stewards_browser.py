"""Stewards in a real browser: the sheets come down once, and slips are found while typing."""

import re
from pathlib import Path

import pytest
from axekit import problems, too_wide
from demokit import Demo, watched
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}


def accessible(page: Page) -> None:
    assert problems(page) == [], page.url
    assert too_wide(page) <= 0, page.url


def sign_in(page: Page, demo: Demo) -> None:
    page.goto("/desk/")
    page.fill("input[name=email]", "organizer@example.org")
    page.fill("input[name=password]", demo.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("Waves")


def make_wave(page: Page, slug: str) -> list[str]:
    """Set a wave up; the words of its sheets."""
    page.goto("/desk/waves/new")
    page.fill("input[name=slug]", slug)
    page.check("input[name=questionnaire][value=pulse]")
    accessible(page)
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("#check .warn")).to_contain_text("worksites that are made up")
    accessible(page)
    with page.expect_download() as event:
        page.get_by_role("button", name="Make the wave and download the sheets").click()
    open_for_answers(page, slug)
    pages = PdfReader(Path(event.value.path())).pages
    grids = [p.extract_text().partition("The words")[2].partition("Today")[0] for p in pages]
    return [" ".join(re.findall(r"\b\d+ ([a-z]{4,8})\b", grid)) for grid in grids]


def open_for_answers(page: Page, slug: str) -> None:
    """Look at the survey, where nothing can be sent, and open it."""
    page.goto(f"/desk/waves/{slug}")
    accessible(page)
    page.get_by_role("link", name="Look at the survey").click()
    accessible(page)
    page.get_by_role("button", name="Send my answers").click()
    expect(page).to_have_url(re.compile(f"/desk/waves/{slug}/preview$"))
    page.get_by_role("link", name="Back to the wave").click()
    page.get_by_role("link", name="Open it for answers").click()
    accessible(page)
    page.get_by_role("button", name="Open it for answers").click()
    expect(page.get_by_role("status")).to_contain_text("The wave is open for answers")


@pytest.mark.parametrize(
    ("size", "scripts"),
    [
        ("phone", True),
        ("desk", False),
        pytest.param("phone", False, marks=pytest.mark.long),
        pytest.param("desk", True, marks=pytest.mark.long),
    ],
)
def test_from_sheets_to_fire(browser: Browser, demo: Demo, size: str, scripts: bool) -> None:
    context, watch = watched(browser, demo.site, viewport=SIZES[size], java_script_enabled=scripts)
    page, slug = watch.page, f"held-{size}-{scripts}".lower()
    sign_in(page, demo)
    sheets = make_wave(page, slug) if scripts else made_by_command(demo, slug)
    try_one(page, slug, sheets[1], scripts=scripts)
    demo.command("close", "--yes", "--wave", slug)
    page.goto(f"/desk/waves/{slug}/open")
    if scripts:  # axe is one itself
        accessible(page)
    first, second = page.locator("textarea").all()
    first.fill(sheets[2])
    if scripts:
        second.press_sequentially("acid academik ")
        expect(page.get_by_role("status").nth(1)).to_have_text(
            "Word 2 is not on the list of words."
        )
        page.get_by_role("button", name="Open and look").click()
        expect(first).to_have_value(sheets[2])
        expect(second).to_be_focused()
    second.fill(sheets[0].upper())
    page.get_by_role("button", name="Open and look").click()
    expect(page.locator("h1")).to_contain_text("What would be published")
    assert sheets[2][:20] not in page.content()
    page.get_by_role("button", name="Publish and destroy the box").click()
    expect(page.get_by_role("status")).to_contain_text("the stewards burn their sheets")
    assert watch.faults == []
    context.close()


def try_one(page: Page, slug: str, sheet: str, *, scripts: bool) -> None:
    """Try the words of the second steward alone."""
    page.goto(f"/desk/waves/{slug}")
    page.get_by_role("link", name="Try the words").click()
    if scripts:
        accessible(page)
    page.locator("#sheet-1").fill(sheet)
    page.get_by_role("button", name="Try the words").click()
    right = page.get_by_role("status").filter(has_text="The words of steward 2 are right.")
    expect(right).to_contain_text("1 more sheet is needed")
    assert sheet[:20] not in page.content()


def made_by_command(demo: Demo, slug: str) -> list[str]:
    """The same from the command line."""
    out = demo.data / f"{slug}.txt"
    demo.command("init", "--definition", "pulse", "--wave", slug, "--sheets", str(out))
    words = re.findall(r"\d+\. +([a-z]+)", out.read_text())
    return [" ".join(words[at : at + 20]) for at in range(0, len(words), 20)]
