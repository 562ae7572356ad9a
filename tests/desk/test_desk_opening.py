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
    found = check_page(post(organizer, OPEN, data, 200))
    field = found.select_one("input[name=seen]")
    assert field is not None
    return str(field["value"])


def test_an_open_wave_has_no_opening(organizer: FlaskClient, make_wave: Make) -> None:
    make_wave(10)
    page(organizer, OPEN, 404)
    post(organizer, PUBLISH, {"source": "server"}, 404)


def test_looking_changes_nothing(organizer: FlaskClient, closed: Path, engine: Engine) -> None:
    assert "The totals are opened in memory" in text(page(organizer, OPEN))
    first, again = (seen(organizer, {"source": "server"}) for _ in range(2))
    assert first == again
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
    data = {"source": "server", "seen": seen(organizer, {"source": "server"})}
    done = post(organizer, PUBLISH, data)
    assert "The results are published" in text(page(organizer, done.location))
    release = published(engine, "fall")
    assert release is not None
    assert release.responses == 60
    assert not closed.exists()
    assert entries(engine)[0].action == "published the results"
    post(organizer, PUBLISH, data, 404)
    page(organizer, OPEN, 404)


def test_what_was_not_seen_is_not_published(
    organizer: FlaskClient, closed: Path, engine: Engine
) -> None:
    for other in ("", "0" * 64):
        found = check_page(post(organizer, PUBLISH, {"source": "server", "seen": other}, 200))
        assert "Nothing is published yet" in text(found)
    assert published(engine, "fall") is None


def test_with_an_uploaded_key(organizer: FlaskClient, closed: Path, engine: Engine) -> None:
    key = closed.read_bytes()
    closed.unlink()
    assert "not on this server" in text(page(organizer, OPEN))
    upload = lambda: {"source": "upload", "file": (io.BytesIO(key), "fall.key")}  # noqa: E731
    name = seen(organizer, upload())
    again = check_page(post(organizer, PUBLISH, {"source": "upload", "seen": name}, 200))
    assert "Choose the key file of this wave." in text(again)
    post(organizer, PUBLISH, {**upload(), "seen": name})
    assert published(engine, "fall") is not None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"format: survey-key/1\nwave: fall\nkey: AAAA\n"]
)
def test_a_file_that_is_no_key(organizer: FlaskClient, closed: Path, content: bytes) -> None:
    data = {"source": "upload", "file": (io.BytesIO(content), "x.key")}
    found = check_page(post(organizer, OPEN, data, 200))
    assert found.select_one("#file-error")
    assert not found.select_one("input[name=seen]")


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
    post(organizer, PUBLISH, {"source": "server", "seen": seen(organizer, {"source": "server"})})
    for wanted, words in (("yes", "Everybody who has this link"), ("no", "Only people who are")):
        post(organizer, "/desk/waves/fall/share", {"shared": wanted})
        assert words in text(page(organizer, "/desk/waves/fall"))
        found = find_wave(engine, "fall")
        assert found is not None
        assert found.shared == (wanted == "yes")
