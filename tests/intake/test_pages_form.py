"""The survey page as a worker meets it."""

import gzip
import re
import zlib

import pytest
from browsing import check_page, heading, page, text
from factories import edited

from survey.instrument.library import LIBRARY, load_builtin


def test_the_page_has_every_question_as_a_group_with_its_legend(worker):
    soup = check_page(worker.get())
    assert heading(soup) == "Working in behavioral health"
    legends = [legend.get_text() for legend in soup.select("fieldset > legend")]
    assert len(legends) == 8
    assert "What are you paid?" in legends
    assert all(soup.select(f"label[for={i['id']}]") for i in soup.select(".pick input"))


def test_before_the_first_question_it_says_whose_phone_and_who_should_not(worker):
    before = text(check_page(worker.get())).split("Which job is closest to yours?")[0]
    assert "Use your own phone, not work Wi-Fi or a work device. Not for supervisors." in before
    assert "You can skip any question" in before


def test_numbers_get_the_right_keyboard_and_their_unit(worker):
    soup = check_page(worker.get())
    pay = soup.select_one("#a-pay")
    assert (pay["type"], pay["inputmode"]) == ("text", "decimal")
    assert [o["value"] for o in soup.select("select[name=pay--unit] option")] == [
        "USD/hour",
        "USD/year",
    ]
    assert "Does not apply to me" in text(soup.select_one("#q-caseload"))


def test_a_filtered_question_says_whom_it_is_for_and_is_there(worker):
    question = check_page(worker.get()).select_one("#q-leave-why")
    assert "Answer this only if you picked “Likely” or “Very likely”" in text(question)
    assert not question.has_attr("hidden")
    assert (question["data-if"], question["data-in"]) == ("leave", "likely very-likely")


def test_a_picked_answer_can_be_taken_back_without_scripts(worker):
    soup = check_page(worker.get())
    assert soup.select_one("#q-role input[type=radio][value='']")
    assert soup.select_one("#q-leave input[value=-prefer-not]")
    assert not soup.select("input[checked]")


def test_browsers_keep_nothing(worker):
    response = worker.get()
    assert response.headers["Cache-Control"] == "no-store"
    form = check_page(response).select_one("form#answers")
    assert form["autocomplete"] == "off"
    assert "Set-Cookie" not in response.headers


def test_spanish_by_address_or_by_browser(worker):
    by_address = check_page(worker.get("?lang=es"))
    by_browser = check_page(worker.get(**{"Accept-Language": "es-MX,es;q=0.9"}))
    for soup in (by_address, by_browser):
        assert soup.html["lang"] == "es"
        assert heading(soup) == "Trabajar en salud conductual"
        assert "Enviar mis respuestas" in text(soup)
        assert soup.select_one("form#answers")["action"] == "/s/fall?lang=es"


def test_a_wave_in_one_language_is_not_mixed(wave_in):
    definition = edited(("languages: [en, es]", "languages: [en]"))

    only_english = re.sub(r", es: [^}]*", "", definition)
    worker = wave_in(access="open", definition=only_english, confirmed=())
    soup = check_page(worker.get("?lang=es", **{"Accept-Language": "es"}))
    assert soup.html["lang"] == "en"
    assert "Send my answers" in text(soup)


@pytest.mark.parametrize(
    ("origin", "says"),
    [("simulated", "Made-up data / practice."), ("imported", "Imported answers")],
)
def test_practice_says_so_on_every_page(wave_in, client, origin, says):
    wave_in(access="open", origin=origin)
    assert says in text(page(client, "/s/fall"))
    assert says in text(page(client, "/s/fall/privacy"))


def test_real_waves_have_no_banner(worker):
    assert "practice" not in text(check_page(worker.get()))


def test_code_waves_ask_for_the_code_first(coded):
    soup = check_page(coded.get())
    field = soup.select_one("input[name=code]")
    assert field["spellcheck"] == "false"
    assert "pattern" not in field.attrs
    assert text(soup).index("Your code") < text(soup).index("Which job")


def test_open_waves_do_not_ask(worker):
    assert not check_page(worker.get()).select("input[name=code]")


@pytest.mark.parametrize("path", ["/s/none", "/s/none/privacy", "/s/" + "x" * 200, "/s/%00"])
def test_unknown_waves(client, path):
    page(client, path, 404)


def test_compressed_and_plain_are_the_same_page(worker):
    plain = worker.get()
    packed = worker.get(**{"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    unpacked = gzip.decompress(packed.data)  # checks size and sum, and that nothing follows
    at = plain.data.rindex(b'value="')
    assert unpacked[:at] == plain.data[:at]
    assert unpacked[at + 50 :] == plain.data[at + 50 :]
    assert unpacked[at:] != plain.data[at:]


def test_every_visit_gets_a_form_id_of_its_own(worker):
    packed = [worker.get(**{"Accept-Encoding": "gzip"}).data for _ in range(20)]
    assert len({len(data) for data in packed}) == 1, "a visit can be told by the size of its page"
    pages = [gzip.decompress(data) for data in packed]
    ids = {html.rsplit(b'value="', 1)[1][:43] for html in pages}
    assert len(ids) == 20
    assert all(html.count(b'name="form"') == 1 for html in pages)
    assert all(b"FORM-ID" not in html for html in pages)


def test_the_kept_page_is_of_this_wave_only(wave_in):
    first = wave_in(access="open")
    first.get()
    words = edited(("Which job is closest to yours?", "What do you do?"))
    second = wave_in(access="open", slug="spring", definition=words)
    assert "What do you do?" in second.get().text
    assert "What do you do?" not in first.get().text


def test_the_first_visit_is_small_and_asks_nobody_else(wave_in):
    text_of = LIBRARY["behavioral-health-full"].read_text(encoding="utf-8")
    assert len(load_builtin("behavioral-health-full").questions) == 40
    worker = wave_in(definition=text_of)
    for lang in ("en", "es"):
        response = worker.get(f"?lang={lang}", **{"Accept-Encoding": "gzip"})
        html = zlib.decompress(response.data, 31).decode()
        soup = check_page(worker.get(f"?lang={lang}"))
        assets = [t.get("src") or t.get("href") for t in soup.select("script, link")]
        icon, leaving, script = assets  # the style is in the page as well
        assert icon.startswith("data:image/svg+xml,")  # in the page: not a request
        assert "http" not in html.replace("https://www.weather.gov/", "", 1).replace(
            "http://www.w3.org/2000/svg", "", 1
        )
        browser = worker.app.test_client()
        squeezed = [browser.get(a, headers={"Accept-Encoding": "gzip"}) for a in (leaving, script)]
        assert [s.headers["Content-Encoding"] for s in squeezed] == ["gzip", "gzip"]
        assert len(response.data) + sum(len(s.data) for s in squeezed) <= 40_000
