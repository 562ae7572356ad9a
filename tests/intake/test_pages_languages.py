"""Which languages a worker is offered, and what practice says about a translation."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from browsing import check_page, text

from survey.box.close import close_box
from survey.box.keys import read_key_file
from survey.box.layout import Totals
from survey.box.unseal import open_totals
from survey.box.waves import find_wave, key_file
from survey.instrument.library import LIBRARY, load_builtin
from survey.web.languages import SUPPORTED

CORE = LIBRARY["behavioral-health"].read_text(encoding="utf-8")
UNREAD = "Esta traducción todavía no la ha revisado nadie que hable el idioma."
MakeWorker = Callable[..., Any]


def offered(worker: Any, query: str = "") -> list[str]:
    """The switcher as it is read: names of languages, the current one too."""
    soup = check_page(worker.get(query))
    return [str(item.string) for item in soup.select(".languages > *")]


def test_a_real_wave_offers_its_source_and_confirmed_languages(wave_in: MakeWorker) -> None:
    worker = wave_in(access="open", definition=CORE, confirmed=("ru", "es"))
    assert offered(worker) == ["English", "Español", "Русский"]
    assert check_page(worker.get("?lang=vi")).html["lang"] == "en"
    assert check_page(worker.get("?lang=ru")).html["lang"] == "ru"


def test_a_real_wave_without_confirmed_languages_has_no_switcher(wave_in: MakeWorker) -> None:
    worker = wave_in(access="open", confirmed=())
    assert offered(worker) == []
    soup = check_page(worker.get("?lang=es", **{"Accept-Language": "es"}))
    assert soup.html["lang"] == "en"


@pytest.mark.parametrize("path", ["", "/privacy"])
@pytest.mark.parametrize("origin", ["simulated", "imported"])
def test_practice_offers_all_and_marks_what_nobody_read(
    wave_in: MakeWorker, origin: str, path: str
) -> None:
    worker = wave_in(access="open", origin=origin, definition=CORE, confirmed=("vi",))
    names = ["English", "Español", "Tiếng Việt", "简体中文", "Русский"]
    assert offered(worker, path) == names
    assert UNREAD in text(check_page(worker.get(f"{path}?lang=es")))
    for lang, unread in (("en", "not been checked"), ("vi", "chưa được một người")):
        assert unread not in text(check_page(worker.get(f"{path}?lang={lang}")))


def test_a_real_wave_needs_no_such_notice(wave_in: MakeWorker) -> None:
    worker = wave_in(access="open", confirmed=("es",))
    assert UNREAD not in text(check_page(worker.get("?lang=es")))


def test_the_switcher_says_which_language_each_link_is_in(wave_in: MakeWorker) -> None:
    worker = wave_in(access="open", origin="simulated", definition=CORE)
    links = check_page(worker.get("?lang=ru")).select(".languages a")
    codes = ["en", "es", "vi", "zh-Hans"]
    assert [link["lang"] for link in links] == [link["hreflang"] for link in links] == codes


def test_a_definition_may_begin_with_another_language(wave_in: MakeWorker) -> None:
    turned = CORE.replace("[en, es, vi, zh-Hans, ru]", "[vi, en, es, zh-Hans, ru]")
    worker = wave_in(access="open", definition=turned, confirmed=("en",))
    assert offered(worker) == ["Tiếng Việt", "English"]


@pytest.mark.parametrize(
    ("lang", "typed"),
    [("vi", "24,50"), ("ru", "24,50"), ("zh-Hans", "２４．５０"), ("es", "$24.50")],
)
def test_dollars_are_read_as_the_language_writes_them(
    wave_in: MakeWorker, lang: str, typed: str
) -> None:
    worker = wave_in(access="open", origin="simulated", definition=CORE)
    data = {"pay": typed, "pay--unit": "USD/hour"}
    assert worker.send(data, f"?lang={lang}").status_code == 303
    wrong = worker.send({"pay": "plenty"}, f"?lang={lang}")
    example = "24,50" if lang in {"vi", "ru"} else "24.50"
    assert example in text(check_page(wrong, 422))


def by_label(worker: Any, lang: str, picked: dict[str, list[str]]) -> dict[str, list[str]]:
    """What a browser sends once the answers that read so in that language are tapped."""
    soup = check_page(worker.get(f"?lang={lang}"))
    labels = {str(label["for"]): text(label) for label in soup.select("label[for]")}
    return {
        question: [
            str(control["value"])
            for control in soup.select(f"input[name={question}]")
            if labels[str(control["id"])] in said
        ]
        for question, said in picked.items()
    }


def totals_of(worker: Any) -> Totals:
    """Close the wave and open its totals."""
    services = worker.app.extensions["survey"]
    engine, config, slug = services.engine, services.config, worker.wave.slug
    close_box(engine, config, worker.wave, "2026-11")
    closed = find_wave(engine, slug)
    assert closed is not None
    return open_totals(engine, config, closed, read_key_file(key_file(config, slug), closed))


def test_answers_are_counted_by_option_never_by_label(wave_in: MakeWorker) -> None:
    definition = load_builtin("behavioral-health")
    options = {"role": ["case-manager"], "leave": ["likely"], "leave-why": ["pay", "stress"]}
    opened = []
    for lang in SUPPORTED:
        picked = {
            qid: [o.label[lang] for o in definition.question(qid).options if o.id in ids]
            for qid, ids in options.items()
        }
        worker = wave_in(
            access="open", origin="simulated", definition=CORE, slug=f"in-{lang.lower()}"
        )
        data: dict[str, Any] = by_label(worker, lang, picked)
        data |= {"pay": "24,50" if lang in {"vi", "ru"} else "24.50", "pay--unit": "USD/hour"}
        assert worker.send(data, f"?lang={lang}").status_code == 303
        opened.append(totals_of(worker))
    assert opened[0].sum() > 8
    for totals in opened[1:]:
        np.testing.assert_array_equal(totals, opened[0])
