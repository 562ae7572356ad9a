"""What happens to answers that are sent: counted once, or shown again with nothing lost."""

import tempfile
from dataclasses import replace

import pytest
from browsing import check_page, heading, text

from survey.box.close import close_box
from survey.box.keys import read_key_file
from survey.box.layout import cells_of
from survey.box.unseal import open_totals
from survey.box.waves import find_wave, key_file
from survey.intake.ballots import WaveName, name_of, new_form_id
from survey.intake.sheet import LOOKED

ANSWERS = {
    "role": "nurse",
    "caseload": "40",
    "race": ["black", "latino"],
    "pay": "52,000",
    "pay--unit": "USD/year",
    "workload": "disagree",
    "benefits": ["leave", "pension", "training"],
    "leave": "very-likely",
    "leave-why": ["pay"],
}
"""One of each kind."""


def shown(soup):
    """What stands in the form of a page, as a browser would send it."""
    data: dict[str, list[str]] = {}
    for tag in soup.select("input[name], select[name]"):
        if tag.name == "select":
            data[tag["name"]] = [o["value"] for o in tag.select("option[selected]")]
        elif tag["type"] in ("text", "hidden") or tag.has_attr("checked"):
            data.setdefault(tag["name"], []).append(tag.get("value", ""))
    return data


def same(data):
    return {key: value if isinstance(value, list) else [value] for key, value in data.items()}


def problems(soup):
    """(where the link leads, what it says) of the error summary, each target being there."""
    links = soup.select(".error-summary a")
    assert all(soup.select_one(link["href"]) is not None for link in links)
    return [(link["href"], link.get_text()) for link in links]


def test_what_is_opened_is_what_was_sent(worker):
    response = worker.send(ANSWERS, "?lang=es")
    assert (response.status_code, response.location) == (303, "/thanks?lang=es")
    services = worker.app.extensions["survey"]
    close_box(services.engine, services.config, worker.wave, "2026-11")
    wave = find_wave(services.engine, "fall")
    key = read_key_file(key_file(services.config, "fall"), wave)
    totals = open_totals(services.engine, services.config, wave, key)
    given = {
        "role": "nurse",
        "caseload": 40.0,
        "race": frozenset({"black", "latino"}),
        "pay": 25.0,
        "workload": "disagree",
        "benefits": frozenset({"leave", "pension", "training"}),
        "leave": "very-likely",
        "leave-why": frozenset({"pay"}),
    }
    assert sorted(totals.nonzero()[0]) == sorted(cells_of(wave.layout, given))
    assert set(totals.tolist()) == {0, 1}


def test_everything_can_be_skipped(worker):
    assert worker.send({LOOKED: "1"}).status_code == 303
    assert worker.count() == 1


def test_double_clicks_and_retries_count_once_and_look_the_same(worker):
    data = {"form": worker.form_id(), **ANSWERS}
    answers = [worker.send(data) for _ in range(3)]
    assert {(a.status_code, a.location, a.data) for a in answers} == {
        (303, "/thanks?lang=en", answers[0].data)
    }
    assert worker.count() == 1


def test_a_used_code_looks_like_a_fresh_one(coded):
    first = coded.send({"code": coded.codes[0], **ANSWERS})
    second = coded.send({"code": coded.codes[0].lower().replace("-", " "), "role": "peer"})
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert first.data == second.data
    assert list(first.headers) == list(second.headers)
    assert coded.count() == 1


def test_each_code_counts(coded):
    for code in coded.codes:
        assert coded.send({"code": code, "role": "peer"}).status_code == 303
    assert coded.count() == 3


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "Type the code from your slip."),
        ("   ", "Type the code from your slip."),
        ("0123-4567-89AB-CD", "This code has a typing mistake. Check it and try again."),
        ("0" * 14, "We do not know this code."),
        ("x" * 5000, "This code has a typing mistake."),
    ],
)
def test_a_wrong_code_is_said_at_its_field_and_nothing_is_lost(coded, code, says):
    data = {"form": coded.form_id(), "code": code, **ANSWERS}
    soup = check_page(coded.send(data), 422)
    ((href, sentence),) = problems(soup)
    assert href == "#code"
    assert sentence.startswith(says)
    assert soup.title.get_text().startswith("Error:")
    assert sentence in text(soup.select_one("#e-code"))
    assert soup.select_one("#code")["aria-invalid"] == "true"
    assert not soup.select(".languages a")  # it would lose what was typed
    expected = same(data | {"code": code.strip()[:300]})
    assert shown(soup) == expected
    # The page that was shown again can be sent: its form id was not spent.
    assert coded.send(shown(soup) | {"code": coded.codes[0]}).status_code == 303
    assert coded.count() == 1


@pytest.mark.parametrize("form", ["", "nonsense", "A" * 43, "é" * 43, "foreign", "other wave"])
def test_a_form_id_that_is_not_ours_is_replaced_and_nothing_is_lost(worker, form):
    made = {
        "foreign": new_form_id(bytes(32), name_of(worker.wave)),
        "other wave": new_form_id(
            worker.app.extensions["survey"].secret, WaveName("spring", worker.wave.fingerprint)
        ),
    }
    data = {**ANSWERS, "form": made.get(form, form)}
    soup = check_page(worker.send(data), 422)
    assert "were not counted yet" in text(soup.select_one(".error-summary"))
    again = shown(soup)
    assert again.pop("form") != [data.pop("form")]
    assert again == same(data)
    assert worker.send(shown(soup)).status_code == 303
    assert worker.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("role", "astronaut", "not on the list"),
        ("role", ["nurse", "peer"], "Pick one"),
        ("race", ["black", "<script>"], "not on the list"),
        ("benefits", ["health", "leave", "pension", "training"], "Pick at most 3"),
        ("pay", "a lot", "Write a number in digits"),
        ("pay", "-3", "not below 0"),
        ("pay", "9" * 30, "too large"),
        ("pay--unit", "USD/minute", "unit is not on the list"),
        ("caseload--na", "1", "not both"),
    ],
)
def test_a_wrong_answer_is_said_at_its_field_and_nothing_is_lost(worker, field, value, says):
    data = {"form": worker.form_id(), **ANSWERS, field: value}
    soup = check_page(worker.send(data), 422)
    ((href, sentence),) = problems(soup)
    question = field.split("--")[0]
    assert href == f"#a-{question}"
    assert says in sentence
    assert says in text(soup.select_one(f"#q-{question} .error"))
    again = shown(soup)
    others = set(data) - {field, "pay--unit"}
    assert {k: again[k] for k in others} == same({k: data[k] for k in others})
    assert "<script>" not in str(soup.select_one("main"))


def test_several_mistakes_are_listed_from_top_to_bottom(coded):
    soup = check_page(coded.send({"role": "x", "pay": "y", "code": "z"}), 422)
    assert [href for href, _ in problems(soup)] == ["#code", "#a-role", "#a-pay"]
    assert "What are you paid?" in text(soup.select_one(".error-summary"))


def test_mistakes_are_said_in_spanish(coded):
    soup = check_page(coded.send({"pay": "mucho"}, "?lang=es"), 422)
    assert soup.html["lang"] == "es"
    assert heading(soup) == "Trabajar en salud conductual"
    assert [s for _, s in problems(soup)] == [
        "Escriba el código de su papelito.",
        "Escriba un número con cifras, por ejemplo 24.50.",
    ]


def test_typed_markup_comes_back_as_text(worker):
    nasty = '"><img src=x onerror=alert(1)>'
    soup = check_page(worker.send({"pay": nasty}), 422)
    assert shown(soup)["pay"] == [nasty]
    assert not soup.select("main img")


def test_a_closed_wave_says_so_and_what_is_next(worker, monkeypatch):
    monkeypatch.setattr("survey.intake.known.FRESH", 0)
    data = {"form": worker.form_id(), **ANSWERS}
    assert worker.count() == 0
    browser = worker.app.test_client()
    for response in (browser.get(worker.path), browser.post(worker.path, data=data)):
        soup = check_page(response, 410)
        assert heading(soup) == "This survey has closed"
        assert "Ask an organizer" in text(soup)
        late = "What you just sent came too late and was not counted."
        assert (late in text(soup)) == (response.request.method == "POST")


def test_a_closed_wave_shows_count_and_seal_to_everybody(worker, monkeypatch):
    monkeypatch.setattr("survey.intake.known.FRESH", 0)
    for _ in range(3):
        worker.send(ANSWERS)
    services = worker.app.extensions["survey"]
    box = close_box(services.engine, services.config, worker.wave, "2026-11")
    said = text(check_page(worker.get(), 410))
    assert "3 people answered" in said
    assert box.digest in said.replace(" ", "")


def test_the_thank_you_page_names_an_organizer(worker):
    words = worker.app.extensions["campaign"]
    words.content = replace(words.content, made_up=False)
    soup = check_page(worker.app.test_client().get("/thanks?lang=es"))
    link = soup.select_one("main a[href^='mailto:']")
    assert link.get_text() == "Escriba al comité"
    assert "no lo que respondió" in text(soup)
    assert soup.select_one("main a[href='/?lang=es']")
    worker.app.extensions["survey.contact"] = lambda _: ("https://union.example/ask", "Ask us")
    soup = check_page(worker.app.test_client().get("/thanks"))
    assert soup.select_one("a[href='https://union.example/ask']").get_text() == "Ask us"


@pytest.mark.parametrize("origin", ["survey", "simulated"])
def test_a_made_up_campaign_is_for_practice_alone(wave_in, origin):
    worker = wave_in(access="open", origin=origin)
    page = check_page(worker.get())
    sent = worker.send(ANSWERS)
    soup = check_page(worker.app.test_client().get(sent.location))
    assert sent.location == page.select_one("form")["data-thanks"] + "?lang=en"
    assert heading(soup) == "Thank you"
    named = ["mailto:organizers@example.org", "/?lang=en"] if origin == "simulated" else []
    assert [link["href"] for link in soup.select("main a")] == named
    assert ("talk to an organizer" in text(soup)) == bool(named)


def test_every_thank_you_is_as_long_as_the_next(worker):
    answers = [
        worker.send(data) for data in ({LOOKED: "1"}, ANSWERS, ANSWERS | {"pad": "0" * 3000})
    ]
    assert len({(a.status_code, a.data, str(sorted(a.headers))) for a in answers}) == 1


def test_closing_between_form_and_post_loses_the_race_politely(worker, monkeypatch):
    """The page still takes the wave for open: the fold notices, and nothing is counted."""
    monkeypatch.setattr("survey.intake.known.FRESH", 60)
    data = {"form": worker.form_id(), **ANSWERS}
    assert worker.count() == 0
    assert heading(check_page(worker.send(data), 410)) == "This survey has closed"


def key_slots(worker):
    return sorted(worker.app.extensions["survey"].config.state_keys.glob("fall.[01]"))


def test_when_it_cannot_be_stored_the_page_keeps_what_was_typed(worker):
    data = {"form": worker.form_id(), **ANSWERS}
    spare = key_slots(worker)[1]
    spare.unlink()
    spare.mkdir()  # the next state key cannot be written, as on a full disk
    response = worker.send(data)
    soup = check_page(response, 503)
    assert response.headers["Retry-After"]
    assert "Nothing was counted" in text(soup.select_one(".error-summary"))
    assert shown(soup) == same(data)
    spare.rmdir()
    assert worker.send(shown(soup)).status_code == 303
    assert worker.count() == 1


def test_a_lost_state_key_is_said_plainly(worker):
    data = {"form": worker.form_id(), **ANSWERS}
    for slot in key_slots(worker):
        slot.unlink()
    soup = check_page(worker.send(data), 503)
    assert heading(soup) == "This survey has to be started again"
    assert "tell an organizer" in text(soup)


@pytest.mark.parametrize(
    "body",
    [
        {"content_type": "multipart/form-data"},
        {"content_type": "application/json"},
        {"content_type": "text/plain"},
    ],
)
def test_only_plain_forms_are_read_and_none_touches_the_disk(worker, monkeypatch, body):
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    content = b'--x\r\nContent-Disposition: form-data; name="role"; filename="a"\r\n\r\n'
    content += b"nurse" * 40_000 + b"\r\n--x--\r\n"
    kind = body["content_type"]
    boundary = "; boundary=x" if kind.startswith("multipart") else ""
    response = worker.app.test_client().post(
        worker.path, data=content, content_type=kind + boundary
    )
    check_page(response, 415)
    assert worker.send({"role": "nurse" * 40_000}).status_code == 422
    assert worker.count() == 0


def test_too_much_at_once(worker):
    big = worker.app.test_client().post(worker.path, data={"role": "x" * 300_000})
    check_page(big, 413)
    many = worker.app.test_client().post(worker.path, data={f"f{i}": "1" for i in range(1500)})
    check_page(many, 413)


def test_odd_requests_get_a_page(worker):
    browser = worker.app.test_client()
    for method in ("put", "delete", "patch"):
        check_page(getattr(browser, method)(worker.path), 405)
    check_page(browser.post("/thanks"), 405)
    check_page(browser.get("/s/fall%00"), 404)
    kind = "application/x-www-form-urlencoded"
    for body in (b"%", b"\xff\xfe=\x00", b"&&&===", b"form=%FF&role=%00", b""):
        assert browser.post(worker.path, data=body, content_type=kind).status_code == 422
    assert browser.head(worker.path).data == b""
