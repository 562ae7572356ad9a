from flask import Flask, g

from survey.web.formats import money, month, number, percent
from survey.web.languages import _, choose_language, current_language, direction, lazy, ngettext


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
    with app.test_request_context("/?lang=eo", headers={"Accept-Language": "es"}):
        assert choose_language(("eo", "en")) == "eo"
        assert current_language() == "eo"
        assert g.languages == ("eo", "en")
        assert _("Page not found") == "Page not found"


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
        assert (percent(0.474), percent(0.4744, 1)) == ("47%", "47.4%")
        assert (money(24.5), money(52000), money(52000, cents=True)) == (
            "$24.50",
            "$52,000",
            "$52,000.00",
        )
        assert month("2026-11") == "November 2026"


def test_formats_in_spanish(app: Flask) -> None:
    with app.test_request_context("/?lang=es"):
        assert month("2026-11") == "noviembre de 2026"
        assert "47" in percent(0.47)
