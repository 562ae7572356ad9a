"""Close, look, publish: in that order, once, and nothing exact is left afterwards."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from factories import EXAMPLE
from release_factory import release_of, simulated
from sqlalchemy import Engine

from survey.box.errors import KeyFileError
from survey.box.fold import Ballots, fold_many
from survey.box.keys import read_key_file
from survey.box.layout import cells_of
from survey.box.slots import Slots
from survey.box.waves import NewWave, Wave, create_wave, find_wave, key_file
from survey.config import Config, load_config
from survey.release.audit import audit
from survey.release.ceremony import close_wave, preview, publish, wave_to_open
from survey.release.model import ReleaseError
from survey.release.published import is_shared, list_published, published, published_body
from survey.release.serialize import to_json
from survey.store.engine import make_engine
from survey.store.migrate import upgrade

PEOPLE = 120


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config({"SURVEY_DATA": str(tmp_path / "data")})


@pytest.fixture
def engine(config: Config) -> Iterator[Engine]:
    engine = make_engine(config.database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def wave(engine: Engine, config: Config) -> Wave:
    """An open wave with 120 made-up answers in its box."""
    new = NewWave("autumn", EXAMPLE, "riverside", "Riverside", access="open", origin="simulated")
    wave = create_wave(engine, config, new)
    answers = simulated(wave.definition, PEOPLE)
    ballots = (hashlib.sha256(bytes([i])).digest() for i in range(PEOPLE))
    responses = (
        (cells_of(wave.layout, a), Ballots(form=b, code=None))
        for a, b in zip(answers, ballots, strict=True)
    )
    assert len(list(fold_many(engine, config, wave, responses))) == PEOPLE
    return wave


@pytest.fixture
def key(config: Config, wave: Wave) -> X25519PrivateKey:
    return read_key_file(key_file(config, wave.slug), wave)


def test_what_is_published_is_what_the_answers_give(
    engine: Engine, config: Config, wave: Wave, key: X25519PrivateKey
) -> None:
    closed = close_wave(engine, config, "autumn")
    assert closed.responses == PEOPLE
    release = publish(engine, config, "autumn", key)
    expected = release_of(
        wave.definition,
        simulated(wave.definition, PEOPLE),
        campaign="Riverside",
        wave="autumn",
        access="open",
        closed=release.closed,
    )
    assert release == expected == published(engine, "autumn")
    assert published_body(engine, "autumn") == to_json(release)
    assert list_published(engine) == (release,)
    assert audit(release) == ()


def test_a_preview_publishes_nothing_and_is_the_same_each_time(
    engine: Engine, config: Config, wave: Wave, key: X25519PrivateKey
) -> None:
    close_wave(engine, config, "autumn")
    first, second = (to_json(preview(engine, config, "autumn", key)) for _ in range(2))
    assert first == second
    assert published(engine, "autumn") is None
    assert list_published(engine) == ()
    assert not is_shared(engine, "autumn")
    publish(engine, config, "autumn", key)
    assert published_body(engine, "autumn") == first


def test_opening_before_closing_is_refused(
    engine: Engine, config: Config, wave: Wave, key: X25519PrivateKey
) -> None:
    for step in (preview, publish):
        with pytest.raises(ReleaseError, match="'autumn' is still open: close it first"):
            step(engine, config, "autumn", key)
    assert find_wave(engine, "autumn") == wave


def test_every_step_after_publishing_is_refused(
    engine: Engine, config: Config, wave: Wave, key: X25519PrivateKey
) -> None:
    close_wave(engine, config, "autumn")
    release = publish(engine, config, "autumn", key)
    for step in (preview, publish):
        with pytest.raises(ReleaseError, match=r"^This wave is already published\.$"):
            step(engine, config, "autumn", key)
    with pytest.raises(ReleaseError, match="already published"):
        close_wave(engine, config, "autumn")
    with pytest.raises(ReleaseError, match="already published"):
        wave_to_open(engine, "autumn")
    assert published(engine, "autumn") == release


def test_publishing_destroys_the_key_file(
    engine: Engine, config: Config, wave: Wave, key: X25519PrivateKey
) -> None:
    close_wave(engine, config, "autumn")
    publish(engine, config, "autumn", key)
    assert not key_file(config, "autumn").exists()
    assert not Slots(config.state_keys, "autumn").exist()


def test_closing_twice_is_refused(engine: Engine, config: Config, wave: Wave) -> None:
    close_wave(engine, config, "autumn")
    with pytest.raises(ReleaseError, match="already closed"):
        close_wave(engine, config, "autumn")


def test_another_key_opens_nothing(engine: Engine, config: Config, wave: Wave) -> None:
    close_wave(engine, config, "autumn")
    with pytest.raises(KeyFileError, match="does not open the wave"):
        publish(engine, config, "autumn", X25519PrivateKey.generate())
    assert published(engine, "autumn") is None


def test_an_unknown_wave_is_named(engine: Engine, config: Config) -> None:
    with pytest.raises(ReleaseError, match="no wave 'spring'"):
        close_wave(engine, config, "spring")
    assert published(engine, "spring") is None
