"""The campaign's file: the example is right, and each mistake is named with its line."""

import socket

import pytest
from click.testing import CliRunner

from reports.public.content import DEFAULT, load_content
from reports.public.yamlfile import ContentError
from survey.cli.main import main

EXAMPLE = DEFAULT.read_text("utf-8")


def refused(tmp_path, *edits, text=EXAMPLE):
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = tmp_path / "campaign.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ContentError) as caught:
        load_content(path)
    assert "\n" not in str(caught.value)
    return caught.value


def line_of(needle):
    return EXAMPLE[: EXAMPLE.index(needle)].count("\n") + 1


def test_the_example_is_right_and_says_that_it_is_made_up():
    content = load_content(DEFAULT)
    assert content.made_up
    assert all(quote.example for quote in content.quotes)
    assert content.union_difference.figures


def test_a_figure_under_another_period_is_refused(tmp_path):
    error = refused(tmp_path, ("en: March 2023\n", "en: March 2026\n"))
    assert "March 2023" in str(error)
    assert error.line == line_of("union: B016")


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("format: campaign-page/1\n", "format: campaign-page/2\n"), "Write campaign-page/1"),
        (("union: B005", "union: B999"), "benchmarks.csv has no row 'B999'"),
        (("union: B005", "union: B065"), "low confidence"),
        (("nonunion: B006", "nonunion: B017"), "the period is '2024'"),
        (("nonunion: B006", "nonunion: B025"), "but B025 is of '2023'"),
        (("      union: B005\n", ""), "names no rows to show"),
        (("soc: 21-1023", "soc: 21-9999"), "wages.csv has no occupation"),
        (("- Salem, OR", "- Salem"), "wages.csv has no area 'Salem'"),
        (("made_up: true", "made_up: maybe"), "Write true or false"),
        (("email: organizers@example.org", "email: organizers"), "not an email address"),
        (("https://www.nlrb.gov", "javascript:x"), "not an address"),
        (("languages: [en, es, vi,", "languages: [en, fr, vi,"), "no language 'fr'"),
        (("campaign: cascade", "campaign: Cascade!"), "not an id"),
        (("quotes:\n", "qoutes:\n"), "Did you mean 'quotes'"),
        (("headline:\n", "headline:\n  fr: Bonjour\n"), "knows no 'fr'"),
        (("      example: true", "      example: true\n      example: true"), "stands here twice"),
    ],
)
def test_mistakes_are_named(tmp_path, edit, says):
    error = refused(tmp_path, edit)
    assert says in str(error)
    assert error.line is not None


def test_a_language_that_is_missing_is_named(tmp_path):
    error = refused(tmp_path, ("    es: Quiénes somos\n", ""))
    assert "lacks es" in str(error)
    assert error.line == line_of("en: Who we are")


@pytest.mark.parametrize("text", ["", "a: [", "- 1\n- 2\n", "\tx: 1", "a: b: c", "*x", "%YAML 9"])
def test_what_is_no_campaign_page_is_one_sentence(tmp_path, text):
    refused(tmp_path, text=text)


def test_an_alias_of_itself_does_not_hang(tmp_path):
    refused(tmp_path, ("  paragraphs:\n", "  paragraphs: &a\n    - *a\n"))


def test_a_missing_or_broken_file_is_one_sentence(tmp_path):
    with pytest.raises(ContentError, match="cannot be read"):
        load_content(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes("é".encode("latin-1"))
    with pytest.raises(ContentError, match="not UTF-8"):
        load_content(tmp_path / "latin.yaml")


def test_serve_refuses_a_broken_page_in_one_sentence(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "campaign.yaml").write_text("format: campaign-page/1\n", "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environ = {"SURVEY_DATA": str(data)}
    run = CliRunner().invoke(main, ["serve", "--port", port], env=environ)
    assert run.exit_code == 2
    assert run.stderr.startswith("campaign.yaml, line 1: 'the file' lacks campaign,")
    assert run.stderr.count("\n") == 1
