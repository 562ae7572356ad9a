"""docs/privacy-label.md is what the app shows; neither can say what the other does not."""

from pathlib import Path

from browsing import page
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
    assert len(real) == 3
    assert set(real) <= set(shown)
    about_the_file = {line for line in lines if "key file" in line and line.startswith("- ")}
    assert len(about_the_file) == 2
    assert not {line.removeprefix("- ") for line in about_the_file} & set(shown)
    assert len(shown) == len([line for line in lines if line.startswith("- ")]) + 1
