"""Workers answer in their own language on a narrow phone; a mirrored page does not fall apart."""

from collections.abc import Iterator

import pseudo
import pytest
from axekit import too_wide
from demokit import Demo, Watch, watched
from playwright.sync_api import Browser, expect
from pseudosite import pseudo_site, served

from survey.instrument.library import load_builtin
from survey.web.languages import SUPPORTED, translations

PHONE = {"width": 360, "height": 740}
SMALLEST = {"width": 320, "height": 640}

every_language = pytest.mark.parametrize("lang", SUPPORTED)


def pick(watch: Watch, lang: str, question: str, option: str) -> None:
    """Tap the answer that reads so in that language."""
    asked = load_builtin("behavioral-health").question(question)
    label = next(o.label[lang] for o in asked.options if o.id == option)
    watch.page.locator(f"#q-{question}").get_by_text(label, exact=True).click()
    expect(watch.page.locator(f"#q-{question} input[value={option}]")).to_be_checked()


@every_language
def test_answering_in_each_language(browser: Browser, demo: Demo, lang: str) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE, locale=lang)
    page, say = watch.page, translations(lang).gettext
    page.goto("/s/fall")  # the browser's own language is enough
    assert page.locator("html").get_attribute("lang") == lang
    assert too_wide(watch.page) <= 0
    page.fill("#code", demo.codes.pop())
    pick(watch, lang, "role", "case-manager")
    pick(watch, lang, "target", "yes")
    pick(watch, lang, "target-reach", "rarely")
    pick(watch, lang, "leave", "likely")
    page.fill("input[name=pay]", "24,50" if lang in {"vi", "ru"} else "24.50")
    page.get_by_role("button", name=say("Send my answers")).click()
    expect(page.locator("h1")).to_have_text(say("Thank you"))
    assert page.locator("html").get_attribute("lang") == lang
    assert context.cookies() == []
    assert watch.faults == []
    context.close()


def test_changing_the_language_keeps_the_code(browser: Browser, demo: Demo) -> None:
    context, watch = watched(browser, demo.site, viewport=PHONE, locale="zh-TW")
    page, code = watch.page, demo.codes[-1]
    page.goto(f"/s/fall#{code}")
    assert page.locator("html").get_attribute("lang") == "en"
    for name, lang in (("简体中文", "zh-Hans"), ("Русский", "ru"), ("Tiếng Việt", "vi")):
        page.locator(".languages").get_by_text(name).click()
        page.wait_for_url(f"**lang={lang}")
        assert page.locator("html").get_attribute("lang") == lang
        expect(page.locator("#code")).to_have_value(code)
    assert watch.faults == []
    context.close()


@pytest.mark.parametrize("lang", SUPPORTED[2:])
def test_pages_fit(browser: Browser, demo: Demo, lang: str) -> None:
    context, watch = watched(browser, demo.site, viewport=SMALLEST)
    for path in ("/thanks", "/s/fall/privacy", "/s/fall"):
        watch.page.goto(f"{path}?lang={lang}")
        assert too_wide(watch.page) <= 0, path
    assert watch.faults == []
    context.close()


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site that reads from right to left."""
    with pseudo_site(tmp_path_factory.mktemp("mirrored")) as site, served(site.app) as address:
        yield address


@pytest.mark.parametrize(
    "path", ["/", "/s/1", "/s/1/privacy", "/s/3", "/thanks", "/results/4", "/s/nowhere"]
)
def test_right_to_left(browser: Browser, mirrored: str, path: str) -> None:
    context, watch = watched(browser, mirrored, viewport=SMALLEST)
    watch.page.goto(f"{path}?lang={pseudo.LANG}")
    assert watch.page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert too_wide(watch.page) <= 0
    # Nothing sticks out to the left either, where no scroll bar would show it.
    out = watch.page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().left < -1"
        " && !e.closest('.hidden, .table-wrap, .skip')).map(e => e.outerHTML.slice(0, 80))"
    )
    assert out == []
    # What scripts write is translated as well.
    assert pseudo.untranslated(watch.page.content()) == []
    assert watch.faults == []
    context.close()


def test_controls_stand_on_the_right_side(browser: Browser, mirrored: str) -> None:
    context, watch = watched(browser, mirrored, viewport=SMALLEST)
    page = watch.page
    page.goto(f"/s/1?lang={pseudo.LANG}")
    box = page.locator("input[name=role]").first.bounding_box()
    label = page.locator("#q-role label").first.bounding_box()
    assert box is not None
    assert label is not None
    assert box["x"] > label["x"] + label["width"] - 1
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert too_wide(watch.page) <= 0
    context.close()
