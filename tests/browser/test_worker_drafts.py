"""A draft stays on the device only if the worker asks for it, and goes when it should."""

from demokit import Demo, watched
from playwright.sync_api import Browser, Page, expect

PHONE = {"width": 360, "height": 740}
STORED = "[...Object.entries(localStorage), ...Object.entries(sessionStorage)]"


def begin(page: Page) -> None:
    """Answer two questions."""
    page.check("input[name=role][value=therapist]")
    page.fill("input[name=pay]", "27.50")


def expect_begun(page: Page) -> None:
    """The two answers are there."""
    expect(page.locator("input[name=role][value=therapist]")).to_be_checked()
    expect(page.locator("input[name=pay]")).to_have_value("27.50")


def test_nothing_is_kept_unless_asked(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page = watch.page
    page.goto("/s/fall")
    expect(page.locator("#keep")).not_to_be_checked()
    begin(page)
    assert page.evaluate(STORED) == []
    page.reload()
    expect(page.locator("input[name=pay]")).to_have_value("")
    expect(page.locator("#found")).to_be_hidden()
    assert watch.faults == []
    context.close()


def test_a_draft_survives_and_goes_with_sending(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page, code = watch.page, demo.codes.pop()
    page.goto(f"/s/fall#{code}")
    page.check("#keep")
    begin(page)
    page.check("input[name=leave][value=likely]")
    page.check("#q-leave-why input[value=pay]")
    assert code not in str(page.evaluate(STORED)), "the code is in the draft"
    page.goto("/thanks")
    page.goto("/s/fall")
    expect(page.locator("input[name=pay]")).to_have_value("")  # nobody sees it before asking
    page.get_by_role("button", name="Go on with the draft").click()
    expect_begun(page)
    expect(page.locator("#q-leave-why input[value=pay]")).to_be_checked()
    expect(page.locator("#keep")).to_be_checked()
    page.fill("#code", code)
    page.click("#send")
    expect(page.locator("h1")).to_have_text("Thank you")
    assert page.evaluate(STORED) == []
    assert watch.faults == []
    context.close()


def test_a_draft_goes_when_the_worker_says_so(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page = watch.page
    page.goto("/s/fall")
    page.check("#keep")
    begin(page)
    assert page.evaluate(STORED) != []
    page.uncheck("#keep")
    assert page.evaluate(STORED) == []
    page.check("#keep")
    page.reload()
    page.get_by_role("button", name="Delete the draft").click()
    assert page.evaluate(STORED) == []
    context.close()


def test_a_draft_of_other_rules_goes(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page = watch.page
    page.goto("/s/fall")
    for draft in ('{"rules": "0000000000000000", "fields": [["pay", "1"]]}', "17", '"x"'):
        page.evaluate("text => localStorage.setItem('draft:fall', text)", draft)
        page.reload()
        expect(page.locator("#found")).to_be_hidden()
        assert page.evaluate(STORED) == []
    assert watch.faults == []
    context.close()


def test_a_closed_survey_deletes_the_draft(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page = watch.page
    page.goto("/s/spring")
    expect(page.locator("h1")).to_have_text("This survey has closed")
    page.evaluate("localStorage.setItem('draft:spring', '{}')")
    page.reload()
    assert page.evaluate(STORED) == []
    context.close()


def test_another_language_keeps_what_was_typed(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE)
    page, code = watch.page, demo.codes[-1]
    page.goto(f"/s/fall#{code}")
    begin(page)
    form_id = page.locator("input[name=form]").input_value()
    for name, lang in (("Русский", "ru"), ("Español", "es")):
        page.locator(".languages").get_by_text(name).click()
        page.wait_for_url(f"**lang={lang}")
        expect_begun(page)
        expect(page.locator("#code")).to_have_value(code)
        assert page.evaluate(STORED) == [], "it stays behind"
    assert page.locator("input[name=form]").input_value() == form_id, "it could count twice"
    assert watch.faults == []
    context.close()


def test_without_scripts_the_page_warns(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, java_script_enabled=False)
    watch.page.goto("/s/fall")
    warning = watch.page.get_by_text("changing the language empties the form")
    expect(warning).to_be_visible()
    expect(watch.page.locator("#keep")).to_be_hidden()
    context.close()
