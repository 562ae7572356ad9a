"""Who reads Vietnamese reads Vietnamese everywhere: each sentence, with its placeholders."""

import re
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.messages.plurals import get_plural

from reports.wording import amount, bare, between, ended, percent
from survey.cli.catalogs import (
    lost_placeholders,
    messages,
    pairs,
    plural_forms,
    translated,
    twice,
    worker_facing,
)
from survey.instrument.library import load_builtin
from survey.instrument.texts import texts
from survey.web.languages import FOLDER, SOURCE, SUPPORTED, catalog_path, translations

TRANSLATED = tuple(code for code in SUPPORTED if code != SOURCE)
FAMILIAR = {
    "es": re.compile(
        r"\b(tú|tu|tus|ti|tuyo|tuya|eres|puedes|tienes|debes|elige|escribe|usa tu|revisa|vuelve"
        r"|espera|intenta|envía(lo|la)?|haz|ponte|enviaste|marca (una|la|las|los)\b)\b",
        re.IGNORECASE,
    ),
    "vi": re.compile(r"\b(bạn|mày|cậu|anh|chị|anh/chị|em)\b", re.IGNORECASE),
    "zh-Hans": re.compile("[你妳]"),
    "ru": re.compile(r"\b(ты|тебя|тебе|тобой|твой|твоя|твоё|твои|твоих|твоим)\b", re.IGNORECASE),
}
"""Words of familiar address: workers are usted, quý vị, 您 and вы."""
GENDERED = re.compile(r"\b(уверен|согласен|готов|должен|рад|получил|отправил|ответил|хотел)а?\b")
"""Russian forms that would tell, or guess, whether the worker is a man or a woman."""
TRADITIONAL = re.compile("[這個們還來時說會對過學問題題請點選擇應開關發員團該錄數據號樣麼]")

every_language = pytest.mark.parametrize("lang", TRANSLATED)


@cache
def catalog(lang: str) -> polib.POFile:
    return polib.pofile(str(catalog_path(lang)), check_for_duplicates=True)


def test_there_is_a_catalog_for_each_language_and_no_other() -> None:
    assert set(TRANSLATED) == {"es", "vi", "zh-Hans", "ru"}
    assert set(FOLDER.glob("*.po")) == {catalog_path(lang) for lang in TRANSLATED}


@every_language
def test_every_worker_facing_message_is_translated(lang: str) -> None:
    assert worker_facing() - translated(catalog(lang)) == set()


def test_the_extraction_sees_templates_python_and_the_form() -> None:
    places = {name.split("/")[0] for files in messages().values() for name in files}
    assert {"survey", "templates", "words"} <= places
    assert "Skip to the content" in worker_facing()


@every_language
def test_no_translation_outlived_its_message(lang: str) -> None:
    known = {part for m in messages() for part in ((m,) if isinstance(m, str) else m)}
    assert [e.msgid for e in catalog(lang) if e.msgid not in known] == []
    assert catalog(lang).obsolete_entries() == []
    assert catalog(lang).fuzzy_entries() == []
    assert twice(catalog(lang)) == []


@every_language
def test_catalogs_keep_the_order_of_the_spanish_one(lang: str) -> None:
    assert [e.msgid for e in catalog(lang)] == [e.msgid for e in catalog("es")]


@every_language
def test_placeholders_are_the_same(lang: str) -> None:
    lost = {
        english: found
        for _, english, text in pairs(catalog(lang))
        if text and (found := lost_placeholders(english, text))
    }
    assert lost == {}


def test_a_lost_placeholder_is_found() -> None:
    assert lost_placeholders("%(n)s of %(all)s", "%(n)s") == "%(all)s"
    assert lost_placeholders("%s hours", "часов") == "%s"
    assert lost_placeholders("Hello", "100 %") == "%"
    assert lost_placeholders("%(num)s people", "one person") is None


@every_language
def test_every_plural_form_is_there(lang: str) -> None:
    wanted = get_plural(lang.replace("-", "_")).num_plurals
    assert plural_forms(catalog(lang)) == wanted
    for entry in catalog(lang):
        if entry.msgid_plural:
            assert sorted(entry.msgstr_plural) == list(range(wanted))


def test_russian_counts_as_russian_does() -> None:
    say = translations("ru").ngettext
    one, many = "%(num)s person answered", "%(num)s people answered"
    said = [say(one, many, n) % {"num": n} for n in (1, 3, 5, 11, 21)]
    assert said == [
        "Ответил 1 человек",
        "Ответили 3 человека",
        "Ответили 5 человек",
        "Ответили 11 человек",
        "Ответил 21 человек",
    ]


@every_language
def test_workers_are_addressed_with_respect(lang: str) -> None:
    assert [text for _, _, text in pairs(catalog(lang)) if FAMILIAR[lang].search(text)] == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "Vuelve atrás."),
        ("es", "Revisa tus respuestas."),
        ("es", "Puedes seguir."),
        ("vi", "Bạn có thể bỏ qua."),
        ("zh-Hans", "你的回答"),
        ("ru", "Проверь твой код."),
    ],
)
def test_the_check_on_address_can_fail(lang: str, text: str) -> None:
    assert FAMILIAR[lang].search(text)


def test_russian_does_not_guess_a_gender() -> None:
    addressed = [text for _, _, text in pairs(catalog("ru")) if "%(num)s" not in text]
    assert [text for text in addressed if GENDERED.search(text)] == []


def test_chinese_is_simplified() -> None:
    assert [text for _, _, text in pairs(catalog("zh-Hans")) if TRADITIONAL.search(text)] == []
    assert TRADITIONAL.search("請選擇")


@every_language
def test_no_space_is_lost_at_the_ends(lang: str) -> None:
    for _, english, text in pairs(catalog(lang)):
        assert text == text.strip() or english != english.strip(), english


def test_numbers_and_dollars_are_written_as_readers_write_them() -> None:
    """Spanish as in the United States."""
    assert [bare(24.5, "USD/hour", lang) for lang in SUPPORTED] == [
        "$24.50",
        "$24.50",
        "24,50\xa0US$",
        "US$24.50",
        "24,50\xa0$",
    ]
    assert [bare(1399, "USD/week", lang) for lang in SUPPORTED] == [
        "$1,399",
        "$1,399",
        "1.399\xa0US$",
        "US$1,399",
        "1\xa0399\xa0$",
    ]
    assert percent(0.412, "es") == "41%"
    assert amount(1399, "USD/week", "es") == "$1,399 por semana"
    assert amount(6.5, "hours/week", "ru") == "6,5 ч в неделю"
    assert between(16, 24, "USD/hour", "zh-Hans") == "US$16 至低于 US$24"


def glossary() -> list[list[str]]:
    """The rows of the glossary: English, then the languages in their order."""
    text = (Path(__file__).parents[2] / "docs" / "translating.md").read_text("utf-8")
    lines = text.split("## Glossary")[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if "|" in line]
    assert rows[0] == ["English", "Spanish", "Vietnamese", "Chinese", "Russian"]
    return rows[2:]


@pytest.mark.parametrize(("column", "lang"), list(enumerate(TRANSLATED, 1)))
def test_words_of_the_glossary_are_the_words_in_use(column: int, lang: str) -> None:
    used = [text for _, _, text in pairs(catalog(lang))]
    used += [text[lang] for _, text in texts(load_builtin("behavioral-health-full"))]
    everything = " ".join(used).lower()
    for row in glossary():
        for term in re.split("[,，]", re.sub(r"\([^)]*\)", "", row[column])):
            whole = term.strip().lower()
            # Endings change: "опрос", "опроса".
            stems = [word[: max(4, len(word) - 3)] for word in whole.split()]
            for stem in [whole] if lang in {"vi", "zh-Hans"} else stems:
                assert stem in everything, (row[0], whole)


def test_a_sentence_ends_as_its_language_ends_it() -> None:
    assert [ended("…", lang)[-1] for lang in SUPPORTED] == [".", ".", ".", "。", "."]
