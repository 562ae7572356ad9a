"""docs/privacy-label.md is what the app shows; neither can say what the other does not."""

from pathlib import Path

from browsing import page
from flask.testing import FlaskClient

DOCUMENT = Path(__file__).parents[2] / "docs" / "privacy-label.md"


def test_the_document_is_the_page(wave_in, client: FlaskClient) -> None:
    wave_in()
    soup = page(client, "/s/fall/privacy")
    shown = [" ".join(tag.get_text(" ").split()) for tag in soup.select("main h2, main li")]
    lines = DOCUMENT.read_text("utf-8").splitlines()
    written = [line.lstrip("#- ") for line in lines if line.startswith(("## ", "- "))]
    assert len(shown) > 20
    assert written == shown
