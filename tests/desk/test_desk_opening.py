import base64
import io
from pathlib import Path

import pytest
from browsing import check_page, page, post, text
from desk_waves import Make
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey.box.waves import find_wave, key_file
from survey.config import Config
from survey.release.published import published, published_body
from survey.staff.activity import entries

OPEN, PUBLISH = "/desk/waves/fall/open", "/desk/waves/fall/publish"


@pytest.fixture
def closed(organizer: FlaskClient, make_wave: Make, config: Config) -> Path:
    """The key file of a closed wave that 60 people answered."""
    make_wave(60)
    post(organizer, "/desk/waves/fall/close", {"typed": "fall"})
    return key_file(config, "fall")


def seen(organizer: FlaskClient, data: dict[str, object]) -> str:
    """What the preview hands to publishing."""
    found = check_page(post(organizer, OPEN, data, 200))
    field = found.select_one("input[name=release]")
    assert field is not None
    return str(field["value"])


def test_an_open_wave_has_no_opening(organizer: FlaskClient, make_wave: Make) -> None:
    make_wave(10)
    page(organizer, OPEN, 404)
    post(organizer, PUBLISH, {"release": "x"}, 404)


def test_looking_changes_nothing(organizer: FlaskClient, closed: Path, engine: Engine) -> None:
    assert "The totals are opened in memory" in text(page(organizer, OPEN))
    before = find_wave(engine, "fall")
    for _ in range(2):
        seen(organizer, {"source": "server"})
    assert find_wave(engine, "fall") == before
    assert published_body(engine, "fall") is None
    assert closed.exists()


def test_the_preview_shows_no_figure(organizer: FlaskClient, closed: Path) -> None:
    found = check_page(post(organizer, OPEN, {"source": "server"}, 200))
    outline = found.select_one(".outline")
    assert outline is not None
    assert "How likely are you to leave within a year?" in text(outline)
    assert not any(
        character.isdigit()
        for character in text(outline).replace("30", "").replace("59", "").replace("60", "")
    )


def test_publishing_what_was_seen(organizer: FlaskClient, closed: Path, engine: Engine) -> None:
    data = {"release": seen(organizer, {"source": "server"})}
    done = post(organizer, PUBLISH, data)
    assert "The results are published" in text(page(organizer, done.location))
    release = published(engine, "fall")
    assert release is not None
    assert release.responses == 60
    assert not closed.exists()
    assert entries(engine)[0].action == "published the results"
    post(organizer, PUBLISH, data, 404)
    page(organizer, OPEN, 404)


def test_what_travels_through_the_page_tells_no_figure(
    organizer: FlaskClient, closed: Path, config: Config, engine: Engine
) -> None:
    """Sealed and different each time; what it holds is the release, not a key or totals."""
    first, second = (seen(organizer, {"source": "server"}) for _ in range(2))
    assert first[:40] != second[:40]
    for coded in (first, second):
        content = base64.urlsafe_b64decode(coded)
        assert not any(word in content for word in (b"survey-release", b"counts", b"harbor"))
    post(organizer, PUBLISH, {"release": first})
    assert published_body(engine, "fall") is not None


def test_what_was_not_seen_is_not_published(
    organizer: FlaskClient, closed: Path, engine: Engine
) -> None:
    right = seen(organizer, {"source": "server"})
    changed = right[:60] + ("A" if right[60] != "A" else "B") + right[61:]
    for other in ("", "0" * 64, changed, right[:-8], "é"):
        found = check_page(post(organizer, PUBLISH, {"release": other}, 200))
        assert "Open the box once more" in text(found)
    assert published(engine, "fall") is None
    assert closed.exists()


def test_what_was_seen_of_another_wave_is_not_published(
    organizer: FlaskClient, closed: Path, make_wave: Make, engine: Engine
) -> None:
    make_wave(60, slug="spring")
    post(organizer, "/desk/waves/spring/close", {"typed": "spring"})
    found = check_page(post(organizer, "/desk/waves/spring/open", {"source": "server"}, 200))
    other = found.select_one("input[name=release]")
    assert other is not None
    again = check_page(post(organizer, PUBLISH, {"release": str(other["value"])}, 200))
    assert "Open the box once more" in text(again)
    assert published(engine, "fall") is None


def test_with_an_uploaded_key(organizer: FlaskClient, closed: Path, engine: Engine) -> None:
    key = closed.read_bytes()
    closed.unlink()
    assert "not on this server" in text(page(organizer, OPEN))
    nothing = check_page(post(organizer, OPEN, {"source": "upload"}, 200))
    assert "Choose the key file of this wave." in text(nothing)
    upload = {"source": "upload", "file": (io.BytesIO(key), "fall.key")}
    post(organizer, PUBLISH, {"release": seen(organizer, upload)})
    assert published(engine, "fall") is not None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"format: survey-key/1\nwave: fall\nkey: AAAA\n"]
)
def test_a_file_that_is_no_key(organizer: FlaskClient, closed: Path, content: bytes) -> None:
    data = {"source": "upload", "file": (io.BytesIO(content), "x.key")}
    found = check_page(post(organizer, OPEN, data, 200))
    assert found.select_one("#file-error")
    assert not found.select_one("input[name=release]")


def test_the_key_of_another_wave(
    organizer: FlaskClient, closed: Path, make_wave: Make, config: Config
) -> None:
    make_wave(slug="spring")
    other = key_file(config, "spring").read_bytes()
    data = {"source": "upload", "file": (io.BytesIO(other), "spring.key")}
    found = check_page(post(organizer, OPEN, data, 200))
    assert "belongs to the wave 'spring'" in text(found)


def test_a_key_that_others_can_read(organizer: FlaskClient, closed: Path) -> None:
    closed.chmod(0o644)
    found = check_page(post(organizer, OPEN, {"source": "server"}, 200))
    assert "chmod 600" in text(found)


def test_no_key_is_ever_put_on_a_page(organizer: FlaskClient, closed: Path) -> None:
    secret = closed.read_text().split("key: ")[1].strip()
    data = {"source": "upload", "file": (io.BytesIO(closed.read_bytes()), "fall.key")}
    assert secret not in post(organizer, OPEN, data, 200).text


def test_sharing_and_no_longer(organizer: FlaskClient, closed: Path, engine: Engine) -> None:
    post(organizer, "/desk/waves/fall/share", {"shared": "yes"}, 404)
    post(organizer, PUBLISH, {"release": seen(organizer, {"source": "server"})})
    for wanted, words in (("yes", "Everybody who has this link"), ("no", "Only people who are")):
        post(organizer, "/desk/waves/fall/share", {"shared": wanted})
        assert words in text(page(organizer, "/desk/waves/fall"))
        found = find_wave(engine, "fall")
        assert found is not None
        assert found.shared == (wanted == "yes")
