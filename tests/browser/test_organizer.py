"""The main job in a real browser: from a worker's answer to a brief on the table."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from axekit import problems_day_and_night, too_wide
from demokit import Demo, Watch, watched
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}


def sign_in(page: Page, password: str) -> None:
    page.goto("/desk/")
    page.fill("input[name=email]", "organizer@example.org")
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Sign in").click()
    expect(
        page.get_by_role("link", name="Sign out").or_(page.get_by_text("Sign out"))
    ).to_be_visible()


def answer(page: Page, code: str) -> None:
    page.goto(f"/s/fall#{code}")
    page.check("input[name=role][value=therapist]")
    page.fill("input[name=pay]", "26")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.locator("h1")).to_have_text("Thank you")


def accessible(watch: Watch, size: str) -> None:
    """By day and by night in that size; it fits on a phone and on a desk."""
    page = watch.page
    for each in SIZES.values():
        page.set_viewport_size(each)
        assert too_wide(page) <= 0, page.url
    page.set_viewport_size(SIZES[size])
    assert problems_day_and_night(page) == [], page.url


def close_and_publish(page: Page) -> None:
    page.goto("/desk/waves/fall/close")
    page.get_by_label("fall").or_(page.locator("input[name=typed]")).first.fill("fall")
    page.get_by_role("button", name="Close the wave for good").click()
    page.get_by_role("link", name="Open the box").click()
    page.get_by_role("button", name="Open and look").click()
    expect(page.locator("h1")).to_contain_text("What would be published")
    page.get_by_role("button", name="Publish and destroy the box").click()
    expect(page.get_by_role("status")).to_contain_text("published")


def draft_and_cost(page: Page) -> None:
    page.goto("/desk/results/fall/")
    page.get_by_role("link", name="Demands").click()
    page.get_by_role("link", name="Draft a demand").first.click()
    page.locator("main a[href*='/demands/draft']").first.click()
    page.fill("input[name=title]", "A raise for everybody")
    page.get_by_role("button", name="Save the demand").click()
    page.get_by_role("link", name="Work out the cost").click()
    page.fill("input[name=people_low]", "240")
    page.fill("input[name=people_high]", "260")
    page.fill("input[name=hours]", "2080")
    page.locator("input[name=kind]").first.check()
    page.fill("input[name=amount]", "1.50")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator("main")).to_contain_text("$748,800")  # 240 x 2,080 x $1.50


def download(page: Page, fmt: str) -> bytes:
    page.goto("/desk/results/fall/export")
    with page.expect_download() as event:
        page.locator(f"main a[href*='/export/{fmt}']").first.click()
    assert "made-up" in event.value.suggested_filename
    return Path(event.value.path()).read_bytes()


def test_the_main_job(browser: Browser, fresh_demo: Demo) -> None:
    context, watch = watched(browser, fresh_demo.site, viewport=SIZES["desk"])
    page = watch.page
    answer(page, fresh_demo.codes.pop())
    sign_in(page, fresh_demo.password)
    close_and_publish(page)
    page.goto("/desk/results/fall/")
    expect(page.locator("main")).to_contain_text("141")
    page.get_by_role("link", name="Pay", exact=True).click()
    expect(page.locator(".chart-plot.is-drawn").first).to_be_visible()
    draft_and_cost(page)
    release = json.loads(download(page, "json"))
    assert (release["format"], release["responses"]) == ("survey-release/1", 141)
    with zipfile.ZipFile(io.BytesIO(download(page, "csv"))) as files:
        names = files.namelist()
        rows = next(files.read(n).decode() for n in names if n.endswith(".csv"))
    assert any(name.endswith("datapackage.json") for name in names)
    assert len(list(csv.DictReader(io.StringIO(rows)))) > 100
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(download(page, "pdf"))).pages)
    assert "Made-up data" in text
    assert "A raise for everybody" in text
    assert "$748,800" in text
    assert watch.faults == []
    assert "Nothing found" in fresh_demo.command("audit", "--wave", "fall")
    context.close()


@pytest.mark.parametrize("size", ["phone", pytest.param("desk", marks=pytest.mark.long)])
def test_staff_pages_are_accessible_and_fit(browser: Browser, demo: Demo, size: str) -> None:
    context, watch = watched(browser, demo.site, viewport=SIZES[size], reduced_motion="reduce")
    watch.page.goto("/desk/sign-in")
    accessible(watch, size)
    sign_in(watch.page, demo.password)
    results = "/desk/results/spring/"  # charts: test_results
    for path in (
        *("/desk/", "/desk/waves/new", "/desk/waves/fall", "/desk/waves/fall/close"),
        *(results + "demands", results + "export", "/desk/activity"),
    ):
        response = watch.page.goto(path)
        assert response is not None
        assert response.status == 200, path
        accessible(watch, size)
    assert watch.faults == []
    context.close()


def test_results_are_shared_only_on_purpose(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site)
    response = watch.page.goto("/results/spring")
    assert response is not None
    assert response.status == 404
    context.close()
