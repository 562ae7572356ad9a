"""By keyboard alone, by ear, enlarged, and in the colors that a reader set."""

import pytest
from axekit import problems, too_wide
from demokit import Demo, watched
from playwright.sync_api import Browser, Page, expect

ENLARGED = {"width": 320, "height": 256}
"""1280 by 1024 at 400%."""


def tab_to(page: Page, target: str) -> None:
    """Press Tab until that element has the focus, which must be seen."""
    for _ in range(150):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """target => {
                const at = document.activeElement, box = at.getBoundingClientRect();
                const bar = document.querySelector(".bar");
                const below = bar.contains(at) ? 0 : bar.getBoundingClientRect().bottom;
                const out = box.bottom <= below || box.top >= innerHeight;
                const covered = out && !at.closest(".skip");
                return [at.matches(target), covered ? at.outerHTML.slice(0, 120) : ""];
            }""",
            target,
        )
        assert found[1] == "", "the focus is hidden"
        if found[0]:
            return
    raise AssertionError(f"Tab does not lead to {target}")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_answering_by_keyboard_alone(browser: Browser, demo: Demo, scripts: bool) -> None:
    context, watch = watched(browser, demo.site, viewport=ENLARGED, java_script_enabled=scripts)
    page, code = watch.page, demo.codes.pop()
    page.goto("/s/fall")
    tab_to(page, "#code")
    page.keyboard.type(code)
    tab_to(page, "input[name=role]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=role]").nth(1)).to_be_checked()
    tab_to(page, "input[name=pay]")
    page.keyboard.type("27.50")
    page.keyboard.press("Enter")  # does not send for good
    if not scripts:
        expect(page.locator(".looked")).to_contain_text("27.50")
        tab_to(page, ".looked button")
    else:
        tab_to(page, "#look summary")
        page.keyboard.press("Enter")
        expect(page.locator("#looked")).to_contain_text("27.50 dollars an hour")
        tab_to(page, "#send")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Thank you")
    context.close()


def test_questions_are_groups_with_their_words(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site)
    page = watch.page
    page.goto("/s/fall")
    role = page.get_by_role("group", name="Which job is closest to yours?")
    expect(role.get_by_role("radio").first).to_be_visible()
    pay = page.get_by_role("group", name="What is your base pay, before taxes?")
    expect(pay.get_by_role("textbox")).to_have_accessible_name(
        "What is your base pay, before taxes?"
    )
    expect(page.get_by_role("progressbar")).to_have_accessible_name("How far down the page you are")
    expect(page.get_by_role("region", name="Pay")).to_be_visible()
    context.close()


def test_progress_is_said_at_each_part_and_not_at_each_answer(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site)
    page, said = watch.page, watch.page.locator("#said")
    page.goto("/s/fall")
    page.check("input[name=role][value=therapist]")
    expect(page.locator("#answered")).to_have_text("Answered: 1 of 20")
    expect(said).to_have_text("")
    page.locator("input[name=caseload]").focus()
    expect(said).to_have_text("Part 2 of 10. Answered: 1 of 20")
    page.check("input[name=leave][value=likely]")
    expect(page.locator("#answered")).to_have_text("Answered: 2 of 21")
    seen = page.locator("#seen")
    before = seen.evaluate("bar => bar.value / bar.max")
    page.locator("#q-priorities").scroll_into_view_if_needed()
    expect(seen).to_have_js_property("value", 21)
    assert before < 1
    context.close()


def test_looking_over_with_scripts(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site)
    page = watch.page
    page.goto("/s/fall")
    page.check("input[name=role][value=therapist]")
    page.locator("#look summary").click()
    looked = page.locator("#looked")
    expect(looked.locator("dd").first).to_contain_text("Therapist")
    link = looked.get_by_role("link", name="Change Which job is closest to yours?")
    link.click()
    assert page.evaluate("document.activeElement.name") == "role"
    page.check("input[name=role][value=nurse]")
    expect(looked.locator("dd").first).to_contain_text("Nurse")
    assert problems(page) == []
    assert watch.faults == []
    context.close()


@pytest.mark.parametrize("forced", ["active", pytest.param("none", marks=pytest.mark.long)])
def test_enlarged_and_in_forced_colors(browser: Browser, demo: Demo, forced: str) -> None:
    context, watch = watched(browser, demo.site, viewport=ENLARGED, forced_colors=forced)
    page = watch.page
    page.goto("/s/fall")
    page.check("#keep")
    page.fill("input[name=pay]", "plenty")
    context.set_offline(True)
    page.click("#send")
    expect(page.locator("#sending")).to_be_visible()
    assert problems(page) == []
    assert too_wide(page) <= 0
    context.set_offline(False)
    expect(page.get_by_role("alert")).to_be_visible()
    assert problems(page) == []
    context.close()
