"""The built-in questionnaires: what they promise, the same words everywhere, plain and short.

Reading level: Kincaid et al. 1975, grade = 0.39 words/sentence + 11.8 syllables/word - 15.59.
Time to answer: Jon Puleston's rule for online surveys, as printed at
https://www.blog.surveyis.cool/ako-vypocitat-dlzku-dotaznika/ (seconds): words/5 + 5 a question
+ 2 for each further decision; ticking costs half a decision an option. Checked against Pew
Research Center, "How we keep our online surveys from running too long" (2022): about 10 seconds
for an ordinary question of its own.
"""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest

import survey.instrument
from survey.instrument.load import load_definition
from survey.instrument.model import Definition, Question, Text

LIBRARY = Path(survey.instrument.__file__).parent / "library"
BUILTINS = {
    name: load_definition(LIBRARY / f"{name}.yaml")
    for name in ("behavioral-health", "behavioral-health-full", "pulse")
}
CORE, FULL, PULSE = BUILTINS.values()
USED_BY_REPORTS = """
    role worksite tenure schedule credential race gender language caseload caseload-good acuity
    covering target target-reach uncredited target-missed pay pay-basics second-job bilingual-pay
    unpaid-hours breaks on-call benefits-improve skipped-care leave leave-why stay vacancies assault
    alone supervision raise-concerns wait lost-clinician staffing-harm priorities
"""
LANGUAGES = ("en", "es", "vi", "zh-Hans", "ru")
HELD_AGAINST = {
    "leave", "leave-why", "assault", "raise-concerns", "skipped-care", "worn-out", "race", "gender"
}  # fmt: skip
FORBIDDEN = re.compile(
    r"\b(union\w*|strik\w+|walk-?outs?|picket\w*|ballot\w*|authorization cards?|sign\w* (a )?cards?"
    r"|vot(e|es|ed|ing)|sindica\w*|huelga\w*|paro|piquete\w*|vot(ar|o|os|ación)|afilia\w*"
    r"|công đoàn|đình công|bãi công|biểu tình|bỏ phiếu|biểu quyết"
    r"|профсоюз\w*|забастовк\w*|бастова\w*|пикет\w*|голосова\w*|проголос\w*)\b"
    r"|工会|罢工|怠工|纠察|投票|表决",
    re.IGNORECASE,
)
FAMILIAR = re.compile(
    r"\b(tú|tu|tus|ti|bạn|(?<!tiếng )anh|chị|em|ты|тебя|тебе|твой|твоя|твои|твоих)\b|[你妳]",
    re.IGNORECASE,
)
"""Familiar address. The French "tu" and the English "ti" do not occur."""
GENDERED = re.compile(
    r"\b(уверен|согласен|готов|должен|рад|получил|работал|чувствовал|выполнял|потерял|сам)а?\b"
)
TRADITIONAL = re.compile("[這個們還來時說會對過學問題題請點選擇應開關發員團該錄數據號樣麼]")

every_file = pytest.mark.parametrize("definition", BUILTINS.values(), ids=BUILTINS)


def texts_of_question(question: Question) -> Iterator[Text]:
    yield question.text
    if question.help:
        yield question.help
    yield from (option.label for option in question.options)


def texts(definition: Definition) -> Iterator[Text]:
    yield definition.title
    assert definition.intro is not None
    yield definition.intro
    yield from (section.title for section in definition.sections)
    for breakdown in definition.breakdowns:
        yield breakdown.label
        yield from (group.label for group in breakdown.groups)
    for question in definition.questions:
        yield from texts_of_question(question)


def words(text: str) -> list[str]:
    return re.findall(r"[\w'’-]+", text)


def syllables(word: str) -> int:
    word = word.lower().strip("'’-")
    silent = r"(?:(?<=[^aeioudlty])ed|(?<=[^aeiouycgsxzhl])es|(?<=[^aeiouyl])e)$"
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(silent, "", word))))


def grade(text: str) -> float:
    found = words(text)
    sentences = max(1, len(re.findall(r"[.?!](?:\s|$)", text)))
    per_word = sum(map(syllables, found)) / len(found)
    return 0.39 * len(found) / sentences + 11.8 * per_word - 15.59


def minutes(definition: Definition, lang: str) -> float:
    assert definition.intro is not None
    read = [definition.intro[lang], *(s.title[lang] for s in definition.sections)]
    decisions = 0.0
    for question in definition.questions:
        read += [text[lang] for text in texts_of_question(question)]
        decisions += max(1, len(question.options) / 2) if question.kind == "choices" else 1
        decisions += bool(question.also)  # which unit of pay
    asked = len(definition.questions)
    return (sum(len(words(t)) for t in read) / 5 + 5 * asked + 2 * (decisions - asked)) / 60


def test_each_has_the_number_of_questions_it_promises() -> None:
    assert [len(d.questions) for d in (CORE, FULL, PULSE)] == [22, 40, 12]


def test_ids_are_the_file_names() -> None:
    assert [d.id for d in BUILTINS.values()] == list(BUILTINS)


def test_full_has_every_question_that_reports_know() -> None:
    assert set(USED_BY_REPORTS.split()) <= {q.id for q in FULL.questions}


def test_pulse_is_part_of_core_and_core_of_full() -> None:
    ids = [[q.id for q in d.questions] for d in (PULSE, CORE, FULL)]
    for smaller, larger in pairwise(ids):
        assert smaller == [qid for qid in larger if qid in smaller]


@pytest.mark.parametrize(("one", "other"), list(combinations(BUILTINS, 2)))
def test_same_id_is_the_same_question_and_the_same_breakdown(one: str, other: str) -> None:
    questions = {q.id: q for q in BUILTINS[other].questions}
    for question in BUILTINS[one].questions:
        assert questions.get(question.id, question) == question
    assert BUILTINS[one].breakdowns == BUILTINS[other].breakdowns


@every_file
def test_every_language_everywhere_and_translated(definition: Definition) -> None:
    assert definition.languages == LANGUAGES
    for text in texts(definition):
        assert tuple(text) == LANGUAGES
        assert all(value.strip() for value in text.values())
    for question in definition.questions:
        assert len(set(question.text.values())) == len(LANGUAGES), question.id
        for lang, said in question.text.items():
            assert said.count("？" if lang == "zh-Hans" else "?") == 1, (question.id, lang)
        assert question.text["es"].count("¿") == 1


@every_file
def test_each_language_is_written_in_its_own_script(definition: Definition) -> None:
    for text in texts(definition):
        letters = {lang: re.findall(r"[^\W\d_]", said) for lang, said in text.items()}
        assert all(letter < "\u0400" or letter > "\u1dff" for letter in letters["vi"])
        if re.search("[a-z]{4}", text["en"]):
            assert re.search("[а-яё]", text["ru"]), text["ru"]
            assert re.search("[\u4e00-\u9fff]", text["zh-Hans"]), text["zh-Hans"]
        assert not TRADITIONAL.search(text["zh-Hans"]), text["zh-Hans"]


@every_file
def test_same_english_is_the_same_in_every_language_within_a_question(
    definition: Definition,
) -> None:
    for question in definition.questions:
        for lang in LANGUAGES:
            labels = [option.label[lang] for option in question.options]
            assert len(set(labels)) == len(labels), (question.id, lang)


@every_file
def test_workers_are_addressed_with_respect_and_without_gender(definition: Definition) -> None:
    for text in texts(definition):
        said = [value for lang, value in text.items() if lang != "en"]
        assert not [value for value in said if FAMILIAR.search(value)]
        assert not GENDERED.search(text["ru"]), text["ru"]


@pytest.mark.parametrize("text", ["Твоя работа", "Bạn làm gì?", "你的工作", "Tu trabajo"])
def test_the_check_on_address_can_fail(text: str) -> None:
    assert FAMILIAR.search(text)


@every_file
def test_never_asks_about_the_union_or_a_strike(definition: Definition) -> None:
    for text in texts(definition):
        for value in text.values():
            assert not FORBIDDEN.search(value), value


@pytest.mark.parametrize(
    "asked",
    [
        "Would you strike?",
        "Do you support the union?",
        "¿Va a votar?",
        "Quý vị có ủng hộ công đoàn không?",
        "您支持罢工吗？",
        "Вступили бы вы в профсоюз?",
    ],
)
def test_the_check_on_forbidden_words_can_fail(asked: str) -> None:
    assert FORBIDDEN.search(asked)


@every_file
def test_what_could_be_held_against_a_worker_is_sensitive(definition: Definition) -> None:
    for question in definition.questions:
        assert question.sensitive == (question.id in HELD_AGAINST), question.id
        assert len(question.by) <= (1 if question.sensitive else 2)


@every_file
def test_race_and_gender_are_by_choice_and_never_a_breakdown(definition: Definition) -> None:
    sources = {b.source for b in definition.breakdowns}
    for question in definition.questions:
        if question.id in {"race", "gender"}:
            assert question.personal
            assert not question.by
            assert question.id not in sources


@every_file
def test_a_worksite_is_never_forced_on_anybody(definition: Definition) -> None:
    assert "several" in {o.id for o in definition.question("worksite").options}
    assert len(definition.question("role").options) <= 8


@every_file
def test_questions_are_short_and_ask_one_thing(definition: Definition) -> None:
    for question in definition.questions:
        assert question.text["en"].count("?") == 1
        assert len(words(question.text["en"])) <= 25, question.id


@every_file
def test_reading_level_is_eighth_grade_or_lower(definition: Definition) -> None:
    grades = {q.id: grade(q.text["en"]) for q in definition.questions}
    assert sum(grades.values()) / len(grades) <= 8, grades
    assert definition.intro is not None
    assert grade(definition.intro["en"]) <= 8


def test_the_reading_level_can_tell_hard_from_easy() -> None:
    assert grade("The cat sat on the mat.") < 2
    assert grade("Organizational accountability necessitates interdepartmental collaboration.") > 15


@pytest.mark.parametrize("lang", ["en", "es", "ru"])
@pytest.mark.parametrize(
    ("definition", "limit", "said"),
    [(CORE, 6, "six"), (PULSE, 3, "three"), (FULL, 10, "ten")],
    ids=["core", "pulse", "full"],
)
def test_it_takes_as_long_as_it_says(
    definition: Definition, limit: int, said: str, lang: str
) -> None:
    assert definition.intro is not None
    assert f"about {said} minutes" in " ".join(definition.intro["en"].split())
    assert minutes(definition, lang) <= limit
    assert len(definition.questions) * 10 / 60 <= limit  # as Pew counts
