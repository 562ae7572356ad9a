import pytest
from flask import Flask, g

from survey.web.formats import money, month, number
from survey.web.languages import (
    NAMES,
    SUPPORTED,
    _,
    choose_language,
    current_language,
    direction,
    lazy,
    locale_of,
    ngettext,
)


def test_the_address_wins_over_the_browser(app: Flask) -> None:
    with app.test_request_context("/?lang=es", headers={"Accept-Language": "en"}):
        assert current_language() == "es"
        assert _("Page not found") == "No encontramos la página"


def test_the_browser_is_heard(app: Flask) -> None:
    for heard, expected in (("es-MX,es;q=0.9", "es"), ("fr", "en"), ("", "en")):
        with app.test_request_context("/", headers={"Accept-Language": heard}):
            assert current_language() == expected


def test_an_unknown_language_falls_back(app: Flask) -> None:
    with app.test_request_context("/?lang=../../etc/passwd"):
        assert current_language() == "en"
        assert _("Page not found") == "Page not found"


def test_a_view_decides_what_is_offered(app: Flask) -> None:
    with app.test_request_context("/?lang=so", headers={"Accept-Language": "es"}):
        assert choose_language(("so", "en")) == "so"
        assert current_language() == "so"
        assert g.languages == ("so", "en")
        assert _("Page not found") == "Page not found"


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("zh-TW,zh;q=0.9,en-US;q=0.8", "en"),
        ("zh-Hant-HK,zh-HK;q=0.9,zh;q=0.8", "en"),
        ("zh-TW,zh;q=0.9,vi;q=0.5", "vi"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("ru-UA", "ru"),
        ("uk,ru;q=0.9,en;q=0.8", "ru"),
        ("en;q=0.5,es-419", "es"),
    ],
)
def test_what_browsers_send(app: Flask, heard: str, expected: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": heard}):
        assert current_language() == expected


def test_simplified_chinese_is_there_for_whoever_asks(app: Flask) -> None:
    for asked in ("zh-Hans", "zh-hans", "zh-CN", "zh"):
        with app.test_request_context(f"/?lang={asked}", headers={"Accept-Language": "zh-TW"}):
            assert current_language() == "zh-Hans"


def test_each_language_is_called_what_it_calls_itself() -> None:
    for code, name in NAMES.items():
        own = locale_of(code).get_display_name() or ""
        assert name[0].lower() == own[0].lower() or (code, name) == ("zh-Hans", "简体中文")
    assert tuple(NAMES) == SUPPORTED == ("en", "es", "vi", "zh-Hans", "ru")


def test_lazy_waits_for_its_request(app: Flask) -> None:
    label = lazy("Language")
    assert str(label) == "Language"
    with app.test_request_context("/?lang=es"):
        assert str(label) == "Idioma"


def test_plurals_and_values() -> None:
    assert ngettext("%(num)s wave", "%(num)s waves", 1) == "1 wave"
    assert ngettext("%(num)s wave", "%(num)s waves", 2) == "2 waves"
    assert _("100%") == "100%"
    assert _("Hello %(name)s", name="Ana") == "Hello Ana"


def test_templates_escape_what_they_fill_in(app: Flask) -> None:
    with app.test_request_context("/"):
        template = app.jinja_env.from_string('{{ _("Hello %(name)s", name=who) }}')
        assert template.render(who="<b>") == "Hello &lt;b&gt;"


def test_right_to_left() -> None:
    assert (direction("ar"), direction("en"), direction("es-MX")) == ("rtl", "ltr", "ltr")


def test_formats_in_english(app: Flask) -> None:
    with app.test_request_context("/"):
        assert number(1234.5) == "1,234.5"
        assert (money(24.5), money(52000), money(52000, cents=True)) == (
            "$24.50",
            "$52,000",
            "$52,000.00",
        )
        assert month("2026-11") == "November 2026"


def test_formats_in_spanish(app: Flask) -> None:
    with app.test_request_context("/?lang=es"):
        assert month("2026-11") == "noviembre de 2026"


def test_formats_in_the_other_languages(app: Flask) -> None:
    expected = {
        "vi": ("1.234,5", "tháng 11 năm 2026"),
        "zh-Hans": ("1,234.5", "2026年11月"),
        "ru": ("1\xa0234,5", "ноябрь 2026\u202fг."),
        "qps": ("1,234.5", "November 2026"),
    }
    for lang, (shown, when) in expected.items():
        with app.test_request_context("/"):
            choose_language((lang,))
            assert number(1234.5) == shown
            assert month("2026-11") == when
