"""docs/privacy-label.md is what the app shows; neither can say what the other does not."""

import re
from pathlib import Path

from browsing import page, text
from flask.testing import FlaskClient

from survey.box.model import Quorum
from survey.box.stewards import key_fingerprint, make_stewards

DOCUMENT = Path(__file__).parents[2] / "docs" / "privacy-label.md"


def test_the_document_is_the_page(wave_in, client: FlaskClient) -> None:
    wave_in()
    soup = page(client, "/s/fall/privacy")
    shown = [" ".join(tag.get_text(" ").split()) for tag in soup.select("main h2, main li")]
    lines = DOCUMENT.read_text("utf-8").splitlines()
    written = [line.lstrip("#- ") for line in lines if line.startswith(("## ", "- "))]
    assert len(shown) > 20
    assert written == shown


def test_the_document_says_what_checkpoints_add(wave_in, client: FlaskClient) -> None:
    lines = DOCUMENT.read_text("utf-8").splitlines()
    written = [line.removeprefix("* ") for line in lines if line.startswith("* ")]
    assert len(written) == 2
    with_them = wave_in(slug="with", checkpoints=True)
    without = wave_in(slug="without")
    shown = [
        {
            " ".join(tag.get_text(" ").split())
            for tag in page(client, f"{path}/privacy").select("li")
        }
        for path in (with_them.path, without.path)
    ]
    assert shown[0] - shown[1] == set(written)


def test_the_document_says_what_changes_with_stewards(wave_in, client: FlaskClient) -> None:
    key, _ = make_stewards("fall", Quorum(2, 3))
    wave_in(custody="stewards", stewards=key)
    soup = page(client, "/s/fall/privacy")
    shown = [" ".join(tag.get_text(" ").split()) for tag in soup.select("main li")]
    lines = DOCUMENT.read_text("utf-8").splitlines()
    written = [line.removeprefix("> ") for line in lines if line.startswith("> ")]
    example = "1a2b 3c4d 5e6f 7a8b"
    real = [line.replace(example, key_fingerprint(key.public_key)) for line in written]
    assert len(real) == 4
    assert set(real) <= set(shown)
    key = ("key file", "and the key are destroyed")
    about_the_file = {s for s in lines if s.startswith("- ") and any(word in s for word in key)}
    assert len(about_the_file) == 3
    assert not {line.removeprefix("- ") for line in about_the_file} & set(shown)
    assert len(shown) == len([line for line in lines if line.startswith("- ")]) + 1


def test_the_document_says_what_an_open_link_changes(wave_in, client: FlaskClient) -> None:
    wave_in(access="open")
    shown = [
        " ".join(t.get_text(" ").split()) for t in page(client, "/s/fall/privacy").select("li")
    ]
    lines = DOCUMENT.read_text("utf-8").splitlines()
    written = {line.removeprefix("+ ") for line in lines if line.startswith("+ ")}
    usual = {line.removeprefix("- ") for line in lines if line.startswith("- ")}
    assert len(written) == 4
    assert set(shown) - usual == written
    assert not [sentence for sentence in shown if re.search("slip|batch|Each code", sentence)]


def test_a_document_that_says_something_else_is_found(wave_in, client: FlaskClient) -> None:
    """One word more, one sentence less: the comparison above is of every word."""
    wave_in()
    shown = text(page(client, "/s/fall/privacy"))
    written = [s for s in DOCUMENT.read_text("utf-8").splitlines() if s.startswith("- ")]
    assert all(sentence.removeprefix("- ") in shown for sentence in written)
    assert written[0].removeprefix("- ").replace("Totals", "All totals") not in shown
