"""A malformed definition: one sentence with file, line and what to write instead."""

import pickle

import pytest
from factories import EXAMPLE, definition, edited

from survey.instrument import nodes
from survey.instrument.errors import DefinitionError
from survey.instrument.load import load_definition, parse_definition


def refused(text: str) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(text, "shop.yaml")
    return caught.value


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


BENEFITS = "max: 3\n        by: [role]\n        text"

MISTAKES = [
    ("format: survey-definition/1", "format: survey-definition/2", "'survey-definition/1'"),
    ("id: behavioral-health", "id: Behavioral Health", "'behavioral-health'"),
    ("languages: [en, es]", "languages: []", "[en]"),
    ("languages: [en, es]", "languages: [en, en]", "each once"),
    ("languages: [en, es]", "languages: [english, es]", "code such as"),
    ("k: 5", "k: 4", "from 5 to 100"),
    ("k: 5", "k: 5.5", "whole number"),
    ("k: 5", "k: .nan", "must be a number"),
    ("k: 5", "k: '5'", "must be a number"),
    ("breakdowns:", "breakdwons:", "Write 'breakdowns' instead"),
    ("        kind: scale", "        kind: skale", "Write 'scale' instead"),
    ("        edges: [10,", "        egdes: [10,", "Write 'edges' instead"),
    ("edges: [10, 20,", "edges: [20, 10,", "does not rise above 20"),
    ("edges: [10, 20,", "edges: [10, 10,", "does not rise above 10"),
    ("edges: [10, 20,", "edges: [0, 20,", "Begin above 0"),
    ("edges: [10, 20,", "edges: [.inf, 20,", "must be a number"),
    ("edges: [10, 20, 25, 30, 35, 40, 50, 60, 80]", "edges: [10]", "2 to 60 edges"),
    ("also: {USD/year: 2080}", "also: {USD/year: 0}", "must be above 0"),
    ("also: {USD/year: 2080}", "also: {USD/year: -2080}", "must be above 0"),
    ("also: {USD/year: 2080}", "also: {USD/hour: 40}", "'USD/hour' twice"),
    (BENEFITS, BENEFITS.replace("3", "6"), "from 1 to 5"),
    (BENEFITS, BENEFITS.replace("3", "0"), "from 1 to 5"),
    ("personal: true", "personal: yes", "true or false"),
    ("        unit: people\n", "        unit: people\n        max: 2\n", "make the kind choices"),
    ("{en: Therapist, es: Terapeuta}", "{en: Therapist}", "lacks its text in 'es'"),
    ("{en: Therapist, es: Terapeuta}", "{en: Therapist, es: Terapeuta, fr: T}", "en, es"),
    ("{en: Therapist, es: Terapeuta}", "Therapist", "{en: …, es: …}"),
    ("{en: Therapist, es: Terapeuta}", "{en: '', es: Terapeuta}", "is empty"),
    ("{en: Therapist, es: Terapeuta}", "{en: ~, es: Terapeuta}", "is empty"),
    ("{en: Therapist, es: Terapeuta}", '{en: "\\u0007", es: Terapeuta}', "control character"),
    ("{en: Therapist, es: Terapeuta}", '{en: "\\ud800", es: Terapeuta}', "control character"),
    ("          peer: {en: Peer", "          nurse: {en: Peer", "stands here twice"),
    ("show_if: {leave: [likely, very-likely]}", "show_if: {leave: []}", "names no answer"),
    ("show_if: {leave: [likely, very-likely]}", "show_if: leave", "set of keys"),
    ("bands: {under-30: [0, 30]", "bands: {under-30: [0]", "[30, 60]"),
    ("bands: {under-30: [0, 30]", "bands: {under-30: [0, null]", "holds everybody"),
    ("    from: role\n", "", "lacks 'from'"),
]


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES)
def test_each_mistake_is_named_on_its_line_with_a_way_out(old: str, new: str, says: str) -> None:
    text = edited((old, new))
    error = refused(text)
    assert says in str(error)
    assert str(error).startswith(f"shop.yaml, line {error.line}: ")
    line = line_of(EXAMPLE, old)
    # A key that is missing is blamed on what lacks it, a few lines above.
    assert line - 2 <= (error.line or 0) <= line + new.count("\n") + 1


def test_the_whole_sentence_tells_where_what_and_what_instead() -> None:
    text = edited(("        edges: [10,", "        egdes: [10,"))
    line = line_of(text, "egdes")
    expected = f"shop.yaml, line {line}: a question has no key 'egdes'. Write 'edges' instead."
    assert str(refused(text)) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("just words", "set of keys"),
        ("[1, 2]", "set of keys"),
        ("a: b: c", "quotes around a text that holds a colon"),
        ("a:\n\tb: c", "spaces, not tabs"),
        ("a: [1, 2", "not YAML"),
        ("a: \x00", "character that YAML does not allow"),
        ('a: "\\U00110000"', "not YAML"),
        ("a: 1\n---\nb: 2", "second document"),
        ("a: *nowhere", "refers to nothing above"),
        ("a: &a [*a]", "refers to nothing above"),
        ("[" * 500, "nested too deep"),
        ("? [a]\n: b", "a key must be a word"),
        ("x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_is_not_yaml_of_ours_is_one_sentence(text: str, says: str) -> None:
    assert says in str(refused(text))


def test_an_alias_repeats_a_scale_but_a_bomb_of_them_is_refused() -> None:
    scale = "{agree: {en: A, es: A}, disagree: {en: D, es: D}}"
    text = edited(("languages: [en, es]", "languages: [en, es]\nk: 5"), ("k: 5\nk: 5", "k: 5"))
    once = text + f"      - {{id: one, kind: scale, text: {{en: T, es: T}}, options: &s {scale}}}\n"
    twice = once + "      - {id: two, kind: scale, text: {en: T, es: T}, options: *s}\n"
    loaded = parse_definition(twice)
    assert loaded.question("one").options == loaded.question("two").options
    lines = [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    bomb = "\n".join(["a0: &a0 [x, x]", *lines])
    assert "too many values" in str(refused(bomb))


def test_a_file_of_endless_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "MAX_NODES", 200)
    assert "too many values" in str(refused("[" + "a," * 201 + "]"))


def test_a_text_is_read_once_but_refused_each_time_under_the_name_it_is_given() -> None:
    assert parse_definition(EXAMPLE) is parse_definition(EXAMPLE)
    for name in ("one.yaml", "other.yaml", "other.yaml"):
        with pytest.raises(DefinitionError, match=f"^{name}, line 1: "):
            parse_definition("- no definition", name)


def test_the_mark_that_windows_puts_first_is_no_mistake() -> None:
    assert parse_definition("\ufeff" + EXAMPLE.replace("\n", "\r\n")) == definition()


def test_no_stays_text() -> None:
    text = edited(("unlikely: {en: Unlikely, es: Poco probable}", "no: {en: No, es: no}"))
    option = parse_definition(text).question("leave").options[0]
    assert (option.id, option.label) == ("no", {"en": "No", "es": "no"})


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path) -> None:
    with pytest.raises(DefinitionError, match="No such file"):
        load_definition(tmp_path / "none.yaml")
    with pytest.raises(DefinitionError, match="directory"):
        load_definition(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("format: x\ntitle: ¿Qué?".encode("latin-1"))
    with pytest.raises(DefinitionError, match=r"latin.yaml, line 2: the file is not UTF-8"):
        load_definition(latin)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 1_000_002)
    with pytest.raises(DefinitionError, match="larger than 1 MB"):
        load_definition(large)


def test_an_error_keeps_its_sentence_when_pickled() -> None:
    error = refused(edited(("k: 5", "k: 4")))
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_the_example_becomes_the_model() -> None:
    made = definition()
    assert made.languages == ("en", "es")
    assert made.question("pay").also == (("USD/year", 2080.0),)
    assert made.question("pay").bins[0] == (None, 16.0)
    assert [g.band for g in made.breakdown("load").groups] == [(None, 30), (30, 60), (60, None)]
    assert made.breakdown("load").groups[1].label == {"en": "30 to 59", "es": "30 a 59"}
    assert made.breakdown("role").groups[2].options == ("peer", "nurse", "support")
    assert made.breakdown("role").label == made.question("role").text
    assert made.question("leave-why").sensitive, "the filter's sensitivity is inherited"
